"""From questions to items: the same evidence at each length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.golden_set import Item
from evals.probes.context_length.families import questions
from evals.probes.context_length.layout import messages_of
from evals.probes.context_length.options import length_arm

if TYPE_CHECKING:
    from evals.probes.context_length.options import LengthOptions
    from evals.probes.context_length.question import Question


def items_of(options: LengthOptions) -> tuple[Item, ...]:
    """Generate all items; those of one question differ by filler alone."""
    return tuple(
        _item(question, length)
        for question in questions(options.items)
        for length in options.lengths
    )


def _item(question: Question, length: int) -> Item:
    arm = length_arm(length)
    return Item(
        id=f"{question.id}.{arm}",
        messages=messages_of(question, length),
        targets=question.targets,
        scorer=question.scorer,
        tags=(arm, question.family, depth_tag(question.depth)),
        cluster=question.id,
        arm=arm,
        conversation=question.id,
    )


def depth_tag(depth: int | None) -> str:
    """Return the tag of a depth in per cent; None for evidence all over the text."""
    return "all over" if depth is None else f"depth {depth}"
