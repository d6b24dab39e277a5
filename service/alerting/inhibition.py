"""What need not be said while something worse is said. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evals.condition import ConditionKind
from evals.report.notice import NoticeKind
from service.alerting.alert import State, unsaid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.alerting.alert import Alert, Transition

_MUTES: Final = {
    ConditionKind.NOT_MEASURED: (ConditionKind.SERIES, ConditionKind.JUDGE_MOVED),
    ConditionKind.PIN_BROKEN: (
        ConditionKind.SERIES,
        ConditionKind.JUDGE_MOVED,
        ConditionKind.NOT_MEASURED,
    ),
}

_NEWS: Final = (NoticeKind.OPENED, NoticeKind.STILL_OPEN)


def muted_by(alert: Alert, others: Iterable[Alert]) -> Alert | None:
    """Return the alert that makes ``alert`` beside the point; None when there is none.

    What was not measured, or was answered by another model, mutes verdicts on the scores of the
    same endpoint and suite: of the same tasks, where only some were not measured. An alert about
    all suites of an endpoint mutes those about one, also of its own kind. What the newest check
    found well again mutes nothing, though it takes another to resolve it.
    """
    return next((other for other in others if _mutes(other, alert)), None)


def mute(transition: Transition, others: Iterable[Alert]) -> Transition:
    """Return ``transition`` without its message where others make that beside the point.

    That something is over, or looked after, is told all the same.
    """
    if transition.message not in _NEWS:
        return transition
    told = transition.after
    if transition.aside is not None:
        told = replace(told, parts=transition.aside.parts)
    by = muted_by(told, others)
    if by is None:
        return transition
    reason = f"{transition.reason}; not sent, for {by.condition.words}"
    return replace(unsaid(transition), reason=reason)


def _mutes(other: Alert, alert: Alert) -> bool:
    mine, theirs = alert.condition, other.condition
    if other.state is State.RESOLVED or mine == theirs or mine.endpoint != theirs.endpoint:
        return False
    if other.good_checks:
        return False
    wider = not theirs.suite and bool(mine.suite)
    same_kind = wider and mine.kind is theirs.kind and mine.kind in _MUTES
    if not same_kind and mine.kind not in _MUTES.get(theirs.kind, ()):
        return False
    covers = not other.parts or set(alert.about) <= set(other.parts)
    return (wider or mine.suite == theirs.suite) and covers
