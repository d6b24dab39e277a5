"""Schedules that a later version wrote, or that need a time zone which is missing here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from service.cli import schedule as commands
from service.db.session import reading, writing
from service.db.tables import ScheduleRow, ScheduleSource
from service.errors import ScheduleUnreadable
from service.scheduler.dead_man import watch
from service.stages.pin import due_looks
from service.starting import start_slot
from service.store import alerts, schedules
from service.timetable.states import SlotState
from tests.databases import opened
from tests.integration.scheduler_factories import HOUR, MONDAY, WEEK, Server, a_server, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROKEN = {"timezone": "Moon/Copernicus"}
LATER = {"of_a_later_version": 1, "active": {"phase_of_the_moon": "full"}}


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server with a weekly schedule of the file and one of the API, ``odd``."""
    with opened(sqlite_url) as engine:
        found = a_server(engine, tmp_path, weekly())
        found.look(MONDAY - 24 * HOUR)
        with writing(engine) as session:
            plan = schedules.get(session, "weekly").schedule
            schedules.create(session, "odd", plan, source=ScheduleSource.API, now=MONDAY - HOUR)
        yield found


def write(server: Server, said: dict[str, Any], name: str = "odd") -> None:
    with writing(server.keeper.engine) as session:
        document = schedules.get(session, name).schedule.document() | said
        session.execute(
            update(ScheduleRow).where(ScheduleRow.name == name).values(document=document)
        )


def test_one_schedule_that_cannot_be_read_stops_no_other(server: Server) -> None:
    write(server, BROKEN)
    found = server.look(MONDAY)
    assert [(slot.schedule, slot.state) for slot in server.slots()] == [
        ("weekly", SlotState.CLAIMED)
    ]
    assert list(found.unreadable) == ["odd"]
    assert "there is no time zone 'Moon/Copernicus'" in found.unreadable["odd"]
    with reading(server.keeper.engine) as session:
        assert [look.endpoint for look in due_looks(session, now=MONDAY)] == ["prod"]
    config, _ = server.configuration.current()
    assert watch(server.keeper, config, MONDAY + 24 * HOUR) == 1
    with reading(server.keeper.engine) as session:
        assert [one.condition.name for one in alerts.unresolved(session)] == ["weekly"]


def test_what_a_later_version_added_to_a_schedule_is_left_alone(server: Server) -> None:
    write(server, LATER)
    assert not server.look(MONDAY).unreadable
    assert [slot.schedule for slot in server.slots()] == ["odd", "weekly"]


def test_slots_of_a_schedule_that_cannot_be_read_wait_for_who_can(server: Server) -> None:
    server.look(MONDAY)
    write(server, BROKEN)
    server.look(MONDAY + WEEK)
    server.look(MONDAY - HOUR)
    states = [slot.state for slot in server.slots() if slot.schedule == "odd"]
    assert states == [SlotState.CLAIMED]
    with (
        reading(server.keeper.engine) as session,
        pytest.raises(ScheduleUnreadable, match="'odd' cannot be read here: timezone"),
    ):
        schedules.get(session, "odd")


def test_a_slot_that_nobody_here_can_start_says_why_it_waits(server: Server) -> None:
    server.look(MONDAY)
    write(server, BROKEN)
    [slot] = [one for one in server.slots() if one.schedule == "odd"]
    for _ in range(2):
        assert start_slot(server.keeper, server.configuration, slot.id, MONDAY + WEEK) is None
    [slot] = [one for one in server.slots() if one.schedule == "odd"]
    assert slot.state is SlotState.CLAIMED
    assert "schedule 'odd' cannot be read here" in slot.reason


def test_the_file_replaces_a_schedule_that_cannot_be_read(server: Server) -> None:
    write(server, BROKEN)
    server.write(weekly("odd"))
    assert server.look(MONDAY - HOUR).followed == 2
    assert not server.look(MONDAY).unreadable
    assert [slot.schedule for slot in server.slots()] == ["odd"]


def test_a_schedule_of_the_file_that_cannot_be_read_is_retired_with_it(server: Server) -> None:
    write(server, BROKEN, name="weekly")
    server.write("")
    assert not server.look(MONDAY).unreadable
    with reading(server.keeper.engine) as session:
        assert [one.name for one in schedules.in_force(session)] == ["odd"]


def test_the_list_says_which_schedule_cannot_be_read(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server, BROKEN)
    monkeypatch.setattr(commands, "open_keeper", lambda: server.keeper)
    commands.list_schedules(config_path=server.configuration.path)
    told = capsys.readouterr()
    assert "weekly" in told.out
    assert "Nothing starts it: schedule 'odd' cannot be read here" in told.err
