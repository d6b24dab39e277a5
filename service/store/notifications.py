"""The outbox: messages written with what they tell, claimed one by one, settled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, insert, or_, select, update

from evals.report.notice import from_document, to_document
from service.alerting.delivery import FAILING_AFTER, Outcome, Standing, Waiting, next_to_send
from service.db.tables import (
    AlertTransitionRow,
    NotificationAttemptRow,
    NotificationRow,
    NotificationTransitionRow,
)
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, CursorResult, Update
    from sqlalchemy.orm import Session

    from evals.report.notice import Notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """One message to one channel.

    ``attempts`` counts those that began, and ``tries`` those since it was new or was revived.
    """

    id: int
    key: str
    channel: str
    notice: Notice
    standing: Standing
    attempts: int
    tries: int
    next_attempt_at: datetime
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """What became of one attempt."""

    number: int
    outcome: Outcome
    reason: str
    at: datetime


def write(
    session: Session,
    *,
    key: str,
    channel: str,
    notice: Notice,
    transitions: Sequence[int],
    now: datetime,
) -> bool:
    """Write a message that is due at once; False when one with this key was written before.

    Of two that write the same message, the unique key lets one.
    """
    row = {
        "key": key,
        "channel": channel,
        "notice": to_document(notice),
        "standing": Standing.PENDING,
        "attempts": 0,
        "tries": 0,
        "revivals": 0,
        "next_attempt_at": now,
        "created_at": now,
        "settled_at": None,
    }
    new = insert_absent(session, NotificationRow, [row], "id")
    if new and transitions:
        told = [{"notification_id": new[0].id, "transition_id": one} for one in transitions]
        session.execute(insert(NotificationTransitionRow), told)
    return bool(new)


def due(
    session: Session, *, channels: Collection[str] | None = None, now: datetime, limit: int = 100
) -> tuple[int, ...]:
    """Return the ids of the messages to send now, in the order of `next_to_send`.

    Only of ``channels``, where they are given.
    """
    found = next_to_send(_waiting(session, channels), now)
    return tuple(one.id for one in found[:limit])


def _waiting(session: Session, channels: Collection[str] | None) -> tuple[Waiting, ...]:
    """Return the oldest message of each channel, and all of one that has failed again and again."""
    row = NotificationRow
    waits = row.standing == Standing.PENDING
    first = select(func.min(row.id)).where(waits).group_by(row.channel)
    stuck = select(row.channel).where(waits, row.tries >= FAILING_AFTER)
    statement = (
        select(row.id, row.channel, row.tries, row.next_attempt_at)
        .where(waits, or_(row.channel.in_(stuck), row.id.in_(first)))
        .order_by(row.id)
    )
    if channels is not None:
        statement = statement.where(row.channel.in_(channels))
    rows = session.execute(statement).all()
    about = _alerts_of_waiting(session) if len(rows) > 1 else {}
    return tuple(
        Waiting(
            id=one.id,
            channel=one.channel,
            tries=one.tries,
            next_attempt_at=one.next_attempt_at,
            alerts=frozenset(about.get(one.id, ())),
        )
        for one in rows
    )


def _alerts_of_waiting(session: Session) -> dict[int, set[int]]:
    told = NotificationTransitionRow
    statement = (
        select(told.notification_id, AlertTransitionRow.alert_id)
        .join(AlertTransitionRow, AlertTransitionRow.id == told.transition_id)
        .join(NotificationRow, NotificationRow.id == told.notification_id)
        .where(NotificationRow.standing == Standing.PENDING)
    )
    found: dict[int, set[int]] = {}
    for notification_id, alert_id in session.execute(statement):
        found.setdefault(notification_id, set()).add(alert_id)
    return found


def get(session: Session, notification_id: int) -> Notification | None:
    """Return a message; None when there is none with this id."""
    found = _loaded(session, NotificationRow.id == notification_id, limit=1)
    return found[0] if found else None


def of_alert(session: Session, alert_id: int) -> tuple[Notification, ...]:
    """Return the messages about an alert, the oldest first."""
    return _loaded(session, NotificationRow.id.in_(_about(alert_id)))


def newest(
    session: Session, *, channel: str | None = None, limit: int = 50
) -> tuple[Notification, ...]:
    """Return up to ``limit`` messages, the newest first; of one channel, if it is named."""
    where = [] if channel is None else [NotificationRow.channel == channel]
    return _loaded(session, *where, limit=limit, newest_first=True)


def attempts(session: Session, notification_id: int) -> tuple[Attempt, ...]:
    """Return what became of each attempt at a message, the first one first."""
    row = NotificationAttemptRow
    statement = select(row).where(row.notification_id == notification_id).order_by(row.number)
    return tuple(
        Attempt(number=one.number, outcome=one.outcome, reason=one.reason, at=one.created_at)
        for one in session.scalars(statement)
    )


def receipts(session: Session, *, channel: str, alert_id: int) -> tuple[dict[str, Any], ...]:
    """Return what a channel answered when it took the messages about an alert, in their order."""
    row = NotificationAttemptRow
    statement = (
        select(row.receipt)
        .join(NotificationRow, NotificationRow.id == row.notification_id)
        .where(NotificationRow.channel == channel, NotificationRow.id.in_(_about(alert_id)))
        .where(row.outcome == Outcome.DELIVERED)
        .order_by(NotificationRow.id, row.number)
    )
    return tuple(receipt for receipt in session.scalars(statement) if receipt is not None)


def claim(
    session: Session,
    notification_id: int,
    *,
    channels: Collection[str],
    now: datetime,
    until: datetime,
) -> Notification | None:
    """Take a message to one of ``channels`` until a moment, if it is due; None if it is not.

    Whoever raises ``next_attempt_at`` first has it, and the other finds it not due; when he dies,
    it is due again at ``until``.
    """
    statement = update(NotificationRow).where(
        NotificationRow.id == notification_id,
        NotificationRow.channel.in_(channels),
        NotificationRow.standing == Standing.PENDING,
        NotificationRow.next_attempt_at <= now,
    )
    taken = {
        "attempts": NotificationRow.attempts + 1,
        "tries": NotificationRow.tries + 1,
        "next_attempt_at": until,
    }
    won = _changed(session, statement.values(**taken)) == 1
    return get(session, notification_id) if won else None


def record(
    session: Session,
    notification_id: int,
    number: int,
    *,
    outcome: Outcome,
    reason: str,
    receipt: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Record what became of an attempt; a second record of the same attempt is left out."""
    row = {
        "notification_id": notification_id,
        "number": number,
        "outcome": outcome,
        "reason": reason,
        "receipt": None if receipt is None else dict(receipt),
        "created_at": now,
    }
    insert_absent(session, NotificationAttemptRow, [row])


def delivered(session: Session, notification_id: int, *, now: datetime) -> None:
    """End a message that arrived, whatever became of other attempts at it."""
    statement = update(NotificationRow).where(
        NotificationRow.id == notification_id, NotificationRow.standing != Standing.DELIVERED
    )
    _changed(session, statement.values(standing=Standing.DELIVERED, settled_at=now))


def give_up(session: Session, notification_id: int, number: int, *, now: datetime) -> bool:
    """End a message that is refused; False when another attempt than ``number`` goes on."""
    return _after(session, notification_id, number, standing=Standing.FAILED, settled_at=now)


def put_off(session: Session, notification_id: int, number: int, *, until: datetime) -> bool:
    """Try a message again at ``until``; False when another attempt than ``number`` goes on."""
    return _after(session, notification_id, number, next_attempt_at=until)


def _after(session: Session, notification_id: int, number: int, **values: Any) -> bool:
    """Change a message after its attempt ``number``; whoever claimed it since has the say."""
    statement = update(NotificationRow).where(
        NotificationRow.id == notification_id,
        NotificationRow.standing == Standing.PENDING,
        NotificationRow.attempts == number,
    )
    return _changed(session, statement.values(**values)) == 1


def _about(alert_id: int) -> Any:
    """Return the ids of the messages that tell a transition of an alert."""
    return (
        select(NotificationTransitionRow.notification_id)
        .join(AlertTransitionRow, AlertTransitionRow.id == NotificationTransitionRow.transition_id)
        .where(AlertTransitionRow.alert_id == alert_id)
    )


def _loaded(
    session: Session,
    *where: ColumnElement[bool],
    limit: int | None = None,
    newest_first: bool = False,
) -> tuple[Notification, ...]:
    order = NotificationRow.id.desc() if newest_first else NotificationRow.id
    statement = select(NotificationRow).where(*where).order_by(order).limit(limit)
    rows = session.scalars(statement.execution_options(populate_existing=True))
    return tuple(
        Notification(
            id=row.id,
            key=row.key,
            channel=row.channel,
            notice=from_document(row.notice),
            standing=row.standing,
            attempts=row.attempts,
            tries=row.tries,
            next_attempt_at=row.next_attempt_at,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )
        for row in rows
    )


def _changed(session: Session, statement: Update) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
