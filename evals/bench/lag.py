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

_DROPS: Final = {"nothing changed": 0.0, "one point worse": 0.01, "two points worse": 0.02}
_METHODS: Final = ("scan", "each week alone")
_WEEKS_BEFORE: Final = 4
_WEEKS_AFTER: Final = 26
_ONE_IN: Final = 5

LAG: Final = "weeks until an alarm, 150 calls a week, typical"
FOUND: Final = "alarm within 26 weeks, 150 calls a week, typical"


def measure_lag(seeds: int) -> dict[str, Figure]:
    """Measure weeks until p <= alpha, and how often it comes within 26 weeks.

    Four unchanged weeks come first, and an alarm in them does not count. "Each week alone" keeps
    the first baseline and no memory. One simulation for every five seeds: they are long.
    """
    figures: dict[str, Figure] = {}
    for words, drop in _DROPS.items():
        lags = [_lags(words, drop, seed) for seed in range(max(2, seeds // _ONE_IN))]
        for method, weeks in zip(_METHODS, zip(*lags, strict=True), strict=True):
            if drop:
                figures[f"{LAG} | {words} | {method}"] = median_of(weeks)
            figures[f"{FOUND} | {words} | {method}"] = rate_of(week < inf for week in weeks)
    return figures


def _lags(words: str, drop: float, seed: int) -> tuple[float, float]:
    scenario = Scenario(group=LAG, words=words, suite="typical")
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    state = scan.start(count_outcomes(scenario.baseline(endpoint, rng, 1)))
    for run in endpoint.answers(rng, _WEEKS_BEFORE):
        state = scan.step(state, count_outcomes(run))
    runs = endpoint.worse_by(drop).answers(rng, _WEEKS_AFTER)
    return _with_memory(state, runs), _alone(state, runs)


def _with_memory(state: scan.Scan, runs: Floats) -> float:
    for week, run in enumerate(runs, start=1):
        state = scan.step(state, count_outcomes(run))
        if state.drop.p_week <= ALPHA:
            return week
    return inf


def _alone(state: scan.Scan, runs: Floats) -> float:
    first = state.references[0]
    for week, run in enumerate(runs, start=1):
        if quick_check(first, count_outcomes(run)).p_drop <= ALPHA:
            return week
    return inf
