"""What a week has seen: its checks, what was missed, and whether it was told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evals.report.notice.digest import check_of_document
from service.db.tables import NotificationRow, SlotRow, VerdictRow
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.report.notice import CheckLine

_ROWS_AT_ONCE = 50
"""Reports are large; what is kept of each is small."""
_MISSED = (SlotState.MISSED, SlotState.OVERLAPPING)


def checks_between(session: Session, begin: datetime, end: datetime) -> tuple[CheckLine, ...]:
    """Return the newest judgement of each run that was judged from ``begin`` until before ``end``.

    The newest comes first.
    """
    newest = (
        select(func.max(VerdictRow.id))
        .where(VerdictRow.created_at >= begin, VerdictRow.created_at < end)
        .group_by(VerdictRow.run_id)
    )
    statement = (
        select(VerdictRow.comparison, VerdictRow.created_at)
        .where(VerdictRow.id.in_(newest))
        .order_by(VerdictRow.id.desc())
    )
    rows = session.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
    return tuple(check_of_document(row.comparison, at=row.created_at) for row in rows)


def missed_between(
    session: Session, begin: datetime, end: datetime
) -> tuple[tuple[str, str, datetime], ...]:
    """Return the checks that were due in between and not made: endpoint, suite, moment."""
    statement = (
        select(SlotRow.endpoint, SlotRow.suite, SlotRow.due_at)
        .where(SlotRow.due_at >= begin, SlotRow.due_at < end, SlotRow.state.in_(_MISSED))
        .order_by(SlotRow.due_at, SlotRow.id)
    )
    return tuple((row.endpoint, row.suite, row.due_at) for row in session.execute(statement))


def anything_was_judged(session: Session) -> bool:
    """Whether there has ever been a check."""
    return session.scalar(select(VerdictRow.id).limit(1)) is not None


def is_written(session: Session, key: str) -> bool:
    """Whether a message with this key is in the outbox, whatever became of it."""
    statement = select(NotificationRow.id).where(NotificationRow.key == key)
    return session.scalar(statement) is not None
