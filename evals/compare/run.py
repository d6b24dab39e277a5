"""A whole run beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.compare.adaptive import compare_adaptive_task
from evals.compare.comparison import Comparison
from evals.compare.fingerprint import fingerprint_changes
from evals.compare.task import compare_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.comparison import TaskComparison
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.records import Fingerprint, RunRecord, SampleRecord, TaskRecord

SERIES_PER_TASK = 3
"""Accuracy, answers, and the states other than ok: each task brings three series to the budget."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredRun:
    """A run with its samples and its fingerprint."""

    record: RunRecord
    samples: Sequence[SampleRecord]
    fingerprint: Fingerprint


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredBaseline:
    """A baseline with its runs."""

    name: str
    runs: Sequence[MeasuredRun]


def compare_run(
    run: MeasuredRun,
    baseline: MeasuredBaseline | None,
    *,
    items: Mapping[str, Item],
    policy: Policy,
    alias_allowed: bool,
    notes: Sequence[str] = (),
) -> Comparison:
    """Compare a run with its baseline on the items that both share.

    ``items`` maps content digests to items. ``notes`` are whole sentences that belong beside the
    numbers, for instance why an existing baseline could not be used.
    """
    alpha = level(run.record, policy)
    passes = baseline.runs if baseline else ()
    return Comparison(
        baseline=baseline.name if baseline else None,
        passes=len(passes),
        alpha=alpha,
        tasks=tuple(
            _compare_task(task, run, passes, items=items, alpha=alpha, policy=policy)
            for task in run.record.tasks
        ),
        fingerprint_changes=fingerprint_changes(
            run.fingerprint, [one.fingerprint for one in passes], alias_allowed=alias_allowed
        ),
        notes=tuple(notes),
    )


def level(run: RunRecord, policy: Policy) -> float:
    """Return the level at which each series of ``run`` is tested under ``policy``."""
    return policy.alpha(SERIES_PER_TASK * max(1, len(run.tasks)))


def _compare_task(
    task: TaskRecord,
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    *,
    items: Mapping[str, Item],
    alpha: float,
    policy: Policy,
) -> TaskComparison:
    mine = of_task(run, task.name)
    theirs = [of_task(one, task.name) for one in passes]
    if run.record.is_adaptive and theirs:
        return compare_adaptive_task(
            task.name,
            planned=task.planned_samples,
            run=mine,
            passes=theirs,
            items=items,
            alpha=alpha,
            policy=policy,
        )
    return compare_task(
        task.name,
        planned=task.planned_samples,
        run=mine,
        passes=theirs,
        items=items,
        alpha=alpha,
    )


def of_task(run: MeasuredRun, task: str) -> list[SampleRecord]:
    """Return the samples of one task."""
    return [sample for sample in run.samples if sample.key.task == task]
