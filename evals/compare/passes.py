"""Several passes that were asked in one window, beside a baseline: pooled into one look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.compare.basis import shared_basis
from evals.compare.comparison import Comparison
from evals.compare.fingerprint import fingerprint_changes
from evals.compare.levels import level_of_run
from evals.compare.run import MeasuredRun, of_task
from evals.compare.sameness import refusal_of
from evals.compare.task import compare_task
from evals.policy import Series
from evals.rounds import Stage, of_stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.comparison import TaskComparison
    from evals.compare.run import MeasuredBaseline
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.records import Fingerprint, TaskRecord


def pooled(passes: Sequence[MeasuredRun]) -> MeasuredRun:
    """Return passes of one pin and suite as one run, in which each pass is a round of its own.

    It has the name of the first, and plans what they planned together. Epochs are counted on from
    pass to pass, so that an item that is asked more often in each keeps all its answers.
    """
    most = max((sample.key.epoch for one in passes for sample in one.samples), default=1)
    samples = tuple(
        replace(sample, key=replace(sample.key, epoch=sample.key.epoch + most * number))
        for number, one in enumerate(passes)
        for sample in one.samples
    )
    first = passes[0]
    tasks = tuple(_planned(task, passes) for task in first.record.tasks)
    return MeasuredRun(
        record=replace(first.record, tasks=tasks),
        samples=samples,
        fingerprint=_together([one.fingerprint for one in passes]),
    )


def compare_passes(
    passes: Sequence[MeasuredRun],
    baseline: MeasuredBaseline,
    *,
    items: Mapping[str, Item],
    policy: Policy,
    alias_allowed: bool,
) -> Comparison:
    """Compare passes of one window with a baseline, as one look at the endpoint.

    What they share with the baseline is pooled: it sees smaller changes than any of them alone.
    For the arguments see `evals.compare.run.compare_run`.
    """
    run = pooled(passes)
    alpha = level_of_run(policy, len(run.record.tasks))
    return Comparison(
        baseline=baseline.name,
        passes=len(baseline.runs),
        alpha=alpha,
        tasks=tuple(
            _compare_task(task, run, baseline, items=items, alpha=alpha, policy=policy)
            for task in run.record.tasks
        ),
        fingerprint_changes=fingerprint_changes(
            run.fingerprint,
            [one.fingerprint for one in baseline.runs],
            alias_allowed=alias_allowed,
        ),
    )


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


def _planned(task: TaskRecord, passes: Sequence[MeasuredRun]) -> TaskRecord:
    planned = (t.planned_samples for one in passes for t in one.record.tasks if t.name == task.name)
    return replace(task, planned_samples=sum(planned))


def _compare_task(
    task: TaskRecord,
    run: MeasuredRun,
    baseline: MeasuredBaseline,
    *,
    items: Mapping[str, Item],
    alpha: float,
    policy: Policy,
) -> TaskComparison:
    mine = of_task(run, task.name)
    theirs = [of_stage(of_task(one, task.name), Stage.FIRST) for one in baseline.runs]
    refusal = refusal_of(run.record, [one.record for one in baseline.runs], task.name, items)
    comparable = [
        [sample for sample in samples if refusal(number, sample) is None]
        for number, samples in enumerate(theirs)
    ]
    basis = shared_basis(mine, theirs, items, refusal)
    compared = compare_task(
        task.name,
        planned=task.planned_samples,
        run=mine,
        passes=comparable,
        items=items,
        alpha=policy.level(alpha, task.name, Series.ACCURACY),
        by_round=True,
    )
    return replace(compared, excluded=basis.excluded, lacking=basis.lacking)
