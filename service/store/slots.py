"""Slots: each due moment of each endpoint, inserted once and moved by conditional updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from service.db.tables import SlotRow
from service.errors import SlotNotFound
from service.store.absent import insert_absent
from service.store.changes import count_changed
from service.timetable.slot import Slot
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from service.timetable.slot import NewSlot


def insert(session: Session, slots: Sequence[NewSlot], *, now: datetime) -> list[int]:
    """Store due moments; return the ids of those that were new.

    Of two servers that store the same moment, the first one's row stays.
    """
    rows = [_values(slot, now) for slot in sorted(slots, key=_key)]
    return [row.id for row in insert_absent(session, SlotRow, rows, "id")]


def get(session: Session, slot_id: int) -> Slot:
    """Return a slot. Raises `SlotNotFound`."""
    row = session.scalar(select(SlotRow).where(SlotRow.id == slot_id))
    if row is None:
        raise SlotNotFound(f"there is no slot {slot_id}", fix="See `evals schedule due`.")
    return slot_of(row)


def of_run(session: Session, run_id: str) -> Slot | None:
    """Return the slot that a run was started for; None for a run that somebody asked for."""
    row = session.scalar(select(SlotRow).where(SlotRow.run_id == run_id))
    return None if row is None else slot_of(row)


def claimed(session: Session) -> tuple[Slot, ...]:
    """Return the slots that are to be started and have no run yet, the oldest first."""
    return _all(session, select(SlotRow).where(SlotRow.state == SlotState.CLAIMED))


def newest(
    session: Session,
    *,
    schedule: str | None = None,
    states: Collection[SlotState] = (),
    endpoint: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> tuple[Slot, ...]:
    """Return up to ``limit`` slots, the newest moment first.

    ``before`` are the moment and the id of the last one seen.
    """
    statement = select(SlotRow)
    if schedule is not None:
        statement = statement.where(SlotRow.schedule == schedule)
    if states:
        statement = statement.where(SlotRow.state.in_(states))
    if endpoint is not None:
        statement = statement.where(SlotRow.endpoint == endpoint)
    if before is not None:
        due_at, slot_id = before
        at_once = (SlotRow.due_at == due_at) & (SlotRow.id < slot_id)
        statement = statement.where((SlotRow.due_at < due_at) | at_once)
    statement = statement.order_by(SlotRow.due_at.desc(), SlotRow.id.desc()).limit(limit)
    return tuple(slot_of(row) for row in session.scalars(statement))


def move(
    session: Session,
    slot_id: int,
    state: SlotState,
    *,
    expected: Collection[SlotState],
    reason: str,
    now: datetime,
) -> bool:
    """Move a slot that has no run; return False if it no longer stands at one of ``expected``.

    Of two servers that move the same slot away from the same state, one is told False.
    """
    statement = update(SlotRow).where(SlotRow.id == slot_id, SlotRow.state.in_(expected))
    values = {"state": state, "reason": reason, "decided_at": now}
    return count_changed(session, statement.values(**values)) == 1


def lock(session: Session, slot_ids: Collection[int]) -> None:
    """Lock slots in the one order that all servers keep to, before they are moved together.

    On SQLite a writing transaction is alone anyway.
    """
    statement = select(SlotRow.id).where(SlotRow.id.in_(slot_ids)).order_by(SlotRow.id)
    session.execute(statement.with_for_update())


def move_all(
    session: Session,
    slot_ids: Collection[int],
    state: SlotState,
    *,
    expected: SlotState,
    reason: str,
    now: datetime,
) -> int:
    """Move many slots as `move` moves one; return how many still stood at ``expected``."""
    statement = update(SlotRow).where(SlotRow.id.in_(slot_ids), SlotRow.state == expected)
    values = {"state": state, "reason": reason, "decided_at": now}
    return count_changed(session, statement.values(**values))


def disable(session: Session, schedule: str, *, since: datetime, reason: str, now: datetime) -> int:
    """Let the slots of a schedule whose start came after ``since`` start nothing; return how many.

    Those that were claimed or decided on stay as they are.
    """
    statement = update(SlotRow).where(
        SlotRow.schedule == schedule,
        SlotRow.state == SlotState.DUE,
        SlotRow.starts_at > since,
        SlotRow.starts_at <= now,
    )
    values = {"state": SlotState.DISABLED, "reason": reason, "decided_at": now}
    return count_changed(session, statement.values(**values))


def let_cover(session: Session, lost: NewSlot) -> None:
    """Let the slot that already has the first of the lost moments stand for the others, too.

    It keeps its state and its run: a clock that was ahead had counted that moment before.
    """
    statement = update(SlotRow).where(
        SlotRow.schedule == lost.schedule,
        SlotRow.endpoint == lost.endpoint,
        SlotRow.due_at == lost.due_at,
        SlotRow.lost_until.is_distinct_from(lost.lost_until),
    )
    values = {"lost_until": lost.lost_until, "reason": lost.reason}
    count_changed(session, statement.values(**values))


def reopen(session: Session, slot: Slot, *, reason: str, now: datetime) -> bool:
    """Let a slot that was given up be due again, for its own moment alone.

    Of two servers that do so, one is told False.
    """
    statement = update(SlotRow).where(
        SlotRow.id == slot.id,
        SlotRow.state == slot.state,
        SlotRow.decided_at == slot.decided_at,
    )
    values = {"state": SlotState.DUE, "reason": reason, "decided_at": now, "lost_until": None}
    return count_changed(session, statement.values(**values)) == 1


def link(
    session: Session, slot_id: int, run_id: str, state: SlotState, *, reason: str, now: datetime
) -> bool:
    """Give a claimed slot its run; return False if it has one, or is not claimed any more.

    Call it in the transaction that stores the run, and give that up on False: of two workers that
    start the same slot, the second waits here for the first, and is told so.
    """
    statement = update(SlotRow).where(SlotRow.id == slot_id, SlotRow.state == SlotState.CLAIMED)
    values = {"state": state, "reason": reason, "decided_at": now, "run_id": run_id}
    return count_changed(session, statement.values(**values)) == 1


def explain(session: Session, slot_id: int, reason: str) -> bool:
    """Say why a claimed slot is not started yet; return False if it is not claimed any more."""
    statement = update(SlotRow).where(SlotRow.id == slot_id, SlotRow.state == SlotState.CLAIMED)
    return count_changed(session, statement.values(reason=reason)) == 1


def lock_pair(session: Session, endpoint: str, suite: str) -> None:
    """Let one transaction at a time start a check of this endpoint and suite, until it ends.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = func.hashtextextended(f"pinwatch check {endpoint}\n{suite}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def waiting(session: Session, *, now: datetime) -> tuple[Slot, ...]:
    """Return the slots whose start has come and that have no run yet, the oldest first."""
    states = (SlotState.DUE, SlotState.CLAIMED)
    arrived = select(SlotRow).where(SlotRow.state.in_(states), SlotRow.starts_at <= now)
    return _all(session, arrived)


def latest_due(session: Session, schedule: str, *, now: datetime) -> datetime | None:
    """Return the latest moment of a schedule that has come and has a slot; None without any."""
    statement = select(func.max(SlotRow.due_at)).where(SlotRow.schedule == schedule)
    found: datetime | None = session.scalar(statement.where(SlotRow.due_at <= now))
    return found


def given_up_after(session: Session, moment: datetime, *, now: datetime) -> tuple[Slot, ...]:
    """Return the slots that have come and were given up later than ``moment``."""
    given_up = (SlotState.MISSED, SlotState.OVERLAPPING, SlotState.DISABLED)
    statement = select(SlotRow).where(SlotRow.decided_at > moment, SlotRow.due_at <= now)
    return _all(session, statement.where(SlotRow.state.in_(given_up)))


def _all(session: Session, statement: Select[SlotRow]) -> tuple[Slot, ...]:
    in_order = statement.order_by(SlotRow.starts_at, SlotRow.id)
    return tuple(slot_of(row) for row in session.scalars(in_order))


def _key(slot: NewSlot) -> tuple[str, str, datetime]:
    return slot.schedule, slot.endpoint, slot.due_at


def _values(slot: NewSlot, now: datetime) -> dict[str, Any]:
    return {
        "schedule": slot.schedule,
        "endpoint": slot.endpoint,
        "suite": slot.suite,
        "due_at": slot.due_at,
        "starts_at": slot.starts_at,
        "deadline_at": slot.deadline_at,
        "state": slot.state,
        "reason": slot.reason,
        "decided_at": now,
        "lost_until": slot.lost_until,
        "ping_attempts": 0,
    }


def slot_of(row: SlotRow) -> Slot:
    """Return a row as the timetable knows it."""
    return Slot(
        id=row.id,
        schedule=row.schedule,
        endpoint=row.endpoint,
        suite=row.suite,
        due_at=row.due_at,
        starts_at=row.starts_at,
        deadline_at=row.deadline_at,
        state=row.state,
        reason=row.reason,
        decided_at=row.decided_at,
        run_id=row.run_id,
        lost_until=row.lost_until,
    )
