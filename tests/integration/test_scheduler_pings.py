"""Pings: a service elsewhere hears of each completed check, and never learns less than that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from evals.records import RunStatus
from service.db.session import reading, writing
from service.scheduler.pings import ping_due
from service.settings import Settings
from service.starting import start_slot
from service.store import pings, runs
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

    from service.scheduler.pings import Pinged

URL = "https://ping.example/a-secret"
PING = "{url_env: PING_URL}"


@dataclass
class Outside:
    """The service that is called; it records, and answers as it is told to."""

    status: int = 200
    called: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.called.append(str(request.url))
        if self.status == 0:
            raise httpx.ConnectError("nobody is there")
        return httpx.Response(self.status)


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server whose check was started, with a ping after it."""
    with opened(sqlite_url) as engine:
        found = a_server(engine, tmp_path, weekly(ping=PING))
        environ = {"EVALS_DATA_DIR": str(tmp_path), "PING_URL": URL}
        settings = Settings.from_environment(environ)
        found = replace(found, keeper=replace(found.keeper, settings=settings))
        found.look(MONDAY - HOUR)
        found.look(MONDAY)
        start_slot(found.keeper, found.configuration, found.slots()[0].id, MONDAY)
        yield found


def looked(server: Server, outside: Outside, now: datetime) -> Pinged:
    with httpx.Client(transport=httpx.MockTransport(outside)) as client:
        return ping_due(server.keeper, server.configuration.current()[0], now, client=client)


def complete(server: Server, now: datetime) -> None:
    [run] = server.runs()
    end(server.keeper.engine, run.id, now=now)


def test_the_url_is_called_once_after_the_check_completed(server: Server) -> None:
    outside = Outside()
    looked(server, outside, MONDAY)
    assert outside.called == []
    complete(server, MONDAY + HOUR)
    assert looked(server, outside, MONDAY + HOUR).arrived == 1
    looked(server, outside, MONDAY + 2 * HOUR)
    assert outside.called == [URL]


@pytest.mark.parametrize("status", [0, 503])
def test_a_ping_that_does_not_arrive_is_tried_again_later_and_its_url_told_to_nobody(
    server: Server, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    outside = Outside(status=status)
    complete(server, MONDAY)
    [problem] = looked(server, outside, MONDAY).problems.values()
    assert problem.startswith("the URL of PING_URL")
    looked(server, outside, MONDAY + timedelta(seconds=59))
    assert len(outside.called) == 1
    looked(server, outside, MONDAY + timedelta(seconds=60))
    assert len(outside.called) == 2
    outside.status = 200
    assert looked(server, outside, MONDAY + HOUR).arrived == 1
    assert "a-secret" not in problem + caplog.text


def test_a_variable_that_is_not_set_is_named(server: Server) -> None:
    settings = Settings.from_environment({})
    without = replace(server, keeper=replace(server.keeper, settings=settings))
    complete(server, MONDAY)
    assert looked(without, Outside(), MONDAY).problems == {
        "weekly": "the variable PING_URL, which holds the URL, is not set"
    }


def test_a_check_that_failed_is_told_when_asked_for_once_it_should_have_completed(
    server: Server,
) -> None:
    outside = Outside()
    server.write(weekly(ping="{url_env: PING_URL, fail: true}"))
    server.look(MONDAY)
    [run] = server.runs()
    with writing(server.keeper.engine) as session:
        runs.set_status(session, run.id, RunStatus.FAILED, expected=[RunStatus.PLANNED], now=MONDAY)
    looked(server, outside, MONDAY + HOUR)
    assert outside.called == []
    looked(server, outside, MONDAY + 7 * HOUR)
    assert outside.called == [f"{URL}/fail"]
    with writing(server.keeper.engine) as session:
        now = MONDAY + 8 * HOUR
        runs.set_status(session, run.id, RunStatus.COMPLETED, expected=[RunStatus.FAILED], now=now)
    looked(server, outside, MONDAY + 9 * HOUR)
    assert outside.called[1:] == [URL]


def test_a_ping_for_all_schedules_holds_where_a_schedule_names_none(server: Server) -> None:
    outside = Outside()
    server.write("ping: {url_env: PING_URL}\n" + weekly())
    server.look(MONDAY)
    complete(server, MONDAY)
    looked(server, outside, MONDAY)
    assert outside.called == [URL]


def test_of_two_servers_one_sends_and_what_ended_long_ago_is_not_told(server: Server) -> None:
    complete(server, MONDAY)
    with reading(server.keeper.engine) as session:
        [found] = pings.due(session, now=MONDAY)
        assert pings.due(session, now=MONDAY + WEEK) == ()
    for ours in (True, False):
        with writing(server.keeper.engine) as session:
            assert pings.take(session, found, again_at=MONDAY + HOUR) is ours
