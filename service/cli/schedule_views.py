"""Schedules, their moments and slots as tables and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

from evals.numbers import moment
from service.timetable.moments import next_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from evals.schedule import Schedule
    from service.store.schedules import StoredSchedule
    from service.timetable.slot import NewSlot, Slot

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
            "next_due_at": _iso(_next(one, now)),
            "paused": None if one.pause is None else _paused(one),
            "retired_at": _iso(one.retired_at),
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
            "next_due_at": _iso(next_due(one, now)),
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
    table = _table("schedule", "asks", "suite", "when", "next", "state")
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
            "due_at": _iso(slot.due_at),
            "starts_at": _iso(slot.starts_at),
            "deadline_at": _iso(slot.deadline_at),
            "state": state_of(stored),
        }
        for stored, slot in coming
    ]


def next_table(coming: Coming) -> Table:
    """Return moments to come as a table."""
    table = _table("due", "starts", "schedule", "endpoint", "suite", "state")
    for stored, slot in coming:
        zone = ZoneInfo(stored.schedule.timezone)
        table.add_row(
            Text(_shown(slot.due_at, stored.schedule)),
            Text(f"{slot.starts_at.astimezone(zone):%H:%M:%S}"),
            *(Text(cell) for cell in (stored.name, slot.endpoint, slot.suite, state_of(stored))),
        )
    return table


def slot_documents(slots: Iterable[Slot]) -> list[dict[str, Any]]:
    """Return slots as JSON values."""
    return [
        {
            "id": slot.id,
            "schedule": slot.schedule,
            "endpoint": slot.endpoint,
            "suite": slot.suite,
            "due_at": _iso(slot.due_at),
            "starts_at": _iso(slot.starts_at),
            "deadline_at": _iso(slot.deadline_at),
            "state": slot.state.value,
            "reason": slot.reason,
            "decided_at": _iso(slot.decided_at),
            "run": slot.run_id,
        }
        for slot in slots
    ]


def slot_table(slots: Iterable[Slot]) -> Table:
    """Return slots as a table."""
    table = _table("due", "schedule", "endpoint", "suite", "state", "run", "why")
    for slot in slots:
        cells = (slot.schedule, slot.endpoint, slot.suite, slot.state.value, slot.run_id or "-")
        table.add_row(moment(slot.due_at), *(Text(cell) for cell in (*cells, slot.reason)))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=heading in ("due", "run", "next"), overflow="fold")
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
    return {"at": _iso(pause.at), "who": pause.who, "reason": pause.reason}


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()
