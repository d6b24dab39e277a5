"""What a look at a pin, and the budgets of a month, say of their conditions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.budgets import Scope
from evals.condition import AlertSeverity, ConditionKind
from evals.numbers import dollars
from evals.pin_check import WARN_DAYS, FindingKind, PinState
from evals.report.notice.of_condition import notice_of_condition
from service.alerting.condition import Condition
from service.alerting.observation import Observation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from evals.budgets import Purse
    from evals.pin_check import PinCheck

_OF_LISTING: Final = frozenset({FindingKind.GONE, FindingKind.ALIAS})
"""What a look alone can tell; what a run revealed is told by the run."""


def observations_of_look(
    endpoint: str, check: PinCheck, *, source: str, now: datetime
) -> tuple[Observation, Observation]:
    """Return what a look shows: whether the pin is broken, and whether the model ends soon.

    A break that no second look has confirmed, and a list that could not be read, tell nothing.
    """
    return (
        _of_break(endpoint, check, source=source, now=now),
        _of_end(endpoint, check, source=source, now=now),
    )


def _of_break(endpoint: str, check: PinCheck, *, source: str, now: datetime) -> Observation:
    broken = [
        one for one in check.findings if one.state is PinState.BROKEN and one.kind in _OF_LISTING
    ]
    unread = any(one.state is PinState.UNKNOWN for one in check.findings)
    breached = True if broken and check.confirmed else None if broken or unread else False
    reason = broken[0].sentence if broken else "nothing that the provider lists breaks the pin"
    return _observation(
        Condition(kind=ConditionKind.PIN_BROKEN, endpoint=endpoint),
        breached=breached,
        reason=reason,
        reasons=tuple(one.sentence for one in check.findings if one not in broken),
        severity=AlertSeverity.PAGE,
        command=(f"evals pins check {endpoint}", "Look again, at no cost."),
        source=source,
        now=now,
    )


def _of_end(endpoint: str, check: PinCheck, *, source: str, now: datetime) -> Observation:
    on = check.shutdown_on
    said = [one.sentence for one in check.findings if one.kind is FindingKind.SHUTDOWN]
    unread = any(one.kind is FindingKind.UNREADABLE for one in check.findings)
    soon = on is not None and (on - now.date()).days <= WARN_DAYS
    return _observation(
        Condition(kind=ConditionKind.SHUTDOWN, endpoint=endpoint),
        breached=True if soon else None if unread else False,
        reason=f"the model {said[0]}" if said else "no shutdown is announced",
        severity=AlertSeverity.WARNING,
        command=("evals pins list", "Every endpoint and its last day."),
        source=source,
        now=now,
    )


def observations_of_budgets(
    purses: Iterable[Purse], *, warn_at: float, now: datetime
) -> tuple[Observation, ...]:
    """Return what each budget of the month shows: spent, nearly spent, or neither.

    A budget that is spent stops checks, and is louder than one that is nearly spent.
    """
    return tuple(_of_purse(purse, warn_at=warn_at, now=now) for purse in purses)


def _of_purse(purse: Purse, *, warn_at: float, now: datetime) -> Observation:
    spent = purse.remaining_usd <= 0
    endpoint = purse.of if purse.scope is Scope.ENDPOINT else ""
    name = "month" if purse.scope is Scope.MONTH else f"{purse.scope} {purse.of}"
    words = "is spent" if spent else f"is spent to {purse.share:.0%}"
    return _observation(
        Condition(kind=ConditionKind.BUDGET, endpoint=endpoint, name=name),
        breached=purse.share >= warn_at,
        reason=f"{purse.name} of {purse.limit_usd:g} USD {words}: {dollars(purse.spent_usd)}",
        severity=AlertSeverity.PAGE if spent else AlertSeverity.WARNING,
        purse="the month" if purse.scope is Scope.MONTH else name,
        command=("evals spend", "What the month has cost, by endpoint and schedule."),
        source=f"budget {purse.scope} {purse.of} {now:%Y-%m-%d %H}",
        now=now,
    )


def _observation(
    condition: Condition,
    *,
    breached: bool | None,
    reason: str,
    severity: AlertSeverity,
    command: tuple[str, str],
    source: str,
    now: datetime,
    reasons: tuple[str, ...] = (),
    purse: str = "",
) -> Observation:
    notice = notice_of_condition(
        condition.kind,
        reason,
        severity=severity,
        at=now,
        endpoint=condition.endpoint,
        purse=purse,
        reasons=reasons,
        commands=(command,),
    )
    return Observation(
        condition=condition,
        breached=breached,
        reason=reason,
        source=source,
        at=now,
        severity=severity,
        notice=notice,
    )
