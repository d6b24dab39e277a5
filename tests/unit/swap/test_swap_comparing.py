"""Whether B may take the place of A, and when nobody can say."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from evals.errors import EvalsError
from evals.stats.noninferiority import SwapVerdict, compare_models
from evals.swap import compare_endpoints
from tests.factories import a_task
from tests.unit.swap.factories_swap import CASES, answered, items, measured, swapped


@pytest.mark.parametrize(
    ("case", "verdict", "exit_code"),
    [
        ("safe", "safe", 0),
        ("not_safe", "not safe", 1),
        ("cannot_tell", "cannot tell", 3),
        ("refusing", "cannot tell", 3),
        ("two_tasks", "not safe", 1),
    ],
)
def test_a_swap_has_its_verdict_and_exit_code(case: str, verdict: str, exit_code: int) -> None:
    report = CASES[case]()
    assert (report.verdict.value, report.exit_code) == (verdict, exit_code)


def test_the_numbers_are_those_of_the_statistic() -> None:
    asked = items()
    wrong = set(range(0, 150, 7))
    [task] = swapped(answered(asked), answered(asked, wrong, epochs=3), asked).tasks
    b = np.ones((150, 3))
    b[sorted(wrong)] = 0.0
    expected = compare_models(np.ones((150, 1)), b, margin=0.03)
    assert task.overall.difference == expected.difference
    assert (task.overall.low, task.overall.high) == (expected.low, expected.high)
    assert task.overall.provable_margin == expected.provable_margin
    assert task.overall.share_differing == expected.share_differing


def test_worse_but_perhaps_within_the_margin_is_cannot_tell_and_says_that_b_is_worse() -> None:
    asked = items(600)
    report = swapped(answered(asked), answered(asked, range(15)), asked)
    row = report.tasks[0].overall
    assert row.verdict is SwapVerdict.CANNOT_TELL
    assert row.high < 0
    assert row.reason.endswith("B is worse than A, perhaps by less than the margin")
    assert row.items_needed is not None
    assert row.items_needed > row.items


def test_a_wider_margin_makes_the_same_answers_safe() -> None:
    asked = items(600)
    a, b = answered(asked), answered(asked, range(15))
    assert swapped(a, b, asked, margin_points=5).verdict is SwapVerdict.SAFE


def test_samples_that_were_planned_and_never_asked_count_against_coverage() -> None:
    asked = items(600)
    b = measured(answered(asked), tasks=(a_task(1200),))
    known = {item.content_digest: item for item in asked}
    report = compare_endpoints(measured(answered(asked)), b, items=known)
    assert report.verdict is SwapVerdict.CANNOT_TELL
    assert report.reasons[0].startswith("only 600 of 1200 samples of B could be graded (600 never")
    lenient = compare_endpoints(measured(answered(asked)), b, items=known, minimum_coverage=0.5)
    assert lenient.verdict is SwapVerdict.SAFE


def test_refusals_are_not_wrong_answers_but_are_counted_beside_them() -> None:
    [task] = CASES["refusing"]().tasks
    assert task.overall.b.rate == task.overall.a.rate
    assert {state.value: count for state, count in task.b_states.items()}["refused"] == 15


def test_nothing_shared_is_cannot_tell_without_a_figure() -> None:
    mine, yours = items(20), [*items(40)[20:]]
    report = swapped(answered(mine), answered(yours), [*mine, *yours])
    row = report.tasks[0].overall
    assert (row.reason, row.items) == ("no item was answered by both", 0)
    assert isnan(row.difference)
    assert isnan(row.provable_margin)
    assert row.a.rate is None


def test_an_endpoint_that_never_answered_is_cannot_tell() -> None:
    asked = items(20)
    report = swapped(answered(asked), answered(asked, failed=range(20)), asked)
    assert report.verdict is SwapVerdict.CANNOT_TELL
    assert report.b.median_latency_seconds is None
    assert swapped([], [], []).verdict is SwapVerdict.CANNOT_TELL


def test_items_of_a_cluster_are_one_item() -> None:
    asked = [item for n in range(30) for item in items(5 * n + 5, cluster=f"doc-{n}")[5 * n :]]
    [task] = swapped(answered(asked), answered(asked, range(5)), asked).tasks
    assert task.overall.items == 30
    assert task.overall.difference == pytest.approx(-1 / 30)


def test_a_tag_that_every_item_has_is_the_task_itself_and_is_not_repeated() -> None:
    asked = items(30, tags=("all",))
    [task] = swapped(answered(asked), answered(asked), asked).tasks
    assert task.tags == ()


def test_a_sum_with_an_unknown_price_is_unknown() -> None:
    asked = items(30)
    half = [*answered(asked[:15]), *answered(asked[15:], cost_usd=None)]
    report = swapped(answered(asked), half, asked)
    assert report.a.cost_usd == pytest.approx(0.084)
    assert report.b.cost_usd is None


@pytest.mark.parametrize("margin", [0, -1, 100, float("nan")])
def test_a_margin_that_makes_no_sense_is_refused(margin: float) -> None:
    with pytest.raises(EvalsError, match="makes no sense"):
        swapped([], [], [], margin_points=margin)


def test_an_equally_good_b_is_rarely_not_safe_and_one_that_is_worse_rarely_safe() -> None:
    rng = np.random.default_rng(2)
    asked = items(150)
    rates = rng.beta(6, 0.6, 150)
    verdicts: dict[float, list[SwapVerdict]] = {0.0: [], 0.1: []}
    for drop, seen in verdicts.items():
        for _ in range(40):
            a, b = (
                answered(asked, np.flatnonzero(rng.random(150) > p))
                for p in (rates, rates * (1 - drop))
            )
            seen.append(swapped(a, b, asked).verdict)
    assert verdicts[0.0].count(SwapVerdict.NOT_SAFE) <= 2
    assert verdicts[0.1].count(SwapVerdict.SAFE) <= 2
