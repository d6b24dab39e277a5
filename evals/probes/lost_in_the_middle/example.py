"""Worked questions before the one that counts: without them, small models forget the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage
from evals.probes.lost_in_the_middle.prompt import PAIR_KIND, question_alone, with_documents

if TYPE_CHECKING:
    from evals.probes.lost_in_the_middle.case import Case

_FERRY: Final = (
    "The ferry Tolmira crosses the bay at noon. Its captain is Ana Bellmark, and the code of its "
    "engine room is R4H7X6."
)
_CAPTAIN: Final = "Who is the captain of the ferry Tolmira?"
_ROOM: Final = "What is the code of the engine room of the ferry Tolmira?"
_KEYS: Final = ("0c5e6a7d-93f1-4b28-8d64-1f7ab2c9e035", "5e91d0b4-27ac-46f3-9b08-c3d7f16a2e84")
_VALUES: Final = ("b81d2f46-7a09-4ce3-a5d7-60e94c3f8b12", "f4a6093c-1d5b-4e72-8c90-2b7e5d81a6f3")


def worked_examples(case: Case) -> tuple[ChatMessage, ...]:
    """Return two questions about a text of the same kind, and their answers."""
    if case.kind == PAIR_KIND:
        pairs = [f'"{key}": "{value}"' for key, value in zip(_KEYS, _VALUES, strict=True)]
        asked = [f'What is the value of the key "{key}"?' for key in _KEYS]
        said = [
            f'The value of the key "{key}" is "{value}".'
            for key, value in zip(_KEYS, _VALUES, strict=True)
        ]
        return _shown(pairs, asked, said, _VALUES, kind=PAIR_KIND)
    said = [
        "The captain of the ferry Tolmira is Ana Bellmark.",
        "The code of the engine room of the ferry Tolmira is R4H7X6.",
    ]
    return _shown([_FERRY], [_CAPTAIN, _ROOM], said, ("Ana Bellmark", "R4H7X6"), kind=case.kind)


def _shown(
    documents: list[str], asked: list[str], said: list[str], finals: tuple[str, str], *, kind: str
) -> tuple[ChatMessage, ...]:
    prompts = (with_documents(documents, asked[0], kind=kind), question_alone(asked[1]))
    return tuple(
        message
        for prompt, sentence, final in zip(prompts, said, finals, strict=True)
        for message in (
            ChatMessage(role="user", content=prompt),
            ChatMessage(role="assistant", content=f"{sentence}\nFINAL: {final}"),
        )
    )
