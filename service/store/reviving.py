"""Messages that did not arrive: sent after all once their channel works, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from evals.report.notice import NoticeKind
from service.alerting.alert import State
from service.alerting.delivery import MOST_REVIVALS, Standing
from service.db.tables import (
    AlertRow,
    AlertTransitionRow,
    NotificationAttemptRow,
    NotificationRow,
    NotificationTransitionRow,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import CursorResult, Update
    from sqlalchemy.orm import Session


def revive(
    session: Session,
    channel: str,
    *,
    since: datetime,
    fewer_than: int | None = None,
    now: datetime,
) -> int:
    """Make what ``channel`` refused since a moment due again; return how many messages.

    Each is tried as often as a new one. With ``fewer_than``, only what was revived so rarely. What
    is over by now stays away: its end was told, or waits, and must not be followed by its
    beginning. Where such a message tells of something else that holds still, that is told anew, by
    another message. The end itself is told to whoever received anything of it.
    """
    refused = [
        NotificationRow.channel == channel,
        NotificationRow.standing == Standing.FAILED,
        NotificationRow.created_at >= since,
    ]
    if fewer_than is not None:
        refused.append(NotificationRow.revivals < fewer_than)
    ends, holds, over = _tells_an_end_that_was_begun(), _tells(holding=True), _tells(holding=False)
    again = {
        "standing": Standing.PENDING,
        "next_attempt_at": now,
        "settled_at": None,
        "tries": 0,
        "revivals": NotificationRow.revivals + 1,
    }
    _change_those(session, [*refused, holds, over, ~ends], revivals=MOST_REVIVALS)
    return _change_those(session, [*refused, or_(~over & (holds | ~_tells_any()), ends)], **again)


def _change_those(session: Session, where: list[ColumnElement[bool]], **values: Any) -> int:
    """Of two that revive the same, the one that finds it refused still wins."""
    found = session.scalars(select(NotificationRow.id).where(*where)).all()
    if not found:
        return 0
    statement = update(NotificationRow).where(
        NotificationRow.id.in_(found), NotificationRow.standing == Standing.FAILED
    )
    return _changed(session, statement.values(**values))


def hurry(session: Session, channel: str, *, now: datetime) -> int:
    """Make what waits for another attempt due now; messages that are being sent stay claimed.

    Those have an attempt that is not recorded yet.
    """
    recorded = (
        select(func.count())
        .select_from(NotificationAttemptRow)
        .where(NotificationAttemptRow.notification_id == NotificationRow.id)
        .scalar_subquery()
    )
    statement = update(NotificationRow).where(
        NotificationRow.channel == channel,
        NotificationRow.standing == Standing.PENDING,
        NotificationRow.attempts == recorded,
    )
    return _changed(session, statement.values(next_attempt_at=now))


def drop(
    session: Session, *, known: Collection[str], left_before: datetime, now: datetime
) -> tuple[tuple[int, str], ...]:
    """Give up messages to channels that left the configuration before a moment.

    Returns the id and the channel of each. A channel counts as gone from the first look that does
    not find it, and no more once it is back.
    """
    row = NotificationRow
    waits, gone = row.standing == Standing.PENDING, row.channel.not_in(known)
    marks: list[tuple[ColumnElement[bool], ColumnElement[bool], dict[str, Any]]] = [
        (~gone, row.channel_left_at.is_not(None), {"channel_left_at": None}),
        (gone, row.channel_left_at.is_(None), {"channel_left_at": now}),
    ]
    for where, stale, values in marks:
        if session.scalar(select(row.id).where(waits, where, stale).limit(1)) is not None:
            _changed(session, update(row).where(waits, where, stale).values(**values))
    late = session.execute(
        select(row.id, row.channel).where(waits, gone, row.channel_left_at < left_before)
    ).all()
    # Whoever delivers it meanwhile has the say.
    statement = update(row).where(row.id.in_([one.id for one in late]), waits)
    if late:
        _changed(session, statement.values(standing=Standing.DROPPED, settled_at=now))
    return tuple((one.id, one.channel) for one in late)


def _tells_any() -> ColumnElement[bool]:
    told = NotificationTransitionRow
    return exists().where(told.notification_id == NotificationRow.id)


def _tells(*, holding: bool) -> ColumnElement[bool]:
    """Whether it tells news of an alert that holds still, or of one that is over."""
    told, moved = NotificationTransitionRow, AlertTransitionRow
    resolved = AlertRow.state == State.RESOLVED
    return exists().where(
        told.notification_id == NotificationRow.id,
        told.transition_id == moved.id,
        moved.message != NoticeKind.RESOLVED,
        AlertRow.id == moved.alert_id,
        ~resolved if holding else resolved,
    )


def _tells_an_end_that_was_begun() -> ColumnElement[bool]:
    """Whether it tells the end of an alert of which its channel has received something."""
    told, moved = aliased(NotificationTransitionRow), aliased(AlertTransitionRow)
    other, other_told = aliased(NotificationRow), aliased(NotificationTransitionRow)
    other_moved = aliased(AlertTransitionRow)
    return exists().where(
        told.notification_id == NotificationRow.id,
        told.transition_id == moved.id,
        moved.message == NoticeKind.RESOLVED,
        other_moved.alert_id == moved.alert_id,
        other_told.transition_id == other_moved.id,
        other.id == other_told.notification_id,
        other.channel == NotificationRow.channel,
        other.standing == Standing.DELIVERED,
    )


def _changed(session: Session, statement: Update) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
