"""The series: accuracy at each length, and whether long prompts arrive whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evals.probes.answer import graded, regraded, rows_of
from evals.probes.context_length.figures import lengths_in
from evals.probes.context_length.options import length_arm
from evals.probes.context_length.truncation import TOLERANCE, kept_shares
from evals.probes.probe import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.records import SampleRecord

INTACT: Final = "intact"


def views_of(answers: Sequence[Answer]) -> tuple[View, ...]:
    """Return each length, the longest being the headline, and what arrives whole."""
    arms = [length_arm(length) for length in lengths_in(answers)]
    by_length = (
        View(
            name=arm,
            rows=rows_of(one for one in answers if one.item.arm == arm),
            headline=arm == arms[-1],
        )
        for arm in arms
    )
    return (*by_length, View(name=INTACT, rows=_intact(answers)))


def _intact(answers: Sequence[Answer]) -> tuple[SampleRecord, ...]:
    kept = kept_shares(answers)
    return tuple(
        _noted(one, kept[one.item.id] >= 1 - TOLERANCE)
        for one in graded(answers)
        if one.item.id in kept
    )


def _noted(answer: Answer, whole: bool) -> SampleRecord:  # noqa: FBT001 - the outcome itself
    row = regraded(answer, passed=whole)
    # What the model answered is told by the other series.
    return replace(row, score=replace(row.score, parsed="whole" if whole else "cut"))
