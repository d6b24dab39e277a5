from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.canary import PROBE
from evals.probes.canary.drift import drift
from evals.probes.canary.options import CanaryOptions, Mode
from evals.probes.canary.probe import FIRST, FORM, LIKELIEST
from evals.probes.canary.readings import EMPTY
from evals.scorers.registry import check_item
from tests.factories import a_failure, a_sample
from tests.unit.probes.factories_play import (
    STORM,
    compared,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
    view,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ITEMS = {mode: PROBE.items(CanaryOptions(mode=mode)) for mode in Mode}
CUT = {"score": a_failure(CallState.TRUNCATED)}


def asked(mode: Mode = Mode.LOGPROBS, **change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS[mode], **change), ITEMS[mode])


def passes(count: int, mode: Mode = Mode.LOGPROBS, **change: Any) -> list[tuple[Answer, ...]]:
    """One endpoint, asked again and again."""
    endpoint = endpoint_for(ITEMS[mode], **change)
    return [play(endpoint, ITEMS[mode]) for _ in range(count)]


def replied(number: int, **overrides: Any) -> Answer:
    item = ITEMS[Mode.LOGPROBS][number]
    return Answer(item=item, sample=a_sample(item, **{"text": "Deer", **CUT, **overrides}))


def answers_changed(before: Sequence[Sequence[Answer]], after: Sequence[Answer], name: str) -> bool:
    found = compared(PROBE, before, after, name).answers
    return found is not None and found.p_changed < 0.01


@pytest.mark.parametrize("mode", Mode)
def test_twenty_calls_in_every_mode(mode: Mode) -> None:
    for item in ITEMS[mode]:
        check_item(item)
    assert len({item.id for item in ITEMS[mode]}) == len(ITEMS[mode]) == 20
    assert {item.max_tokens for item in ITEMS[mode]} == {None if mode is Mode.SHORT else 1}


def test_no_prompt_is_part_of_another_one() -> None:
    prompts = [item.messages[0].content for item in ITEMS[Mode.BORDER]]
    assert not any(one in other for one in prompts for other in prompts if one is not other)


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        (Mode.LOGPROBS, [LIKELIEST, FIRST]),
        (Mode.BORDER, [FIRST]),
        (Mode.SHORT, [FIRST, FORM]),
    ],
)
def test_each_mode_has_its_series_the_first_of_them_the_headline(
    mode: Mode, names: list[str]
) -> None:
    views = PROBE.views(asked(mode))
    assert [one.name for one in views] == names
    assert [one.headline for one in views] == [True] + [False] * (len(names) - 1)
    assert [one.headline for one in PROBE.figures(asked(mode))].count(True) == 1


def test_a_reply_that_was_cut_after_its_token_is_a_whole_reply() -> None:
    (row,) = view(PROBE, [replied(0)], FIRST).rows
    assert (row.state, row.score.parsed, row.score.passed) == (CallState.OK, "Deer", True)


def test_an_empty_reply_is_a_reply_and_an_error_is_none() -> None:
    empty = replied(0, text="")
    failed = replied(1, text=None, score=a_failure(CallState.API_ERROR))
    rows = view(PROBE, [empty, failed], FIRST).rows
    assert [row.score.parsed for row in rows] == [EMPTY, None]
    assert rows[1].state is CallState.API_ERROR


def test_the_three_likeliest_tokens_are_the_answer() -> None:
    chances = {"b": log(0.2), "a": log(0.6), "c": log(0.1), "d": log(0.05)}
    (row,) = view(PROBE, [replied(0, top_logprobs=chances)], LIKELIEST).rows
    assert row.score.parsed == "'a' 'b' 'c'"
    assert row.score.passed is True
    assert figure(PROBE, [replied(0, top_logprobs=chances)], "first_logprob").value == log(0.6)


def test_a_reply_without_logprobs_is_missing_and_not_another_answer() -> None:
    silent = asked(gives_logprobs=False)
    assert view(PROBE, silent, LIKELIEST).rows == ()
    assert figure(PROBE, silent, "logprobs").value == 0.0
    assert len(view(PROBE, silent, FIRST).rows) == 20


def test_a_shift_that_nobody_hears_is_seen_in_the_logprobs_alone() -> None:
    before = passes(4, noise=0.2)
    after = asked(noise=0.2, logprob_shift=1.0)
    assert moved(PROBE, before, after, LIKELIEST)
    assert not answers_changed(before, after, FIRST)


@pytest.mark.parametrize("shift", [0.0, 0.05])
def test_both_sides_together_see_a_twentieth_of_a_nat_and_nothing_where_nothing_is(
    shift: float,
) -> None:
    endpoint = endpoint_for(ITEMS[Mode.LOGPROBS], noise=0.3)
    before = [one for _ in range(8) for one in play(endpoint, ITEMS[Mode.LOGPROBS])]
    endpoint.behave({"logprob_shift": shift})
    now = play(endpoint, ITEMS[Mode.LOGPROBS])
    found = drift(before, now, rng=np.random.default_rng(5))
    assert (found.p < 0.001) is (shift > 0)
    assert (found.prompts, found.calls_before, found.calls_now) == (20, 160, 20)


@pytest.mark.parametrize("mode", [Mode.LOGPROBS, Mode.BORDER, Mode.SHORT])
def test_another_model_says_other_first_words(mode: Mode) -> None:
    before = passes(4, mode)
    assert answers_changed(before, asked(mode, skill=0.5), FIRST)


def test_a_fence_around_short_answers_moves_their_form() -> None:
    before = passes(4, Mode.SHORT)
    after = asked(Mode.SHORT, format="fenced")
    assert moved(PROBE, before, after, FORM)


def test_the_accuracy_of_short_answers_covers_what_the_persona_is() -> None:
    assert covers(figure(PROBE, asked(Mode.SHORT, skill=0.7), "accuracy"), 0.7)


@pytest.mark.parametrize("mode", Mode)
def test_a_429_storm_moves_no_series(mode: Mode) -> None:
    before = passes(4, mode)
    stormy = asked(mode, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    for one in PROBE.views(stormy):
        assert not moved(PROBE, before, stormy, one.name)
        assert not answers_changed(before, stormy, one.name)


def test_nothing_answered_is_no_figure() -> None:
    assert all(one.value is None for one in PROBE.figures([]))


def test_a_report_tells_how_far_the_logprobs_have_moved() -> None:
    before = passes(4, noise=0.2)
    (still,) = PROBE.beside(before[0], before)
    (moved_,) = PROBE.beside(asked(noise=0.2, logprob_shift=1.0), before)
    (nothing,) = PROBE.beside(asked(gives_logprobs=False), before)
    assert still.value is not None
    assert moved_.value is not None
    assert moved_.value > 3 * still.value
    assert nothing.value is None
