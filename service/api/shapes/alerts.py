"""Alerts as they travel, and what may be done about one."""
# ruff: noqa: TC001, TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, Field

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice import to_document
from service.alerting.alert import Alert as Stored
from service.alerting.alert import State
from service.alerting.condition import Condition
from service.api.shapes.base import Order, Shape, shown
from service.api.shapes.baselines import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.alerts import Entry

_ALERT: dict[str, Any] = {
    "id": 17,
    "kind": "series",
    "words": "support-prod · weekly: the scores moved",
    "endpoint": "support-prod",
    "suite": "weekly",
    "name": "",
    "state": "open",
    "severity": "page",
    "confirmed": True,
    "opened_at": "2026-11-23T06:03:41Z",
    "observed_at": "2026-11-23T06:03:40Z",
    "told_at": "2026-11-23T06:03:41Z",
    "silenced_until": None,
    "source": "20261123-0600-4f1c",
    "parts": ["support-faq"],
}


class Alert(Shape):
    """A condition that holds, or held.

    Attributes:
        words: What it is about, in a few words.
        name: What tells it from others of its kind: the schedule, the channel, the budget.
        confirmed: It may page; before that it is a suspicion.
        source: What the newest observation came from: a run, a slot.
        parts: The tasks that it is about.
    """

    model_config = shown(_ALERT)

    id: int
    kind: ConditionKind
    words: str
    endpoint: str
    suite: str
    name: str
    state: State
    severity: AlertSeverity
    confirmed: bool
    opened_at: datetime
    observed_at: datetime
    told_at: datetime | None
    silenced_until: datetime | None
    source: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, alert: Stored) -> Alert:
        """Return a stored alert as it travels."""
        condition = alert.condition
        return cls(
            id=alert.id,
            kind=condition.kind,
            words=condition.words,
            endpoint=condition.endpoint,
            suite=condition.suite,
            name=condition.name,
            state=alert.state,
            severity=alert.severity,
            confirmed=alert.confirmed,
            opened_at=alert.opened_at,
            observed_at=alert.observed_at,
            told_at=alert.told_at,
            silenced_until=alert.silenced_until,
            source=alert.source,
            parts=alert.about,
        )

    def stored(self) -> Stored:
        """Return the alert as the store keeps it, as far as it has travelled."""
        condition = Condition(
            kind=self.kind, endpoint=self.endpoint, suite=self.suite, name=self.name
        )
        return Stored(
            id=self.id,
            condition=condition,
            state=self.state,
            severity=self.severity,
            confirmed=self.confirmed,
            opened_at=self.opened_at,
            observed_at=self.observed_at,
            told_at=self.told_at,
            silenced_until=self.silenced_until,
            source=self.source,
            parts=self.parts,
        )


class AlertMove(Shape):
    """One change of an alert, with its reason.

    Attributes:
        before: Null where it opened.
        actor: Who did it; empty when the machine did.
    """

    before: State | None
    after: State
    reason: str
    actor: str
    source: str
    severity: AlertSeverity
    at: datetime


class AlertHistory(Shape):
    """An alert, everything that became of it, and what was found last.

    Attributes:
        notice: As messages carry it; null where nothing more than the reason is known.
    """

    model_config = shown(
        {
            "alert": _ALERT,
            "moves": [
                {
                    "before": None,
                    "after": "open",
                    "reason": "support-faq fell by 6.1 points",
                    "actor": "",
                    "source": "20261123-0600-4f1c",
                    "severity": "page",
                    "at": "2026-11-23T06:03:41Z",
                }
            ],
            "notice": None,
        }
    )

    alert: Alert
    moves: tuple[AlertMove, ...]
    notice: dict[str, Any] | None

    @classmethod
    def of(cls, alert: Stored, history: Sequence[Entry]) -> AlertHistory:
        """Return a stored alert and its history as they travel."""
        moves = tuple(
            AlertMove(
                before=one.before,
                after=one.after,
                reason=one.reason,
                actor=one.actor,
                source=one.source,
                severity=one.severity,
                at=one.at,
            )
            for one in history
        )
        notice = None if alert.notice is None else to_document(alert.notice)
        return cls(alert=Alert.of(alert), moves=moves, notice=notice)


class Because(Order):
    """Why something is done; kept with what it changes."""

    model_config = shown({"why": "the provider said so on its status page"})

    why: Words


class Silence(Because):
    """Until when nothing is sent about an alert, and why."""

    model_config = shown({"why": "known, fixed on Monday", "until": "2026-11-30T08:00:00Z"})

    until: Annotated[AwareDatetime, Field(description="With its time zone.")]
