"""What the passing of time changes: silence that ends, and reminders. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.numbers import moment
from evals.report.notice import NoticeKind
from service.alerting.alert import Alert, State, Transition, unsaid

if TYPE_CHECKING:
    from datetime import datetime

    from service.alerting.policy import AlertingPolicy


def pass_time(
    alert: Alert, policy: AlertingPolicy, now: datetime, *, muted: bool
) -> Transition | None:
    """Return what ``now`` brings: the end of a silence, a message that was muted, a reminder.

    A suspicion is told once, and not again: reminding is paging.
    """
    if alert.state is State.SILENCED:
        over = alert.silenced_until is not None and now >= alert.silenced_until
        return _unsilenced(alert, now, muted=muted) if over else None
    if alert.state is not State.OPEN or muted:
        return None
    if alert.told_at is None:
        return _told(alert, alert, "told now: what muted it is over", NoticeKind.OPENED, now)
    after = policy.remind_after
    if not alert.confirmed or after is None or now < alert.told_at + after:
        return None
    since = f"open since {moment(alert.opened_at)}, and nobody has acknowledged it"
    return _told(alert, alert, since, NoticeKind.STILL_OPEN, now)


def _unsilenced(alert: Alert, now: datetime, *, muted: bool) -> Transition:
    after = replace(alert, state=State.OPEN, silenced_until=None)
    told = _told(
        alert, after, "the silence is over, and it is open still", NoticeKind.STILL_OPEN, now
    )
    return unsaid(told) if muted else told


def _told(
    before: Alert, after: Alert, reason: str, message: NoticeKind, now: datetime
) -> Transition:
    return Transition(
        before=before,
        after=replace(after, told_at=now, moves=after.moves + 1),
        reason=reason,
        at=now,
        message=message,
    )
