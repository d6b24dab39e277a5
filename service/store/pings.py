"""Pings that are due: each ended check that the world outside has not been told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, update

from evals.records import RunStatus
from service.db.tables import RunRow, SlotRow
from service.store.changes import count_changed
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

FORGOTTEN_AFTER = timedelta(days=2)
"""A check that ended longer ago is not worth a ping: it would tell of the past."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A ping to send.

    Attributes:
        completed: The check completed; else it failed, and should have completed by now.
        attempts: How often it was tried.
    """

    slot_id: int
    schedule: str
    completed: bool
    attempts: int


def due(session: Session, *, now: datetime, limit: int = 100) -> tuple[Due, ...]:
    """Return the pings that are due, the oldest check first.

    A check that failed is told of once its deadline has passed, and again as completed if it does
    complete after all.
    """
    completed = and_(
        RunRow.status == RunStatus.COMPLETED,
        RunRow.completed_at > now - FORGOTTEN_AFTER,
        or_(SlotRow.pinged_at.is_(None), SlotRow.pinged_at < RunRow.completed_at),
    )
    over = RunRow.id.is_(None) & SlotRow.state.in_((SlotState.MISSED, SlotState.OVERLAPPING))
    failed = and_(
        or_(RunRow.status.in_((RunStatus.FAILED, RunStatus.CANCELLED)), over),
        SlotRow.deadline_at.between(now - FORGOTTEN_AFTER, now),
        SlotRow.pinged_at.is_(None),
    )
    statement = (
        select(SlotRow.id, SlotRow.schedule, RunRow.status, SlotRow.ping_attempts)
        .outerjoin(RunRow, RunRow.id == SlotRow.run_id)
        .where(or_(completed, failed))
        .where(or_(SlotRow.ping_after.is_(None), SlotRow.ping_after <= now))
        .order_by(SlotRow.due_at, SlotRow.id)
        .limit(limit)
    )
    return tuple(
        Due(
            slot_id=slot_id,
            schedule=schedule,
            completed=status is RunStatus.COMPLETED,
            attempts=attempts,
        )
        for slot_id, schedule, status, attempts in session.execute(statement)
    )


def take(session: Session, ping: Due, *, again_at: datetime) -> bool:
    """Take a ping to send it; of several servers one may. It is due again at ``again_at``."""
    statement = update(SlotRow).where(
        SlotRow.id == ping.slot_id, SlotRow.ping_attempts == ping.attempts
    )
    values = {"ping_attempts": ping.attempts + 1, "ping_after": again_at}
    return count_changed(session, statement.values(**values)) == 1


def sent(session: Session, ping: Due, *, now: datetime) -> None:
    """Note that a ping arrived, or that nobody asks for it."""
    statement = update(SlotRow).where(SlotRow.id == ping.slot_id)
    values = {"pinged_at": now, "ping_attempts": 0, "ping_after": None}
    count_changed(session, statement.values(**values))
