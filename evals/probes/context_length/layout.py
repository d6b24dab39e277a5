"""A prompt of an exact length: the evidence of a question in as much filler as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage
from evals.probes.context_length.options import CHARACTERS_PER_TOKEN
from evals.probes.records.filler import filling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.context_length.question import Line, Question

HEAD: Final = "Read this text.\n\n"
WORKED: Final = "The ferry Tolmira is moored at pier R4H7X6, and its captain is Ana Bellmark."
"""Told at the end of every text, for the worked questions before the one that counts: with an
example anywhere else, small models forget the last line."""

_ENDING: Final = " End your reply with one line: FINAL: <answer>"
_FIRST_ASKS: Final = f"\n\nWho is the captain of the ferry Tolmira?{_ENDING}"
_THEN: Final = (
    ChatMessage(
        role="assistant",
        content="The captain of the ferry Tolmira is Ana Bellmark.\nFINAL: Ana Bellmark",
    ),
    ChatMessage(role="user", content=f"At which pier is the ferry Tolmira moored?{_ENDING}"),
    ChatMessage(
        role="assistant", content="The ferry Tolmira is moored at pier R4H7X6.\nFINAL: R4H7X6"
    ),
)


def messages_of(question: Question, length: int) -> tuple[ChatMessage, ...]:
    """Return the prompt of ``length`` nominal tokens, to the character, over all its turns.

    Raises ValueError for a length that the evidence alone nearly fills.
    """
    last = ChatMessage(role="user", content=question.asks + _ENDING)
    turns = sum(len(message.content) for message in (*_THEN, last))
    evidence = sum(len(line.text) + 1 for line in question.lines)
    taken = turns + len(HEAD) + evidence + len(WORKED) + len(_FIRST_ASKS)
    sentences = filling(length * CHARACTERS_PER_TOKEN - taken, question.id)
    text = " ".join([*_woven(question.lines, sentences), WORKED])
    return (ChatMessage(role="user", content=HEAD + text + _FIRST_ASKS), *_THEN, last)


def _woven(lines: Sequence[Line], sentences: Sequence[str]) -> list[str]:
    """Put each line before the sentence that begins at its place."""
    found: list[str] = []
    done = 0
    for line in lines:
        place = round(line.place * len(sentences))
        found += [*sentences[done:place], line.text]
        done = max(done, place)
    return [*found, *sentences[done:]]
