"""How the replies sound: a silent change often shows there first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.compare.basis import shared_basis
from evals.compare.task import compare_task
from evals.compare.voice import Channel, compare_voice, heard
from tests.factories import TASK, a_sample, an_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.compare.comparison import ChannelChange
    from evals.records import SampleRecord

ITEMS = [an_item(number) for number in range(40)]
BY_DIGEST = {item.content_digest: item for item in ITEMS}


def _pass(text: Callable[[int], str]) -> list[SampleRecord]:
    return [a_sample(item, text=text(number)) for number, item in enumerate(ITEMS)]


def _usual(number: int) -> str:
    return f"The answer to this question is number {number}, and it was not hard to find.\nFINAL: x"


def _heard(text: Callable[[int], str]) -> dict[str, ChannelChange]:
    basis = shared_basis(_pass(text), [_pass(_usual) for _ in range(8)], BY_DIGEST)
    return {one.channel: one for one in compare_voice(basis, alpha=0.005)}


def test_the_same_voice_moves_nothing() -> None:
    assert all(one.p > 0.5 for one in _heard(_usual).values())


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (Channel.LENGTH, lambda number: f"{_usual(number)[-20:]}"),
        (Channel.FENCE, lambda number: f"```\n{_usual(number)}\n```"),
        (Channel.MARKUP, lambda number: f"- {_usual(number)}"),
        (Channel.LANGUAGE, lambda _: "Die Antwort auf diese Frage ist nicht schwer.\nFINAL: x"),
    ],
)
def test_a_voice_that_changes_is_heard_in_its_channel(
    channel: Channel, text: Callable[[int], str]
) -> None:
    change = _heard(text)[channel.value]
    assert change.p < 0.001
    assert change.before != change.after


def test_thirteen_calls_hear_that_a_model_has_become_curt() -> None:
    basis = shared_basis(
        _pass(lambda _: "[No]")[:13], [_pass(_usual)[:13] for _ in range(8)], BY_DIGEST
    )
    length = next(one for one in compare_voice(basis, alpha=0.005) if one.channel == "length")
    assert length.p < 0.005
    assert length.after == "4 characters (median)"


def test_a_reply_that_never_came_has_no_voice() -> None:
    silent = [a_sample(item, text=None) for item in ITEMS]
    basis = shared_basis(silent, [_pass(_usual) for _ in range(8)], BY_DIGEST)
    assert all(one.after == "no reply" for one in compare_voice(basis, alpha=0.005))


def test_a_comparison_listens_unless_told_not_to() -> None:
    passes = [_pass(_usual) for _ in range(8)]
    told = compare_task(
        TASK,
        planned=40,
        run=_pass(_usual),
        passes=passes,
        items=BY_DIGEST,
        alpha=0.005,
        voice=False,
    )
    assert told.voice == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je ne sais pas qui est la reine.", "French"),
        ("Столица Франции это город Париж сегодня", "another script"),
        ("xyzzy plugh frobnicate quux corge", "Latin script"),
    ],
)
def test_a_language_is_told_by_its_small_words_or_its_script(text: str, language: str) -> None:
    assert heard(Channel.LANGUAGE, text) == language
