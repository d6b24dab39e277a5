"""The series: accuracy at each position, and what the middle keeps of what the ends find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.probes.answer import rows_of
from evals.probes.lost_in_the_middle.generator import position_arm, position_of
from evals.probes.lost_in_the_middle.outcomes import positions_in, question_of
from evals.probes.probe import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.records import SampleRecord

MIDDLE: Final = "middle"


def views_of(answers: Sequence[Answer]) -> tuple[View, ...]:
    """Return the middle, then each position."""
    places = positions_in(answers)
    by_position = (
        View(
            name=position_arm(place),
            rows=rows_of(one for one in answers if position_of(one.item.arm) == place),
        )
        for place in places
    )
    return (View(name=MIDDLE, rows=_middle(answers, places), headline=True), *by_position)


def _middle(answers: Sequence[Answer], places: Sequence[int]) -> tuple[SampleRecord, ...]:
    """Keep the middle of the questions that were answered rightly at an end, in the same epoch.

    Its accuracy falls when the middle alone gets worse, and hardly when a model knows less
    everywhere: a question that fails at both ends says nothing about the middle.
    """
    found = {
        _asking(one)
        for one in answers
        if one.right and position_of(one.item.arm) in (places[0], places[-1])
    }
    return rows_of(
        one
        for one in answers
        if position_of(one.item.arm) in places[1:-1] and _asking(one) in found
    )


def _asking(answer: Answer) -> tuple[str, int]:
    return question_of(answer), answer.sample.key.epoch
