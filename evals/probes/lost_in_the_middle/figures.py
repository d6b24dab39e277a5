"""All figures of the probe, and its curve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.probes.figures import share_of_questions
from evals.probes.lost_in_the_middle.curve_figures import context_use, gap, mid_deficit, slope
from evals.probes.lost_in_the_middle.generator import (
    CLOSED_BOOK,
    ORACLE,
    position_arm,
    position_of,
)
from evals.probes.lost_in_the_middle.outcomes import (
    position_arms,
    positions_in,
    question_of,
    shares_of,
    with_arms,
)
from evals.probes.lost_in_the_middle.prompt import documents_in
from evals.probes.lost_in_the_middle.source import Source, record_of, source_of
from evals.probes.probe import Curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.probes.probe import Figure


def figures_of(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    """Compute every figure, `mid_deficit` first."""
    positions = positions_in(answers)
    shares = shares_of(answers)
    curves = with_arms(shares, position_arms(positions))
    arms = (*position_arms(positions), ORACLE, CLOSED_BOOK)
    return (
        mid_deficit(curves),
        gap(curves),
        slope(curves),
        *(accuracy(answers, arm) for arm in arms),
        *(
            context_use(
                f"context_use {place}",
                with_arms(shares, (position_arm(place), CLOSED_BOOK, ORACLE)),
            )
            for place in positions
        ),
        *_mistakes(answers),
    )


def accuracy(answers: Sequence[Answer], arm: str) -> Figure:
    """Return the accuracy in ``arm``."""
    of_arm = (answer for answer in answers if answer.item.arm == arm)
    return share_of_questions(
        arm, [(question_of(one), one.right) for one in of_arm if one.right is not None]
    )


def curve_of(answers: Sequence[Answer]) -> Curve:
    """Return accuracy along the positions, between oracle and closed book."""
    places = positions_in(answers)
    points = (replace(accuracy(answers, position_arm(place)), name=f"{place}") for place in places)
    return Curve(
        title="Accuracy by position of the evidence",
        axis="position",
        points=tuple(points),
        levels=(accuracy(answers, ORACLE), accuracy(answers, CLOSED_BOOK)),
    )


_WHENCE = {
    Source.NOT_FOUND: "said that the evidence is not there",
    Source.WRONG_RECORD: "answered from another record",
    Source.WRONG_DETAIL: "answered from the right record, but not what was asked",
    Source.ELSEWHERE: "answered what no record says",
}


def _mistakes(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    placed = [one for one in answers if position_of(one.item.arm) is not None]
    sources = [(answer, source_of(answer)) for answer in placed]
    known = [(answer, source) for answer, source in sources if source is not None]
    shares = (
        share_of_questions(
            kind.value,
            [(question_of(answer), source is kind) for answer, source in known],
            says=says,
        )
        for kind, says in _WHENCE.items()
    )
    strays = [answer for answer, source in known if source is Source.WRONG_RECORD]
    return (
        *shares,
        share_of_questions(
            "wrong_record at an end",
            [(question_of(answer), _is_at_an_end(answer)) for answer in strays],
            says="of the answers from another record, those from the first or the last one told",
        ),
    )


def _is_at_an_end(answer: Answer) -> bool:
    documents = documents_in(answer.item.messages[-1].content)
    return record_of(answer) in (1, len(documents))
