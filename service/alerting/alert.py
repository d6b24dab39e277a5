"""An alert as it stands, and one change of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice import Notice, NoticeKind
    from service.alerting.condition import Condition

_LOUDNESS: Final = (AlertSeverity.INFO, AlertSeverity.WARNING, AlertSeverity.PAGE)


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    """The condition holds, and people are told."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody looks after it: no more reminders."""
    SILENCED = "silenced"
    """Nothing is sent until a moment, for a reason."""
    RESOLVED = "resolved"
    """It is over. The same condition later is another alert."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """An alert after some transition; never changed, only followed by another.

    Attributes:
        id: The number that people type; 0 until it is stored.
        moves: How many transitions led here: of two that follow the same one, the second loses.
        confirmed: It may page. Before that it is a suspicion: told as a warning, once.
        suspected_at: When the run ended that raised the suspicion; None once confirmed.
        observed_at: When the newest observation was complete; older ones are ignored.
        source: What the newest observation came from.
        good_checks: How often in a row the condition was gone.
        good_source: The last source that was counted so; empty without one.
        told_at: When people were told how it stands; None while that is muted by something worse.
        silenced_until: None unless it is silenced.
        parts: The tasks that it is about.
        notice: What was found last.
    """

    condition: Condition
    state: State
    severity: AlertSeverity
    confirmed: bool
    opened_at: datetime
    observed_at: datetime
    source: str
    id: int = 0
    moves: int = 0
    suspected_at: datetime | None = None
    good_checks: int = 0
    good_source: str = ""
    told_at: datetime | None = None
    silenced_until: datetime | None = None
    parts: tuple[str, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One change of an alert, with its reason.

    Attributes:
        before: The alert as it was; None when it opens.
        after: The alert as it is.
        reason: Why, in one sentence.
        at: When it was decided.
        actor: Who did it; empty when the machine did.
        source: What led to it: a run, a slot; empty for a person or the passing of time.
        message: What people are told; None for a change that is only recorded.
    """

    before: Alert | None
    after: Alert
    reason: str
    at: datetime
    actor: str = ""
    source: str = ""
    message: NoticeKind | None = None


def unsaid(transition: Transition) -> Transition:
    """Return ``transition`` without its message, to be told once nothing mutes it any more."""
    return replace(transition, message=None, after=replace(transition.after, told_at=None))


def loudest(*severities: AlertSeverity) -> AlertSeverity:
    """Return the loudest of ``severities``.

    >>> loudest(AlertSeverity.WARNING, AlertSeverity.PAGE).value
    'page'
    """
    return max(severities, key=_LOUDNESS.index)
