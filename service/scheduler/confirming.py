"""Confirming: a suspicion that a check left is asked about again, later the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.condition import ConditionKind
from service.alerting.alert import State
from service.alerting.policy import DEFAULT
from service.db.session import reading, writing
from service.store import alerts, schedules, slots
from service.timetable.spread import asked_for

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.alerting.alert import Alert
    from service.keeper import Keeper
    from service.timetable.slot import NewSlot

ASK_AGAIN_AFTER: Final = timedelta(hours=4)
"""As an adaptive check waits: long enough for a bad hour to pass, and still the same day."""


def confirm_suspicions(keeper: Keeper, now: datetime) -> int:
    """Claim a slot for each suspicion of a scheduled check that is due to be confirmed.

    Return how many are new. A fixed plan has one look, and nothing pages before a second one; an
    adaptive check confirms by itself. The moment of the slot follows from the suspicion alone, so
    that any number of servers asks once. A check that somebody left to the server otherwise is
    confirmed by whoever asks again.
    """
    with reading(keeper.engine) as session:
        found = [
            _slot(session, one, now) for one in alerts.unresolved(session) if _is_due(one, now)
        ]
    rows = [one for one in found if one is not None]
    if not rows:
        return 0
    with writing(keeper.engine) as session:
        return len(slots.insert(session, rows, now=now))


def _is_due(alert: Alert, now: datetime) -> bool:
    looked_after = alert.state is State.ACKNOWLEDGED and not alert.confirmed
    if alert.condition.kind is not ConditionKind.SERIES or looked_after:
        return False
    if alert.state is State.SILENCED:
        return False
    since = alert.suspected_at
    return since is not None and since + ASK_AGAIN_AFTER <= now < since + DEFAULT.confirm_within


def _slot(session: Session, alert: Alert, now: datetime) -> NewSlot | None:
    asked = slots.of_run(session, alert.source)
    in_force = {one.name: one for one in schedules.in_force(session)}
    stored = None if asked is None else in_force.get(asked.schedule)
    if asked is None or stored is None or stored.stopped is not None or alert.suspected_at is None:
        return None
    slot = asked_for(stored.name, stored.schedule, asked.endpoint, who="the alert", now=now)
    reason = f"asked again to confirm alert {alert.id}"
    return replace(slot, due_at=alert.suspected_at + ASK_AGAIN_AFTER, reason=reason)
