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
    from datetime import datetime

    from sqlalchemy.orm import Session


def expected(session: Session, *, now: datetime) -> tuple[Expected, ...]:
    """Return what should have completed by ``now``, and what came of it.

    A slot of a schedule that was paused or switched off is not expected, but one before it is. What
    was asked and never judged has told nobody anything: it does not count.
    """
    latest = (
        select(SlotRow.schedule, SlotRow.endpoint, func.max(SlotRow.due_at).label("due_at"))
        .where(SlotRow.deadline_at <= now, SlotRow.state != SlotState.DISABLED)
        .group_by(SlotRow.schedule, SlotRow.endpoint)
        .subquery()
    )
    same = (
        (SlotRow.schedule == latest.c.schedule)
        & (SlotRow.endpoint == latest.c.endpoint)
        & (SlotRow.due_at == latest.c.due_at)
    )
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
    rows = session.execute(select(SlotRow, completed_at, waits_until).join(latest, same))
    return tuple(
        Expected(slot=slot_of(row), completed_at=completed, waits_until=waits)
        for row, completed, waits in rows
    )
