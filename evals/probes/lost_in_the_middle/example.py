"""One worked question before the one that counts: without it, small models forget the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage
from evals.probes.lost_in_the_middle.prompt import PAIR_KIND, with_documents

if TYPE_CHECKING:
    from evals.probes.lost_in_the_middle.case import Case

_FERRY: Final = (
    "The ferry Tolmira crosses the bay at noon. Its captain is Ana Bellmark, and the code of its "
    "engine room is R4H7X6."
)
_PAIR: Final = '"0c5e6a7d-93f1-4b28-8d64-1f7ab2c9e035": "b81d2f46-7a09-4ce3-a5d7-60e94c3f8b12"'


def worked_example(case: Case) -> tuple[ChatMessage, ...]:
    """Return a question with one document and its answer, of the form that ``case`` asks for."""
    if case.kind == PAIR_KIND:
        key, value = _PAIR.replace('"', "").split(": ")
        return _shown(_PAIR, f'What is the value of the key "{key}"?', value, kind=PAIR_KIND)
    if " " in case.answer:
        question, answer = "Who is the captain of the ferry Tolmira?", "Ana Bellmark"
    else:
        question, answer = "What is the code of the engine room of the ferry Tolmira?", "R4H7X6"
    return _shown(_FERRY, question, answer, kind=case.kind)


def _shown(document: str, question: str, answer: str, *, kind: str) -> tuple[ChatMessage, ...]:
    return (
        ChatMessage(role="user", content=with_documents([document], question, kind=kind)),
        ChatMessage(role="assistant", content=f"FINAL: {answer}"),
    )
