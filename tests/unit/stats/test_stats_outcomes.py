"""Counting answers: what is missing is not wrong."""

from __future__ import annotations

import numpy as np
import pytest

from evals.stats.outcomes import count_outcomes, sum_clusters


def test_a_missing_answer_is_neither_right_nor_asked() -> None:
    counts = count_outcomes(np.array([[[1.0, np.nan], [np.nan, np.nan]]]))
    assert counts.successes.tolist() == [[1, 0]]
    assert counts.draws.tolist() == [[1, 0]]
    assert counts.seen.tolist() == [True, False]


def test_an_item_that_never_answered_has_no_rate() -> None:
    rates = count_outcomes(np.array([[1.0], [np.nan]])).rates()
    assert rates[0] == 1.0
    assert np.isnan(rates[1])


def test_a_pass_without_an_answer_is_no_pass() -> None:
    assert count_outcomes(np.array([[[1.0]], [[np.nan]]])).passes == 1


def test_partial_credit_is_refused() -> None:
    with pytest.raises(ValueError, match="0, 1 or nan"):
        count_outcomes(np.array([[0.5]]))


def test_a_flat_list_of_outcomes_is_refused() -> None:
    with pytest.raises(ValueError, match="axes"):
        count_outcomes(np.array([1.0, 0.0]))


def test_paraphrases_of_one_question_are_summed_before_anything_else() -> None:
    counts = count_outcomes(np.array([[1.0], [0.0], [1.0], [np.nan]]))
    summed = sum_clusters(counts, np.array([0, 0, 1, 1]))
    assert summed.successes.tolist() == [[1, 1]]
    assert summed.draws.tolist() == [[2, 1]]
