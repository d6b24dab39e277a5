"""What a suite can see, and what it takes."""

from __future__ import annotations

import pytest

from evals.matrices.planning import need, need_document, sight, sight_document
from evals.stats.mde import Plan

ALPHA = 1 / 260


def a_plan(**overrides: float) -> Plan:
    values = {"items": 150, "epochs": 1, "passes": 16, "noise": 0.017}
    return Plan(**{**values, **overrides})  # type: ignore[arg-type]


def test_more_items_and_epochs_see_smaller_drops_and_correlated_epochs_do_not() -> None:
    def smallest(**overrides: float) -> float:
        seen = sight(a_plan(**overrides), alpha=ALPHA).smallest_drop
        assert seen is not None
        return seen

    assert smallest(items=600) < smallest(epochs=2) < smallest()
    assert smallest(epochs=4, rho=1.0) == pytest.approx(smallest())


def test_the_smallest_drop_is_the_one_that_is_found_four_times_in_five() -> None:
    drop = 0.05
    items = need(a_plan(), drop=drop, alpha=ALPHA).items
    assert sight(a_plan(items=items[1]), alpha=ALPHA).power[drop] == pytest.approx(0.8, abs=0.005)
    assert list(items.values()) == sorted(items.values(), reverse=True)


def test_a_suite_that_sees_no_drop_at_all_says_null() -> None:
    document = sight_document(sight(a_plan(items=1, passes=1, noise=0.25), alpha=ALPHA))
    assert document["smallest_drop"] is None
    assert len(document["notes"]) == 2


def test_no_size_is_below_ten_items_since_fewer_have_no_power() -> None:
    sizes = need_document(need(a_plan(), drop=0.9, alpha=ALPHA))["sizes"]
    assert {size["items"] for size in sizes} == {10}
