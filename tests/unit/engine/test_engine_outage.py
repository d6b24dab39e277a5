"""Failures that belong to a measurement, and an endpoint that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.engine.outage import Outage
from evals.errors import EngineError
from tests.factories import a_failure, a_sample, an_item

if TYPE_CHECKING:
    from evals.records import Exchange


def _failed(number: int, state: CallState = CallState.API_ERROR) -> Exchange:
    score = a_failure(state)
    return (a_sample(an_item(number), text=None, score=score, error="401: no such key"),)


def _answered(number: int) -> Exchange:
    return (a_sample(an_item(number)),)


def test_answers_are_handed_on_at_once() -> None:
    row = _answered(1)
    assert Outage(max_connections=4).sift(row) == [row]


def test_failures_are_handed_on_in_order_once_an_answer_that_began_later_follows() -> None:
    outage = Outage(max_connections=2)
    rows = [_failed(1), _failed(2, CallState.TIMEOUT), _answered(3), _answered(4)]
    handed_on = [outage.sift(row) for row in rows]
    assert handed_on == [[], [], [rows[0], rows[2]], [rows[1], rows[3]]]
    assert outage.held == []


def test_an_answer_under_way_when_the_server_died_does_not_make_its_failures_count() -> None:
    outage = Outage(max_connections=4)
    assert outage.sift(_answered(0)) != []
    dying = [_failed(1), _failed(2), _answered(3)]
    assert [outage.sift(row) for row in dying] == [[], [], [dying[2]]]
    for number in range(4, 19):
        outage.sift(_failed(number))
    with pytest.raises(EngineError, match="16 calls in a row"):
        outage.sift(_failed(19))
    assert len(outage.held) == 2 + 16


def test_eight_failures_before_any_answer_are_an_outage_told_in_the_provider_s_words() -> None:
    outage = Outage(max_connections=100)
    for number in range(7):
        assert outage.sift(_failed(number)) == []
    with pytest.raises(EngineError, match=r"8 calls in a row have failed.*401: no such key"):
        outage.sift(_failed(7))


def test_after_an_answer_two_rounds_of_all_connections_may_fail() -> None:
    outage = Outage(max_connections=20)
    outage.sift(_answered(0))
    for number in range(1, 40):
        outage.sift(_failed(number))
    with pytest.raises(EngineError, match="40 calls in a row"):
        outage.sift(_failed(40))


@pytest.mark.parametrize(
    "state",
    [CallState.REFUSED, CallState.UNPARSED, CallState.TRUNCATED, CallState.FILTERED],
)
def test_whatever_the_endpoint_answered_shows_that_it_is_there(state: CallState) -> None:
    row = (a_sample(an_item(1), score=a_failure(state)),)
    assert Outage(max_connections=1).sift(row) == [row]


def test_a_judge_that_fails_is_not_an_outage_of_the_endpoint() -> None:
    row = (a_sample(an_item(1), score=a_failure(CallState.JUDGE_FAILED), text="an answer"),)
    assert Outage(max_connections=1).sift(row) == [row]


def test_a_conversation_that_answered_once_is_handed_on_whole() -> None:
    whole = (*_failed(1), *_answered(2))
    assert Outage(max_connections=1).sift(whole) == [whole]
