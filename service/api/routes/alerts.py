"""Alerts: list, look at, acknowledge, silence, resolve."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query

from service.alerting.alert import State
from service.alerting.orders import Order, Verb
from service.alerting.routing import routing_of
from service.api.access import READ, Admin, Caller, Runner
from service.api.paging import DEFAULT_ROWS, LARGEST, Cursor, Limit, cursor_of, number_key, page_of
from service.api.routes.runs import Name
from service.api.shapes.alerts import Alert, AlertHistory, Because, Silence
from service.api.shapes.base import Page
from service.api.world import TheWorld
from service.db.session import reading
from service.errors import RequestRefused
from service.stages import alert as stage
from service.store import alerts

if TYPE_CHECKING:
    from datetime import datetime

    from service.world import World

router = APIRouter(prefix="/alerts", tags=["alerts"])

AlertId = Annotated[int, Path(ge=1, le=LARGEST)]


@router.get("", dependencies=[READ])
def list_alerts(
    world: TheWorld,
    *,
    state: Annotated[list[State], Query(max_length=4)] = [],  # noqa: B006 - FastAPI copies it
    endpoint: Name = None,
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[Alert]:
    """List alerts, the newest first; resolved ones too, unless `state` leaves them out."""
    with reading(world.keeper.engine) as session:
        found = alerts.newest(
            session,
            states=state,
            endpoint=endpoint,
            before=number_key("alerts", cursor),
            limit=limit + 1,
        )
    rows, following = page_of(found, limit, lambda one: cursor_of("alerts", one.id))
    return Page(items=tuple(Alert.of(one) for one in rows), next=following)


@router.get("/{alert_id}", dependencies=[READ])
def get_alert(alert_id: AlertId, world: TheWorld) -> AlertHistory:
    """Return an alert with everything that became of it."""
    with reading(world.keeper.engine) as session:
        found = alerts.get(session, alert_id)
        return AlertHistory.of(found, alerts.history(session, alert_id))


@router.post("/{alert_id}/acknowledge")
def acknowledge_alert(alert_id: AlertId, order: Because, world: TheWorld, caller: Runner) -> Alert:
    """Say that somebody looks after it: no more reminders."""
    return _done(world, alert_id, Verb.ACKNOWLEDGE, caller, order.why)


@router.post("/{alert_id}/silence")
def silence_alert(alert_id: AlertId, order: Silence, world: TheWorld, caller: Admin) -> Alert:
    """Send nothing about it until a moment."""
    if order.until <= world.clock():
        raise RequestRefused(
            "the silence would end before it begins",
            where="body.until",
            fix="Name a moment in the future.",
        )
    return _done(world, alert_id, Verb.SILENCE, caller, order.why, until=order.until)


@router.post("/{alert_id}/resolve")
def resolve_alert(alert_id: AlertId, order: Because, world: TheWorld, caller: Admin) -> Alert:
    """Say that it is over. The same condition later is another alert."""
    return _done(world, alert_id, Verb.RESOLVE, caller, order.why)


def _done(
    world: World,
    alert_id: int,
    verb: Verb,
    caller: Caller,
    why: str,
    *,
    until: datetime | None = None,
) -> Alert:
    wanted = Order(verb=verb, actor=caller.name, why=why, until=until)
    routing = routing_of(world.configuration.current()[0])
    return Alert.of(stage.order(world.keeper.engine, alert_id, wanted, routing, world.clock()))
