"""How a question is put, and how its documents are found again in the prompt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_FOUND: Final = "NOT FOUND"
PAIR_KIND: Final = "pair"
_HEADING: Final = re.compile(r"(?m)^Document \d+\n")
_PAIR: Final = re.compile(r'(?m)^"[^"\n]+": "[^"\n]+"(?=,?$)')
_QUESTION: Final = "Question: "


def with_documents(documents: Sequence[str], question: str, *, kind: str) -> str:
    """Return the prompt that tells ``documents``, which say it all, and then asks."""
    told = _pairs(documents) if kind == PAIR_KIND else _passages(documents)
    return f"{told}\n\n{question_alone(question)}"


def question_alone(question: str) -> str:
    """Return the prompt that asks about what was told before."""
    return f"{_QUESTION}{question} Answer from the text above. {_ending('the text does not say')}"


def closed_book(question: str) -> str:
    """Return the prompt that asks without any document."""
    return (
        f"No documents are given.\n\n{_QUESTION}{question} "
        f"Answer from what you know. {_ending('you do not know')}"
    )


def documents_in(prompt: str) -> tuple[str, ...]:
    """Return the documents of a prompt in their order; empty where none are told.

    >>> documents_in(with_documents(["One.", "Two."], "Which?", kind="station"))
    ('One.', 'Two.')
    """
    told = prompt.rpartition(f"\n\n{_QUESTION}")[0]
    _, *passages = _HEADING.split(told)
    return tuple(text.strip() for text in passages) or tuple(_PAIR.findall(told))


def _passages(documents: Sequence[str]) -> str:
    told = (f"Document {place}\n{text}" for place, text in enumerate(documents, start=1))
    return "\n\n".join((f"Documents from an archive, {len(documents)} in all:", *told))


def _pairs(documents: Sequence[str]) -> str:
    inside = ",\n".join(documents)
    return f"A JSON object, {len(documents)} keys in all:\n\n{{\n{inside}\n}}"


def _ending(unless: str) -> str:
    return f"End your reply with one line: FINAL: <answer>, or FINAL: {NOT_FOUND} if {unless} it."
