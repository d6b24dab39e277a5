"""What the API changes: runs, schedules, alerts, baselines; each by whom, and with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.config import parse_config
from evals.records import RunStatus
from evals.report.notice import links
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.jobs import JobKind
from service.scopes import Scope
from service.stages.alert import observe
from service.store import baselines, handed, runs, samples, schedules, verdicts
from service.store.claims import Worker
from tests.databases import opened
from tests.integration.alert_factories import routing, seen
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import (
    NOW,
    make_run,
    make_sample,
    make_verdict,
    store_completed,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

PLAN = {"cron": "0 6 * * mon", "endpoint": ["prod"], "suite": "sums"}
ELSEWHERE = Worker(host="elsewhere", pid=7)
QUIET = {"p_week": 0.4, "runs": 1, "onset_run": None, "onset_at": None}
ACCURACY = {"series": "accuracy", "state": None, "runs": 1, "fell": QUIET, "rose": QUIET}
REPORT = {"format": "pinwatch.report", "tasks": [{"task": "facts", "memory": [ACCURACY]}]}


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    with opened(sqlite_url) as engine:
        yield an_api(engine, tmp_path)


@pytest.fixture
def client(api: Api) -> TestClient:
    return api.admin()


def done(response: Any) -> Any:
    assert response.status_code in (200, 201, 202), response.text
    return response.json()


def test_a_run_is_planned_handed_over_and_put_on_the_queue(api: Api, client: TestClient) -> None:
    response = client.post("/api/v1/runs", json={"endpoint": "prod", "suite": "sums", "limit": 3})
    run = done(response)
    assert (run["status"], run["planned_samples"]) == ("planned", 3)
    assert run["options"] == {"limit": 3}
    assert response.headers["Location"] == f"/api/v1/runs/{run['id']}"
    assert [(job.kind, job.subject) for job in api.queue.jobs] == [(JobKind.RUN, run["id"])]
    with reading(api.engine) as session:
        assert handed.get(session, run["id"]) is not None
    assert done(client.get(f"/api/v1/runs/{run['id'][:-1]}"))["id"] == run["id"]


def test_without_its_key_nothing_is_planned(client: TestClient) -> None:
    refused = client.post("/api/v1/runs", json={"endpoint": "other", "suite": "sums"})
    assert refused.status_code == 422
    assert "OPENAI_API_KEY" in refused.json()["what"]
    assert done(client.get("/api/v1/runs"))["items"] == []


def test_what_came_of_a_run_is_what_was_stored(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        store_run(session)
    assert client.get("/api/v1/runs/run-1/verdict").status_code == 409
    with writing(api.engine) as session:
        verdicts.add(
            session,
            run_id="run-1",
            verdict=make_verdict(),
            baseline=None,
            comparison=REPORT,
            code_version="1",
            now=NOW,
        )
    verdict = done(client.get("/api/v1/runs/run-1/verdict"))
    assert (verdict["kind"], verdict["exit_code"]) == ("ok", 0)
    report = done(client.get("/api/v1/runs/run-1/report"))
    assert report == REPORT
    assert done(client.get("/api/v1/runs/run-1"))["verdict"] == "ok"
    for path in ("/api/v1/series", "/api/v1/series/history"):
        (series,) = done(client.get(path, params={"endpoint": "prod"}))["items"]
        assert (series["run"], series["stands"], series["fell"]) == ("run-1", "quiet", QUIET)


def test_a_report_is_laid_out_in_every_form(api: Api, client: TestClient) -> None:
    run = done(client.post("/api/v1/runs", json={"endpoint": "prod", "suite": "sums", "limit": 2}))
    with writing(api.engine) as session:
        verdicts.add(
            session,
            run_id=run["id"],
            verdict=stored_verdict(session),
            baseline=None,
            comparison={},
            code_version="1",
            now=NOW,
        )
    for form in ("text", "markdown", "html", "junit"):
        response = client.get(f"/api/v1/runs/{run['id']}/report", params={"form": form})
        assert response.status_code == 200
        assert "invalid" in response.text.lower()
        assert "style-src" in response.headers["Content-Security-Policy"] or form != "html"
    linked = client.get(links.REPORT.format(run_id=run["id"]))
    assert linked.headers["Content-Type"].startswith("text/html")


def stored_verdict(session: Any) -> Any:
    from service.store import documents
    from tests.integration.store_factories import POLICY

    documents.save_policy(
        session, digest=POLICY.digest, document=POLICY.model_dump(mode="json"), now=NOW
    )
    return make_verdict()


def test_runs_are_blessed_by_the_holder_of_the_token_and_retired(
    api: Api, client: TestClient
) -> None:
    with writing(api.engine) as session:
        store_completed(session, "run-1", "run-2")
    order = {"name": "b", "runs": ["run-1", "run-2"], "why": "quiet days"}
    blessed = done(client.post("/api/v1/baselines", json=order))
    assert (blessed["who"], blessed["runs"]) == ("admin", ["run-1", "run-2"])
    assert client.post("/api/v1/baselines", json=order).status_code == 409
    retired = done(client.post("/api/v1/baselines/b/retire", json={"why": "moved"}))
    assert retired["retired_at"] is not None
    with reading(api.engine) as session:
        assert baselines.find(session, endpoint="prod", suite="weekly") is None


def test_a_schedule_is_made_changed_paused_run_and_retired(api: Api, client: TestClient) -> None:
    made = done(client.post("/api/v1/schedules", json={"name": "weekly", "plan": PLAN}))
    assert (made["source"], made["plan"]["catch_up"]) == ("api", "latest")
    assert made["next"] == "2026-03-02T06:00:00Z"
    again = client.post("/api/v1/schedules", json={"name": "weekly", "plan": PLAN})
    assert again.status_code == 409
    plan = PLAN | {"cron": "daily"}
    changed = done(client.put("/api/v1/schedules/weekly", json={"plan": plan}))
    assert changed["plan"]["cron"] == "daily"
    asked = done(client.post("/api/v1/schedules/weekly/run", json={}))
    (slot,) = asked["items"]
    assert [(job.kind, job.subject) for job in api.queue.jobs] == [(JobKind.START, str(slot["id"]))]
    paused = done(client.post("/api/v1/schedules/weekly/pause", json={"why": "moving"}))
    assert (paused["pause"]["who"], paused["next"]) == ("admin", None)
    assert client.post("/api/v1/schedules/weekly/run", json={}).status_code == 409
    assert done(client.post("/api/v1/schedules/weekly/resume"))["pause"] is None
    assert done(client.post("/api/v1/schedules/weekly/retire"))["retired_at"] is not None
    assert done(client.get("/api/v1/schedules"))["items"] == []
    (listed,) = done(client.get("/api/v1/slots"))["items"]
    assert listed["id"] == slot["id"]


@pytest.mark.parametrize(
    "plan", [PLAN | {"endpoint": ["nobody"]}, PLAN | {"suite": "none"}, PLAN | {"cron": "often"}]
)
def test_a_schedule_of_what_is_not_there_is_refused(
    client: TestClient, plan: dict[str, Any]
) -> None:
    refused = client.post("/api/v1/schedules", json={"name": "weekly", "plan": plan})
    assert refused.status_code == 422


def test_a_schedule_of_the_file_is_changed_in_the_file(api: Api, client: TestClient) -> None:
    text = f"{api.world.configuration.text}\nschedules:\n  f: {{endpoint: prod, suite: sums}}\n"  # type: ignore[attr-defined]
    plan = parse_config(text).schedules["f"]
    with writing(api.engine) as session:
        schedules.create(session, "f", plan, source=ScheduleSource.FILE, now=NOW)
    assert client.put("/api/v1/schedules/f", json={"plan": PLAN}).status_code == 409
    assert client.post("/api/v1/schedules/f/retire").status_code == 409
    done(client.post("/api/v1/schedules/f/pause", json={"why": "moving"}))


def test_an_alert_is_acknowledged_silenced_and_resolved_with_reasons(
    api: Api, client: TestClient
) -> None:
    (moved,) = observe(api.engine, [seen()], routing(), NOW)
    path = f"/api/v1/alerts/{moved.transition.after.id}"
    on_call = api.client(api.token(Scope.RUN, "on-call"))
    assert done(on_call.post(f"{path}/acknowledge", json={"why": "mine"}))["state"] == (
        "acknowledged"
    )
    assert on_call.post(f"{path}/silence", json={}).status_code == 403
    until = (NOW + timedelta(days=2)).isoformat()
    silenced = done(client.post(f"{path}/silence", json={"why": "known", "until": until}))
    assert silenced["state"] == "silenced"
    past = client.post(f"{path}/silence", json={"why": "w", "until": NOW.isoformat()})
    naive = client.post(f"{path}/silence", json={"why": "w", "until": "2030-01-01T00:00:00"})
    assert (past.status_code, naive.status_code) == (400, 422)
    assert done(client.post(f"{path}/resolve", json={"why": "over"}))["state"] == "resolved"
    assert client.post(f"{path}/acknowledge", json={"why": "late"}).status_code == 409
    history = done(client.get(path))
    assert [(one["actor"], one["after"]) for one in history["moves"]] == [
        ("", "open"),
        ("on-call", "acknowledged"),
        ("admin", "silenced"),
        ("admin", "resolved"),
    ]
    assert done(client.get("/api/v1/alerts", params={"state": "open"}))["items"] == []
    assert len(done(client.get("/api/v1/alerts"))["items"]) == 1


def test_what_was_measured_is_counted_by_state(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        store_run(session, make_run("run-1"))
        samples.insert_all_absent(session, "run-1", [make_sample()])
    page = done(client.get("/api/v1/runs/run-1/samples", params={"state": CallState.OK.value}))
    assert page["items"][0]["served_model"] == "gpt-4o-2024-08-06"
    with reading(api.engine) as session:
        assert runs.get(session, "run-1").status is RunStatus.PLANNED
