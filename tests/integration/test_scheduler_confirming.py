"""A suspicion that a scheduled check with a fixed plan left is asked about again the same day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.condition import AlertSeverity
from service.alerting.orders import Order, Verb
from service.alerting.routing import NOBODY
from service.db.session import reading
from service.scheduler.confirming import ASK_AGAIN_AFTER, confirm_suspicions
from service.stages.alert import observe, order
from service.starting import start_slot
from service.store import alerts
from service.timetable.states import SlotState
from tests.databases import opened
from tests.integration.alert_factories import a_condition, seen
from tests.integration.scheduler_factories import HOUR, MONDAY, Server, a_server, end, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

ENDED = MONDAY + timedelta(minutes=5)
DUE = ENDED + ASK_AGAIN_AFTER
FACTS = a_condition(suite="facts")


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server whose check has just ended, and left a suspicion."""
    with opened(sqlite_url) as engine:
        found = a_server(engine, tmp_path, weekly())
        found.look(MONDAY - HOUR)
        found.look(MONDAY)
        (slot,) = found.slots()
        checked(found, slot.id, ENDED, confirmed=False)
        yield found


def checked(server: Server, slot_id: int, at: datetime, **overrides: Any) -> None:
    """The check of a slot runs to its end, and falls."""
    engine = server.keeper.engine
    run_id = start_slot(server.keeper, server.configuration, slot_id, at - HOUR / 60)
    assert run_id is not None
    end(engine, run_id, now=at)
    values = {"began_at": at - HOUR / 60, "condition": FACTS, **overrides}
    observe(engine, [seen(source=run_id, at=at, **values)], NOBODY, at)


def test_it_is_asked_again_once_whoever_looks_and_confirmed(server: Server) -> None:
    assert confirm_suspicions(server.keeper, DUE - timedelta(seconds=1)) == 0
    assert [confirm_suspicions(server.keeper, DUE + n * HOUR) for n in range(3)] == [1, 0, 0]
    again = server.slots()[-1]
    assert (again.state, again.reason) == (SlotState.CLAIMED, "asked again to confirm alert 1")
    checked(server, again.id, DUE + HOUR, confirmed=False)
    with reading(server.keeper.engine) as session:
        (alert,) = alerts.unresolved(session)
    assert (alert.confirmed, alert.severity) == (True, AlertSeverity.PAGE)


def test_what_is_confirmed_or_looked_after_or_of_yesterday_is_not_asked_again(
    server: Server,
) -> None:
    assert confirm_suspicions(server.keeper, ENDED + 25 * HOUR) == 0
    mine = Order(verb=Verb.ACKNOWLEDGE, actor="ana", why="mine")
    order(server.keeper.engine, 1, mine, NOBODY, ENDED)
    assert confirm_suspicions(server.keeper, DUE) == 0
