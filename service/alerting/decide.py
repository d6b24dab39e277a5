"""What an observation means for an alert. Pure: the same facts lead to the same transition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.condition import AlertSeverity
from evals.numbers import plural
from evals.report.notice import NoticeKind
from service.alerting.alert import Alert, State, Transition, loudest

if TYPE_CHECKING:
    from datetime import datetime

    from service.alerting.observation import Observation
    from service.alerting.policy import AlertingPolicy


def decide(
    alert: Alert | None, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Return what ``seen`` changes, or None when it changes nothing.

    ``alert`` is the newest about the condition, resolved or not. What is older than it has seen, or
    was counted before, changes nothing: observations may come twice and late.
    """
    if alert is None or alert.state is State.RESOLVED:
        is_news = alert is None or seen.at > alert.observed_at
        return _opened(seen, now) if seen.breached and is_news else None
    if seen.at < alert.observed_at:
        return None
    holds = seen.holds(alert.parts)
    if holds is None:
        return None
    return _again(alert, seen, policy, now) if holds else _well(alert, seen, policy, now)


def _opened(seen: Observation, now: datetime) -> Transition:
    after = Alert(
        condition=seen.condition,
        state=State.OPEN,
        severity=_severity(seen, confirmed=seen.may_page),
        confirmed=seen.may_page,
        suspected_at=None if seen.may_page else seen.at,
        opened_at=now,
        observed_at=seen.at,
        source=seen.source,
        parts=seen.parts,
        notice=seen.notice,
    )
    reason = seen.reason if seen.may_page else f"{seen.reason}; not confirmed yet, so no page"
    return _told(None, after, reason, seen, NoticeKind.OPENED, now)


def _again(
    alert: Alert, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Follow an alert whose condition holds still: confirmed, worse, suspected anew or the same."""
    if alert.confirmed:
        return _still(alert, seen, now)
    if seen.may_page or _confirms(alert, seen, policy):
        return _confirmed(alert, seen, now)
    if alert.suspected_at is not None and seen.at > alert.suspected_at + policy.confirm_within:
        after = replace(_seen(alert, seen), suspected_at=seen.at)
        reason = f"{seen.reason}; again not confirmed on the same day, so no page"
        return _told(alert, after, reason, seen, NoticeKind.STILL_OPEN, now)
    return None if seen.source == alert.source else _recorded(alert, seen, "seen again", now)


def _confirms(alert: Alert, seen: Observation, policy: AlertingPolicy) -> bool:
    """Whether another run asked after the suspicion, on the same day, and found the same."""
    if alert.suspected_at is None or seen.source == alert.source:
        return False
    fresh = (seen.began_at or seen.at) >= alert.suspected_at
    same_day = seen.at <= alert.suspected_at + policy.confirm_within
    return fresh and same_day and bool(set(seen.parts) & set(alert.parts))


def _confirmed(alert: Alert, seen: Observation, now: datetime) -> Transition:
    after = replace(
        _seen(alert, seen),
        confirmed=True,
        suspected_at=None,
        severity=_severity(seen, confirmed=True),
        parts=seen.parts,
        state=State.SILENCED if alert.state is State.SILENCED else State.OPEN,
    )
    return _told(alert, after, f"confirmed: {seen.reason}", seen, NoticeKind.OPENED, now)


def _still(alert: Alert, seen: Observation, now: datetime) -> Transition | None:
    """Follow a confirmed alert; only what is worse, and confirmed, is told again."""
    new = tuple(part for part in seen.parts if part not in alert.parts)
    severity = loudest(alert.severity, _severity(seen, confirmed=seen.may_page))
    louder = severity is not alert.severity
    if seen.may_page and (new or louder):
        after = replace(
            _seen(alert, seen),
            severity=severity,
            parts=(*alert.parts, *new),
            state=State.SILENCED if alert.state is State.SILENCED else State.OPEN,
        )
        reason = f"it spread to {', '.join(new)}: {seen.reason}" if new else f"worse: {seen.reason}"
        return _told(alert, after, reason, seen, NoticeKind.STILL_OPEN, now)
    if seen.source == alert.source and not alert.good_checks:
        return None
    return _recorded(alert, seen, "it still holds", now)


def _well(
    alert: Alert, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    if seen.source == alert.good_source:
        return None
    needed = policy.good_checks(seen.condition.kind) if alert.confirmed else 1
    good = alert.good_checks + 1
    after = replace(
        alert,
        observed_at=seen.at,
        source=seen.source,
        good_checks=good,
        good_source=seen.source,
    )
    if good < needed:
        reason = f"{plural(good, 'good check')} of {needed} in a row: {seen.reason}"
        return _move(alert, after, reason, seen, None, now)
    over = seen.reason if alert.confirmed else f"a fresh check did not find it again: {seen.reason}"
    resolved = replace(
        after, state=State.RESOLVED, silenced_until=None, notice=seen.notice or alert.notice
    )
    return _told(alert, resolved, over, seen, NoticeKind.RESOLVED, now)


def _seen(alert: Alert, seen: Observation) -> Alert:
    return replace(
        alert,
        observed_at=seen.at,
        source=seen.source,
        good_checks=0,
        good_source="",
        notice=seen.notice or alert.notice,
    )


def _severity(seen: Observation, *, confirmed: bool) -> AlertSeverity:
    """Promise 5 of the design: what is not confirmed is a warning at most."""
    pages = seen.severity is AlertSeverity.PAGE
    return AlertSeverity.WARNING if pages and not confirmed else seen.severity


def _recorded(alert: Alert, seen: Observation, why: str, now: datetime) -> Transition:
    return _move(alert, _seen(alert, seen), f"{why}: {seen.reason}", seen, None, now)


def _told(
    before: Alert | None,
    after: Alert,
    reason: str,
    seen: Observation,
    message: NoticeKind,
    now: datetime,
) -> Transition:
    """Tell people, unless they asked for silence."""
    if before is not None and before.state is State.SILENCED:
        return _move(before, after, reason, seen, None, now)
    return _move(before, replace(after, told_at=now), reason, seen, message, now)


def _move(
    before: Alert | None,
    after: Alert,
    reason: str,
    seen: Observation,
    message: NoticeKind | None,
    now: datetime,
) -> Transition:
    return Transition(
        before=before,
        after=replace(after, moves=after.moves + 1),
        reason=reason,
        at=now,
        source=seen.source,
        message=message,
    )
