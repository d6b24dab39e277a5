"""Runs as they travel, and how one is asked for."""
# ruff: noqa: TC001, TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from evals.records import RunRecord, RunStatus, TaskRecord
from evals.verdict import VerdictKind
from service.api.shapes.base import Order, Shape, shown

if TYPE_CHECKING:
    from service.store.readings import RunCosts

_RUN = {
    "id": "20261123-0600-4f1c",
    "endpoint": "support-prod",
    "suite": "weekly",
    "status": "completed",
    "status_reason": "",
    "verdict": "ok",
    "created_at": "2026-11-23T06:00:12Z",
    "started_at": "2026-11-23T06:00:14Z",
    "completed_at": "2026-11-23T06:03:40Z",
    "planned_samples": 400,
    "pin_digest": "9d1f" * 16,
    "suite_digest": "03ac" * 16,
    "judge_pin_digest": None,
    "code_version": "0.1.0",
    "options": {"budget_usd": 2.0},
    "tasks": [
        {
            "name": "support-faq",
            "golden_set": "support-faq",
            "golden_set_version": "1.0.0",
            "golden_set_digest": "77b2" * 16,
            "task_version": "1",
            "planned_samples": 400,
        }
    ],
}


class RunTask(Shape):
    """One task of a run: which version of which golden set was to be asked, and how often."""

    name: str
    golden_set: str
    golden_set_version: str
    golden_set_digest: str
    task_version: str
    planned_samples: int

    @classmethod
    def of(cls, task: TaskRecord) -> RunTask:
        """Return a stored task as it travels."""
        return cls(
            name=task.name,
            golden_set=task.golden_set,
            golden_set_version=task.golden_set_version,
            golden_set_digest=task.golden_set_digest,
            task_version=task.task_version,
            planned_samples=task.planned_samples,
        )


class Run(Shape):
    """One execution of a suite against a pin.

    Attributes:
        verdict: The newest; null until the run was judged.
        options: The switches that changed what was asked.
    """

    model_config = shown(_RUN)

    id: str
    endpoint: str
    suite: str
    status: RunStatus
    status_reason: str
    verdict: VerdictKind | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    planned_samples: int
    pin_digest: str
    suite_digest: str
    judge_pin_digest: str | None
    code_version: str
    options: dict[str, Any]
    tasks: tuple[RunTask, ...]

    @classmethod
    def of(cls, run: RunRecord, verdict: VerdictKind | None) -> Run:
        """Return a stored run as it travels."""
        return cls(
            id=run.id,
            endpoint=run.endpoint,
            suite=run.suite,
            status=run.status,
            status_reason=run.status_reason,
            verdict=verdict,
            created_at=run.created_at,
            started_at=run.started_at,
            completed_at=run.completed_at,
            planned_samples=run.planned_samples,
            pin_digest=run.pin_digest,
            suite_digest=run.suite_digest,
            judge_pin_digest=run.judge_pin_digest,
            code_version=run.code_version,
            options=dict(run.options),
            tasks=tuple(RunTask.of(task) for task in run.tasks),
        )

    def record(self) -> RunRecord:
        """Return the run as the store keeps it."""
        return RunRecord(
            id=self.id,
            endpoint=self.endpoint,
            pin_digest=self.pin_digest,
            suite=self.suite,
            suite_digest=self.suite_digest,
            status=self.status,
            status_reason=self.status_reason,
            created_at=self.created_at,
            started_at=self.started_at,
            completed_at=self.completed_at,
            tasks=tuple(TaskRecord(**task.model_dump()) for task in self.tasks),
            options=self.options,
            code_version=self.code_version,
            judge_pin_digest=self.judge_pin_digest,
        )


class StartRun(Order):
    """What to ask of whom.

    Attributes:
        epochs: Ask each item so often, odd or not: no adaptive check.
        max_connections: Calls at once.
        budget_usd: The run stops after spending this, and is invalid then.
    """

    model_config = shown({"endpoint": "support-prod", "suite": "weekly", "budget_usd": 2.0})

    endpoint: Annotated[str, Field(min_length=1, max_length=200)]
    suite: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    epochs: Annotated[int, Field(ge=1, le=100)] | None = None
    max_connections: Annotated[int, Field(ge=1, le=1000)] | None = None
    budget_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class Moment(StrEnum):
    """What a watcher is told of: a step, a pause until the confirmation is due, the end."""

    PROGRESS = "progress"
    WAITING = "waiting"
    ENDED = "ended"


class RunProgress(Shape):
    """How far a run is: the data of each server-sent event.

    Attributes:
        not_ok: Samples that could not be graded.
        cost_usd: So far; null when part of it is unknown.
        verdict: Of the run as it stands; null until it is judged.
    """

    model_config = shown(
        {
            "id": "20261123-0600-4f1c",
            "status": "running",
            "status_reason": "",
            "samples": 120,
            "planned_samples": 400,
            "not_ok": 1,
            "cost_usd": 0.041,
            "verdict": None,
        }
    )

    id: str
    status: RunStatus
    status_reason: str
    samples: int
    planned_samples: int
    not_ok: int
    cost_usd: float | None
    verdict: VerdictKind | None

    @classmethod
    def of(
        cls, run: RunRecord, costs: RunCosts, *, not_ok: int, verdict: VerdictKind | None
    ) -> RunProgress:
        """Return what a watcher is told."""
        return cls(
            id=run.id,
            status=run.status,
            status_reason=run.status_reason,
            samples=costs.samples,
            planned_samples=run.planned_samples,
            not_ok=not_ok,
            cost_usd=costs.cost_usd,
            verdict=verdict,
        )
