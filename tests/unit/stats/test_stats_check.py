"""One check."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evals.stats.check import check_counts, check_outcomes
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import Support, fit_reference

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

ALPHA = 1 / 260


def suite(passes: int = 4, items: int = 40, wrong: int = 4) -> Floats:
    outcomes = np.ones((passes, items, 1))
    outcomes[:, items - wrong :] = 0.0
    return outcomes


def recorded(epochs: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(7)
    p = rng.beta(3.0, 0.6, 60)
    baseline = (rng.random((16, 60, epochs)) < p[:, np.newaxis]).astype(float)
    run = (rng.random((60, epochs)) < (p * 0.9)[:, np.newaxis]).astype(float)
    baseline[0, :5] = np.nan
    run[7] = np.nan
    return baseline, run


def test_single_epochs_agree_with_an_independent_implementation() -> None:
    check = check_outcomes(*recorded(epochs=1), alpha=ALPHA)
    assert check.p_sum_drop == pytest.approx(0.0037818285047763)
    assert check.p_sum_rise == pytest.approx(0.9992227052408312)
    assert check.p_flip_drop == pytest.approx(3.2429726366300926e-05)
    assert check.p_flip_rise == pytest.approx(0.9979449422292521)
    assert check.log_e == pytest.approx(3.8149743036935764)
    assert check.effect == pytest.approx(-0.1456771736650677)
    assert (check.items, check.draws, check.passes, check.lam) == (59, 59, 16, 1.0)
    assert check.fell == (1, 3, 15, 23, 37, 41, 46)


def test_correlated_epochs_agree_with_an_independent_implementation() -> None:
    check = check_outcomes(*recorded(epochs=3), alpha=ALPHA)
    assert check.rho == pytest.approx(0.03796410323594923)
    assert check.lam == pytest.approx(1.1943572, abs=0.002)
    assert check.p_sum_drop == pytest.approx(0.0053350, rel=0.03)
    assert check.log_e == pytest.approx(0.54490, abs=0.01)
    assert check.effect == pytest.approx(-0.0850649, abs=1e-5)


def test_the_same_answers_again_are_no_change() -> None:
    check = check_outcomes(suite(), suite()[0], alpha=ALPHA)
    assert check.p_drop > 0.5
    assert check.p_rise > 0.5
    assert check.low < 0 < check.high
    assert not (*check.fell, *check.rose)


def test_twelve_of_forty_newly_wrong_are_beyond_doubt_after_four_passes() -> None:
    run = suite()[0]
    run[:12] = 0.0
    check = check_outcomes(suite(), run, alpha=ALPHA)
    assert check.p_drop < 1e-6
    assert check.p_rise == 1.0
    assert check.high < 0
    assert check.fell == tuple(range(12))
    assert check.support is Support.FEW_PASSES


def test_two_broken_and_two_mended_items_are_no_drop_and_no_rise() -> None:
    run = suite()[0]
    run[:2], run[-2:] = 0.0, 1.0
    check = check_outcomes(suite(), run, alpha=ALPHA)
    assert check.p_drop > 0.01
    assert check.p_rise > 0.01
    assert (check.fell, check.rose) == ((0, 1), (38, 39))


def test_a_rise_is_a_drop_seen_from_the_other_side() -> None:
    run = suite(passes=16)[0]
    run[:6] = 0.0
    drop = check_outcomes(suite(passes=16), run, alpha=ALPHA)
    rise = check_outcomes(1 - suite(passes=16, wrong=4), 1 - run, alpha=ALPHA)
    assert drop.p_drop < ALPHA
    assert rise.p_rise < ALPHA


def test_nothing_answered_is_not_a_zero() -> None:
    check = check_outcomes(suite(), np.full((40, 1), np.nan), alpha=ALPHA)
    assert check.support is Support.NOTHING_SHARED
    assert math.isnan(check.p_drop)
    assert math.isnan(check.run_rate)
    assert math.isnan(check.mde)


def test_missing_answers_are_left_out_and_not_counted_wrong() -> None:
    run = suite(passes=16)[0]
    run[:20] = np.nan
    check = check_outcomes(suite(passes=16), run, alpha=ALPHA)
    assert check.items == 20
    assert check.p_drop > 0.5


def test_one_pass_supports_a_valid_p_value_and_says_it_has_no_power() -> None:
    run = suite()[0]
    run[:5] = 0.0
    check = check_outcomes(suite(passes=1), run, alpha=ALPHA)
    assert check.support is Support.NO_POWER
    assert check.p_drop == pytest.approx(2 / 2**5)
    assert check.mde > 0.2


def test_fewer_than_ten_items_have_no_power() -> None:
    baseline = np.ones((16, 6, 1))
    check = check_outcomes(baseline, np.ones((6, 1)), alpha=ALPHA)
    assert check.support is Support.NO_POWER


def test_a_change_that_no_fall_could_reach_has_an_infinite_smallest_one() -> None:
    check = check_outcomes(np.ones((1, 4, 1)), np.ones((4, 1)), alpha=ALPHA)
    assert check.mde == math.inf


def test_more_passes_see_smaller_drops() -> None:
    few, many = (
        check_outcomes(suite(passes=passes), suite()[0], alpha=ALPHA).mde for passes in (2, 16)
    )
    assert many < few


def test_items_that_fail_together_count_once() -> None:
    baseline = np.ones((16, 60, 1))
    run = np.ones((60, 1))
    run[:6] = 0.0
    apart = check_outcomes(baseline, run, alpha=ALPHA)
    together = check_outcomes(baseline, run, alpha=ALPHA, clusters=np.arange(60) // 6)
    assert together.fell == (0,)
    assert together.items == 10
    assert together.p_drop > apart.p_drop


def test_a_run_of_other_items_is_refused() -> None:
    with pytest.raises(ValueError, match="40 items, the run 39"):
        check_outcomes(suite(), np.ones((39, 1)), alpha=ALPHA)


def test_epochs_fired_together_are_not_taken_for_independent_ones() -> None:
    baseline, run = suite(passes=16), np.ones((40, 4))
    run[36:], run[:2] = 0.0, 0.0
    together = check_outcomes(baseline, run, alpha=ALPHA)
    reference = fit_reference(count_outcomes(baseline))
    spread = count_outcomes(np.moveaxis(run[np.newaxis], 2, 0).reshape(4, 40, 1))
    assert together.rho == 0.5
    assert check_counts(reference, spread, alpha=ALPHA).p_drop < together.p_drop


def test_two_runs_pooled_say_more_than_one() -> None:
    reference = fit_reference(count_outcomes(suite(passes=16)))
    runs = suite(passes=2)
    runs[:, :2] = 0.0
    both = check_counts(reference, count_outcomes(runs), alpha=ALPHA)
    one = check_counts(reference, count_outcomes(runs[0]), alpha=ALPHA)
    assert both.draws == 80
    assert both.p_drop < one.p_drop
