"""Promises of the adaptive check: fewer calls, the same false alarms, more power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from evals.stats.adaptive import EXTRA_ROUNDS, NextStep, informative_items, join_rounds, next_step
from evals.stats.check import check_counts
from evals.stats.outcomes import Counts, count_outcomes
from evals.stats.reference import Reference, fit_reference
from evals.stats.retest import items_to_ask_again, weigh_retests
from tests.calibration.endpoints import Endpoint, typical_suite

ALPHA = 1 / 260
ITEMS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    alarm: bool
    calls: int


def ask(endpoint: Endpoint, rng: np.random.Generator, items: tuple[int, ...]) -> Counts:
    answers = endpoint.answers(rng, 1)[0]
    asked = np.zeros((ITEMS, 1), dtype=bool)
    asked[list(items)] = True
    return count_outcomes(np.where(asked, answers, np.nan))


def ask_rounds(endpoint: Endpoint, rng: np.random.Generator, reference: Reference) -> Counts:
    informative = informative_items(reference)
    everything = ask(endpoint, rng, tuple(range(ITEMS)))
    again = [ask(endpoint, rng, informative) for _ in range(EXTRA_ROUNDS)]
    return join_rounds(everything, *again)


def ask_odd_ones(endpoint: Endpoint, rng: np.random.Generator, fell: tuple[int, ...]) -> Counts:
    again = ask(endpoint, rng, ())
    while items := items_to_ask_again(fell, again):
        again = join_rounds(again, ask(endpoint, rng, items))
    return again


def adaptive_check(endpoint: Endpoint, rng: np.random.Generator, reference: Reference) -> Checked:
    rounds = ask_rounds(endpoint, rng, reference)
    first = check_counts(reference, rounds, alpha=ALPHA)
    noisy = set(informative_items(reference))
    again = ask_odd_ones(endpoint, rng, tuple(i for i in first.fell if i not in noisy))
    retest = weigh_retests(reference, rounds, again, alpha=ALPHA)
    calls = int(rounds.draws.sum() + again.draws.sum())
    step = next_step(first, retest)
    if step is not NextStep.REPEAT_LATER:
        return Checked(alarm=step is NextStep.ALARM, calls=calls)
    later = ask_rounds(endpoint, rng, reference)
    both = check_counts(reference, join_rounds(rounds, later), alpha=ALPHA)
    return Checked(alarm=both.p_drop <= ALPHA, calls=calls + int(later.draws.sum()))


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
        found += [adaptive_check(changed, rng, reference) for _ in range(runs)]
    return found


def test_an_unchanged_endpoint_costs_half_of_four_passes_and_rarely_alarms() -> None:
    found = run_checks("nothing", baselines=50, runs=8)
    assert sum(check.alarm for check in found) <= stats.binom.ppf(0.999, len(found), 0.0046)
    assert np.mean([check.calls for check in found]) <= 300


def test_five_points_are_found_by_the_adaptive_check() -> None:
    found = run_checks("five points", baselines=100)
    assert sum(check.alarm for check in found) >= 85


def test_three_broken_items_are_found_by_the_adaptive_check() -> None:
    found = run_checks("three items", baselines=100)
    assert sum(check.alarm for check in found) >= 95
