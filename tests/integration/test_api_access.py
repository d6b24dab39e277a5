"""Who may do what: every route, every scope, and the doors that stay shut."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from service.api.app import document
from service.api.failures import MOST_CLIENTS, MOST_FAILURES, WINDOW, Failures
from service.db.session import reading, writing
from service.scopes import Scope
from service.store import tokens
from tests.databases import opened
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

Operations = list[tuple[str, str, Scope]]

OPEN = {"/healthz", "/readyz", "/api/v1/slack/actions"}
"""All that anybody may ask; what comes from Slack is signed instead."""

SIGNED = "/api/v1/slack/actions"
"""Slack's signature opens it, and no token; see `tests/integration/test_api_slack.py`."""

OUTSIDE = {*OPEN, "/metrics", SIGNED}
"""What is no part of the API, and of its document."""


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    with opened(sqlite_url) as engine:
        yield an_api(engine, tmp_path)


@pytest.fixture
def local(api: Api) -> Api:
    return Api(
        engine=api.engine, world=api.world, clock=api.clock, queue=api.queue, bound_to="127.0.0.1"
    )


@pytest.fixture(scope="module")
def operations(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Operations:
    """Every operation of the document, with the one scope that it names."""
    with opened(f"sqlite:///{sqlite_template}") as engine:
        described = document(an_api(engine, tmp_path_factory.mktemp("api")).app)
    found = []
    for path, item in described["paths"].items():
        for method, operation in item.items():
            ((scope,),) = (need["token"] for need in operation["security"])
            found.append((method.upper(), path, Scope(scope)))
    return found


def filled(path: str) -> str:
    """A path whose parameters name nothing that there is."""
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, "1")
    return path


def test_every_route_names_exactly_one_scope(api: Api, operations: Operations) -> None:
    documented = {(method, path) for method, path, _ in operations}
    routes = {
        (method, context.path)
        for context in iter_route_contexts(api.app.routes)
        for method in context.methods or ()
        if context.path not in OUTSIDE and method != "HEAD"
    }
    assert routes
    assert routes == documented


def test_writes_need_more_than_reading(operations: Operations) -> None:
    assert all((scope is Scope.READ) == (method == "GET") for method, _, scope in operations)


@pytest.mark.parametrize("held", [None, *Scope])
def test_a_route_opens_to_its_scope_and_those_above_only(
    api: Api, operations: Operations, held: Scope | None
) -> None:
    client = api.client(made(api, held))
    for method, path, needed in [*operations, ("GET", "/metrics", Scope.READ)]:
        status = client.request(method, filled(path)).status_code
        if held is None:
            assert status == 401, (method, path)
        elif held.covers(needed):
            assert status not in (401, 403, 429, 500), (method, path)
        else:
            assert status == 403, (method, path)


@pytest.mark.parametrize("held", ["unknown", "revoked", "expired"])
def test_a_token_that_is_no_good_opens_nothing(api: Api, held: str) -> None:
    client = api.client(made(api, held))
    for method, path in (("GET", "/runs"), ("POST", "/runs"), ("GET", "/openapi.json")):
        assert client.request(method, f"/api/v1{path}").status_code == 401


def made(api: Api, held: Scope | str | None) -> str | None:
    if isinstance(held, Scope):
        return api.token(held)
    if held == "unknown":
        return "evals_" + "u" * 43
    if held == "expired":
        return api.token(Scope.ADMIN, "expired", expires_at=NOW)
    if held == "revoked":
        token = api.token(Scope.ADMIN, "revoked")
        with writing(api.engine) as session:
            tokens.revoke(session, "revoked", now=NOW)
        return token
    return None


def test_a_token_ends_when_it_is_revoked_and_when_it_expires(api: Api) -> None:
    token = api.token(Scope.READ, expires_at=NOW + timedelta(days=1))
    client = api.client(token)
    assert client.get("/api/v1/runs").status_code == 200
    api.clock.pass_by(days=1)
    refused = client.get("/api/v1/runs")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_the_use_of_a_token_is_noted_to_the_minute(api: Api) -> None:
    client = api.client(api.token(Scope.READ))
    for seconds in (0, 30, 40):
        api.clock.pass_by(seconds=seconds)
        client.get("/api/v1/runs")
    with reading(api.engine) as session:
        assert tokens.every(session)[0].last_used_at == NOW + timedelta(seconds=70)


def test_a_token_is_nowhere_but_with_its_holder(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    token = api.token(Scope.READ)
    secret = token[tokens.SHOWN :]
    with caplog.at_level(logging.DEBUG):
        api.client(token).get("/api/v1/runs")
        api.client(token).get("/api/v1/runs/none")
        api.client(token + "x").get("/api/v1/runs")
    with api.engine.connect() as connection:
        stored = connection.execute(text("SELECT * FROM tokens")).all()
    with reading(api.engine) as session:
        found = tokens.every(session)
    assert secret not in f"{caplog.text} {stored} {found!r} {api.app.state.door!r}"


def test_a_person_at_this_machine_needs_no_token_until_there_is_one(local: Api) -> None:
    assert local.client().get("/api/v1/runs").status_code == 200
    token = local.token(Scope.READ)
    with writing(local.engine) as session:
        tokens.revoke(session, Scope.READ, now=NOW)
    assert local.client().get("/api/v1/runs").status_code == 401
    assert local.client(token).get("/api/v1/runs").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example:8765"},
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example"},
        {"Host": "[::1"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
    ],
)
def test_a_foreign_name_or_a_proxy_is_no_person_at_this_machine(
    local: Api, headers: dict[str, str]
) -> None:
    assert local.client(headers=headers).get("/api/v1/runs").status_code == 401


def test_another_machine_always_needs_a_token(local: Api, api: Api) -> None:
    assert local.client(peer="192.0.2.7").get("/api/v1/runs").status_code == 401
    assert api.client().get("/api/v1/runs").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(local: Api, headers: dict[str, str]) -> None:
    refused = local.client(headers=headers).post("/api/v1/runs", json={})
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("access-refused")


def test_the_site_s_own_pages_may_write(local: Api) -> None:
    headers = {"Origin": "http://127.0.0.1:8765", "Sec-Fetch-Site": "same-origin"}
    assert local.client(headers=headers).post("/api/v1/runs", json={}).status_code == 422


def test_who_fails_too_often_waits_and_a_good_neighbour_does_not(api: Api) -> None:
    good = api.client(api.token(Scope.READ))
    late = api.client(api.token(Scope.READ, "late"))
    assert good.get("/api/v1/runs").status_code == 200
    bad = api.client("evals_" + "b" * 43)
    statuses = [bad.get("/api/v1/runs").status_code for _ in range(MOST_FAILURES + 1)]
    assert statuses == [401] * MOST_FAILURES + [429]
    assert good.get("/api/v1/runs").status_code == 200
    assert late.get("/api/v1/runs").status_code == 429
    assert api.client("evals_x", peer="192.0.2.7").get("/api/v1/runs").status_code == 401
    waits = int(late.get("/api/v1/runs").headers["Retry-After"])
    api.clock.pass_by(seconds=waits)
    assert late.get("/api/v1/runs").status_code == 200


def test_the_memory_of_failures_is_bounded() -> None:
    failures = Failures()
    for number in range(MOST_CLIENTS + 100):
        failures.failed(f"client-{number}", "d", now=NOW)
    assert len(failures._counts) == MOST_CLIENTS


def test_a_whole_network_of_ipv6_is_one_client() -> None:
    failures = Failures()
    for number in range(MOST_FAILURES):
        failures.failed(f"2001:db8::{number:x}", "d", now=NOW)
    assert failures.wait("2001:db8::ffff", "e", now=NOW) == WINDOW
    assert failures.wait("2001:db8:0:1::1", "e", now=NOW) is None


def test_a_name_stands_for_one_token_for_good(database: Engine) -> None:
    with writing(database) as session:
        made = tokens.create(session, name="ci", text="t" * 40, scope=Scope.RUN, now=NOW)
        tokens.revoke(session, "ci", now=NOW)
    with writing(database) as session:
        with pytest.raises(Exception, match="is or was named 'ci'"):
            tokens.create(session, name="ci", text="u" * 40, scope=Scope.RUN, now=NOW)
        assert tokens.find(session, "t" * 40, now=NOW) is None
        assert tokens.revoke(session, "ci", now=NOW + timedelta(days=1)).revoked_at == NOW
        assert tokens.note_use(session, "ci", now=NOW)
        assert not tokens.note_use(session, "ci", now=NOW + timedelta(seconds=59))
        assert tokens.every(session)[0].name == made.name
