"""Schedules and slots as they travel, and how a schedule is made."""
# ruff: noqa: TC001, TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from evals.schedule import Schedule as Plan
from service.api.shapes.base import Order, Shape, shown
from service.api.shapes.baselines import Words
from service.db.tables import ScheduleSource
from service.store.schedules import Pause as StoredPause
from service.store.schedules import StoredSchedule
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from service.timetable.slot import Slot as StoredSlot

_PLAN: dict[str, Any] = {
    "cron": "0 6 * * mon",
    "timezone": "Europe/Berlin",
    "endpoint": ["support-prod"],
    "suite": "weekly",
    "jitter_minutes": 30,
}


class Pause(Shape):
    """Who paused a schedule, when and why."""

    at: datetime
    who: str
    why: str


class ScheduleRecord(Shape):
    """When which suite is asked of which endpoints.

    Attributes:
        source: ``file`` for one of `evals.yaml`, ``api`` for one that was made here.
        plan: As `evals.yaml` writes it, with every default filled in.
        next: When it is due next, within a year; null where it is not, or is stopped.
        stopped: Why its moments start nothing; null while they do.
        retired_at: Null while it is in force.
    """

    model_config = shown(
        {
            "name": "support-weekly",
            "source": "file",
            "plan": _PLAN,
            "next": "2026-11-30T05:00:00Z",
            "stopped": None,
            "pause": None,
            "created_at": "2026-11-02T09:12:44Z",
            "changed_at": "2026-11-02T09:12:44Z",
            "retired_at": None,
        }
    )

    name: str
    source: ScheduleSource
    plan: dict[str, Any]
    next: datetime | None
    stopped: str | None
    pause: Pause | None
    created_at: datetime
    changed_at: datetime
    retired_at: datetime | None

    @classmethod
    def of(cls, stored: StoredSchedule, *, due_next: datetime | None) -> ScheduleRecord:
        """Return a stored schedule as it travels."""
        pause = stored.pause
        return cls(
            name=stored.name,
            source=stored.source,
            plan=stored.schedule.document(),
            next=due_next,
            stopped=stored.stopped,
            pause=None if pause is None else Pause(at=pause.at, who=pause.who, why=pause.reason),
            created_at=stored.created_at,
            changed_at=stored.changed_at,
            retired_at=stored.retired_at,
        )

    def stored(self) -> StoredSchedule:
        """Return the schedule as the store keeps it; up to when it was counted stays there."""
        pause = self.pause
        return StoredSchedule(
            name=self.name,
            source=self.source,
            schedule=Plan.model_validate(self.plan),
            created_at=self.created_at,
            changed_at=self.changed_at,
            counted_to=self.changed_at,
            pause=None
            if pause is None
            else StoredPause(at=pause.at, who=pause.who, reason=pause.why),
            retired_at=self.retired_at,
        )


class NewSchedule(Order):
    """A schedule that is to be made."""

    model_config = shown({"name": "support-weekly", "plan": _PLAN})

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/]+$")]
    plan: Plan


class ChangedSchedule(Order):
    """What is to hold from now on."""

    model_config = shown({"plan": _PLAN})

    plan: Plan


class PauseOrder(Order):
    """Why a schedule is paused."""

    model_config = shown({"why": "the provider moves house this week"})

    why: Words


class RunNow(Order):
    """Which endpoints of a schedule are to be asked now; all of them if none is named."""

    model_config = shown({"endpoints": ["support-prod"]})

    endpoints: Annotated[tuple[str, ...], Field(max_length=1000)] = ()


class Slot(Shape):
    """A due moment of one endpoint, and what became of it.

    Attributes:
        due_at: What the schedule says.
        starts_at: The same, and the endpoint's share of the spread.
        deadline_at: By then its check should have completed.
        reason: Why it stands at ``state``; empty where that goes without saying.
        run_id: Null unless it was started.
    """

    model_config = shown(
        {
            "id": 4,
            "schedule": "support-weekly",
            "endpoint": "support-prod",
            "suite": "weekly",
            "due_at": "2026-11-23T05:00:00Z",
            "starts_at": "2026-11-23T05:11:00Z",
            "deadline_at": "2026-11-23T11:11:00Z",
            "state": "started",
            "reason": "",
            "decided_at": "2026-11-23T05:11:02Z",
            "run_id": "20261123-0511-4f1c",
        }
    )

    id: int
    schedule: str
    endpoint: str
    suite: str
    due_at: datetime
    starts_at: datetime
    deadline_at: datetime
    state: SlotState
    reason: str
    decided_at: datetime
    run_id: str | None

    @classmethod
    def of(cls, slot: StoredSlot) -> Slot:
        """Return a stored slot as it travels."""
        return cls(
            id=slot.id,
            schedule=slot.schedule,
            endpoint=slot.endpoint,
            suite=slot.suite,
            due_at=slot.due_at,
            starts_at=slot.starts_at,
            deadline_at=slot.deadline_at,
            state=slot.state,
            reason=slot.reason,
            decided_at=slot.decided_at,
            run_id=slot.run_id,
        )
