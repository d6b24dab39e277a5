"""Ticking: looks happen by themselves, survive what breaks, and a clock that goes back."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from service.errors import StoreUnavailable
from service.scheduler import ticking
from service.scheduler.ticking import Scheduler
from tests.databases import opened
from tests.integration.scheduler_factories import MONDAY, a_server, weekly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.scheduler_factories import Server


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with opened(sqlite_url) as engine:
        yield a_server(engine, tmp_path, weekly(cron="daily"))


@pytest.fixture
def scheduler(server: Server) -> Iterator[Scheduler]:
    scheduler = Scheduler(server.keeper, server.configuration)
    scheduler.start()
    yield scheduler
    scheduler.stop()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # a poll; the deadline above ends it


def test_a_scheduler_looks_at_once_and_ends_when_it_is_told_to(
    server: Server, scheduler: Scheduler
) -> None:
    until(lambda: scheduler.looked_at is not None)
    server.look(MONDAY + timedelta(days=365))
    assert server.states()[-1][0].endswith("06:00")


def test_a_clock_that_goes_back_does_not_put_the_scheduler_to_sleep(scheduler: Scheduler) -> None:
    until(lambda: scheduler.looked_at is not None)
    first = scheduler.looked_at
    for job in scheduler._clock.get_jobs():
        # What the library plans when the clock has shown next month.
        job.modify(next_run_time=job.next_run_time + timedelta(days=30))
    scheduler._wake_whatever_oversleeps()
    until(lambda: scheduler.looked_at != first)


def test_a_look_that_fails_is_told_once_and_again_when_it_is_over(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = Scheduler(server.keeper, server.configuration)
    broken = [StoreUnavailable("the database does not answer")] * 2

    def look() -> None:
        if broken:
            raise broken.pop()

    with caplog.at_level(logging.INFO, logger=ticking.__name__):
        for _ in range(4):
            scheduler._safely("look", look)()
    assert caplog.messages == ["look: the database does not answer.", "look: it goes on"]


def test_a_bug_in_a_look_is_told_and_ends_nothing(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    def look() -> None:
        raise KeyError("a bug")

    Scheduler(server.keeper, server.configuration)._safely("watch", look)()
    assert caplog.messages == ["the look 'watch' broke"]


def test_a_file_that_breaks_while_the_server_runs_is_told_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = Scheduler(server.keeper, server.configuration)
    scheduler._look()
    server.write("schedules: {weekly: {suite: facts}}")
    for _ in range(2):
        scheduler._look()
    [told] = caplog.messages
    assert told.startswith("the configuration stays as it was: the key 'endpoint' is missing")
