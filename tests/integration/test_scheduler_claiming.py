"""Slots: each due moment once, whatever servers, clocks and files do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.starting import start_slot
from service.store import schedules, slots
from service.store.counting import arrived, store_piece
from service.timetable.states import SlotState
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
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from service.timetable.slot import NewSlot

CLAIMED, DISABLED, MISSED = SlotState.CLAIMED, SlotState.DISABLED, SlotState.MISSED
STARTED, OVERLAPPING = SlotState.STARTED, SlotState.OVERLAPPING


@pytest.fixture
def server(database: Engine, tmp_path: Path) -> Server:
    """A server that read a weekly schedule the day before it is due."""
    found = a_server(database, tmp_path, weekly())
    found.look(MONDAY - 24 * HOUR)
    return found


@pytest.fixture
def sqlite_server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with opened(sqlite_url) as engine:
        found = a_server(engine, tmp_path, weekly())
        found.look(MONDAY - 24 * HOUR)
        yield found


def start(server: Server, slot_id: int, now: datetime) -> str | None:
    return start_slot(server.keeper, server.configuration, slot_id, now)


def test_a_slot_is_claimed_when_it_is_due_and_once(server: Server) -> None:
    assert server.look(MONDAY - timedelta(seconds=1)).counted == 0
    assert server.look(MONDAY).counted == 1
    assert server.look(MONDAY).counted == 0
    assert server.look(MONDAY + HOUR).moved == {}
    assert server.states() == [("23 06:00", CLAIMED)]


def test_a_slot_waits_for_its_share_of_the_spread(sqlite_server: Server) -> None:
    sqlite_server.write(weekly(jitter_minutes=60))
    sqlite_server.look(MONDAY - HOUR)
    sqlite_server.look(MONDAY)
    [slot] = sqlite_server.slots()
    assert slot.state is SlotState.DUE
    assert MONDAY < slot.starts_at < MONDAY + HOUR
    sqlite_server.look(slot.starts_at - timedelta(seconds=1))
    assert sqlite_server.slots()[0].state is SlotState.DUE
    sqlite_server.look(slot.starts_at)
    assert sqlite_server.slots()[0].state is CLAIMED


def test_many_servers_that_look_at_once_claim_each_slot_once(
    postgres_url: str, tmp_path: Path
) -> None:
    many = 4
    folders = [tmp_path / str(number) for number in range(many)]
    for folder in folders:
        folder.mkdir()
    engines = [opened(postgres_url) for _ in folders]
    servers = [
        a_server(engine.__enter__(), folder, weekly(cron="'*/10 * * * *'", catch_up="all"))
        for engine, folder in zip(engines, folders, strict=True)
    ]
    servers[0].look(MONDAY)

    def run(server: Server) -> tuple[int, list[str | None]]:
        counted, started = 0, []
        for step in range(1, 4):
            now = MONDAY + step * HOUR / 2
            counted += server.look(now).counted
            claimed = [one.id for one in server.slots() if one.state is CLAIMED]
            started += [start(server, one, now) for one in claimed]
            for one in server.runs():
                end(server.keeper.engine, one.id, now=now)
        return counted, started

    with ThreadPoolExecutor(many) as pool:
        results = list(pool.map(run, servers))
    slots = servers[0].slots()
    assert sum(counted for counted, _ in results) == len(slots) == 9
    linked = [slot.run_id for slot in slots if slot.run_id is not None]
    assert len(linked) == len(set(linked)) == len(servers[0].runs())
    assert {run_id for _, started in results for run_id in started if run_id} <= set(linked)
    for engine in engines:
        engine.__exit__(None, None, None)


def test_a_server_that_was_down_finds_what_it_missed(server: Server) -> None:
    server.look(MONDAY + 2 * WEEK + 30 * HOUR)
    assert server.states() == [("23 06:00", MISSED), ("30 06:00", MISSED), ("07 06:00", CLAIMED)]
    [slot] = [one for one in server.slots() if one.state is CLAIMED]
    start(server, slot.id, MONDAY + 2 * WEEK + 30 * HOUR)
    late = server.slots()[-1]
    assert late.state is SlotState.LATE
    assert late.reason == "started after its grace, which ended 2026-12-07 12:00 UTC"


@pytest.mark.parametrize(
    ("catch_up", "states"), [("all", [CLAIMED, CLAIMED]), ("none", [MISSED, MISSED])]
)
def test_what_was_missed_follows_the_schedule_s_policy(
    sqlite_server: Server, catch_up: str, states: list[SlotState]
) -> None:
    sqlite_server.write(weekly(catch_up=catch_up))
    sqlite_server.look(MONDAY - HOUR)
    sqlite_server.look(MONDAY + WEEK + 30 * HOUR)
    assert [slot.state for slot in sqlite_server.slots()] == states


def test_a_clock_that_jumps_forward_and_back_runs_no_slot_twice_and_loses_none(
    server: Server,
) -> None:
    server.look(MONDAY + 3 * WEEK + HOUR)
    assert [state for _, state in server.states()] == [MISSED, MISSED, MISSED, CLAIMED]
    ahead = server.slots()[-1]
    run_id = start(server, ahead.id, MONDAY + 3 * WEEK + HOUR)
    server.look(MONDAY + HOUR)
    first = server.slots()[0]
    assert first.state is CLAIMED
    assert first.reason == "given up by a clock that showed 2026-12-14 07:00 UTC, and due again"
    for week in (1, 2, 3):
        server.look(MONDAY + week * WEEK + HOUR)
    assert [state for _, state in server.states()] == [MISSED, MISSED, CLAIMED, STARTED]
    assert server.slots()[-1].run_id == run_id
    server.look(MONDAY + 4 * WEEK)
    assert server.states()[-1] == ("21 06:00", CLAIMED)


def test_a_schedule_made_while_the_clock_was_ahead_is_due_at_its_next_moment(
    sqlite_server: Server,
) -> None:
    sqlite_server.write(weekly("other"))
    sqlite_server.look(MONDAY + 52 * WEEK)
    sqlite_server.look(MONDAY - HOUR)
    sqlite_server.look(MONDAY)
    assert [slot.schedule for slot in sqlite_server.slots() if slot.due_at == MONDAY] == [
        "weekly",
        "other",
    ]


def test_a_changed_schedule_holds_from_now_on_and_what_came_before_is_not_lost(
    sqlite_server: Server,
) -> None:
    sqlite_server.write(weekly(cron="daily"))
    sqlite_server.look(MONDAY + 3 * 24 * HOUR)
    assert sqlite_server.states() == [("23 06:00", CLAIMED)]
    sqlite_server.look(MONDAY + 4 * 24 * HOUR)
    assert sqlite_server.states() == [("23 06:00", MISSED), ("27 06:00", CLAIMED)]


def test_a_schedule_gone_from_the_file_is_retired_and_its_history_kept(server: Server) -> None:
    server.look(MONDAY)
    server.write("")
    server.look(MONDAY + HOUR)
    server.look(MONDAY + 2 * HOUR)
    server.look(MONDAY + WEEK)
    [slot] = server.slots()
    assert (slot.state, slot.reason) == (DISABLED, "its schedule was removed")
    with reading(server.keeper.engine) as session:
        assert schedules.in_force(session) == ()
        assert schedules.get(session, "weekly").retired_at == MONDAY + HOUR
    server.write(weekly())
    server.look(MONDAY + WEEK + HOUR)
    server.look(MONDAY + 2 * WEEK)
    assert server.states() == [("23 06:00", DISABLED), ("07 06:00", CLAIMED)]


def test_a_server_without_a_file_retires_nothing(sqlite_server: Server) -> None:
    sqlite_server.configuration.path.unlink()
    sqlite_server.look(MONDAY)
    assert sqlite_server.states() == [("23 06:00", CLAIMED)]


def test_a_file_that_is_broken_leaves_the_schedules_as_they_were(sqlite_server: Server) -> None:
    sqlite_server.write("schedules: {weekly: {suite: facts}}")
    sqlite_server.look(MONDAY)
    assert sqlite_server.states() == [("23 06:00", CLAIMED)]
    assert "the key 'endpoint' is missing" in str(sqlite_server.configuration.problem)


def test_what_came_just_before_a_change_by_hand_keeps_its_slot(sqlite_server: Server) -> None:
    engine = sqlite_server.keeper.engine
    second = timedelta(seconds=1)
    with writing(engine) as session:
        before = schedules.get(session, "weekly")
        plan = before.schedule.model_copy(update={"cron": "daily"})
        source = ScheduleSource.API
        assert schedules.change(session, before, plan, source=source, now=MONDAY + second)
        assert not schedules.change(session, before, plan, source=source, now=MONDAY + second)
    with writing(engine) as session:
        assert schedules.retire(session, "weekly", now=MONDAY + 24 * HOUR + second)
        assert not schedules.retire(session, "weekly", now=MONDAY + 48 * HOUR)
    assert sqlite_server.states() == [("23 06:00", SlotState.DUE), ("24 06:00", SlotState.DUE)]


def test_a_paused_schedule_keeps_its_moments_with_who_and_why(sqlite_server: Server) -> None:
    with writing(sqlite_server.keeper.engine) as session:
        assert schedules.pause(session, "weekly", who="ana", reason="the vendor moves", now=MONDAY)
        assert not schedules.pause(session, "weekly", who="bo", reason="", now=MONDAY)
    sqlite_server.look(MONDAY)
    with writing(sqlite_server.keeper.engine) as session:
        assert schedules.resume(session, "weekly", now=MONDAY + HOUR)
    sqlite_server.look(MONDAY + WEEK)
    assert sqlite_server.states() == [("23 06:00", DISABLED), ("30 06:00", CLAIMED)]
    assert sqlite_server.slots()[0].reason == "paused by ana: the vendor moves"


def test_a_pause_that_no_server_looked_at_starts_nothing_of_its_moments(
    sqlite_server: Server,
) -> None:
    sqlite_server.write(weekly(cron="daily", catch_up="all"))
    sqlite_server.look(MONDAY - HOUR)
    day = 24 * HOUR
    with writing(sqlite_server.keeper.engine) as session:
        schedules.pause(session, "weekly", who="ana", reason="holidays", now=MONDAY + HOUR)
    with writing(sqlite_server.keeper.engine) as session:
        assert schedules.resume(session, "weekly", now=MONDAY + 2 * day + HOUR)
    sqlite_server.look(MONDAY + 3 * day)
    assert sqlite_server.states() == [
        ("23 06:00", CLAIMED),
        ("24 06:00", DISABLED),
        ("25 06:00", DISABLED),
        ("26 06:00", CLAIMED),
    ]
    assert sqlite_server.slots()[1].reason == "paused by ana: holidays"


def test_many_missed_moments_are_stored_piece_by_piece(
    sqlite_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.counting._AT_ONCE", 10)
    pieces: list[int] = []
    real = slots.insert

    def watched(session: Session, rows: Sequence[NewSlot], *, now: datetime) -> list[int]:
        pieces.append(len(rows))
        return real(session, rows, now=now)

    monkeypatch.setattr(slots, "insert", watched)
    sqlite_server.write(weekly(cron="daily"))
    sqlite_server.look(MONDAY - HOUR)
    assert sqlite_server.look(MONDAY + 25 * 24 * HOUR).counted == 26
    assert pieces == [10, 10, 6, 0]
    assert sqlite_server.look(MONDAY + 25 * 24 * HOUR).counted == 0


def test_between_pieces_others_may_write(
    sqlite_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.counting._AT_ONCE", 10)
    monkeypatch.setattr("service.scheduler.claiming._AT_ONCE", 10)
    free: list[float] = []
    monkeypatch.setattr("service.scheduler.claiming.sleep", free.append)
    sqlite_server.write(weekly(cron="daily"))
    sqlite_server.look(MONDAY - HOUR)
    assert free == []
    found = sqlite_server.look(MONDAY + 25 * 24 * HOUR)
    assert len(free) == 2 + 2
    assert found.moved == {CLAIMED: 1, MISSED: 25}


def test_who_counts_a_schedule_that_was_changed_meanwhile_stores_nothing(
    sqlite_server: Server,
) -> None:
    with writing(sqlite_server.keeper.engine) as session:
        before = schedules.get(session, "weekly")
        found = arrived(before, MONDAY)
        assert found is not None
        schedules.retire(session, "weekly", now=MONDAY - HOUR)
        assert store_piece(session, found, found.slots, MONDAY) is None
    assert sqlite_server.slots() == []


def test_a_schedule_of_the_api_lives_beside_the_file(sqlite_server: Server) -> None:
    engine = sqlite_server.keeper.engine
    with writing(engine) as session:
        schedule = schedules.get(session, "weekly").schedule
        made = {"source": ScheduleSource.API, "now": MONDAY - HOUR}
        assert schedules.create(session, "mine", schedule, **made)  # type: ignore[arg-type]
        assert not schedules.create(session, "mine", schedule, **made)  # type: ignore[arg-type]
    sqlite_server.write("")
    sqlite_server.look(MONDAY - HOUR)
    sqlite_server.look(MONDAY)
    assert [slot.schedule for slot in sqlite_server.slots()] == ["mine"]


def test_a_check_that_is_still_going_on_keeps_the_next_slot_from_starting(
    sqlite_server: Server,
) -> None:
    sqlite_server.look(MONDAY)
    first = start(sqlite_server, sqlite_server.slots()[0].id, MONDAY)
    sqlite_server.look(MONDAY + WEEK)
    assert start(sqlite_server, sqlite_server.slots()[1].id, MONDAY + WEEK) is None
    second = sqlite_server.slots()[1]
    assert second.state is OVERLAPPING
    assert second.reason == f"run {first} of the same endpoint and suite was still going on"


def test_slots_that_are_all_caught_up_wait_for_one_another(sqlite_server: Server) -> None:
    sqlite_server.write(weekly(catch_up="all"))
    sqlite_server.look(MONDAY - HOUR)
    now = MONDAY + WEEK
    sqlite_server.look(now)
    one, other = (slot.id for slot in sqlite_server.slots())
    first = start(sqlite_server, one, now)
    assert start(sqlite_server, other, now) is None
    waiting = sqlite_server.slots()[1]
    assert waiting.state is CLAIMED
    assert waiting.reason.startswith(f"waits: run {first}")
    assert first is not None
    end(sqlite_server.keeper.engine, first, now=now)
    assert start(sqlite_server, other, now) == sqlite_server.slots()[1].run_id
