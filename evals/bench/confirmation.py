"""Bad days: what asking again on the same day does to a first alarm."""

from __future__ import annotations

from evals.bench.detectors import ALPHA, EPOCHS
from evals.bench.figures import Figure, rate_of
from evals.bench.quick import quick_check
from evals.bench.scenarios import BAD_RUN_DROP, BAD_RUN_SHARE, BAD_RUNS, Scenario
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

STILL_BAD = f"{BAD_RUNS} | first check alarms, and again while still bad"
RECOVERED = f"{BAD_RUNS} | first check alarms, and again after recovery"


def measure_confirmation(seeds: int) -> dict[str, Figure]:
    """Measure how often a first alarm is confirmed by a fresh run of the same plan, at alpha.

    Asked again while the day is still bad, a true if short change is confirmed; asked again after
    it, the same baseline must not confirm what is over.
    """
    found = [_confirm(seed) for seed in range(seeds)]
    return {
        STILL_BAD: rate_of(first and still for first, still, _ in found),
        RECOVERED: rate_of(first and after for first, _, after in found),
    }


def _confirm(seed: int) -> tuple[bool, bool, bool]:
    scenario = Scenario(
        group=BAD_RUNS, words="confirmation", suite="typical", bad_passes=BAD_RUN_SHARE
    )
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    reference = fit_reference(count_outcomes(scenario.baseline(endpoint, rng, EPOCHS)))
    bad = endpoint.worse_by(BAD_RUN_DROP).answers(rng, 2, EPOCHS)
    good = endpoint.answers(rng, 1, EPOCHS)
    first, still, after = (
        quick_check(reference, count_outcomes(run)).p_drop <= ALPHA for run in (*bad, *good)
    )
    return first, still, after
