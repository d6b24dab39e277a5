"""A whole run beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.compare.adaptive import compare_adaptive_task
from evals.compare.basis import shared_basis
from evals.compare.comparison import Comparison
from evals.compare.fingerprint import fingerprint_changes
from evals.compare.memory import Moment, level_of_each_look, remember
from evals.compare.sameness import (
    basis_changes,
    is_measured,
    keeps_the_pin,
    looks,
    refusal_of,
)
from evals.compare.task import compare_task
from evals.compare.terms import terms_of
from evals.policy import Series
from evals.rounds import Stage, of_stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.comparison import TaskComparison
    from evals.compare.memory import SeriesMemory
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.records import Fingerprint, RunRecord, SampleRecord, TaskRecord

SERIES_PER_TASK = len(Series)
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
    earlier: Sequence[MeasuredRun] = (),
    pin_changes: Sequence[str] = (),
) -> Comparison:
    """Compare a run with its baseline on the items that both share.

    Args:
        run: The run.
        baseline: What it is compared with; None without one.
        items: Every item by content digest.
        policy: The thresholds; they set the level, and what counts as measured.
        alias_allowed: Another served model is no broken pin.
        notes: Whole sentences that belong beside the numbers.
        earlier: The runs of the baseline's pin since its blessing, before this one, oldest first.
        pin_changes: The parts of the pin that differ from the baseline's. We changed them, so what
            the endpoint serves may differ with them.
    """
    alpha = level(run.record, policy)
    passes = baseline.runs if baseline else ()
    alias_allowed = alias_allowed or bool(pin_changes)
    blessed = [one.fingerprint for one in passes]
    unbroken = [
        one
        for one in earlier
        if keeps_the_pin(one.fingerprint, blessed, alias_allowed=alias_allowed)
    ]
    tasks = tuple(
        _compare_task(task, run, passes, unbroken, items=items, alpha=alpha, policy=policy)
        for task in run.record.tasks
    )
    return Comparison(
        baseline=baseline.name if baseline else None,
        passes=len(passes),
        alpha=alpha,
        tasks=tasks,
        fingerprint_changes=fingerprint_changes(
            run.fingerprint, blessed, alias_allowed=alias_allowed
        ),
        notes=tuple(notes),
        basis_changes=basis_changes(
            run.record,
            [one.record for one in passes],
            tasks,
            name=baseline.name if baseline else "",
            pin_changes=pin_changes,
        ),
    )


def level(run: RunRecord, policy: Policy) -> float:
    """Return the level at which each series of ``run`` is tested under ``policy``."""
    return policy.alpha(SERIES_PER_TASK * max(1, len(run.tasks)))


def _compare_task(
    task: TaskRecord,
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    earlier: Sequence[MeasuredRun],
    *,
    items: Mapping[str, Item],
    alpha: float,
    policy: Policy,
) -> TaskComparison:
    mine = of_task(run, task.name)
    blessed = [one.record for one in passes]
    refusal = refusal_of(run.record, blessed, task.name, items)
    # What was asked because an item fell says nothing of how often it falls.
    theirs = [of_stage(of_task(one, task.name), Stage.FIRST) for one in passes]
    since = _measured(earlier, task.name, policy)
    each = level_of_each_look(policy.level(alpha, task.name, Series.ACCURACY), len(since) + 1)
    comparable = [
        [sample for sample in samples if refusal(number, sample) is None]
        for number, samples in enumerate(theirs)
    ]
    compared = _beside(task, run, mine, comparable, items=items, alpha=each)
    if not theirs:
        return compared
    basis = shared_basis(looks(mine), [looks(one) for one in theirs], items, refusal)
    return replace(
        compared,
        excluded=basis.excluded,
        lacking=basis.lacking,
        memory=_memory(task.name, run, passes, since, items=items),
    )


def _beside(
    task: TaskRecord,
    run: MeasuredRun,
    mine: Sequence[SampleRecord],
    theirs: Sequence[Sequence[SampleRecord]],
    *,
    items: Mapping[str, Item],
    alpha: float,
) -> TaskComparison:
    terms = terms_of(run.record)
    if terms is not None and theirs:
        return compare_adaptive_task(
            task.name,
            planned=task.planned_samples,
            run=mine,
            passes=theirs,
            items=items,
            alpha=alpha,
            terms=terms,
        )
    return compare_task(
        task.name,
        planned=task.planned_samples,
        run=mine,
        passes=theirs,
        items=items,
        alpha=alpha,
    )


def _measured(earlier: Sequence[MeasuredRun], task: str, policy: Policy) -> list[MeasuredRun]:
    return [
        one for one in earlier if is_measured(one.record, task, looks(of_task(one, task)), policy)
    ]


def _memory(
    task: str,
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    since: Sequence[MeasuredRun],
    *,
    items: Mapping[str, Item],
) -> tuple[SeriesMemory, ...]:
    before = [*passes, *since]
    basis = shared_basis(
        looks(of_task(run, task)),
        [looks(of_task(one, task)) for one in before],
        items,
        refusal_of(run.record, [one.record for one in before], task, items),
    )
    moments = [Moment(run_id=one.record.id, at=one.record.created_at) for one in (*since, run)]
    return remember(basis, passes=len(passes), runs=moments)


def of_task(run: MeasuredRun, task: str) -> list[SampleRecord]:
    """Return the samples of one task."""
    return [sample for sample in run.samples if sample.key.task == task]
