"""Where a wrong answer came from."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from evals.probes.lost_in_the_middle.prompt import NOT_FOUND, documents_in
from evals.scorers.text import contains_phrase

if TYPE_CHECKING:
    from evals.probes.answer import Answer


class Source(StrEnum):
    """Where an answer came from."""

    RIGHT = "right"
    NOT_FOUND = "not_found"
    """It says that the evidence is not there."""
    WRONG_RECORD = "wrong_record"
    """Word for word from a document that does not hold the answer."""
    WRONG_DETAIL = "wrong_detail"
    """Word for word from the right document, but not what was asked."""
    ELSEWHERE = "elsewhere"
    """In none of the documents."""


def source_of(answer: Answer) -> Source | None:
    """Say where an answer came from; None where there is none to look at."""
    if answer.right is None or answer.parsed is None:
        return None
    if answer.right:
        return Source.RIGHT
    if answer.parsed == NOT_FOUND.casefold():
        return Source.NOT_FOUND
    place = record_of(answer)
    if place is None:
        return Source.ELSEWHERE
    return Source.WRONG_DETAIL if place == _gold_place(answer) else Source.WRONG_RECORD


def record_of(answer: Answer) -> int | None:
    """Return the place, from 1, of the document that the answer is found in word for word.

    Where several hold it, the right one counts, else the first. None where no document does.
    """
    places = _places(answer, answer.parsed or "")
    gold = _gold_place(answer)
    return gold if gold in places else next(iter(places), None)


def _gold_place(answer: Answer) -> int | None:
    return next(iter(_places(answer, answer.item.targets[0].casefold())), None)


def _places(answer: Answer, phrase: str) -> list[int]:
    documents = documents_in(answer.item.messages[-1].content)
    if not phrase:
        return []
    return [
        place
        for place, text in enumerate(documents, start=1)
        if phrase in (plain := text.casefold()) and contains_phrase(plain, phrase)
    ]
