"""Is it still the same question, asked and graded in the same way? What we changed, not they."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evals.compare.fingerprint import fingerprint_changes
from evals.coverage import Coverage
from evals.records import RunStatus
from evals.rounds import Stage, of_stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.compare.basis import Refusal
    from evals.compare.comparison import TaskComparison
    from evals.golden_set import Item
    from evals.records import Fingerprint, RunRecord, SampleRecord, TaskRecord

OTHER_TASK = "asked by another version of the task"
OTHER_JUDGE = "graded by another judge"
ADVICE = "run once with --bridge to tell our change from theirs, or bless runs of the new basis"
_JUDGED = "judge"


def looks(samples: Iterable[SampleRecord]) -> list[SampleRecord]:
    """Return the samples that were planned whatever came back; retests chose their items."""
    return of_stage(samples, Stage.FIRST, Stage.REPEAT)


def refusal_of(
    run: RunRecord, others: Sequence[RunRecord], task: str, items: Mapping[str, Item]
) -> Refusal:
    """Return what refuses samples of ``others`` that were asked or graded otherwise than ``run``.

    The judge's pin belongs to the basis of the items that it judges, and of no other.
    """
    version = _version(run, task)
    other_task = [_version(one, task) not in (None, version) for one in others]
    other_judge = [one.judge_pin_digest != run.judge_pin_digest for one in others]

    def refusal(number: int, sample: SampleRecord) -> str | None:
        if other_task[number]:
            return OTHER_TASK
        item = items.get(sample.item_digest)
        judged = item is not None and item.scorer.name == _JUDGED
        return OTHER_JUDGE if judged and other_judge[number] else None

    return refusal


def basis_changes(
    run: RunRecord,
    baseline: Sequence[RunRecord],
    tasks: Sequence[TaskComparison],
    *,
    name: str,
    pin_changes: Sequence[str],
) -> tuple[str, ...]:
    """Say what we changed since the blessing, as sentences; empty when the basis is the same.

    ``pin_changes`` names the parts of the pin that differ.
    """
    changes = []
    if pin_changes:
        what = ", ".join(pin_changes)
        changes.append(f"baseline {name} belongs to another pin; what we changed: {what}")
    compared = {task.task: task for task in tasks}
    for task in run.tasks:
        before = [t for one in baseline for t in one.tasks if t.name == task.name]
        narrowed = compared[task.name].excluded
        changes += _task_changes(task, before, narrowed=bool(narrowed))
        if any(one.reason == OTHER_JUDGE for one in narrowed):
            changes.append(f"{task.name}: we changed the judge; what it grades is not compared")
    return tuple([*changes, ADVICE] if changes else ())


def is_measured(
    run: RunRecord,
    task: str,
    samples: Sequence[SampleRecord],
    minimum_coverage: float,
) -> bool:
    """Whether a run is a step of the memory of ``task``: completed, and covered well enough."""
    planned = next((t.planned_samples for t in run.tasks if t.name == task), 0)
    states = Counter(sample.state for sample in samples)
    coverage = Coverage(states=states, planned=planned, minimum=minimum_coverage)
    return run.status is RunStatus.COMPLETED and planned > 0 and coverage.is_graded


def keeps_the_pin(now: Fingerprint, before: Sequence[Fingerprint], *, alias_allowed: bool) -> bool:
    """Whether the same model answered as in the baseline, as far as it says."""
    changes = fingerprint_changes(now, before, alias_allowed=alias_allowed)
    return not any(change.breaks_pin for change in changes)


def _version(run: RunRecord, task: str) -> str | None:
    return next((one.task_version for one in run.tasks if one.name == task), None)


def _task_changes(task: TaskRecord, before: Sequence[TaskRecord], *, narrowed: bool) -> list[str]:
    versions = sorted({one.golden_set_version for one in before} - {task.golden_set_version})
    changes = []
    if versions and narrowed:
        changes.append(
            f"{task.name}: we changed golden set {task.golden_set} from {', '.join(versions)} to "
            f"{task.golden_set_version}; only shared items are compared"
        )
    if any(one.task_version != task.task_version for one in before):
        changes.append(f"{task.name}: we changed how it is asked; older answers are not compared")
    return changes
