"""From questions to items: the evidence at each position, alone, and not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.lost_in_the_middle.case import cases
from evals.probes.lost_in_the_middle.example import worked_examples
from evals.probes.lost_in_the_middle.prompt import closed_book, with_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.probes.lost_in_the_middle.case import Case
    from evals.probes.lost_in_the_middle.options import MiddleOptions

ORACLE: Final = "oracle"
CLOSED_BOOK: Final = "closed book"
_POSITION: Final = "position "


def position_arm(position: int) -> str:
    """Return the arm that has the evidence at ``position``."""
    return f"{_POSITION}{position}"


def position_of(arm: str) -> int | None:
    """Return the position that an arm is about; None for the arms without one.

    >>> position_of("position 10"), position_of("oracle")
    (10, None)
    """
    place = arm.removeprefix(_POSITION)
    return int(place) if place != arm else None


def items_of(options: MiddleOptions) -> tuple[Item, ...]:
    """Generate all items; those of one question differ only in where its evidence is."""
    return tuple(item for case in cases(options) for item in _items(case, options))


def _items(case: Case, options: MiddleOptions) -> Iterator[Item]:
    for place in options.places:
        prompt = with_documents(case.documents(place), case.question, kind=case.kind)
        yield _item(case, position_arm(place), prompt)
    alone = with_documents([case.gold], case.question, kind=case.kind)
    yield _item(case, ORACLE, alone)
    yield _item(case, CLOSED_BOOK, closed_book(case.question))


def _item(case: Case, arm: str, prompt: str) -> Item:
    return Item(
        id=f"{case.id}.{arm.replace(' ', '-')}",
        messages=(*worked_examples(case), ChatMessage(role="user", content=prompt)),
        targets=(case.answer,),
        scorer=ScorerSpec(name="exact"),
        tags=(arm, case.kind),
        cluster=case.id,
        arm=arm,
        conversation=case.id,
    )
