"""What an observation means for an alert. Pure: the same facts lead to the same transition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity
from evals.numbers import plural
from evals.report.notice import NoticeKind
from service.alerting.alert import Alert, Aside, State, Transition, loudest
from service.alerting.suspicion import agreed, followed, suspicions_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.alerting.observation import Observation
    from service.alerting.policy import AlertingPolicy
    from service.alerting.suspicion import Suspicion

_UNSURE: Final = "; not confirmed yet, so no page"


def decide(
    alert: Alert | None, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Return what ``seen`` changes, or None when it changes nothing.

    ``alert`` is the newest about the condition, resolved or not. What was counted before changes
    nothing: observations may come twice. What comes late, older than what was seen since, may
    confirm or add a task, for whoever was judged first has not to be the first; that something was
    well or was suspected then is no news.
    """
    if alert is None or alert.state is State.RESOLVED:
        is_news = alert is None or seen.at > alert.observed_at
        return _opened(seen, now) if seen.breached and is_news else None
    if _is_late(alert, seen):
        counts = seen.breached and seen.rests_on_test
        return _surer(alert, replace(seen, well=()), policy, now) if counts else None
    holds = seen.holds(alert.about)
    if holds is None:
        return _cleared(alert, seen, policy, now)
    return _again(alert, seen, policy, now) if holds else _well(alert, seen, policy, now)


def _is_late(alert: Alert, seen: Observation) -> bool:
    return seen.at < alert.observed_at


def _opened(seen: Observation, now: datetime) -> Transition:
    after = Alert(
        condition=seen.condition,
        state=State.OPEN,
        severity=_severity(seen, confirmed=seen.may_page),
        confirmed=seen.may_page,
        opened_at=now,
        observed_at=seen.at,
        source=seen.source,
        parts=seen.parts if seen.may_page else (),
        suspected=() if seen.may_page else suspicions_of(seen),
        notice=seen.notice,
    )
    reason = seen.reason if seen.may_page else f"{seen.reason}{_UNSURE}"
    return _told(None, after, reason, seen, NoticeKind.OPENED, now)


def _again(
    alert: Alert, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Follow an alert whose condition holds still: surer, worse, suspected anew or the same."""
    if not seen.rests_on_test:
        return _fact(alert, seen, now) or _same(alert, seen, alert.suspected, now)
    surer = _surer(alert, seen, policy, now)
    if surer is not None:
        return surer
    suspected = followed(alert.suspected, seen, sure=alert.parts, within=policy.confirm_within)
    known = {one.part for one in alert.suspected}
    news = [one for one in suspected if one not in alert.suspected]
    if news:
        anew = all(one.part in known for one in news)
        words = "; again not confirmed on the same day, so no page" if anew else _UNSURE
        return _suspected(alert, seen, suspected, f"{seen.reason}{words}", now)
    return _same(alert, seen, suspected, now)


def _surer(
    alert: Alert, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Confirm what rests on a test, of a task that was only suspected, or louder than it was."""
    within = policy.confirm_within
    sure = seen.parts if seen.confirmed else agreed(alert.suspected, seen, within=within)
    if not (seen.confirmed or sure):
        return None
    new = tuple(part for part in sure if part not in alert.parts)
    severity = _severity(seen, confirmed=True)
    if alert.confirmed:
        severity = loudest(alert.severity, severity)
        if not new and severity is alert.severity:
            return None
    after = replace(
        _seen(alert, seen),
        confirmed=True,
        severity=severity,
        parts=(*alert.parts, *new),
        suspected=followed(alert.suspected, seen, sure=(*alert.parts, *sure), within=within),
        notice=seen.notice or alert.notice,
    )
    return _worse(alert, after, seen, new, now)


def _fact(alert: Alert, seen: Observation, now: datetime) -> Transition | None:
    """Follow what is plain at once: it is about what the newest check says, which may be all."""
    new = tuple(part for part in seen.parts if part not in alert.parts) if alert.parts else ()
    whole = bool(alert.parts) and not seen.parts
    severity = loudest(alert.severity, seen.severity)
    if not (new or whole) and severity is alert.severity:
        return None
    after = replace(
        _seen(alert, seen),
        severity=severity,
        parts=seen.parts,
        notice=seen.notice or alert.notice,
    )
    return _worse(alert, after, seen, ("all tasks",) if whole else new, now)


def _worse(
    alert: Alert, after: Alert, seen: Observation, new: tuple[str, ...], now: datetime
) -> Transition:
    """Tell what is confirmed now, spread or louder, also to who looks after it already."""
    opened = replace(after, state=State.SILENCED if alert.state is State.SILENCED else State.OPEN)
    if not alert.confirmed:
        about = "" if set(new) == set(seen.parts) else f" of {', '.join(new)}"
        reason = f"confirmed{about}: {seen.reason}"
        return _told(alert, opened, reason, seen, NoticeKind.OPENED, now)
    reason = f"it spread to {', '.join(new)}: {seen.reason}" if new else f"worse: {seen.reason}"
    return _told(alert, opened, reason, seen, NoticeKind.STILL_OPEN, now)


def _suspected(
    alert: Alert, seen: Observation, suspected: tuple[Suspicion, ...], reason: str, now: datetime
) -> Transition:
    """Tell a suspicion as a warning: the alert itself, or beside one that is confirmed."""
    after = replace(_seen(alert, seen), suspected=suspected)
    if not alert.confirmed:
        after = replace(after, notice=seen.notice or alert.notice)
        return _told(alert, after, reason, seen, NoticeKind.STILL_OPEN, now)
    if alert.state is State.SILENCED:
        return _move(alert, after, reason, seen, None, now)
    parts = tuple(one.part for one in suspected if one not in alert.suspected)
    aside = Aside(parts=parts, severity=_severity(seen, confirmed=False), notice=seen.notice)
    moved = _move(alert, after, reason, seen, NoticeKind.STILL_OPEN, now)
    return replace(moved, aside=aside)


def _same(
    alert: Alert, seen: Observation, suspected: tuple[Suspicion, ...], now: datetime
) -> Transition | None:
    if seen.source == alert.source and not alert.good_checks:
        return None
    after = replace(_seen(alert, seen), suspected=suspected)
    if seen.may_page:
        after = replace(after, notice=seen.notice or alert.notice)
        if not seen.rests_on_test:
            after = replace(after, parts=seen.parts)
    words = "it still holds" if alert.confirmed else "seen again"
    return _move(alert, after, f"{words}: {seen.reason}", seen, None, now)


def _cleared(
    alert: Alert, seen: Observation, policy: AlertingPolicy, now: datetime
) -> Transition | None:
    """Suspect a task no more that is well, though of others it cannot be told."""
    well = [one.part for one in alert.suspected if one.part in seen.well]
    if not well:
        return None
    left = followed(alert.suspected, seen, sure=(), within=policy.confirm_within)
    after = replace(alert, observed_at=seen.at, source=seen.source, suspected=left)
    reason = f"a fresh check did not find it again of {', '.join(well)}: {seen.reason}"
    return _move(alert, after, reason, seen, None, now)


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
        suspected=tuple(one for one in alert.suspected if one.part not in seen.well),
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
    """Return ``alert`` with ``seen`` as the newest, which what comes late is not."""
    if _is_late(alert, seen):
        return alert
    return replace(alert, observed_at=seen.at, source=seen.source, good_checks=0, good_source="")


def _severity(seen: Observation, *, confirmed: bool) -> AlertSeverity:
    """Promise 5 of the design: what is not confirmed is a warning at most."""
    pages = seen.severity is AlertSeverity.PAGE
    return AlertSeverity.WARNING if pages and not confirmed else seen.severity


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
