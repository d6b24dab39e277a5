"""What a suite can see, what a fleet may send, what a swap may cost."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from evals.stats.budget import (
    benjamini_hochberg,
    level_per_check,
    pool_endpoint,
    pool_smallest,
    pool_stouffer,
)
from evals.stats.intervals import wilson_interval
from evals.stats.mde import Plan, items_needed, power_at, smallest_detectable_drop
from evals.stats.noninferiority import SwapVerdict, compare_models, items_to_prove

ALPHA = 1 / 260
PLAN = Plan(items=150, epochs=4, passes=16, noise=0.03)


def test_the_smallest_drop_follows_its_formula() -> None:
    z = 2.8905 + 0.8416
    by_hand = z * (0.03 / 600 * (1 + 1 / 16)) ** 0.5 + z**2 / (8 * 600)
    assert smallest_detectable_drop(PLAN, alpha=ALPHA) == pytest.approx(by_hand, rel=1e-3)


@pytest.mark.parametrize(
    "worse", [{"items": 75}, {"epochs": 1}, {"passes": 1}, {"rho": 0.5}, {"shock": 0.02}]
)
def test_less_data_or_more_noise_hides_larger_drops(worse: dict[str, float]) -> None:
    blunter = replace(PLAN, **worse)  # type: ignore[arg-type]  # the fields differ in type
    assert smallest_detectable_drop(blunter, alpha=ALPHA) > smallest_detectable_drop(
        PLAN, alpha=ALPHA
    )


def test_power_at_the_smallest_drop_is_the_power_asked_for() -> None:
    drop = smallest_detectable_drop(PLAN, alpha=ALPHA, power=0.9)
    assert power_at(PLAN, drop, alpha=ALPHA) == pytest.approx(0.9)


def test_the_items_needed_see_the_drop_and_one_fewer_does_not() -> None:
    items = items_needed(PLAN, 0.05, alpha=ALPHA)
    enough, short = replace(PLAN, items=items), replace(PLAN, items=items - 1)
    assert smallest_detectable_drop(enough, alpha=ALPHA) <= 0.05 + 1e-9
    assert smallest_detectable_drop(short, alpha=ALPHA) > 0.05


def test_no_number_of_items_sees_through_a_large_run_shock() -> None:
    with pytest.raises(ValueError, match="run shock"):
        items_needed(replace(PLAN, shock=0.05), 0.05, alpha=ALPHA)


def test_a_hundred_series_share_one_false_page_a_year() -> None:
    assert level_per_check(false_pages_per_year=1, series=100) * 52 * 100 == pytest.approx(1)


def test_a_budget_for_no_series_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one series"):
        level_per_check(false_pages_per_year=1, series=0)


def test_pooling_skips_what_was_not_measured() -> None:
    assert pool_stouffer([0.05, math.nan]) == pytest.approx(0.05)
    assert pool_smallest([0.05, math.nan]) == 0.05
    assert math.isnan(pool_endpoint([math.nan]))


def test_pooling_survives_certainty() -> None:
    assert 0 < pool_endpoint([0.0, 1.0]) < 1e-6


def test_many_small_moves_pool_into_a_large_one() -> None:
    assert pool_endpoint([0.03] * 8) < 1e-6


def test_benjamini_hochberg_takes_everything_below_the_largest_crossing() -> None:
    assert benjamini_hochberg([0.04, 0.03, 0.02, 0.9], q=0.06) == (True, True, True, False)
    assert benjamini_hochberg([0.5, math.nan], q=0.05) == (False, False)
    assert benjamini_hochberg([], q=0.05) == ()


def test_a_rate_of_nothing_has_no_interval() -> None:
    assert math.isnan(wilson_interval(0, 0).low)


def test_wilson_agrees_with_the_textbook() -> None:
    interval = wilson_interval(81, 263)
    assert (interval.low, interval.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_more_successes_than_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="make no rate"):
        wilson_interval(3, 2)


def test_a_model_that_answers_alike_is_safe_only_with_enough_items() -> None:
    assert compare_models(np.ones((150, 4)), np.ones((150, 4)), margin=0.05).verdict == "safe"
    few = compare_models(np.ones((20, 4)), np.ones((20, 4)), margin=0.05)
    assert few.verdict is SwapVerdict.CANNOT_TELL
    assert few.items_needed is not None
    assert few.items_needed > 20


def test_a_model_that_is_ten_points_worse_is_not_safe() -> None:
    worse = np.ones((400, 1))
    worse[:60] = 0.0
    swap = compare_models(np.ones((400, 1)), worse, margin=0.03)
    assert swap.verdict is SwapVerdict.NOT_SAFE
    assert swap.difference == pytest.approx(-0.15)
    assert swap.share_differing == pytest.approx(0.15)


def test_a_better_model_proves_any_margin() -> None:
    a = np.zeros((400, 1))
    a[200:] = 1.0
    swap = compare_models(a, np.ones((400, 1)), margin=0.001)
    assert swap.verdict is SwapVerdict.SAFE
    assert swap.provable_margin == 0.0


def test_models_without_a_shared_answer_cannot_be_told_apart() -> None:
    swap = compare_models(np.full((5, 1), np.nan), np.ones((5, 1)), margin=0.05)
    assert swap.verdict is SwapVerdict.CANNOT_TELL
    assert swap.items_needed is None
    assert math.isnan(swap.difference)


def test_a_margin_must_leave_room() -> None:
    with pytest.raises(ValueError, match="positive"):
        compare_models(np.ones((5, 1)), np.ones((5, 1)), margin=0.0)


def test_the_items_needed_for_a_swap_follow_their_formula() -> None:
    assert items_to_prove(0.05, 0.05) == math.ceil(6.1826 * 0.05 / 0.05**2)
