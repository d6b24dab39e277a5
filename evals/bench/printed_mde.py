"""Is the printed smallest drop right? The power of checks at, below and above what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.bench.detectors import ALPHA, EPOCHS
from evals.bench.figures import Figure, rate_of
from evals.bench.quick import quick_check
from evals.bench.scenarios import Scenario
from evals.stats.check import check_counts
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import Reference, fit_reference

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

FACTORS: Final = (0.85, 1.0, 1.15)
MDE: Final = "power at a multiple of the printed smallest drop"
_SUITES: Final = ("quiet", "typical", "noisy")


def measure_printed_mde(seeds: int) -> dict[str, Figure]:
    """Measure the power of a drop of 0.85, 1 and 1.15 times what the check of that suite prints."""
    figures: dict[str, Figure] = {}
    for suite in _SUITES:
        found = [_found(suite, seed) for seed in range(seeds)]
        for index, factor in enumerate(FACTORS):
            figures[f"{MDE} | {suite} | {factor:g}"] = rate_of(alarms[index] for alarms in found)
    return figures


def _found(suite: str, seed: int) -> tuple[bool, ...]:
    scenario = Scenario(group=MDE, words="", suite=suite)
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    reference = fit_reference(count_outcomes(scenario.baseline(endpoint, rng, EPOCHS)))
    unchanged = count_outcomes(endpoint.answers(rng, 1, EPOCHS))
    printed = check_counts(reference, unchanged, alpha=ALPHA).mde
    return tuple(
        _alarms(reference, endpoint.worse_by(factor * printed).answers(rng, 1, EPOCHS))
        for factor in FACTORS
    )


def _alarms(reference: Reference, run: Floats) -> bool:
    return quick_check(reference, count_outcomes(run)).p_drop <= ALPHA
