from __future__ import annotations

import pytest

from evals.call_state import CallState
from tests.unit.scorers.factories_scorers import grade, passes


@pytest.mark.parametrize("answer", ["Paris", "paris.", '"Paris"', "**PARIS**", "\uff30aris"])
def test_the_same_answer_in_other_clothes_is_right(answer: str) -> None:
    scored = grade(f"FINAL: {answer}", "exact", "Paris")
    assert (scored.passed, scored.value, scored.parsed) == (True, 1.0, "paris")


def test_any_target_will_do() -> None:
    assert passes("FINAL: planet Mercury", "exact", "Mercury", "planet Mercury")


def test_an_answer_that_contains_the_target_is_wrong() -> None:
    scored = grade("FINAL: not Paris", "exact", "Paris")
    assert (scored.state, scored.value, scored.passed) == (CallState.OK, 0.0, False)


def test_the_case_counts_when_asked_for() -> None:
    assert not passes("FINAL: PARIS", "exact", "Paris", case_sensitive=True)


def test_punctuation_counts_when_asked_for() -> None:
    assert not passes("FINAL: Paris.", "exact", "Paris", strip_punctuation=False)
