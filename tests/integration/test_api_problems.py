"""Errors as problems: what, where, fix; and nothing that should stay inside."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from evals.errors import EngineError
from service.api import kinds
from service.api.outermost import MAX_BODY_BYTES
from service.api.shapes.problem import Problem
from service.db.session import writing
from service.errors import BaselineRefused, RunNotFound, StoreUnavailable
from service.scopes import Scope
from service.store import runs
from tests.databases import opened
from tests.integration.api_factories import CONFIG, KEY, Api, WrittenConfiguration, an_api
from tests.integration.store_factories import make_run, store_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    with opened(sqlite_url) as engine:
        yield an_api(engine, tmp_path)


@pytest.fixture
def client(api: Api) -> TestClient:
    return api.admin()


def problem(response: Any) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    found = Problem.model_validate(response.json())
    assert found.status == response.status_code
    assert found.request_id == response.headers["X-Request-ID"]
    return found


def test_an_error_says_what_and_what_to_do(client: TestClient) -> None:
    found = problem(client.get("/api/v1/runs/2026"))
    assert found.type == "urn:pinwatch:problem:run-not-found"
    assert (found.status, found.what) == (404, "no run has the id '2026'")
    assert found.detail == f"{found.what}. {found.fix}"


def test_several_runs_for_one_prefix_are_a_conflict(api: Api, client: TestClient) -> None:
    with writing(api.engine) as session:
        for name in ("run-1", "run-2"):
            store_run(session, make_run(name))
    assert problem(client.get("/api/v1/runs/run")).status == 409


def test_an_unknown_endpoint_is_answered_with_those_there_are(client: TestClient) -> None:
    order = {"endpoint": "prd", "suite": "sums"}
    found = problem(client.post("/api/v1/runs", json=order))
    assert found.status == 422
    assert found.fix is not None
    assert "Did you mean prod?" in found.fix


def test_only_endpoints_of_the_configuration_are_asked(client: TestClient) -> None:
    order = {"endpoint": "openai/gpt-4o-2024-08-06", "suite": "sums"}
    assert problem(client.post("/api/v1/runs", json=order)).status == 422


def test_a_misread_request_names_its_fields_and_repeats_nothing(client: TestClient) -> None:
    pasted = "sk-it-was-pasted-here"
    order = {"endpoint": "prod", "suite": "sums", "api_key": pasted, "limit": pasted}
    response = client.post("/api/v1/runs?limit=3", json=order)
    found = problem(response)
    assert {one.field for one in found.fields} == {"body.api_key", "body.limit"}
    assert pasted not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/", 404),
        ("DELETE", "/api/v1/runs", 405),
        ("GET", "/api/v1/runs?limit=0", 422),
        ("GET", "/api/v1/runs?limit=100000", 422),
        ("GET", "/api/v1/runs?cursor=nonsense", 400),
        ("GET", "/api/v1/runs?cursor=WzFd", 400),
        ("GET", "/api/v1/alerts/99999999999999999999", 422),
        ("GET", "/api/v1/runs/..%2f..%2fetc", 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem_too(
    client: TestClient, method: str, path: str, status: int
) -> None:
    assert problem(client.request(method, path)).status == status


def test_what_a_path_takes_is_told_whole(client: TestClient) -> None:
    assert client.delete("/api/v1/runs").headers["Allow"] == "GET, POST"
    assert client.post("/healthz").headers["Allow"] == "GET"


def test_a_large_body_is_refused_whatever_it_says_of_itself(client: TestClient) -> None:
    body = b'"' + b"x" * MAX_BODY_BYTES + b'"'
    headers = {"Content-Type": "application/json"}
    said = client.post("/api/v1/runs", content=body, headers=headers)
    streamed = client.post("/api/v1/runs", content=iter([body[:9], body[9:]]), headers=headers)
    assert problem(said).status == problem(streamed).status == 413


def test_a_fault_tells_its_number_and_never_its_text(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError(KEY)

    monkeypatch.setattr(runs, "newest", break_down)
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/runs")
    found = problem(response)
    assert found.status == 500
    assert KEY not in response.text
    assert found.request_id is not None
    assert found.request_id in caplog.text


def test_a_store_that_does_not_answer_asks_for_patience(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise StoreUnavailable("the database does not answer")

    monkeypatch.setattr(runs, "newest", unavailable)
    response = client.get("/api/v1/runs")
    assert problem(response).status == 503
    assert response.headers["Retry-After"]


def test_an_id_of_a_proxy_is_kept_if_it_is_harmless(client: TestClient) -> None:
    kept = client.get("/api/v1/runs", headers={"X-Request-ID": "proxy-4711-a"})
    made = client.get("/api/v1/runs", headers={"X-Request-ID": "x\tforged=1"})
    assert kept.headers["X-Request-ID"] == "proxy-4711-a"
    assert "forged" not in made.headers["X-Request-ID"]


def test_every_answer_has_its_headers(api: Api) -> None:
    for path in ("/api/v1/runs", "/healthz", "/nothing"):
        headers = api.client().get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_endpoints_show_the_names_of_their_keys_and_no_more(client: TestClient) -> None:
    response = client.get("/api/v1/endpoints")
    shown = {one["name"]: one for one in response.json()["items"]}
    assert shown["prod"]["key_variable"] == "ACME_KEY"
    assert shown["prod"]["key_is_set"]
    assert not shown["other"]["key_is_set"]
    assert KEY not in response.text


def test_a_broken_configuration_is_a_problem_with_its_line(sqlite_url: str, tmp_path: Path) -> None:
    broken = WrittenConfiguration(CONFIG.replace("model: openai-api", "modell: openai-api"))
    with opened(sqlite_url) as engine:
        api = an_api(engine, tmp_path, configuration=broken)
        found = problem(api.admin().get("/api/v1/endpoints"))
    assert found.status == 422
    assert "modell" in found.detail


@pytest.mark.parametrize(
    "error", [RunNotFound("gone", fix="Look."), BaselineRefused("no", where="x"), EngineError("e")]
)
def test_an_error_comes_back_as_it_left(error: Any) -> None:
    back = kinds.error_of(kinds.problem_of(error))
    assert type(back) is type(error)
    assert (back.what, back.where, back.fix) == (error.what, error.where, error.fix)


def test_the_right_scope_is_named_where_another_is_held(api: Api) -> None:
    client = api.client(api.token(Scope.READ))
    found = problem(client.post("/api/v1/runs", json={"endpoint": "prod", "suite": "sums"}))
    assert found.status == 403
    assert found.fix is not None
    assert "--scope run" in found.fix
