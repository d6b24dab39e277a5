from __future__ import annotations

import pytest

from evals.call_state import CallState
from tests.unit.scorers.factories_scorers import grade


@pytest.mark.parametrize(
    "reply",
    [
        "1: 5\n2: 42\n3: 7",
        "1. 5\n2. 42\n3. 7",
        "```\n1) 5\n2) 6 * 7 = 42\n```",
        "**1:** 5\n**2:** 42",
        "1. What is 6 * 7?\n2. What is 6 * 7?\n\n1: 5\n2: 42",
        "Problem 2: 42 apples",
        "- 2: **42**",
    ],
)
def test_the_answer_stands_after_its_number(reply: str) -> None:
    scored = grade(reply, "numbered", "42", place=2)
    assert (scored.parsed, scored.passed) == ("42", True)


def test_a_text_may_be_the_answer() -> None:
    assert grade("1: Rome\n2: Oslo.", "numbered", "oslo", place=2, compare="exact").passed is True


@pytest.mark.parametrize("reply", ["1: 5\n3: 7", "2: none", "42", "12: 42", "2.5 and 42", "2:", ""])
def test_what_the_list_leaves_out_is_unparsed_not_wrong(reply: str) -> None:
    assert grade(reply, "numbered", "42", place=2).state is CallState.UNPARSED


def test_the_answer_of_another_line_is_wrong() -> None:
    assert grade("1: 42\n2: 5", "numbered", "42", place=2).passed is False
