"""Several passes that were asked in one window, pooled into one look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.compare.series import by_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.measured import MeasuredRun
    from evals.golden_set import Item
    from evals.records import Fingerprint, TaskRecord


def pooled(passes: Sequence[MeasuredRun], items: Mapping[str, Item]) -> MeasuredRun:
    """Return passes of one pin and suite as one run, in which each is a round of its own.

    Compared with a baseline it sees smaller changes than any of them alone. It has the name of the
    first, and plans what they planned together. Epochs are counted on from pass to pass, so that an
    item that is asked more often in each keeps all its answers.
    """
    told_apart = [by_series(one, items) for one in passes]
    first = told_apart[0]
    most = max((sample.key.epoch for one in told_apart for sample in one.samples), default=1)
    return replace(
        first,
        record=replace(
            first.record, tasks=tuple(_planned(task, told_apart) for task in first.record.tasks)
        ),
        samples=tuple(
            replace(sample, key=replace(sample.key, epoch=sample.key.epoch + most * number))
            for number, one in enumerate(told_apart)
            for sample in one.samples
        ),
        fingerprint=_together([one.fingerprint for one in told_apart]),
        passes=len(passes),
    )


def _planned(task: TaskRecord, passes: Sequence[MeasuredRun]) -> TaskRecord:
    planned = (t.planned_samples for one in passes for t in one.record.tasks if t.name == task.name)
    return replace(task, planned_samples=sum(planned))


def _together(all_of_them: Sequence[Fingerprint]) -> Fingerprint:
    """Gather what was revealed; where passes differ in a prompt's size, the last one counts."""
    return replace(
        all_of_them[-1],
        served_models=tuple(sorted({name for one in all_of_them for name in one.served_models})),
        system_fingerprints=tuple(
            sorted({name for one in all_of_them for name in one.system_fingerprints})
        ),
        input_tokens={k: tokens for one in all_of_them for k, tokens in one.input_tokens.items()},
    )
