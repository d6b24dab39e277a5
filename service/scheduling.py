"""What people do with schedules: pause, resume, ask now, look ahead."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from evals.errors import EvalsError
from service.db.tables import ScheduleSource
from service.errors import ScheduleNotFound, ScheduleRefused
from service.store import schedules, slots
from service.subject import resolve_endpoint, resolve_suite
from service.timetable.moments import due_after
from service.timetable.spread import asked_for, new_slots

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from evals.config import Config
    from service.store.schedules import StoredSchedule
    from service.timetable.slot import NewSlot, Slot


def unknown_in_schedules(config: Config, folders: Sequence[Path], shown: Path) -> list[EvalsError]:
    """Return one error for each endpoint and suite that a schedule of ``shown`` names in vain."""
    problems: list[EvalsError] = []
    for name, one in config.schedules.items():
        for endpoint in one.endpoint:
            problems += _problem(partial(resolve_endpoint, config, endpoint), name, shown)
        problems += _problem(partial(resolve_suite, config, one.suite, folders), name, shown)
    return problems


def _problem(resolved: Callable[[], object], name: str, shown: Path) -> list[EvalsError]:
    try:
        resolved()
    except EvalsError as error:
        error.add_note(f"Found in schedule {name!r} of {shown}.")
        return [error]
    return []


def take_in(session: Session, config: Config, name: str, *, now: datetime) -> None:
    """Store a schedule of the file that no server has read yet, so that one can act on it."""
    schedule = config.schedules.get(name)
    if schedule is not None:
        schedules.create(session, name, schedule, source=ScheduleSource.FILE, now=now)


def pause(session: Session, name: str, *, who: str, reason: str, now: datetime) -> StoredSchedule:
    """Let a schedule start nothing until it is resumed; its moments become rows all the same.

    Raises:
        ScheduleNotFound: There is none in force of this name.
        ScheduleRefused: It is paused already.
    """
    before = _in_force(session, name)
    if not schedules.pause(session, name, who=who, reason=reason, now=now):
        raise ScheduleRefused(
            f"schedule {name!r} is {before.stopped or 'paused'}",
            fix=f"Resume it first: evals schedule resume {name}",
        )
    return schedules.get(session, name)


def resume(session: Session, name: str, *, now: datetime) -> StoredSchedule:
    """End a pause; the next moment starts a check again, and those up to ``now`` start none.

    Raises:
        ScheduleNotFound: There is none in force of this name.
        ScheduleRefused: It is not paused.
    """
    before = _in_force(session, name)
    if not schedules.resume(session, name, now=now):
        fix = None if before.schedule.enabled else "It is switched off: say `enabled: true`."
        raise ScheduleRefused(f"schedule {name!r} is not paused", fix=fix)
    return schedules.get(session, name)


def ask_now(
    session: Session, name: str, *, endpoints: Collection[str] = (), who: str, now: datetime
) -> tuple[Slot, ...]:
    """Claim a slot now for each endpoint of a schedule, or for some; the workers start them.

    Raises:
        ScheduleNotFound: There is none in force of this name.
        ScheduleRefused: It is paused or not enabled, or has no such endpoint.
    """
    stored = _in_force(session, name)
    refuse_stopped(stored)
    asked = tuple(endpoint_of(stored, one) for one in endpoints) or stored.schedule.endpoint
    rows = [asked_for(name, stored.schedule, one, who=who, now=now) for one in asked]
    return tuple(slots.get(session, slot_id) for slot_id in slots.insert(session, rows, now=now))


def upcoming(stored: StoredSchedule, *, after: datetime, many: int) -> tuple[NewSlot, ...]:
    """Return the slots of the next ``many`` moments; none of a schedule that is out of force."""
    if stored.retired_at is not None:
        return ()
    moments = islice(due_after(stored.schedule, after), many)
    return tuple(
        slot for due_at in moments for slot in new_slots(stored.name, stored.schedule, due_at)
    )


def only_endpoint(session: Session, name: str, endpoint: str | None) -> str:
    """Return the endpoint of a schedule that is to be asked now.

    Raises:
        ScheduleNotFound: There is none in force of this name.
        ScheduleRefused: It starts nothing, has no such endpoint, or has several and none is named.
    """
    stored = _in_force(session, name)
    refuse_stopped(stored)
    if endpoint is not None:
        return endpoint_of(stored, endpoint)
    if len(stored.schedule.endpoint) > 1:
        raise ScheduleRefused(
            f"schedule {name!r} asks {len(stored.schedule.endpoint)} endpoints",
            fix=f"Name one, --endpoint {stored.schedule.endpoint[0]}; or all of them, --leave.",
        )
    return stored.schedule.endpoint[0]


def endpoint_of(stored: StoredSchedule, endpoint: str) -> str:
    """Return ``endpoint``. Raises `ScheduleRefused` when the schedule does not ask it."""
    if endpoint not in stored.schedule.endpoint:
        raise ScheduleRefused(
            f"schedule {stored.name!r} does not ask {endpoint!r}",
            fix=f"It asks: {', '.join(stored.schedule.endpoint)}.",
        )
    return endpoint


def refuse_stopped(stored: StoredSchedule) -> None:
    """Raise `ScheduleRefused` when a schedule is paused or not enabled."""
    if stored.stopped is not None:
        raise ScheduleRefused(
            f"schedule {stored.name!r} starts nothing: {stored.stopped}",
            fix="Resume or enable it, or ask by hand with `evals run`.",
        )


def _in_force(session: Session, name: str) -> StoredSchedule:
    found = schedules.get(session, name)
    if found.retired_at is not None:
        raise ScheduleNotFound(
            f"schedule {name!r} was removed", fix="See the others with `evals schedule list`."
        )
    return found
