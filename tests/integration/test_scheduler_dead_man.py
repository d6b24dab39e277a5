"""The dead man's switch: who expected a check and did not get one hears of it, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from evals.condition import ConditionKind
from evals.records import RunStatus
from service.alerting.alert import State
from service.db.session import reading, writing
from service.scheduler.dead_man import watch
from service.starting import start_slot
from service.store import alerts, handed, runs, schedules
from service.store.expected import expected
from service.store.handed import AWAITS_CONFIRMATION
from tests.databases import opened
from tests.integration.scheduler_factories import (
    HOUR,
    MONDAY,
    WEEK,
    Server,
    a_server,
    end,
    weekly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from service.alerting.alert import Alert

DEADLINE = MONDAY + 6 * HOUR
PAST = DEADLINE + timedelta(seconds=1)


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server on which a check is due and claimed."""
    with opened(sqlite_url) as engine:
        yield expecting(engine, tmp_path, weekly())


def expecting(engine: Engine, folder: Path, section: str) -> Server:
    found = a_server(engine, folder, section)
    found.look(MONDAY - HOUR)
    found.look(MONDAY)
    return found


def seen(server: Server, now: datetime) -> list[Alert]:
    """Look, and return every alert there ever was."""
    watch(server.keeper, server.configuration.current()[0], now)
    with reading(server.keeper.engine) as session:
        return list(reversed(alerts.newest(session)))


def test_a_check_that_never_started_raises_an_alert_at_its_deadline_and_once(
    server: Server,
) -> None:
    assert seen(server, DEADLINE) == []
    [alert] = seen(server, PAST)
    assert alert.condition.kind is ConditionKind.MISSED_CHECK
    assert (alert.condition.endpoint, alert.condition.suite) == ("prod", "facts")
    assert alert.condition.name == "weekly"
    assert alert.state is State.OPEN
    assert alert.notice is not None
    assert alert.notice.headline.startswith(
        "the check of 2026-11-23 06:00 UTC had not completed by 2026-11-23 12:00 UTC; it is claimed"
    )
    assert seen(server, PAST + HOUR) == [alert]


def test_looking_for_missed_checks_reads_one_slot_of_each(server: Server) -> None:
    asked: list[tuple[str, Any]] = []

    def keep(*of_statement: Any) -> None:
        asked.append(of_statement[2:4])

    engine = server.keeper.engine
    with reading(engine) as session:
        event.listen(engine, "before_cursor_execute", keep)
        expected(session, {("weekly", "prod")}, now=PAST)
        event.remove(engine, "before_cursor_execute", keep)
        plans = [
            " ".join(
                str(row[3])
                for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {what}", of)
            )
            for what, of in asked
        ]
    assert not any("SCAN slots" in plan or "TEMP B-TREE" in plan for plan in plans)


def test_the_alert_ends_when_the_check_completes_however_late(
    database: Engine, tmp_path: Path
) -> None:
    server = expecting(database, tmp_path, weekly())
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert [one.state for one in seen(server, PAST)] == [State.OPEN]
    assert run_id is not None
    end(server.keeper.engine, run_id, now=PAST + HOUR)
    assert [one.state for one in seen(server, PAST + 2 * HOUR)] == [State.RESOLVED]
    server.look(MONDAY + WEEK)
    assert [one.state for one in seen(server, PAST + WEEK)] == [State.RESOLVED, State.OPEN]


def test_a_check_that_completed_in_time_says_nothing(server: Server) -> None:
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert run_id is not None
    end(server.keeper.engine, run_id, now=MONDAY + HOUR)
    assert seen(server, PAST) == []


def test_a_check_that_was_never_judged_is_missing(server: Server) -> None:
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert run_id is not None
    with writing(server.keeper.engine) as session:
        for then in (RunStatus.RUNNING, RunStatus.COMPLETED):
            runs.set_status(session, run_id, then, expected=list(RunStatus), now=MONDAY + HOUR)
    assert [one.state for one in seen(server, PAST)] == [State.OPEN]


def test_a_check_that_waits_to_confirm_is_alive(server: Server) -> None:
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert run_id is not None
    with writing(server.keeper.engine) as session:
        runs.set_status(
            session, run_id, RunStatus.RUNNING, expected=[RunStatus.PLANNED], now=MONDAY
        )
        handed.wait(session, run_id, until=PAST + HOUR, reason=AWAITS_CONFIRMATION)
    assert seen(server, PAST) == []
    assert [one.state for one in seen(server, PAST + 2 * HOUR)] == [State.OPEN]


def test_a_check_that_failed_and_is_tried_again_later_is_missing(server: Server) -> None:
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert run_id is not None
    with writing(server.keeper.engine) as session:
        runs.set_status(
            session, run_id, RunStatus.RUNNING, expected=[RunStatus.PLANNED], now=MONDAY
        )
        handed.wait(session, run_id, until=PAST + HOUR, reason="the endpoint is away")
    assert [one.state for one in seen(server, PAST)] == [State.OPEN]


@pytest.mark.parametrize("schedules_left", ["", weekly(endpoint="spare")])
def test_the_alert_ends_when_nothing_is_expected_any_more(
    server: Server, schedules_left: str
) -> None:
    seen(server, PAST)
    server.write(schedules_left)
    server.look(PAST + HOUR)
    assert [one.state for one in seen(server, PAST + 2 * HOUR)] == [State.RESOLVED]


def test_a_paused_schedule_expects_nothing(server: Server) -> None:
    seen(server, PAST)
    with writing(server.keeper.engine) as session:
        schedules.pause(session, "weekly", who="ana", reason="holidays", now=PAST)
    assert [one.state for one in seen(server, PAST + HOUR)] == [State.RESOLVED]
    assert [one.state for one in seen(server, PAST + 2 * HOUR)] == [State.RESOLVED]


def test_what_is_missing_at_many_endpoints_at_once_comes_from_one_source(
    database: Engine, tmp_path: Path
) -> None:
    found = seen(expecting(database, tmp_path, weekly(endpoint="[prod, spare]")), PAST)
    assert [one.condition.endpoint for one in found] == ["prod", "spare"]
    assert len({one.source for one in found}) == 1
