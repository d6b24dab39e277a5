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
    from service.alerting.suspicion import Suspicion

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
        observed_at: When the newest observation was complete; older ones are ignored.
        source: What the newest observation came from.
        good_checks: How often in a row the condition was gone.
        good_source: The last source that was counted so; empty without one.
        told_at: When people were told how it stands; None while that is muted by something worse.
        silenced_until: None unless it is silenced.
        parts: The tasks of which it is confirmed; empty where it is about all, or about none yet.
        suspected: The tasks of which it is suspected, and nothing more.
        notice: What was found last; of an alert that is confirmed, what was found last of that.
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
    good_checks: int = 0
    good_source: str = ""
    told_at: datetime | None = None
    silenced_until: datetime | None = None
    parts: tuple[str, ...] = ()
    suspected: tuple[Suspicion, ...] = ()
    notice: Notice | None = None

    @property
    def about(self) -> tuple[str, ...]:
        """The tasks that it is about: what is confirmed, or else what is suspected."""
        return self.parts or tuple(one.part for one in self.suspected)

    @property
    def suspected_at(self) -> datetime | None:
        """When the run ended that raised the newest suspicion; None without one."""
        return max((one.ended_at for one in self.suspected), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Aside:
    """What is told beside an alert that stands: a suspicion under one that is confirmed.

    Attributes:
        parts: The tasks that it is about.
        severity: How loud it is, however loud the alert.
        notice: What was found of them.
    """

    parts: tuple[str, ...]
    severity: AlertSeverity
    notice: Notice | None


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
        aside: What the message is about, where that is not the alert itself.
    """

    before: Alert | None
    after: Alert
    reason: str
    at: datetime
    actor: str = ""
    source: str = ""
    message: NoticeKind | None = None
    aside: Aside | None = None

    @property
    def severity(self) -> AlertSeverity:
        """How loud its message is."""
        return self.after.severity if self.aside is None else self.aside.severity


def unsaid(transition: Transition) -> Transition:
    """Return ``transition`` without its message, to be told once nothing mutes it any more.

    An aside is not told later: what is suspected still is found again.
    """
    if transition.aside is not None:
        return replace(transition, message=None)
    return replace(transition, message=None, after=replace(transition.after, told_at=None))


def loudest(*severities: AlertSeverity) -> AlertSeverity:
    """Return the loudest of ``severities``.

    >>> loudest(AlertSeverity.WARNING, AlertSeverity.PAGE).value
    'page'
    """
    return max(severities, key=_LOUDNESS.index)
