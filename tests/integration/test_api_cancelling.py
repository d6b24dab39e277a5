"""Cancelling: at once where nobody performs a run, else at the next sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.records import RunStatus
from service.db.session import writing
from service.errors import RunCancelled
from service.jobs import JobKind
from service.stages.claim import BEAT_EVERY, DEAD_AFTER, take
from service.store import claims
from service.store.claims import Worker
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import NOW, store_run

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from starlette.testclient import TestClient

ELSEWHERE = Worker(host="elsewhere", pid=7)


@pytest.fixture
def api(database: Engine, tmp_path: Path) -> Api:
    return an_api(database, tmp_path)


@pytest.fixture
def client(api: Api) -> TestClient:
    return api.admin()


def done(response: Any) -> Any:
    assert response.status_code in (200, 202), response.text
    return response.json()


def test_a_run_that_nobody_performs_is_cancelled_at_once(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        store_run(session)
    run = done(client.post("/api/v1/runs/run-1/cancel"))
    assert (run["status"], run["status_reason"]) == ("cancelled", "cancelled by admin")
    assert [job.kind for job in api.queue.jobs] == [JobKind.JUDGE]
    assert client.post("/api/v1/runs/run-1/cancel").status_code == 409


def test_a_run_under_way_is_cancelled_at_its_next_sign_of_life(
    api: Api, client: TestClient
) -> None:
    with writing(api.engine) as session:
        store_run(session)
    held = take(api.engine, "run-1", clock=api.clock)
    assert done(client.post("/api/v1/runs/run-1/cancel"))["status"] == "running"
    done(client.post("/api/v1/runs/run-1/cancel"))
    api.clock.pass_by(seconds=BEAT_EVERY.total_seconds())
    with pytest.raises(RunCancelled, match="cancelled by admin"):
        held.beat()
    held.release(RunStatus.CANCELLED, "cancelled by admin")
    taken_up_again = take(api.engine, "run-1", clock=api.clock)
    api.clock.pass_by(seconds=BEAT_EVERY.total_seconds())
    taken_up_again.beat()


def test_a_cancelled_run_whose_worker_died_is_not_asked_again(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        store_run(session)
        claims.claim(session, "run-1", ELSEWHERE, instead_of=None, now=NOW)
    done(client.post("/api/v1/runs/run-1/cancel"))
    api.clock.pass_by(seconds=DEAD_AFTER.total_seconds() + 1)
    with pytest.raises(RunCancelled):
        take(api.engine, "run-1", clock=api.clock)
    assert done(client.get("/api/v1/runs/run-1"))["status"] == "cancelled"


def test_a_run_that_was_to_go_on_later_ends_where_that_was_asked(
    api: Api, client: TestClient
) -> None:
    with writing(api.engine) as session:
        store_run(session)
        claims.claim(session, "run-1", ELSEWHERE, instead_of=None, now=NOW)
    done(client.post("/api/v1/runs/run-1/cancel"))
    with writing(api.engine) as session:
        left = claims.release(session, "run-1", ELSEWHERE, RunStatus.RUNNING, now=NOW)
    assert not left
    assert done(client.get("/api/v1/runs/run-1"))["status"] == "cancelled"


def test_a_run_that_completes_first_stays_completed(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        store_run(session)
        claims.claim(session, "run-1", ELSEWHERE, instead_of=None, now=NOW)
    done(client.post("/api/v1/runs/run-1/cancel"))
    with writing(api.engine) as session:
        assert claims.release(session, "run-1", ELSEWHERE, RunStatus.COMPLETED, now=NOW)
        assert claims.asked_to_cancel(session, "run-1") is None
