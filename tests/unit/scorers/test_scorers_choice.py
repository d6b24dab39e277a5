from __future__ import annotations

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from tests.unit.scorers.factories_scorers import grade, passes

GASES = ("oxygen", "carbon dioxide", "helium")


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "b",
        "(B)",
        "[b]",
        "B.",
        "B) Paris",
        "b) Paris",
        "**B**: Paris",
        "B - Paris",
        "Option B",
        "Answer: (B)",
        "The answer is B",
        "The correct answer is B.",
        "The answer is B because A is wrong",
        "B) A dog",
        "B) vitamin C",
        r"$\boxed{B}$",
    ],
)
def test_a_letter_is_read_in_many_forms(answer: str) -> None:
    assert grade(f"FINAL: {answer}", "choice", "B").parsed == "B"


@pytest.mark.parametrize(
    "answer", ["A or B", "A/B", "A, B", "B, not A", "Both A and B", "F", "A dog", "none", "I think"]
)
def test_no_letter_or_several_is_unparsed(answer: str) -> None:
    assert grade(f"FINAL: {answer}", "choice", "B").state is CallState.UNPARSED


@pytest.mark.parametrize("answer", ["carbon dioxide", "B carbon dioxide", "(b) Carbon dioxide."])
def test_the_text_of_a_choice_counts_as_its_letter(answer: str) -> None:
    assert passes(f"FINAL: {answer}", "choice", "B", choices=GASES)


@pytest.mark.parametrize("answer", ["B) oxygen", "D", "carbon"])
def test_a_letter_with_the_text_of_another_is_unparsed(answer: str) -> None:
    scored = grade(f"FINAL: {answer}", "choice", "B", choices=GASES)
    assert scored.state is CallState.UNPARSED


def test_in_a_whole_reply_the_last_stated_answer_counts() -> None:
    reply = "Option A looks good at first. Answer: (A)? No. The answer is C, since it floats."
    assert passes(reply, "choice", "C", answer="whole")


def test_a_wrong_letter_is_wrong() -> None:
    assert grade("FINAL: C", "choice", "B").value == 0.0


@pytest.mark.parametrize("target", ["D", "oxygen", "b"])
def test_a_target_that_is_no_offered_letter_is_an_error(target: str) -> None:
    with pytest.raises(ScorerError, match="Use one of: ABC"):
        passes("FINAL: B", "choice", target, choices=GASES)
