"""The outbox: messages written with what they tell, claimed one by one, settled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, insert, select, update

from evals.report.notice import from_document, to_document
from service.alerting.alert import State
from service.alerting.delivery import Outcome, Standing
from service.db.tables import (
    AlertRow,
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
    """One message to one channel. ``attempts`` counts those that began."""

    id: int
    key: str
    channel: str
    notice: Notice
    standing: Standing
    attempts: int
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
    """Return the ids of the messages to send now: of each channel the oldest that waits.

    Only of ``channels``, where they are given.

    A channel takes one message after the other, so that the end of an alert never overtakes its
    beginning.
    """
    waiting = NotificationRow.standing == Standing.PENDING
    first = select(func.min(NotificationRow.id)).where(waiting).group_by(NotificationRow.channel)
    statement = (
        select(NotificationRow.id)
        .where(NotificationRow.id.in_(first), NotificationRow.next_attempt_at <= now)
        .order_by(NotificationRow.next_attempt_at, NotificationRow.id)
    )
    if channels is not None:
        statement = statement.where(NotificationRow.channel.in_(channels))
    return tuple(session.scalars(statement.limit(limit)))


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


def heard(session: Session, alert_id: int) -> frozenset[str]:
    """Return the channels that were or will be told anything of an alert."""
    return heard_of(session, [alert_id])[alert_id]


def heard_of(session: Session, alert_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return for each alert the channels that were or will be told anything of it."""
    found: dict[int, set[str]] = {alert_id: set() for alert_id in alert_ids}
    statement = (
        select(AlertTransitionRow.alert_id, NotificationRow.channel)
        .join(
            NotificationTransitionRow,
            NotificationTransitionRow.transition_id == AlertTransitionRow.id,
        )
        .join(NotificationRow, NotificationRow.id == NotificationTransitionRow.notification_id)
        .where(AlertTransitionRow.alert_id.in_(found))
        .distinct()
    )
    for alert_id, channel in session.execute(statement):
        found[alert_id].add(channel)
    return {alert_id: frozenset(channels) for alert_id, channels in found.items()}


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
    taken = {"attempts": NotificationRow.attempts + 1, "next_attempt_at": until}
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


def revive(
    session: Session,
    channel: str,
    *,
    since: datetime,
    attempts: Collection[int] = (),
    now: datetime,
) -> int:
    """Make what ``channel`` refused since a moment due again; return how many messages.

    With ``attempts``, only messages with that many behind them. What is over by now stays away: its
    end was told, or waits, and must not be followed by its beginning.
    """
    over = (
        select(NotificationTransitionRow.notification_id)
        .join(AlertTransitionRow, AlertTransitionRow.id == NotificationTransitionRow.transition_id)
        .join(AlertRow, AlertRow.id == AlertTransitionRow.alert_id)
        .where(AlertRow.state == State.RESOLVED)
    )
    statement = update(NotificationRow).where(
        NotificationRow.channel == channel,
        NotificationRow.standing == Standing.FAILED,
        NotificationRow.created_at >= since,
        NotificationRow.id.not_in(over),
    )
    if attempts:
        statement = statement.where(NotificationRow.attempts.in_(attempts))
    again = {"standing": Standing.PENDING, "next_attempt_at": now, "settled_at": None}
    return _changed(session, statement.values(**again))


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
    session: Session, *, known: Collection[str], created_before: datetime, now: datetime
) -> int:
    """Give up messages to channels that are not configured any more; return how many."""
    statement = update(NotificationRow).where(
        NotificationRow.channel.not_in(known),
        NotificationRow.standing == Standing.PENDING,
        NotificationRow.created_at < created_before,
    )
    return _changed(session, statement.values(standing=Standing.DROPPED, settled_at=now))


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
            next_attempt_at=row.next_attempt_at,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )
        for row in rows
    )


def _changed(session: Session, statement: Update) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
