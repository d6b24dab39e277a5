"""How many weeks a small drop stays unseen, with the memory of the scan and without."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from evals.bench.detectors import ALPHA
from evals.bench.figures import Figure, median_of, rate_of
from evals.bench.quick import quick_check
from evals.bench.scenarios import Scenario
from evals.stats import scan
from evals.stats.outcomes import count_outcomes

if TYPE_CHECKING:
    from evals.stats.arrays import Floats
    from evals.stats.outcomes import Counts

SMALL_DROP: Final = 0.01
_WEEKS_BEFORE: Final = 4
WEEKS_AFTER: Final = 26
_ONE_IN: Final = 5

LAG: Final = "weeks until a drop of one point is found, 150 calls a week"
FOUND: Final = "a drop of one point found within 26 weeks, 150 calls a week"


def measure_lag(seeds: int) -> dict[str, Figure]:
    """Measure weeks until p <= alpha after a drop of one point in the typical suite.

    Four unchanged weeks come first, and an alarm in them does not count. One simulation for every
    five seeds: they are long. inf stands for "not within 26 weeks".
    """
    lags = [_lags(seed) for seed in range(max(2, seeds // _ONE_IN))]
    figures: dict[str, Figure] = {}
    for name, weeks in zip(("scan", "each week alone"), zip(*lags, strict=True), strict=True):
        figures[f"{LAG} | {name}"] = median_of(weeks)
        figures[f"{FOUND} | {name}"] = rate_of(week <= WEEKS_AFTER for week in weeks)
    return figures


def _lags(seed: int) -> tuple[float, float]:
    scenario = Scenario(group=LAG, words="", suite="typical")
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    state = scan.start(count_outcomes(scenario.baseline(endpoint, rng, 1)))
    for run in endpoint.answers(rng, _WEEKS_BEFORE):
        state = scan.step(state, count_outcomes(run))
    runs = endpoint.worse_by(SMALL_DROP).answers(rng, WEEKS_AFTER)
    return _with_memory(state, runs), _alone(state, [count_outcomes(run) for run in runs])


def _with_memory(state: scan.Scan, runs: Floats) -> float:
    for week, run in enumerate(runs, start=1):
        state = scan.step(state, count_outcomes(run))
        if state.drop.p_week <= ALPHA:
            return week
    return inf


def _alone(state: scan.Scan, runs: list[Counts]) -> float:
    first = state.references[0]
    for week, run in enumerate(runs, start=1):
        if quick_check(first, run).p_drop <= ALPHA:
            return week
    return inf
