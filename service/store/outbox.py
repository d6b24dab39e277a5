"""Transitions as messages in the outbox: what is said, of which alerts, under which key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice import NoticeKind
from evals.report.notice.of_alert import of_alert
from evals.report.notice.of_condition import notice_of_condition
from service.store import hearing, notifications

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.report.notice import Notice
    from service.alerting.alert import Alert, Transition
    from service.store.alerts import Entry, Moved

_NAMED: Final = 10
NEWS: Final = (NoticeKind.OPENED, NoticeKind.STILL_OPEN)
"""What goes to whom the routes name; all else goes to whoever heard the news."""


def write_message(session: Session, channel: str, told: Sequence[Moved], now: datetime) -> None:
    """Write one message that tells several transitions, the most urgent one first."""
    lead, *others = sorted(told, key=_most_urgent)
    transition = lead.transition
    assert transition.message is not None  # noqa: S101 - callers leave the others out
    # A report's notice says why by itself.
    after = transition.after
    opens = transition.before is None and after.confirmed and after.notice is not None
    notice = _notice(
        _told_of(transition),
        transition.message,
        reason="" if opens else transition.reason,
        actor=transition.actor,
        now=now,
    )
    notifications.write(
        session,
        key=_key(lead.id, channel),
        channel=channel,
        notice=replace(notice, notes=(*_also(others), *notice.notes)),
        transitions=[one.id for one in told],
        now=now,
    )


def write_to_followers(session: Session, moved: Moved, now: datetime) -> None:
    """Tell whoever heard of an alert how it goes on; nobody when nobody heard."""
    if moved.transition.message is not None:
        for channel in followers(session, moved, now):
            write_message(session, channel, [moved], now)


def followers(session: Session, moved: Moved, now: datetime) -> tuple[str, ...]:
    """Return the channels that heard of an alert."""
    return tuple(sorted(hearing.heard(session, moved.transition.after.id, now)))


def write_to_newcomer(
    session: Session, channel: str, alert: Alert, said: Entry, now: datetime, *, lost: int
) -> None:
    """Tell ``channel``, which heard nothing of ``alert`` yet, what was ``said`` of it last.

    So many messages to it are ``lost``; each time the key is another.
    """
    key = _key(said.id, channel)
    notifications.write(
        session,
        key=f"{key}-after-{lost}" if lost else key,
        channel=channel,
        notice=_notice(alert, NoticeKind.STILL_OPEN, reason=said.reason, actor="", now=now),
        transitions=[said.id],
        now=now,
    )


def _also(others: Sequence[Moved]) -> tuple[str, ...]:
    """Name what else the message tells, in one note: those beyond the first two may be cut."""
    if not others:
        return ()
    named = [
        f"{one.transition.after.condition.words} ({one.transition.after.state.value})"
        for one in others[:_NAMED]
    ]
    more = [f"and {len(others) - _NAMED} more"] if len(others) > _NAMED else []
    return (f"also: {'; '.join([*named, *more])}",)


def _told_of(transition: Transition) -> Alert:
    """Return the alert as this message tells it."""
    aside = transition.aside
    if aside is None:
        return transition.after
    return replace(transition.after, severity=aside.severity, notice=aside.notice)


def _most_urgent(one: Moved) -> tuple[bool, bool, int]:
    pages = one.transition.severity is AlertSeverity.PAGE
    return one.transition.message not in NEWS, not pages, one.id


def _key(transition_id: int, channel: str) -> str:
    """Return the idempotency key: the same for every attempt, and for whoever writes it."""
    return f"alert-transition-{transition_id}-{channel}"


def _notice(alert: Alert, kind: NoticeKind, *, reason: str, actor: str, now: datetime) -> Notice:
    """Return what is said; a suspicion is never louder than the alert, whatever the run says."""
    condition = alert.condition
    found = alert.notice or notice_of_condition(
        condition.kind,
        reason or condition.words,
        severity=alert.severity,
        at=now,
        endpoint=condition.endpoint,
        suite=condition.suite,
        channel=condition.name if condition.kind is ConditionKind.DELIVERY_FAILING else "",
    )
    return of_alert(
        replace(found, severity=alert.severity),
        kind=kind,
        alert_id=str(alert.id),
        at=now,
        opened_at=alert.opened_at,
        reason=reason,
        actor=actor,
    )
