"""Stages and rounds of a run, and the epoch numbers that stand for them.

A sample is unique by (run, task, item, arm, epoch), so its epoch says in which stage and round it
was asked: 1 to 100 are the first look, 101 to 200 ask the odd items again, 201 to 300 repeat the
first look later. A run that is resumed therefore finds its place from its samples alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evals.records import SampleRecord

MOST_ROUNDS: Final = 100
"""Rounds that one stage can have."""


class Stage(StrEnum):
    """What a round is for."""

    FIRST = "first"
    """Every item once, and the informative ones again."""
    RETEST = "retest"
    """Items that fell, asked again; enters the e-value only."""
    REPEAT = "repeat"
    """The first look once more, later the same day; judged together with it."""


_ORDER: Final = (Stage.FIRST, Stage.RETEST, Stage.REPEAT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One pass in time: a stage, and the number of the round in it, from 1."""

    stage: Stage
    number: int


def epoch_of(stage: Stage, number: int) -> int:
    """Return the epoch of a round; the inverse of `round_of`.

    Raises ValueError for a number that is not 1 to 100.

    >>> epoch_of(Stage.FIRST, 4), epoch_of(Stage.RETEST, 1), epoch_of(Stage.REPEAT, 2)
    (4, 101, 202)
    """
    if not 1 <= number <= MOST_ROUNDS:
        raise ValueError(f"rounds are numbered 1 to {MOST_ROUNDS}, not {number}")
    return _ORDER.index(stage) * MOST_ROUNDS + number


def round_of(epoch: int) -> Round:
    """Return the round that an epoch stands for; the inverse of `epoch_of`.

    Raises ValueError for an epoch that stands for none.

    >>> round_of(103)
    Round(stage=<Stage.RETEST: 'retest'>, number=3)
    """
    position, number = divmod(epoch - 1, MOST_ROUNDS)
    if not 0 <= position < len(_ORDER):
        raise ValueError(f"epoch {epoch} stands for no round")
    return Round(stage=_ORDER[position], number=number + 1)


def of_stage(samples: Iterable[SampleRecord], *stages: Stage) -> list[SampleRecord]:
    """Return the samples that were asked in ``stages``, in their order."""
    return [sample for sample in samples if round_of(sample.key.epoch).stage in stages]
