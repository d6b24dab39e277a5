"""What is learned from a baseline: items, epochs, runs."""

from __future__ import annotations

import numpy as np
import pytest

from evals.stats.beta_binomial import count_probabilities
from evals.stats.item_model import fit_item_model
from evals.stats.outcomes import count_outcomes
from evals.stats.variance import (
    SHOCK_PRIOR,
    RunShock,
    estimate_rho,
    estimate_run_shock,
    pool_run_shocks,
)


def test_sixteen_right_of_sixteen_still_predicts_failures() -> None:
    model = fit_item_model(count_outcomes(np.ones((16, 150, 1))), 0.0)
    failure = model.predict(np.ones(150, dtype=np.int64))[:, 0]
    assert (failure > 0.001).all()
    assert (failure < 0.02).all()


def test_an_item_without_answers_keeps_the_suites_prior() -> None:
    outcomes = np.ones((8, 30, 1))
    outcomes[:, 0] = np.nan
    model = fit_item_model(count_outcomes(outcomes), 0.0)
    assert 0.5 < model.mean[0] < model.mean[1]


def test_the_posterior_finds_each_items_rate(rng: np.random.Generator) -> None:
    p = np.linspace(0.05, 0.95, 60)
    outcomes = (rng.random((200, 60, 1)) < p[:, np.newaxis]).astype(float)
    model = fit_item_model(count_outcomes(outcomes), 0.0)
    assert np.abs(model.mean - p).max() < 0.1


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("rho", [0.0, 0.2, 1.0])
def test_the_counts_of_an_item_always_have_probability_one(rate: float, rho: float) -> None:
    counts = count_probabilities(np.array([rate]), 6, rho)
    assert counts.sum() == pytest.approx(1.0, abs=1e-6)
    assert counts @ np.arange(7) == pytest.approx(6 * rate, abs=1e-5)


def test_single_epochs_leave_the_correlation_unknown() -> None:
    assert estimate_rho(count_outcomes(np.ones((8, 10, 1)))) == 0.5


def test_epochs_of_one_pass_alone_leave_the_correlation_unknown() -> None:
    assert estimate_rho(count_outcomes(np.ones((1, 10, 4)))) == 0.5


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
def test_the_correlation_of_epochs_is_recovered(rho: float, rng: np.random.Generator) -> None:
    p = np.full((40, 200), 0.7)
    if rho:
        p = rng.beta(0.7 * (1 - rho) / rho, 0.3 * (1 - rho) / rho, p.shape)
    outcomes = (rng.random((40, 200, 4)) < p[:, :, np.newaxis]).astype(float)
    assert estimate_rho(count_outcomes(outcomes)) == pytest.approx(rho, abs=0.05)


def test_a_shock_as_large_as_item_noise_moves_the_ratio_towards_two(
    rng: np.random.Generator,
) -> None:
    shift = rng.normal(0, (0.3 * 0.7 / 200) ** 0.5, 60)
    outcomes = (rng.random((60, 200, 1)) < 0.7 + shift[:, np.newaxis, np.newaxis]).astype(float)
    counts = count_outcomes(outcomes)
    shock = estimate_run_shock(counts, fit_item_model(counts, 0.0))
    assert 1.4 < shock.ratio < 2.4
    assert shock.df == 79


def test_one_pass_says_nothing_about_shocks() -> None:
    counts = count_outcomes(np.ones((1, 30, 1)))
    assert estimate_run_shock(counts, fit_item_model(counts, 0.0)) == SHOCK_PRIOR


def test_a_fleet_without_unchanged_runs_believes_the_prior() -> None:
    assert pool_run_shocks([]) == SHOCK_PRIOR


def test_a_fleet_is_worth_at_most_sixty_degrees_of_freedom() -> None:
    assert pool_run_shocks([RunShock(ratio=1.5, df=30.0)] * 10) == RunShock(ratio=1.5, df=60.0)
