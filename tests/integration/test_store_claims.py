"""Who performs a run: one process at a time, and never for ever."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from evals.records import RunStatus
from service import here as place
from service.db.session import reading, writing
from service.errors import RunBusy
from service.here import here
from service.stages.claim import BEAT_EVERY, DEAD_AFTER, Held, take, this_process
from service.store import claims, runs
from service.store.claims import Worker
from tests.databases import opened
from tests.integration.store_factories import NOW, store_run

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine


ELSEWHERE = Worker(host="elsewhere", pid=7)
GONE = Worker(host=this_process().host, pid=2**22 + 1)
"""A process number that no machine gives out."""


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def taken(engine: Engine, clock: Clock, *, take_over: bool = False) -> Held:
    return take(engine, "run-1", clock=clock, take_over=take_over)


def store_held(engine: Engine, worker: Worker) -> None:
    with writing(engine) as session:
        store_run(session)
        assert claims.claim(session, "run-1", worker, instead_of=None, now=NOW)


def status(engine: Engine) -> RunStatus:
    with reading(engine) as session:
        return runs.get(session, "run-1").status


def test_of_many_that_take_a_run_at_once_one_gets_it(database: Engine) -> None:
    with writing(database) as session:
        store_run(session)

    def attempt(pid: int) -> bool:
        with writing(database) as session:
            worker = Worker(host="elsewhere", pid=pid)
            return claims.claim(session, "run-1", worker, instead_of=None, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(1, 5))) == 1
    assert status(database) is RunStatus.RUNNING


def test_a_run_that_somebody_performs_is_left_alone_until_no_sign_of_life_came_for_a_minute(
    database: Engine,
) -> None:
    store_held(database, ELSEWHERE)
    clock = Clock()
    clock.now = NOW + DEAD_AFTER
    with pytest.raises(RunBusy, match=r"run run-1 is being performed .*last sign of life 12:00:00"):
        taken(database, clock)
    clock.now += timedelta(seconds=1)
    assert taken(database, clock).worker == this_process()


def test_a_process_that_is_gone_or_has_to_go_is_followed_at_once(database: Engine) -> None:
    store_held(database, GONE)
    taken(database, Clock())
    with pytest.raises(RunBusy):
        taken(database, Clock())
    assert taken(database, Clock(), take_over=True).worker == this_process()


@pytest.mark.parametrize("elsewhere", ["another-boot pid:[1]", "pid:[2]", ""])
def test_a_namesake_of_this_machine_lives_as_long_as_it_gives_signs_of_life(
    sqlite_url: str, elsewhere: str
) -> None:
    name = f"{socket.gethostname()} {elsewhere}"
    with opened(sqlite_url) as engine:
        store_held(engine, Worker(host=name, pid=GONE.pid))
        with pytest.raises(RunBusy):
            taken(engine, Clock())


def test_where_the_system_tells_no_more_the_name_of_a_machine_has_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, "_BOOT", tmp_path / "none")
    monkeypatch.setattr(place, "_PROCESSES", tmp_path / "none")
    assert here.__wrapped__() == socket.gethostname()


def test_who_lost_a_run_hears_of_it_and_closes_nothing(database: Engine) -> None:
    with writing(database) as session:
        store_run(session)
    clock = Clock()
    ours = taken(database, clock)
    ours.beat()
    with writing(database) as session:
        before = claims.claim_of(session, "run-1")
        assert claims.claim(session, "run-1", ELSEWHERE, instead_of=before, now=NOW)
        assert not claims.claim(session, "run-1", GONE, instead_of=before, now=NOW)
    clock.now += BEAT_EVERY
    with pytest.raises(RunBusy, match="was taken over"):
        ours.beat()
    ours.release(RunStatus.FAILED, "lost")
    assert status(database) is RunStatus.RUNNING


def test_a_sign_of_life_is_kept_every_ten_seconds_and_an_end_frees_the_run(
    database: Engine,
) -> None:
    with writing(database) as session:
        store_run(session)
    clock = Clock()
    ours = taken(database, clock)
    for _ in range(3):
        clock.now += BEAT_EVERY * 0.7
        ours.beat()
    with reading(database) as session:
        claim = claims.claim_of(session, "run-1")
    assert claim is not None
    assert claim.heartbeat_at == NOW + BEAT_EVERY * 1.4
    ours.release(RunStatus.CANCELLED, "interrupted")
    with reading(database) as session:
        assert claims.claim_of(session, "run-1") is None
    assert status(database) is RunStatus.CANCELLED
    taken(database, clock)
