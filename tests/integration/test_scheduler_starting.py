"""Starting a slot: its run is there with the link, or neither is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from evals.errors import ConfigError
from service import starting
from service.db.session import reading, writing
from service.errors import ScheduleRefused, SlotNotFound
from service.starting import start_now, start_slot
from service.store import handed, schedules, slots
from service.timetable.states import SlotState
from tests.databases import opened
from tests.integration.scheduler_factories import HOUR, MONDAY, Server, a_server, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with opened(sqlite_url) as engine:
        yield claimed(engine, tmp_path, weekly())


def claimed(engine: Engine, folder: Path, schedules: str) -> Server:
    """A server whose schedules are due and claimed."""
    found = a_server(engine, folder, schedules)
    found.look(MONDAY - HOUR)
    found.look(MONDAY)
    return found


def test_a_started_slot_has_its_run_and_the_workers_have_it_too(server: Server) -> None:
    [slot] = server.slots()
    run_id = start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    assert run_id is not None
    [started] = server.slots()
    assert (started.state, started.run_id, started.reason) == (SlotState.STARTED, run_id, "")
    with reading(server.keeper.engine) as session:
        assert slots.of_run(session, run_id) == started
        assert slots.claimed(session) == ()
        assert [one.run_id for one in handed.unsettled(session, limit=9)] == [run_id]
    assert start_slot(server.keeper, server.configuration, slot.id, MONDAY) == run_id


def test_what_breaks_on_the_way_leaves_neither_run_nor_link(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(handed, "hand_over", broken)
    [slot] = server.slots()
    with pytest.raises(RuntimeError):
        start_slot(server.keeper, server.configuration, slot.id, MONDAY)
    why = "could not be started: it broke: RuntimeError: the power is gone"
    assert server.slots() == [replace(slot, reason=why)]
    assert server.runs() == ()


def test_many_workers_that_start_one_slot_plan_one_run(database: Engine, tmp_path: Path) -> None:
    server = claimed(database, tmp_path, weekly())
    [slot] = server.slots()

    def start(_: int) -> str | None:
        return start_slot(server.keeper, server.configuration, slot.id, MONDAY)

    with ThreadPoolExecutor(4) as pool:
        started = set(pool.map(start, range(4)))
    assert started == {run.id for run in server.runs()}
    assert len(started) == 1


def test_two_schedules_that_ask_the_same_at_once_start_one_run(
    database: Engine, tmp_path: Path
) -> None:
    one, other = weekly("one"), weekly("other").removeprefix("schedules:\n")
    server = claimed(database, tmp_path, one + other)
    ids = [slot.id for slot in server.slots()]

    def start(slot_id: int) -> str | None:
        return start_slot(server.keeper, server.configuration, slot_id, MONDAY)

    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(start, ids))
    assert len(server.runs()) == 1
    assert sorted(run_id is None for run_id in started) == [False, True]
    states = {slot.state for slot in server.slots()}
    assert states == {SlotState.STARTED, SlotState.OVERLAPPING}


def test_a_slot_that_cannot_be_started_says_why_and_is_missed_after_its_grace(
    server: Server,
) -> None:
    [slot] = server.slots()
    server.configuration.path.write_text("suites: {facts: {tasks: [{golden_set: sums}]}}\n")
    with pytest.raises(ConfigError, match="there is no endpoint 'prod'"):
        start_slot(server.keeper, server.configuration, slot.id, MONDAY + HOUR)
    [waiting] = server.slots()
    assert waiting.state is SlotState.CLAIMED
    assert waiting.reason.startswith("could not be started: there is no endpoint 'prod'.")
    again = start_slot(server.keeper, server.configuration, slot.id, MONDAY + 2 * HOUR)
    assert again is None, "the same reason is no news"
    assert start_slot(server.keeper, server.configuration, slot.id, MONDAY + 7 * HOUR) is None
    [missed] = server.slots()
    assert (missed.state, missed.reason) == (SlotState.MISSED, waiting.reason)


def test_a_start_that_breaks_says_why_once_and_its_slot_is_missed_after_its_grace(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(starting, "new_run", breaks)
    [slot] = server.slots()
    for _ in range(2):
        with suppress(RuntimeError):
            start_slot(server.keeper, server.configuration, slot.id, MONDAY + HOUR)
    [waiting] = server.slots()
    assert waiting.state is SlotState.CLAIMED
    assert waiting.reason == "could not be started: it broke: RuntimeError: a bug"
    assert start_slot(server.keeper, server.configuration, slot.id, MONDAY + HOUR) is None
    with pytest.raises(RuntimeError):
        start_slot(server.keeper, server.configuration, slot.id, MONDAY + 7 * HOUR)
    assert server.slots()[0].state is SlotState.MISSED


def test_a_slot_whose_schedule_was_paused_just_now_is_not_started(server: Server) -> None:
    [slot] = server.slots()
    with writing(server.keeper.engine) as session:
        schedules.pause(session, "weekly", who="ana", reason="x", now=MONDAY)
    assert start_slot(server.keeper, server.configuration, slot.id, MONDAY) is None
    server.look(MONDAY)
    assert [one.state for one in server.slots()] == [SlotState.DISABLED]
    assert server.runs() == ()


def test_a_check_that_somebody_does_now_has_a_slot_and_is_not_given_to_workers(
    server: Server,
) -> None:
    [due] = server.slots()
    now = MONDAY + HOUR
    begin = partial(start_now, server.keeper, server.configuration, "weekly", "prod", who="ana")
    run_id = begin(now=now)
    [_, own] = server.slots()
    assert (own.state, own.run_id) == (SlotState.STARTED, run_id)
    assert (own.due_at, own.reason) == (now, "asked for by ana")
    with reading(server.keeper.engine) as session:
        assert handed.get(session, run_id) is None
    with pytest.raises(ScheduleRefused, match="'weekly' was asked of prod just now"):
        begin(now=now)
    # What the pipeline plans is dated by the real clock.
    planned_at = server.runs()[0].created_at
    with pytest.raises(ScheduleRefused, match=f"run {run_id} of prod and facts is going on"):
        begin(now=planned_at)
    assert start_slot(server.keeper, server.configuration, due.id, planned_at) is None
    assert [slot.state for slot in server.slots()] == [SlotState.OVERLAPPING, SlotState.STARTED]


def test_a_run_that_was_killed_keeps_no_slot_from_starting(server: Server) -> None:
    [due] = server.slots()
    killed = start_now(
        server.keeper, server.configuration, "weekly", "prod", who="ana", now=MONDAY - HOUR
    )
    # Nobody took it within a minute.
    started = start_slot(
        server.keeper, server.configuration, due.id, server.runs()[0].created_at + HOUR
    )
    assert started not in (None, killed)


def test_the_budget_of_the_schedule_is_the_run_s(server: Server) -> None:
    server.write(weekly(budget_usd=0.5))
    server.look(MONDAY)
    [slot] = server.slots()
    with pytest.raises(ConfigError, match=r"a budget of 0\.5 USD cannot be kept"):
        start_slot(server.keeper, server.configuration, slot.id, MONDAY)


def test_a_slot_that_is_not_there_is_told(server: Server) -> None:
    with pytest.raises(SlotNotFound, match="there is no slot 99"):
        start_slot(server.keeper, server.configuration, 99, MONDAY)
