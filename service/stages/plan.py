"""Plan: exactly what a run sets out to ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evals.engine.plan import PlannedSample, PlannedTask
from evals.probes.registry import probe_named
from evals.records import RunRecord, RunStatus, TaskRecord
from evals.versions import TASK_VERSION, code_version

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from evals.records import SampleKey
    from evals.suite import SuiteTask
    from service.subject import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Switches of one run; None leaves it to the suite and the endpoint.

    ``adaptive`` holds the terms of an adaptive check (`evals.compare.terms`); a run without them
    keeps its plain plan. ``collected_for`` is the baseline to be that a pass is collected for.
    ``batch`` asks the first look through the provider's batch API, and ``batch_usd`` is what that
    costs at most: it is set aside until the run has ended.
    """

    limit: int | None = None
    epochs: int | None = None
    max_connections: int | None = None
    budget_usd: float | None = None
    adaptive: Mapping[str, Any] | None = None
    collected_for: str | None = None
    batch: bool | None = None
    batch_usd: float | None = None

    def asked(self) -> dict[str, Any]:
        """Return the switches that were set, as JSON values."""
        switches = {
            "limit": self.limit,
            "epochs": self.epochs,
            "max_connections": self.max_connections,
            "budget_usd": self.budget_usd,
            "adaptive": self.adaptive,
            "collected_for": self.collected_for,
            "batch": self.batch,
            "batch_usd": self.batch_usd,
        }
        return {name: value for name, value in switches.items() if value is not None}


def plan_run(
    subject: Subject,
    options: Options,
    *,
    run_id: str,
    now: datetime,
    tasks: Sequence[PlannedTask] | None = None,
) -> RunRecord:
    """Write down what a run sets out to do: ``tasks``, or the plain plan of `planned_tasks`."""
    return RunRecord(
        id=run_id,
        endpoint=subject.endpoint_name,
        pin_digest=subject.pin.digest,
        suite=subject.suite_name,
        suite_digest=subject.suite.digest,
        status=RunStatus.PLANNED,
        created_at=now,
        tasks=tuple(
            TaskRecord(
                name=golden_set.task,
                golden_set=golden_set.name,
                golden_set_version=golden_set.version,
                golden_set_digest=golden_set.digest,
                task_version=TASK_VERSION,
                planned_samples=len(task.samples),
            )
            for golden_set, task in zip(
                subject.golden_sets, tasks or planned_tasks(subject, options), strict=True
            )
        ),
        options=options.asked(),
        code_version=code_version(),
        judge_pin_digest=None if subject.judge_pin is None else subject.judge_pin.digest,
    )


def planned_tasks(
    subject: Subject, options: Options, *, done: Collection[SampleKey] = frozenset()
) -> tuple[PlannedTask, ...]:
    """Spell out every sample, epoch by epoch, leaving out those that are ``done``.

    A whole pass over the items comes before the next epoch starts: draws of one item that follow
    each other at once are not independent.
    """
    whole = (
        PlannedTask(
            name=golden_set.task,
            samples=tuple(
                PlannedSample(item=item, epoch=epoch)
                for epoch in range(1, _epochs(subject, task, options) + 1)
                for item in golden_set.items[: options.limit]
            ),
        )
        for task, golden_set in zip(subject.suite.tasks, subject.golden_sets, strict=True)
    )
    return tuple(
        replace(task, samples=tuple(one for one in task.samples if one.key(task.name) not in done))
        for task in whole
    )


def _epochs(subject: Subject, task: SuiteTask, options: Options) -> int:
    """Return how often a task is asked; a probe whose measure is repetition says so itself."""
    repeated = probe_named(task.probe).epochs if task.probe else 1
    if repeated > 1:
        return repeated
    return options.epochs or task.epochs or subject.suite.epochs
