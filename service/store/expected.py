"""Expected checks: the latest slot of each schedule and endpoint that should be done by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from evals.records import RunStatus
from service.db.tables import HandedRunRow, RunRow, SlotRow, VerdictRow
from service.store.handed import AWAITS_CONFIRMATION
from service.store.slots import slot_of
from service.timetable.overdue import Expected
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


def expected(
    session: Session, asked: Collection[tuple[str, str]], *, now: datetime
) -> tuple[Expected, ...]:
    """Return what should have completed by ``now``, and what came of it.

    ``asked`` are schedules and endpoints: one slot of each is found by its key, however many there
    ever were. A slot of a schedule that was paused or switched off is not expected, but one before
    it is. What was asked and never judged has told nobody anything: it does not count.
    """
    latest = [_latest(session, *one, now=now) for one in sorted(asked)]
    ended = func.min(RunRow.completed_at)
    judged = exists().where(VerdictRow.run_id == RunRow.id)
    completed_at = (
        select(ended)
        .where(RunRow.endpoint == SlotRow.endpoint, RunRow.suite == SlotRow.suite)
        .where(RunRow.status == RunStatus.COMPLETED, RunRow.completed_at >= SlotRow.due_at, judged)
        .scalar_subquery()
    )
    waits_until = (
        select(func.max(HandedRunRow.not_before))
        .join(RunRow, RunRow.id == HandedRunRow.run_id)
        .where(RunRow.endpoint == SlotRow.endpoint, RunRow.suite == SlotRow.suite)
        .where(RunRow.status == RunStatus.RUNNING, HandedRunRow.settled_at.is_(None))
        .where(HandedRunRow.reason == AWAITS_CONFIRMATION)
        .scalar_subquery()
    )
    found = SlotRow.id.in_([slot_id for slot_id in latest if slot_id is not None])
    rows = session.execute(select(SlotRow, completed_at, waits_until).where(found))
    return tuple(
        Expected(slot=slot_of(row), completed_at=completed, waits_until=waits)
        for row, completed, waits in rows
    )


def _latest(session: Session, schedule: str, endpoint: str, *, now: datetime) -> int | None:
    statement = (
        select(SlotRow.id)
        .where(SlotRow.schedule == schedule, SlotRow.endpoint == endpoint)
        .where(SlotRow.deadline_at <= now, SlotRow.state != SlotState.DISABLED)
        .order_by(SlotRow.due_at.desc())
        .limit(1)
    )
    return session.scalar(statement)
