"""A prompt of an exact length: the evidence of a question in as much filler as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage
from evals.probes.context_length.options import CHARACTERS_PER_TOKEN
from evals.probes.records.filler import filling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.context_length.question import Line, Question

_HEAD: Final = "The text:\n"
_TAIL: Final = (
    "\n\nQuestion: {question}\n"
    "Answer only from the text above. If it is not there, the answer is NOT FOUND.\n"
    "End your reply with one line: FINAL: <answer>"
)
_EXAMPLE: Final = (
    ChatMessage(
        role="user",
        content=_HEAD
        + "The geese slept in the yard. The ferry Tolmira is moored at pier R4H7X6."
        + _TAIL.format(question="At which pier is the ferry Tolmira moored?"),
    ),
    ChatMessage(role="assistant", content="FINAL: R4H7X6"),
)
"""Without a worked example, small models forget the last line."""


def messages_of(question: Question, length: int) -> tuple[ChatMessage, ...]:
    """Return the prompt of ``length`` nominal tokens, to the character, the example included.

    Raises ValueError for a length that the evidence alone nearly fills.
    """
    tail = _TAIL.format(question=question.asks)
    taken = sum(len(message.content) for message in _EXAMPLE) + len(_HEAD) + len(tail)
    evidence = sum(len(line.text) + 1 for line in question.lines)
    # One separator fewer than sentences.
    room = length * CHARACTERS_PER_TOKEN - taken - evidence + 1
    text = " ".join(_woven(question.lines, filling(room, question.id)))
    return (*_EXAMPLE, ChatMessage(role="user", content=_HEAD + text + tail))


def _woven(lines: Sequence[Line], sentences: Sequence[str]) -> list[str]:
    """Put each line before the sentence that begins at its place."""
    found: list[str] = []
    done = 0
    for line in lines:
        place = round(line.place * len(sentences))
        found += [*sentences[done:place], line.text]
        done = max(done, place)
    return [*found, *sentences[done:]]
