"""What people do to an alert: acknowledge, silence, resolve, bless anew. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from evals.condition import ConditionKind
from evals.numbers import moment
from evals.report.notice import NoticeKind
from service.alerting.alert import Alert, State, Transition

if TYPE_CHECKING:
    from datetime import datetime

RESTS_ON_BASELINE: Final = frozenset(
    {ConditionKind.SERIES, ConditionKind.JUDGE_MOVED, ConditionKind.PIN_BROKEN}
)
"""What was found by comparing with a baseline, and says nothing beside another."""


class Verb(StrEnum):
    """What somebody wants done."""

    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    RESOLVE = "resolve"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What somebody wants, and why; ``until`` belongs to a silence."""

    verb: Verb
    actor: str
    why: str
    until: datetime | None = None


def carry_out(alert: Alert, order: Order, now: datetime) -> Transition | None:
    """Return what ``order`` changes; None when the alert stands so already, or is resolved."""
    if alert.state is State.RESOLVED:
        return None
    if order.verb is Verb.ACKNOWLEDGE:
        if alert.state is State.ACKNOWLEDGED:
            return None
        after = replace(alert, state=State.ACKNOWLEDGED, silenced_until=None)
        return _done(alert, after, order, NoticeKind.ACKNOWLEDGED, now)
    if order.verb is Verb.RESOLVE:
        after = replace(alert, state=State.RESOLVED, silenced_until=None)
        return _done(alert, after, order, NoticeKind.RESOLVED, now)
    if order.until is None or order.until <= now or order.until == alert.silenced_until:
        return None
    after = replace(alert, state=State.SILENCED, silenced_until=order.until)
    return _done(alert, after, order, NoticeKind.SILENCED, now)


def close_with_baseline(alert: Alert, *, actor: str, why: str, now: datetime) -> Transition | None:
    """Close what was found beside another baseline; None where the alert does not rest on one."""
    if alert.condition.kind not in RESTS_ON_BASELINE:
        return None
    return carry_out(alert, Order(verb=Verb.RESOLVE, actor=actor, why=why), now)


def _done(
    before: Alert, after: Alert, order: Order, message: NoticeKind, now: datetime
) -> Transition:
    until = f"until {moment(order.until)}: " if order.verb is Verb.SILENCE and order.until else ""
    return Transition(
        before=before,
        after=replace(after, moves=after.moves + 1),
        reason=f"{until}{order.why}",
        at=now,
        actor=order.actor,
        message=message,
    )
