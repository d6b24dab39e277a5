"""Schedules: what is due when, and who paused it. Rows are retired, never deleted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import select, update

from evals.schedule import Schedule
from service.db.tables import ScheduleRow, ScheduleSource
from service.errors import ScheduleNotFound, ScheduleUnreadable
from service.store import slots
from service.store.absent import insert_absent
from service.store.changes import count_changed
from service.store.counting import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Who paused a schedule, when and why."""

    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSchedule:
    """A schedule as it is stored.

    Attributes:
        counted_to: Every due moment up to here has its slots.
        pause: None while nobody paused it.
        retired_at: None while it is in force.
    """

    name: str
    source: ScheduleSource
    schedule: Schedule
    created_at: datetime
    changed_at: datetime
    counted_to: datetime
    pause: Pause | None = None
    retired_at: datetime | None = None

    @property
    def stopped(self) -> str | None:
        """Why its moments start nothing, in words; None while they do."""
        if self.pause is not None:
            return f"paused by {self.pause.who}: {self.pause.reason}"
        return None if self.schedule.enabled else "the schedule is not enabled"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableSchedule:
    """A schedule that another wrote and that cannot be followed here, and why.

    A later version knows more of cron or of catching up, or a time zone is missing on this host.
    """

    name: str
    source: ScheduleSource
    changed_at: datetime
    counted_to: datetime
    retired_at: datetime | None
    reason: str


def in_force(session: Session) -> tuple[StoredSchedule, ...]:
    """Return all schedules but the retired ones, by name; see `unreadable` for the others."""
    statement = select(ScheduleRow).where(ScheduleRow.retired_at.is_(None))
    return tuple(_readable(session.scalars(statement.order_by(ScheduleRow.name))))


def everything(session: Session) -> tuple[StoredSchedule, ...]:
    """Return all schedules that can be read, the retired ones too, by name."""
    return tuple(_readable(session.scalars(select(ScheduleRow).order_by(ScheduleRow.name))))


def unreadable(session: Session) -> tuple[UnreadableSchedule, ...]:
    """Return the schedules that cannot be read here, the retired ones too, by name.

    What they asked for goes on elsewhere, or waits: nobody decides on it who cannot read it.
    """
    rows = session.scalars(select(ScheduleRow).order_by(ScheduleRow.name))
    return tuple(
        UnreadableSchedule(
            name=row.name,
            source=row.source,
            changed_at=row.changed_at,
            counted_to=row.counted_to,
            retired_at=row.retired_at,
            reason=problem,
        )
        for row in rows
        if (problem := _problem(row)) is not None
    )


def get(session: Session, name: str) -> StoredSchedule:
    """Return the schedule ``name``, retired or not.

    Raises:
        ScheduleNotFound: There is none.
        ScheduleUnreadable: It cannot be read here.
    """
    row = session.scalar(select(ScheduleRow).where(ScheduleRow.name == name))
    if row is None:
        raise ScheduleNotFound(
            f"there is no schedule {name!r}", fix="See the names with `evals schedule list`."
        )
    return _stored(row)


def create(
    session: Session, name: str, schedule: Schedule, *, source: ScheduleSource, now: datetime
) -> bool:
    """Store a new schedule, whose first moment lies after ``now``; return False if there is one.

    Of two servers that read the same file at once, the first one's row stays.
    """
    row = {
        "name": name,
        "source": source,
        "document": schedule.document(),
        "created_at": now,
        "changed_at": now,
        "counted_to": now,
    }
    return bool(insert_absent(session, ScheduleRow, [row], "name"))


def change(
    session: Session,
    before: StoredSchedule | UnreadableSchedule,
    schedule: Schedule,
    *,
    source: ScheduleSource,
    now: datetime,
) -> bool:
    """Let ``schedule`` hold from ``now`` on instead of ``before``; return whether it does.

    The moments up to ``now`` get their slots as ``before`` says, if it can be read. It is not done
    when moments were counted, or another changed it, since ``before`` was read.
    """
    if before.retired_at is None and isinstance(before, StoredSchedule):
        before, _ = count(session, before, now)
    statement = update(ScheduleRow).where(
        ScheduleRow.name == before.name,
        ScheduleRow.changed_at == before.changed_at,
        ScheduleRow.counted_to == before.counted_to,
    )
    values = {
        "document": schedule.document(),
        "source": source,
        "changed_at": now,
        "counted_to": now,
        "retired_at": None,
    }
    return count_changed(session, statement.values(**values)) == 1


def retire(session: Session, name: str, *, now: datetime) -> bool:
    """Take a schedule out of force; return False if there is none in force.

    Its slots stay, and the moments up to ``now`` get theirs, if it can be read.
    """
    row = session.scalar(select(ScheduleRow).where(ScheduleRow.name == name))
    if row is None or row.retired_at is not None:
        return False
    _count(session, name, now)
    statement = update(ScheduleRow).where(
        ScheduleRow.name == name, ScheduleRow.retired_at.is_(None)
    )
    return count_changed(session, statement.values(retired_at=now, changed_at=now)) == 1


def pause(session: Session, name: str, *, who: str, reason: str, now: datetime) -> bool:
    """Pause a schedule; return False, and keep the first reason, if it was paused already.

    The moments up to ``now`` get their slots, and start as they would have.
    """
    _count(session, name, now)
    statement = update(ScheduleRow).where(ScheduleRow.name == name, ScheduleRow.paused_at.is_(None))
    return (
        count_changed(session, statement.values(paused_at=now, paused_by=who, paused_reason=reason))
        == 1
    )


def resume(session: Session, name: str, *, now: datetime) -> bool:
    """End a pause; return False if there was none.

    The moments up to ``now`` get their slots, and what would have started since the pause began
    starts nothing, whether a server looked in the meantime or not.
    """
    _count(session, name, now)
    row = session.scalar(select(ScheduleRow).where(ScheduleRow.name == name))
    for stored in _readable([] if row is None else [row]):
        if stored.pause is not None and stored.stopped is not None:
            slots.disable(session, name, since=stored.pause.at, reason=stored.stopped, now=now)
    statement = update(ScheduleRow).where(
        ScheduleRow.name == name, ScheduleRow.paused_at.is_not(None)
    )
    return (
        count_changed(session, statement.values(paused_at=None, paused_by=None, paused_reason=None))
        == 1
    )


def _count(session: Session, name: str, now: datetime) -> None:
    statement = select(ScheduleRow).where(ScheduleRow.name == name)
    for stored in _readable(session.scalars(statement.where(ScheduleRow.retired_at.is_(None)))):
        count(session, stored, now)


def _problem(row: ScheduleRow) -> str | None:
    try:
        _stored(row)
    except ScheduleUnreadable as error:
        return error.what
    return None


def _readable(rows: Iterable[ScheduleRow]) -> Iterator[StoredSchedule]:
    """Yield what can be read: one schedule that cannot be never keeps others from their checks."""
    for row in rows:
        with suppress(ScheduleUnreadable):
            yield _stored(row)


def _planned(row: ScheduleRow) -> Schedule:
    """Return what a row asks for; what a later version has added to it means nothing here."""
    try:
        return Schedule.model_validate(row.document, extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise ScheduleUnreadable(
            f"schedule {row.name!r} cannot be read here: {place}: {first['msg']}",
            fix="Update this server, or install the time zone that is missing; a schedule of this "
            "name in evals.yaml replaces it.",
        ) from None


def _stored(row: ScheduleRow) -> StoredSchedule:
    pause = None
    if row.paused_at is not None:
        pause = Pause(at=row.paused_at, who=row.paused_by or "", reason=row.paused_reason or "")
    return StoredSchedule(
        name=row.name,
        source=row.source,
        schedule=_planned(row),
        created_at=row.created_at,
        changed_at=row.changed_at,
        counted_to=row.counted_to,
        pause=pause,
        retired_at=row.retired_at,
    )
