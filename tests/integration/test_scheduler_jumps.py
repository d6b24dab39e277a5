"""Whatever the clock does, each moment has one slot, each slot one run at most, and a reason."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evals.schedule import CatchUp, Schedule
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.store import schedules, slots
from service.timetable.moments import due_between
from service.timetable.states import SlotState
from tests.databases import opened
from tests.integration.scheduler_factories import HOUR, MONDAY, Server, a_server
from tests.integration.store_factories import make_run, store_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from service.timetable.slot import Slot

GIVEN_UP = {SlotState.MISSED, SlotState.OVERLAPPING, SlotState.DISABLED}
JUMPS = st.lists(
    st.one_of(st.integers(-400, 400), st.sampled_from([-20_000, 20_000])), min_size=1, max_size=7
)
NUMBERS = count()


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with opened(sqlite_url) as engine:
        yield a_server(engine, tmp_path)


def begin(server: Server, catch_up: CatchUp) -> tuple[str, Schedule]:
    """Let one new schedule be the only one in force."""
    name = f"schedule-{next(NUMBERS)}"
    schedule = Schedule(
        cron="0 */6 * * *", endpoint=("prod",), suite="facts", jitter_minutes=0, catch_up=catch_up
    )
    with writing(server.keeper.engine) as session:
        for one in schedules.in_force(session):
            schedules.retire(session, one.name, now=one.counted_to)
        schedules.create(session, name, schedule, source=ScheduleSource.API, now=MONDAY)
    return name, schedule


def started(server: Server, name: str, now: datetime) -> list[int]:
    """Start what is claimed, as a worker would; return which slots."""
    with writing(server.keeper.engine) as session:
        claimed = [one.id for one in slots.claimed(session) if one.schedule == name]
        for slot_id in claimed:
            run = store_run(session, make_run(f"run-{next(NUMBERS)}"))
            assert slots.link(session, slot_id, run.id, SlotState.STARTED, reason="", now=now)
    return claimed


def of(server: Server, name: str) -> list[Slot]:
    with reading(server.keeper.engine) as session:
        return list(slots.newest(session, schedule=name, limit=100_000))


@settings(
    max_examples=8,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(jumps=JUMPS, catch_up=st.sampled_from(CatchUp))
def test_no_jump_runs_a_slot_twice_or_loses_one_in_silence(
    server: Server, jumps: list[int], catch_up: CatchUp
) -> None:
    name, schedule = begin(server, catch_up)
    now = MONDAY
    runs: list[int] = []
    for hours in jumps:
        now += hours * HOUR
        server.look(now)
        runs += started(server, name, now)
    server.look(now)
    runs += started(server, name, now)
    assert len(runs) == len(set(runs))
    found = {slot.due_at: slot for slot in of(server, name)}
    for moment in due_between(schedule, MONDAY, now, most=100_000):
        slot = found.get(moment)
        if slot is None:
            lost = [one for one in found.values() if one.lost_until is not None]
            assert any(one.due_at < moment <= (one.lost_until or moment) for one in lost)
            continue
        assert slot.state not in (SlotState.DUE, SlotState.CLAIMED)
        assert slot.reason or slot.state is SlotState.STARTED
        # What stands for a time that is over stays missed, whenever that was decided.
        over = slot.lost_until is not None and slot.lost_until <= now
        decided = slot.decided_at <= now + timedelta(minutes=5)
        assert slot.state not in GIVEN_UP or over or decided
