"""What a week has seen: its checks, what was missed, and whether it was told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from evals.report.notice.digest import check_of_document
from service.db.tables import HandedRunRow, NotificationRow, RunRow, SlotRow, VerdictRow
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.report.notice import CheckLine

_ROWS_AT_ONCE = 50
"""Reports are large; what is kept of each is small."""
_MISSED = (SlotState.MISSED, SlotState.OVERLAPPING)


def checks_between(session: Session, begin: datetime, end: datetime) -> tuple[CheckLine, ...]:
    """Return the newest judgement of each run first judged from ``begin`` until before ``end``.

    The newest comes first. A run of an earlier week that is judged again is not a check of this
    one.
    """
    judged = select(VerdictRow.run_id).where(
        VerdictRow.created_at >= begin, VerdictRow.created_at < end
    )
    first = func.min(VerdictRow.created_at)
    newest = (
        select(func.max(VerdictRow.id))
        .where(VerdictRow.run_id.in_(judged), VerdictRow.created_at < end)
        .group_by(VerdictRow.run_id)
        .having(first >= begin)
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


def given_up_between(
    session: Session, begin: datetime, end: datetime
) -> tuple[tuple[str, str, datetime], ...]:
    """Return the checks that were given up without a verdict: endpoint, suite, moment."""
    judged = exists().where(VerdictRow.run_id == HandedRunRow.run_id)
    statement = (
        select(RunRow.endpoint, RunRow.suite, HandedRunRow.settled_at)
        .join(RunRow, RunRow.id == HandedRunRow.run_id)
        .where(HandedRunRow.settled_at >= begin, HandedRunRow.settled_at < end, ~judged)
        .order_by(HandedRunRow.settled_at, RunRow.id)
    )
    rows = session.execute(statement)
    return tuple((endpoint, suite, at) for endpoint, suite, at in rows if at is not None)


def anything_was_judged(session: Session) -> bool:
    """Whether there has ever been a check."""
    return session.scalar(select(VerdictRow.id).limit(1)) is not None


def is_written(session: Session, key: str) -> bool:
    """Whether a message with this key is in the outbox, whatever became of it."""
    statement = select(NotificationRow.id).where(NotificationRow.key == key)
    return session.scalar(statement) is not None
