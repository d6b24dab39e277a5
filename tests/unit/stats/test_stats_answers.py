"""Answers and states: changed, without a word about better or worse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evals.stats.answer_check import check_answers, modal_answers
from evals.stats.rate_check import check_rate
from evals.stats.reference import Support

if TYPE_CHECKING:
    from evals.stats.arrays import Ints

ALPHA = 1 / 260


def answers(passes: int = 4, items: int = 40) -> Ints:
    return np.tile(np.arange(items)[:, np.newaxis], (passes, 1, 1))


def test_the_same_answers_again_are_unchanged() -> None:
    check = check_answers(answers(), answers()[0], alpha=ALPHA)
    assert check.p_changed > 0.5
    assert check.changed == ()
    assert check.share_changed == 0.0


def test_seven_of_forty_new_answers_are_a_change_after_four_passes() -> None:
    run = answers()[0]
    run[3:10] += 100
    check = check_answers(answers(), run, alpha=ALPHA)
    assert check.p_changed < 0.001
    assert check.changed == tuple(range(3, 10))
    assert check.low > 0


def test_answers_that_always_vary_are_not_news(rng: np.random.Generator) -> None:
    baseline = rng.integers(0, 3, (16, 60, 1))
    check = check_answers(baseline, rng.integers(0, 3, (60, 1)), alpha=ALPHA)
    assert check.p_changed > 0.05
    assert 0.4 < check.expected_share < 0.8


def test_a_missing_answer_is_not_a_changed_one() -> None:
    run = answers(passes=16)[0]
    run[:30] = -1
    check = check_answers(answers(passes=16), run, alpha=ALPHA)
    assert check.items == 10
    assert check.changed == ()
    assert check.p_changed > 0.5


def test_one_pass_cannot_say_what_usually_is_answered() -> None:
    check = check_answers(answers(passes=1), answers()[0], alpha=ALPHA)
    assert check.support is Support.NOTHING_SHARED
    assert math.isnan(check.p_changed)
    assert check.reason == "the baseline needs two passes with answers"


def test_a_run_without_answers_says_so() -> None:
    check = check_answers(answers(), np.full((40, 1), -1), alpha=ALPHA)
    assert math.isnan(check.p_changed)
    assert check.reason is not None


def test_of_equally_frequent_answers_the_smallest_code_is_usual() -> None:
    assert modal_answers(np.array([[[5]], [[3]]])).tolist() == [3]


def test_new_refusals_are_a_rise_of_the_refusal_rate() -> None:
    run = np.zeros((40, 1))
    run[:6] = 1.0
    check = check_rate(np.zeros((8, 40, 1)), run, alpha=ALPHA)
    assert check.p < ALPHA
    assert check.p_rise < check.p_fall
    assert check.rose == (0, 1, 2, 3, 4, 5)
    assert check.rate == pytest.approx(0.15)
    assert check.baseline_rate == 0.0
    assert check.low > 0
    assert 0 < check.mde < 0.3


def test_refusals_that_stop_are_a_fall() -> None:
    before = np.zeros((8, 40, 1))
    before[:, :8] = 1.0
    check = check_rate(before, np.zeros((40, 1)), alpha=ALPHA)
    assert check.p < ALPHA
    assert check.p_fall < check.p_rise


def test_a_state_nobody_measured_has_no_rate() -> None:
    check = check_rate(np.zeros((8, 40, 1)), np.full((40, 1), np.nan), alpha=ALPHA)
    assert math.isnan(check.rate)
    assert math.isnan(check.p)


def test_five_rows_of_one_document_are_one_surprise_not_five() -> None:
    documents = np.repeat(np.arange(30), 5)
    codes = np.tile(documents[:, np.newaxis], (16, 1, 1))
    run = codes[0].copy()
    run[:5] += 100
    rows = check_answers(codes, run, alpha=ALPHA)
    summed = check_answers(codes, run, alpha=ALPHA, clusters=documents)
    assert rows.p_changed < summed.p_changed / 10
    assert summed.changed == rows.changed == (0, 1, 2, 3, 4)
    assert summed.items == rows.items == 150


def test_a_document_that_is_refused_is_one_surprise_not_five() -> None:
    documents = np.repeat(np.arange(30), 5)
    refused = np.zeros((150, 1))
    refused[:5] = 1.0
    never = np.zeros((16, 150, 1))
    rows = check_rate(never, refused, alpha=ALPHA)
    summed = check_rate(never, refused, alpha=ALPHA, clusters=documents)
    assert rows.p < summed.p / 10
    assert summed.rose == (0,)
    assert summed.items == 30
