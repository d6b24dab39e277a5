from __future__ import annotations

import pytest

from evals.call_state import CallState
from evals.scorers.refusal import reads_as_refusal
from tests.unit.scorers.factories_scorers import grade


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I\u2019m sorry, but I can\u2019t assist with this request.",
        "Sorry, I cannot answer this question.",
        "I cannot provide information on that topic.",
        "I am unable to help with that.",
        "As an AI language model, I cannot form opinions.",
        "I won't be able to assist.",
        "I must decline.",
        "I apologize, but I cannot do this.",
        "**I can't provide that.**",
        "I'm not able to discuss this.",
    ],
)
def test_a_reply_that_declines_is_a_refusal(text: str) -> None:
    assert reads_as_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paris",
        "I'm sorry to hear that your parcel is late.",
        "I'm sorry, but we can't refund opened goods.",
        "You cannot return opened goods.",
        "The answer cannot be negative, so it is 4.",
        "I don't know.",
        "UNKNOWN",
        "I can't find the order number; please send it.",
        "A" * 400 + " I cannot help with that.",
    ],
)
def test_an_answer_with_a_no_in_it_is_no_refusal(text: str) -> None:
    assert not reads_as_refusal(text)


def test_a_refusal_in_the_final_line_is_refused_and_not_wrong() -> None:
    assert grade("FINAL: I cannot answer that", "exact", "Paris").state is CallState.REFUSED


def test_a_refusal_of_a_whole_reply_is_refused_and_not_wrong() -> None:
    scored = grade("I'm sorry, I can't help with that.", "exact", "Paris", answer="whole")
    assert (scored.state, scored.value, scored.passed) == (CallState.REFUSED, None, None)


def test_a_refusal_that_is_the_right_answer_is_right() -> None:
    reply = "I cannot answer this from the policy."
    scored = grade(reply, "contains_any", "cannot answer", answer="whole")
    assert (scored.state, scored.passed) == (CallState.OK, True)


@pytest.mark.parametrize("scorer", ["exact", "number", "contains_any"])
def test_an_empty_reply_is_unparsed_and_not_wrong(scorer: str) -> None:
    for answer in ("final", "whole"):
        scored = grade(" \n", scorer, "4", answer=answer)
        assert (scored.state, scored.value) == (CallState.UNPARSED, None)
