"""Promises of the adaptive check: fewer calls, the same false alarms, more power."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.bench.adaptive_check import Checked, adaptive_check
from evals.bench.endpoints import Endpoint, typical_suite
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

ALPHA = 1 / 260


def run_checks(change: str, baselines: int, runs: int = 1) -> list[Checked]:
    found = []
    for seed in range(baselines):
        rng = np.random.default_rng([29, seed])
        endpoint = Endpoint(p=typical_suite(rng))
        reference = fit_reference(count_outcomes(endpoint.answers(rng, 16)))
        changed = {
            "nothing": endpoint,
            "five points": endpoint.worse_by(0.05),
            "three items": endpoint.broken(rng, 3),
        }[change]
        found += [adaptive_check(changed, rng, reference, alpha=ALPHA) for _ in range(runs)]
    return found


def test_an_unchanged_endpoint_costs_half_of_four_passes_and_rarely_alarms() -> None:
    found = run_checks("nothing", baselines=50, runs=8)
    assert sum(check.alarm for check in found) <= stats.binom.ppf(0.999, len(found), 0.0046)
    assert np.mean([check.calls for check in found]) <= 300


def test_five_points_are_found_by_the_adaptive_check() -> None:
    found = run_checks("five points", baselines=100)
    assert sum(check.alarm for check in found) >= 90


def test_three_broken_items_are_found_by_the_adaptive_check() -> None:
    found = run_checks("three items", baselines=100)
    assert sum(check.alarm for check in found) >= 95
