"""How many weeks a small drop stays unseen, with the memory of the scan and without."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.bench.detectors import ALPHA
from evals.bench.figures import Figure, median_of, rate_of
from evals.bench.quick import quick_check
from evals.bench.scenarios import Scenario
from evals.stats import scan
from evals.stats.outcomes import count_outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.bench.endpoints import Endpoint
    from evals.stats.arrays import Floats

_UNCHANGED: Final = "nothing changed"
_CHANGES: Final[dict[str, Callable[[Endpoint, np.random.Generator], Endpoint]]] = {
    _UNCHANGED: lambda endpoint, _: endpoint,
    "one item broken": lambda endpoint, rng: endpoint.broken(rng, 1),
    "one point worse": lambda endpoint, _: endpoint.worse_by(0.01),
    "two points worse": lambda endpoint, _: endpoint.worse_by(0.02),
}
_METHODS: Final = ("scan", "each week alone", "both at half the level")
_WEEKS_BEFORE: Final = 4
_WEEKS_AFTER: Final = 26
_ONE_IN: Final = 5

LAG: Final = "weeks until an alarm, 150 calls a week, typical"
FOUND: Final = "alarm within 26 weeks, 150 calls a week, typical"


def measure_lag(seeds: int) -> dict[str, Figure]:
    """Measure weeks until p <= alpha, and how often it comes within 26 weeks.

    Four unchanged weeks come first, and an alarm in them does not count. "Each week alone" keeps
    the first baseline and no memory; "both at half the level" is what a verdict does. One
    simulation for every five seeds: they are long.
    """
    figures: dict[str, Figure] = {}
    for words in _CHANGES:
        lags = [_lags(words, seed) for seed in range(max(2, seeds // _ONE_IN))]
        for method, weeks in zip(_METHODS, zip(*lags, strict=True), strict=True):
            if words != _UNCHANGED:
                figures[f"{LAG} | {words} | {method}"] = median_of(weeks)
            figures[f"{FOUND} | {words} | {method}"] = rate_of(week < inf for week in weeks)
    return figures


def _lags(words: str, seed: int) -> tuple[float, float, float]:
    scenario = Scenario(group=LAG, words=words, suite="typical")
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    state = scan.start(count_outcomes(scenario.baseline(endpoint, rng, 1)))
    for run in endpoint.answers(rng, _WEEKS_BEFORE):
        state = scan.step(state, count_outcomes(run))
    first, remembered, alone = state.references[0], [], []
    for run in _CHANGES[words](endpoint, rng).answers(rng, _WEEKS_AFTER):
        counts = count_outcomes(run)
        state = scan.step(state, counts)
        remembered.append(state.drop.p_week)
        alone.append(quick_check(first, counts).p_drop)
    either = np.minimum(remembered, alone)
    return _first(remembered, ALPHA), _first(alone, ALPHA), _first(either, ALPHA / 2)


def _first(p_values: Sequence[float] | Floats, level: float) -> float:
    """Return the first week, from 1, whose p-value alarms at ``level``; inf where none does."""
    alarms = np.flatnonzero(np.asarray(p_values) <= level)
    return float(alarms[0] + 1) if alarms.size else inf
