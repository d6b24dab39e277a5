"""Deliver: take a message from the outbox, send it outside any transaction, record what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice.of_condition import notice_of_test
from service.alerting.condition import Condition
from service.alerting.delivery import (
    FAILING_AFTER,
    LEASE,
    MOST_ATTEMPTS,
    MOST_REVIVALS,
    REVIVED_FOR,
    Outcome,
    wait_before,
)
from service.alerting.observation import Observation
from service.db.session import reading, writing
from service.notify.transport import DeliveryError
from service.store import notifications, reviving
from service.telling import observe_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from evals.report.notice import Notice
    from service.posting import Post
    from service.store.notifications import Notification


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ended:
    """What came of one attempt."""

    outcome: Outcome
    reason: str = ""
    receipt: Mapping[str, Any] | None = None
    asked: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What came of a test: ``sent_again`` counts messages that are due now because it arrived."""

    outcome: Outcome
    reason: str
    receipt: Mapping[str, Any]
    sent_again: int


def deliver_due(post: Post, *, limit: int = 100) -> tuple[Outcome, ...]:
    """Send what is due until nothing is, at most ``limit`` messages; return what came of each."""
    outcomes: list[Outcome] = []
    while len(outcomes) < limit:
        with reading(post.engine) as session:
            waiting = notifications.due(
                session, channels=list(post.routing.alerts.channels), now=post.clock()
            )
        sent = [deliver(post, one) for one in waiting]
        outcomes += [one for one in sent if one is not None]
        if not any(sent):
            break
    return tuple(outcomes)


def deliver(post: Post, notification_id: int) -> Outcome | None:
    """Send one message if it is due; None when it is not, or when another worker has it.

    A message to a channel that is not configured stays as it is.

    A process that dies after the claim leaves a message that is due again when its lease ends: it
    arrives at least once, and twice, with the same key, only if it died between the sending and the
    record of it.
    """
    now = post.clock()
    with writing(post.engine) as session:
        channels = post.routing.alerts.channels
        message = notifications.claim(
            session, notification_id, channels=channels, now=now, until=now + LEASE
        )
        if message is None:
            return None
        earlier = _newest_receipt(session, message)
    ended = _sent(post, message.channel, message.notice, message.key, earlier)
    with writing(post.engine) as session:
        _record(session, post, message, ended, post.clock())
    return ended.outcome


def try_channel(post: Post, channel: str) -> Tried:
    """Send a marked example to a channel at once, and say what came of it.

    Where it arrives, the channel counts as repaired: what it refused is due again, and what waits
    for another attempt waits no more.
    """
    now = post.clock()
    notice = notice_of_test(at=now, channel=channel)
    ended = _sent(post, channel, notice, f"test-{channel}-{now.isoformat()}")
    again = 0
    if ended.outcome is Outcome.DELIVERED:
        with writing(post.engine) as session:
            _works_again(session, post, channel, post.clock())
            reviving.revive(session, channel, since=now - REVIVED_FOR, now=now)
            again = reviving.hurry(session, channel, now=now)
    return Tried(
        outcome=ended.outcome, reason=ended.reason, receipt=ended.receipt or {}, sent_again=again
    )


def _newest_receipt(session: Session, message: Notification) -> Mapping[str, Any] | None:
    if not message.notice.alert_id.isdecimal():
        return None
    alert_id = int(message.notice.alert_id)
    found = notifications.receipts(session, channel=message.channel, alert_id=alert_id)
    return found[-1] if found else None


def _sent(
    post: Post, channel: str, notice: Notice, key: str, earlier: Mapping[str, Any] | None = None
) -> _Ended:
    try:
        receipt = post.transport(channel).send(notice, key=key, now=post.clock(), earlier=earlier)
    except DeliveryError as error:
        asked = error.retry_after_seconds
        return _Ended(
            outcome=Outcome.PERMANENT if error.permanent else Outcome.PASSING,
            reason=str(error),
            asked=None if asked is None else timedelta(seconds=asked),
        )
    except Exception as error:  # noqa: BLE001 - whatever broke, the message must not be lost
        # Its text is not shown: it may hold the address, which is a secret.
        return _Ended(outcome=Outcome.PASSING, reason=f"{type(error).__name__} while sending")
    return _Ended(outcome=Outcome.DELIVERED, receipt=receipt)


def _record(
    session: Session, post: Post, message: Notification, ended: _Ended, now: datetime
) -> None:
    number = message.attempts
    notifications.record(
        session,
        message.id,
        number,
        outcome=ended.outcome,
        reason=ended.reason,
        receipt=ended.receipt,
        now=now,
    )
    if ended.outcome is Outcome.DELIVERED:
        notifications.delivered(session, message.id, now=now)
        _works_again(session, post, message.channel, now)
    elif ended.outcome is Outcome.PERMANENT or message.tries >= MOST_ATTEMPTS:
        notifications.give_up(session, message.id, number, now=now)
        _fails(session, post, message.channel, ended.reason, now)
    else:
        wait = wait_before(message.tries, asked=ended.asked, rng=post.rng)
        notifications.put_off(session, message.id, number, until=now + wait)
        if message.tries >= FAILING_AFTER:
            _fails(session, post, message.channel, ended.reason, now)


def _fails(session: Session, post: Post, channel: str, reason: str, now: datetime) -> None:
    """Tell the other channels, once for as long as it lasts."""
    why = f"channel {channel} does not take messages: {reason}"
    observe_in(session, [_observation(channel, why, now, breached=True)], post.routing, now)


def _works_again(session: Session, post: Post, channel: str, now: datetime) -> None:
    """Tell that it is over, and send what the channel refused meanwhile."""
    seen = _observation(channel, f"channel {channel} takes messages again", now, breached=False)
    observe_in(session, [seen], post.routing, now)
    since = now - REVIVED_FOR
    reviving.revive(session, channel, since=since, fewer_than=MOST_REVIVALS, now=now)


def _observation(channel: str, reason: str, now: datetime, *, breached: bool) -> Observation:
    """Return an observation with one source for all refusals, so that each is not news."""
    return Observation(
        condition=Condition(kind=ConditionKind.DELIVERY_FAILING, name=channel),
        breached=breached,
        reason=reason,
        source=f"{channel} {'refuses' if breached else 'takes messages'}",
        at=now,
        severity=AlertSeverity.PAGE,
    )
