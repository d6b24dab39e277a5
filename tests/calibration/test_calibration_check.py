"""Promises of a single check, measured on seeded endpoints of known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from evals.bench.endpoints import Endpoint, noisy_suite, typical_suite
from evals.stats import scan
from evals.stats.answer_check import check_answers
from evals.stats.arrays import Floats
from evals.stats.check import Check, check_counts
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

ALPHA = 1 / 260
PROMISED = 0.0046
TWICE_NOMINAL = 2 * ALPHA
Suite = Callable[[np.random.Generator], Floats]


def checks(
    suite: Suite,
    *,
    baselines: int,
    runs: int = 1,
    passes: int = 16,
    epochs: int = 1,
    rho: float = 0.0,
    shock: float = 0.0,
    change: Callable[[Endpoint, np.random.Generator], Endpoint] = lambda endpoint, _: endpoint,
) -> list[Check]:
    found = []
    for seed in range(baselines):
        rng = np.random.default_rng([17, seed])
        endpoint = Endpoint(p=suite(rng), rho=rho, shock=shock)
        reference = fit_reference(count_outcomes(endpoint.answers(rng, passes, epochs)))
        answers = change(endpoint, rng).answers(rng, runs, epochs)
        found += [check_counts(reference, count_outcomes(run), alpha=ALPHA) for run in answers]
    return found


def drops(found: list[Check]) -> int:
    return sum(check.p_drop <= ALPHA for check in found)


def most(rate: float, checks_made: int) -> int:
    """Return the most alarms that a true rate of ``rate`` explains, but once in a thousand."""
    return int(stats.binom.ppf(0.999, checks_made, rate))


@pytest.mark.parametrize("suite", [typical_suite, noisy_suite])
def test_an_unchanged_endpoint_alarms_once_in_260_checks(suite: Suite) -> None:
    found = checks(suite, baselines=40, runs=12)
    assert drops(found) <= most(PROMISED, len(found))
    assert sum(check.p_rise <= ALPHA for check in found) <= most(PROMISED, len(found))


@pytest.mark.parametrize("passes", [1, 2, 4])
def test_a_small_baseline_alarms_no_more_often(passes: int) -> None:
    found = checks(noisy_suite, baselines=40, runs=4, passes=passes)
    assert drops(found) <= most(PROMISED, len(found))


def test_correlated_epochs_at_most_double_the_false_alarms() -> None:
    found = checks(noisy_suite, baselines=30, runs=8, epochs=4, rho=0.3)
    assert drops(found) <= most(TWICE_NOMINAL, len(found))


@pytest.mark.parametrize("suite", [typical_suite, noisy_suite])
def test_run_shocks_as_large_as_item_noise_at_most_double_them(suite: Suite) -> None:
    found = checks(suite, baselines=30, runs=12, shock=1.0)
    assert drops(found) <= most(TWICE_NOMINAL, len(found))


def test_five_points_are_found_in_three_hundred_calls() -> None:
    found = checks(
        typical_suite, baselines=100, epochs=2, change=lambda endpoint, _: endpoint.worse_by(0.05)
    )
    assert drops(found) >= 90


def test_three_broken_items_of_150_are_found_in_three_hundred_calls() -> None:
    found = checks(
        typical_suite, baselines=100, epochs=2, change=lambda endpoint, rng: endpoint.broken(rng, 3)
    )
    assert drops(found) >= 95


@pytest.mark.parametrize(("suite", "epochs"), [(typical_suite, 2), (noisy_suite, 1)])
def test_the_printed_smallest_drop_is_right_within_fifteen_percent(
    suite: Suite, epochs: int
) -> None:
    usual = [check.mde for check in checks(suite, baselines=40, epochs=epochs)]
    drop = float(np.mean(usual))

    def power(factor: float) -> float:
        found = checks(
            suite,
            baselines=120,
            epochs=epochs,
            change=lambda endpoint, _: endpoint.worse_by(factor * drop),
        )
        return drops(found) / len(found)

    assert power(0.85) < 0.8 < power(1.15)


def test_the_interval_covers_a_real_drop() -> None:
    found = checks(
        typical_suite, baselines=120, epochs=2, change=lambda endpoint, _: endpoint.worse_by(0.05)
    )
    covered = sum(check.low <= -0.05 <= check.high for check in found)
    assert covered / len(found) >= 0.92


def test_answers_that_vary_as_always_are_no_change() -> None:
    alarms = 0
    for seed in range(150):
        rng = np.random.default_rng([19, seed])
        usual = typical_suite(rng)[:, np.newaxis]
        draws = rng.random((17, 150, 1))
        codes = np.where(draws < usual, 0, rng.integers(1, 6, draws.shape))
        alarms += check_answers(codes[:16], codes[16], alpha=ALPHA).p_changed <= ALPHA
    assert alarms <= most(PROMISED, 150)


def test_a_year_of_weekly_scans_rarely_alarms() -> None:
    alarmed = 0
    for seed in range(4):
        rng = np.random.default_rng([23, seed])
        answers = Endpoint(p=noisy_suite(rng)).answers(rng, 16 + 52)
        state = scan.start(count_outcomes(answers[:16]))
        lowest = 1.0
        for run in answers[16:]:
            state = scan.step(state, count_outcomes(run))
            lowest = min(lowest, state.drop.p_week)
        alarmed += lowest <= ALPHA
    assert alarmed <= most(0.18, 4)


def test_one_item_that_broke_for_good_is_found_by_memory_and_by_no_week_alone() -> None:
    for seed in range(4):
        rng = np.random.default_rng([31, seed])
        endpoint = Endpoint(p=typical_suite(rng))
        state = scan.start(count_outcomes(endpoint.answers(rng, 16)))
        remembered, alone = [], []
        for run in map(count_outcomes, endpoint.broken(rng, 1).answers(rng, 8)):
            state = scan.step(state, run)
            remembered.append(state.drop.p_week)
            alone.append(check_counts(state.references[0], run, alpha=ALPHA).p_drop)
        assert min(remembered) <= ALPHA / 2
        assert min(alone) > ALPHA / 2
