"""Exact sums."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.stats.lattice import SMALLEST_P, tails_of_sum


@given(items=st.integers(1, 400), p=st.floats(0.01, 0.99), share=st.floats(0.0, 1.0))
def test_the_tails_of_equal_items_are_binomial(items: int, p: float, share: float) -> None:
    observed = round(share * items)
    tails = tails_of_sum(np.tile([1 - p, p], (items, 1)), observed)
    lower = max(float(stats.binom.cdf(observed, items, p)), SMALLEST_P)
    upper = max(float(stats.binom.sf(observed - 1, items, p)), SMALLEST_P)
    assert np.isclose(tails.lower, lower, rtol=1e-3, atol=SMALLEST_P)
    assert np.isclose(tails.upper, upper, rtol=1e-3, atol=SMALLEST_P)


def test_a_sum_of_many_counts_is_cut_without_losing_its_tails() -> None:
    pmf = stats.binom.pmf(np.arange(33), 32, 0.9)
    tails = tails_of_sum(np.tile(pmf, (300, 1)), 8500)
    assert np.isclose(tails.lower, stats.binom.cdf(8500, 9600, 0.9), rtol=1e-3)


def test_totals_far_outside_anything_possible_are_settled_without_a_sum() -> None:
    pmf = stats.binom.pmf(np.arange(33), 32, 0.9)
    assert tails_of_sum(np.tile(pmf, (300, 1)), 0).lower == SMALLEST_P
    assert tails_of_sum(np.tile(pmf, (300, 1)), 9600).upper == SMALLEST_P


def test_no_items_are_no_evidence() -> None:
    tails = tails_of_sum(np.zeros((0, 2)), 0)
    assert (tails.lower, tails.upper) == (1.0, 1.0)


def test_a_total_in_steps_is_the_convolution_of_its_items() -> None:
    pmfs = np.array([[0.1, 0.9, 0.0], [0.2, 0.3, 0.5], [0.6, 0.4, 0.0]])
    steps = np.array([[0, 4, 4], [0, 1, 2], [0, 4, 4]])
    exact = np.zeros(11)
    for a, b, c in np.ndindex(3, 3, 3):
        total = steps[0, a] + steps[1, b] + steps[2, c]
        exact[total] += pmfs[0, a] * pmfs[1, b] * pmfs[2, c]
    for observed in range(11):
        tails = tails_of_sum(pmfs, observed, steps=steps)
        assert np.isclose(tails.lower, exact[: observed + 1].sum())
        assert np.isclose(tails.upper, max(exact[observed:].sum(), SMALLEST_P))
