"""Runs as they were measured: what a comparison takes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.standing import WholeLook
    from evals.records import Fingerprint, RunRecord, SampleRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """How a series of a probe is judged.

    Attributes:
        part: It may show a change, but what it could not have seen makes nothing inconclusive: that
            is asked of the probe's headline.
        neutral: A fall and a rise are both ``changed``.
        look: How far the whole probe has come: which rows a series has depends on the answers, so
            they cannot tell.
        asked: Digests of the questions of the first look.
        answered: Share of the probe's planned calls that brought an answer of any kind.
    """

    part: bool
    neutral: bool
    look: WholeLook
    asked: frozenset[str]
    answered: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredRun:
    """A run with its samples and its fingerprint.

    ``traits`` are those of the series of its probes, see `evals.compare.series`. ``passes`` counts
    the passes that were pooled into it; of several, each epoch is a pass of its own, and the series
    have been told apart, see `evals.compare.passes`.
    """

    record: RunRecord
    samples: Sequence[SampleRecord]
    fingerprint: Fingerprint
    traits: Mapping[str, Traits] = field(default_factory=dict)
    passes: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredBaseline:
    """A baseline with its runs."""

    name: str
    runs: Sequence[MeasuredRun]


def of_task(run: MeasuredRun, task: str) -> list[SampleRecord]:
    """Return the samples of one task."""
    return [sample for sample in run.samples if sample.key.task == task]
