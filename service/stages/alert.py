"""Alert: what was observed becomes transitions and messages in the outbox, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import telling
from service.alerting.alert import State
from service.alerting.orders import carry_out
from service.db.session import reading, writing
from service.errors import AlertRefused
from service.store import alerts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Engine

    from service.alerting.alert import Alert
    from service.alerting.observation import Observation
    from service.alerting.orders import Order
    from service.alerting.routing import Routing
    from service.store.alerts import Moved


def observe(
    engine: Engine, observations: Iterable[Observation], routing: Routing, now: datetime
) -> tuple[Moved, ...]:
    """Follow ``observations`` in one transaction; return what they changed.

    Doing it again, for a process died or two look at the same fact, changes nothing. Who holds a
    transaction already calls `service.telling.observe_in`.
    """
    with writing(engine) as session:
        return telling.observe_in(session, observations, routing, now)


def catch_up(engine: Engine, routing: Routing, now: datetime) -> tuple[Moved, ...]:
    """Send reminders, end silences, and tell channels that were configured since; idempotent.

    A server calls it every minute.
    """
    with writing(engine) as session:
        return telling.catch_up(session, routing, now)


def order(engine: Engine, alert_id: int, wanted: Order, routing: Routing, now: datetime) -> Alert:
    """Do what a person wants of an alert, and tell whoever heard of it; return the alert.

    An alert that stands so already stays as it is.

    Raises:
        AlertNotFound: There is no such alert.
        AlertRefused: It is resolved, so there is nothing to acknowledge or to silence.
    """
    with reading(engine) as session:
        alert = alerts.get(session, alert_id)
    with writing(engine) as session:
        moved = telling.change_in(
            session,
            alert.condition,
            lambda newest: carry_out(newest, wanted, now) if newest.id == alert_id else None,
            routing,
            now,
        )
        alert = alerts.get(session, alert_id)
    if moved is None and alert.state is State.RESOLVED:
        raise AlertRefused(
            f"alert {alert_id} is resolved",
            fix="See what is open with `evals alerts list`.",
        )
    return alert
