"""Schedules, their moments and slots as tables and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.text import Text

from service.cli.slot_views import iso, lines
from service.timetable.moments import next_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rich.table import Table

    from evals.schedule import Schedule
    from service.store.schedules import StoredSchedule
    from service.timetable.slot import NewSlot

    Coming = Sequence[tuple[StoredSchedule, NewSlot]]

_NOT_READ = "not read yet"


def schedule_documents(
    stored: Iterable[StoredSchedule], unread: Mapping[str, Schedule], now: datetime
) -> list[dict[str, Any]]:
    """Return schedules as JSON values; ``unread`` are those that no server has read."""
    known = [
        {
            "name": one.name,
            "source": one.source.value,
            "state": state_of(one),
            "next_due_at": iso(_next(one, now)),
            "paused": None if one.pause is None else _paused(one),
            "retired_at": iso(one.retired_at),
            "schedule": one.schedule.document(),
        }
        for one in stored
        if one.name not in unread
    ]
    new = [
        {
            "name": name,
            "source": "file",
            "state": _NOT_READ,
            "next_due_at": iso(next_due(one, now)),
            "paused": None,
            "retired_at": None,
            "schedule": one.document(),
        }
        for name, one in unread.items()
    ]
    return [*known, *new]


def schedule_table(
    stored: Iterable[StoredSchedule], unread: Mapping[str, Schedule], now: datetime
) -> Table:
    """Return schedules as a table, by name."""
    table = lines("schedule", "asks", "suite", "when", "next", "state")
    rows = {
        one.name: (one.schedule, _shown(_next(one, now), one.schedule), state_of(one))
        for one in stored
    }
    for name, schedule in unread.items():
        rows[name] = (schedule, _shown(next_due(schedule, now), schedule), _NOT_READ)
    for name in sorted(rows):
        schedule, following, state = rows[name]
        asks = ", ".join(schedule.endpoint)
        when = f"{schedule.cron} ({schedule.timezone})"
        table.add_row(
            *(Text(cell) for cell in (name, asks, schedule.suite, when, following, state))
        )
    return table


def state_of(one: StoredSchedule) -> str:
    """Say in words whether a schedule starts checks."""
    if one.retired_at is not None:
        return "retired"
    return one.stopped or "in force"


def next_words(one: StoredSchedule, now: datetime) -> str:
    """Say when a schedule is due next."""
    following = _next(one, now)
    if following is not None:
        return f"it is due next on {_shown(following, one.schedule)}"
    return f"it is due no more: {one.stopped or 'its active window is over'}"


def next_documents(coming: Coming) -> list[dict[str, Any]]:
    """Return moments to come as JSON values."""
    return [
        {
            "schedule": stored.name,
            "endpoint": slot.endpoint,
            "suite": slot.suite,
            "due_at": iso(slot.due_at),
            "starts_at": iso(slot.starts_at),
            "deadline_at": iso(slot.deadline_at),
            "state": state_of(stored),
        }
        for stored, slot in coming
    ]


def next_table(coming: Coming) -> Table:
    """Return moments to come as a table."""
    table = lines("due", "starts", "schedule", "endpoint", "suite", "state")
    for stored, slot in coming:
        zone = ZoneInfo(stored.schedule.timezone)
        table.add_row(
            Text(_shown(slot.due_at, stored.schedule)),
            Text(f"{slot.starts_at.astimezone(zone):%H:%M:%S}"),
            *(Text(cell) for cell in (stored.name, slot.endpoint, slot.suite, state_of(stored))),
        )
    return table


def _next(one: StoredSchedule, now: datetime) -> datetime | None:
    """Return when a schedule starts a check next; None while it does not."""
    if one.retired_at is not None or one.stopped is not None:
        return None
    return next_due(one.schedule, now)


def _shown(when: datetime | None, schedule: Schedule) -> str:
    """Show a moment as the wall clock of the schedule's zone does."""
    return (
        "-" if when is None else f"{when.astimezone(ZoneInfo(schedule.timezone)):%a %Y-%m-%d %H:%M}"
    )


def _paused(one: StoredSchedule) -> dict[str, Any] | None:
    pause = one.pause
    if pause is None:
        return None
    return {"at": iso(pause.at), "who": pause.who, "reason": pause.reason}
