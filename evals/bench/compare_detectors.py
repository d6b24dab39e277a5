"""Every detector on every scenario: the same answers for all that judge answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.bench.adaptive_check import adaptive_check
from evals.bench.detectors import ADAPTIVE, ALPHA, DETECTORS, EPOCHS
from evals.bench.figures import Figure, mean_of, rate_of
from evals.bench.scenarios import UNCHANGED
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from evals.bench.adaptive_check import Checked
    from evals.bench.scenarios import Scenario

CALLS = "calls per unchanged check, adaptive"


def measure_detectors(scenario: Scenario, simulations: int) -> dict[str, Figure]:
    """Measure every detector's alarms in one scenario; keys are ``scenario | detector``."""
    judged = [_judge(scenario, seed) for seed in range(simulations)]
    asked = [_ask(scenario, seed) for seed in range(simulations)]
    figures: dict[str, Figure] = {
        f"{scenario.key} | {name}": rate_of(alarms[name] for alarms in judged) for name in DETECTORS
    }
    figures[f"{scenario.key} | {ADAPTIVE}"] = rate_of(check.alarm for check in asked)
    if scenario.group == UNCHANGED:
        figures[f"{CALLS} | {scenario.words} | {scenario.suite}"] = mean_of(
            check.calls for check in asked
        )
    return figures


def _judge(scenario: Scenario, seed: int) -> dict[str, bool]:
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    baseline = scenario.baseline(endpoint, rng, EPOCHS)
    run = scenario.after(endpoint, rng).answers(rng, 1, EPOCHS)[0]
    return {name: detector(baseline, run) for name, detector in DETECTORS.items()}


def _ask(scenario: Scenario, seed: int) -> Checked:
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    reference = fit_reference(count_outcomes(scenario.baseline(endpoint, rng, 1)))
    return adaptive_check(scenario.after(endpoint, rng), rng, reference, alpha=ALPHA)
