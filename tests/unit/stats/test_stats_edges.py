"""Whatever arrives: p-values are probabilities, intervals hold their effect, nan is all or none."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import scan
from evals.stats.answer_check import check_answers
from evals.stats.check import Check, check_outcomes
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import Support


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int, int, int, float]:
    return (
        draw(st.integers(0, 2**16)),
        draw(st.integers(1, 10)),
        draw(st.integers(1, 30)),
        draw(st.integers(1, 4)),
        draw(st.floats(0.0, 1.0)),
    )


def checked(shape: tuple[int, int, int, int, float]) -> Check:
    seed, passes, items, epochs, missing = shape
    rng = np.random.default_rng(seed)
    outcomes = rng.integers(0, 2, (passes + 1, items, epochs)).astype(float)
    outcomes[rng.random(outcomes.shape) < missing] = np.nan
    return check_outcomes(outcomes[:-1], outcomes[-1], alpha=0.01)


@given(shapes())
def test_a_check_is_wholly_measured_or_wholly_nan(shape: tuple[int, int, int, int, float]) -> None:
    check = checked(shape)
    p_values = (check.p_drop, check.p_rise, check.p_sum_drop, check.p_flip_drop)
    if check.support is Support.NOTHING_SHARED:
        assert all(math.isnan(p) for p in p_values)
        return
    assert all(0 < p <= 1 for p in p_values)
    assert check.low <= check.effect <= check.high
    assert check.mde > 0
    assert 1 <= check.items <= check.draws


def test_a_baseline_without_passes_shares_nothing() -> None:
    check = check_outcomes(np.zeros((0, 5, 1)), np.ones((5, 1)), alpha=0.01)
    assert check.support is Support.NOTHING_SHARED
    assert check.passes == 0


def test_a_suite_without_items_shares_nothing() -> None:
    check = check_outcomes(np.zeros((4, 0, 1)), np.zeros((0, 1)), alpha=0.01)
    assert check.support is Support.NOTHING_SHARED


def test_answers_without_passes_have_a_reason() -> None:
    check = check_answers(np.zeros((0, 5, 1), dtype=np.int64), np.ones((5, 1), int), alpha=0.01)
    assert check.reason is not None


def test_items_that_join_later_are_compared_once_they_have_a_past() -> None:
    first = np.ones((16, 20, 1))
    first[:, 15:] = np.nan
    state = scan.start(count_outcomes(first))
    state = scan.step(state, count_outcomes(np.ones((20, 1))))
    assert state.references[0].counts.seen.sum() == 15
    assert state.references[-1].counts.seen.sum() == 20
    assert state.drop.p_week == 1.0


def test_one_broken_item_of_one_is_not_proof() -> None:
    check = check_outcomes(np.ones((16, 1, 1)), np.zeros((1, 1)), alpha=0.01)
    assert check.support is Support.NO_POWER
    assert check.p_drop >= 2 / 17 - 1e-9
