"""Watching a run: each change is told once, and the stream ends with the run."""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from evals.records import RunStatus
from service.api import watching
from service.api.shapes.runs import Moment
from service.api.watching import JUDGED_WITHIN, look
from service.db.session import writing
from service.errors import StoreUnavailable
from service.store import claims, handed, runs, samples, verdicts
from service.store.claims import Worker
from tests.databases import opened
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import (
    NOW,
    make_failed_sample,
    make_sample,
    make_verdict,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

WORKER = Worker(host="elsewhere", pid=7)


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(watching, "LOOK_EVERY_SECONDS", 0.001)
    with opened(sqlite_url) as engine:
        with writing(engine) as session:
            store_run(session)
            handed.hand_over(session, "run-1", now=NOW)
        yield an_api(engine, tmp_path)


def begin(engine: Engine) -> None:
    with writing(engine) as session:
        claims.claim(session, "run-1", WORKER, instead_of=None, now=NOW)


def ask(engine: Engine) -> None:
    with writing(engine) as session:
        samples.insert_all_absent(session, "run-1", [make_sample(), make_failed_sample()])


def end(engine: Engine, status: RunStatus = RunStatus.COMPLETED, reason: str = "") -> None:
    with writing(engine) as session:
        claims.release(session, "run-1", WORKER, status, now=NOW, reason=reason)


def judge(engine: Engine) -> None:
    with writing(engine) as session:
        verdicts.add(
            session,
            run_id="run-1",
            verdict=make_verdict(),
            baseline=None,
            comparison={},
            code_version="1",
            now=NOW,
        )
        handed.settle(session, "run-1", now=NOW)


def stepping(monkeypatch: pytest.MonkeyPatch, api: Api, *steps: Callable[[Engine], None]) -> None:
    """Let one step happen before each look."""
    left = deque(steps)

    def look_after_a_step(engine: Engine, run_id: str, **options: Any) -> Any:
        if left:
            left.popleft()(engine)
        return look(engine, run_id, **options)

    monkeypatch.setattr(watching, "look", look_after_a_step)
    assert api.engine is api.world.keeper.engine


def events(api: Api) -> list[tuple[str, dict[str, Any]]]:
    with api.admin().stream("GET", "/api/v1/runs/run/events") as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        text = "".join(response.iter_text())
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_each_change_is_told_once_until_the_verdict(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepping(monkeypatch, api, lambda _: None, begin, lambda _: None, ask, end, judge)
    told = events(api)
    assert [name for name, _ in told] == ["progress"] * 4 + ["ended"]
    assert [one["status"] for _, one in told] == ["planned", "running", "running"] + [
        "completed"
    ] * 2
    last = told[-1][1]
    assert (last["samples"], last["not_ok"], last["verdict"]) == (2, 1, "ok")


def test_a_run_that_waits_for_its_confirmation_says_so(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(engine: Engine) -> None:
        end(engine, RunStatus.RUNNING, "confirmation due at 18:00")

    stepping(monkeypatch, api, begin, wait, begin, end, judge)
    told = [(name, one["status_reason"]) for name, one in events(api)]
    assert ("waiting", "confirmation due at 18:00") in told
    assert told[-1] == ("ended", "")


def test_a_store_that_is_away_for_a_while_ends_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Engine) -> None:
        raise StoreUnavailable("the database does not answer")

    stepping(monkeypatch, api, begin, away, away, end, judge)
    assert events(api)[-1][0] == "ended"


def test_the_stream_ends_when_the_server_leaves(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    looks = iter(range(100))
    world = replace(api.world, must_leave=lambda: next(looks) > 2)
    leaving = Api(engine=api.engine, world=world, clock=api.clock, queue=api.queue)
    stepping(monkeypatch, leaving, begin)
    assert [name for name, _ in events(leaving)] == ["progress"]


def test_a_run_that_nobody_will_judge_ends_without_a_verdict(api: Api) -> None:
    with writing(api.engine) as session:
        handed.settle(session, "run-1", now=NOW)
        runs.set_status(
            session,
            "run-1",
            RunStatus.FAILED,
            expected=[RunStatus.PLANNED],
            now=NOW,
            reason="given up",
        )
    soon = look(api.engine, "run-1", now=NOW)
    late, told = look(api.engine, "run-1", now=NOW + 2 * JUDGED_WITHIN)
    assert soon[0] is Moment.PROGRESS
    assert (late, told.verdict, told.status_reason) == (Moment.ENDED, None, "given up")


def test_an_unknown_run_is_a_problem_not_a_stream(api: Api) -> None:
    response = api.admin().get("/api/v1/runs/none/events")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_one_watcher_too_many_is_told_when_to_come_back(api: Api) -> None:
    api.app.state.watchers.most = 0
    response = api.admin().get("/api/v1/runs/run-1/events")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["type"].endswith("too-many-watchers")


def test_a_watcher_who_leaves_is_noticed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def counted(engine: Engine, run_id: str, **options: Any) -> Any:
        looks.append(run_id)
        if len(looks) % 2:
            begin(engine)
        else:
            end(engine, RunStatus.RUNNING)
        return look(engine, run_id, **options)

    monkeypatch.setattr(watching, "look", counted)
    with watched(api) as lines:
        assert next(lines).startswith("event: progress")
    assert any(stands_still(api, looks) for _ in range(100))


def stands_still(api: Api, looks: list[str]) -> bool:
    """Whether nobody looked while three requests were answered."""
    seen = len(looks)
    for _ in range(3):
        api.client().get("/healthz")
    return len(looks) == seen


@contextmanager
def watched(api: Api) -> Iterator[Iterator[str]]:
    with api.admin().stream("GET", "/api/v1/runs/run-1/events") as response:
        yield (line for line in response.iter_lines() if line)
