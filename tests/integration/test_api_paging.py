"""Pages: every row once, whatever is inserted while they are turned; cursors that hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.call_state import CallState
from evals.records import RunStatus, SampleKey
from evals.schedule import Schedule
from service.api.paging import cursor_of, key_of
from service.db.session import writing
from service.db.tables import ScheduleSource
from service.errors import RequestRefused
from service.store import baselines, runs, samples, schedules, slots, verdicts
from service.timetable.slot import NewSlot
from tests.databases import opened
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import (
    NOW,
    make_failed_sample,
    make_run,
    make_sample,
    make_verdict,
    store_completed,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from starlette.testclient import TestClient


@pytest.fixture
def api(database: Engine, tmp_path: Path) -> Api:
    return an_api(database, tmp_path)


def turned(
    client: TestClient, path: str, between: Callable[[], None] = lambda: None, **query: Any
) -> list[Any]:
    """Every row of a list, three a page; something happens between the pages."""
    rows: list[Any] = []
    cursor: str | None = None
    while True:
        params = {"limit": 3, **query} | ({"cursor": cursor} if cursor else {})
        page = client.get(path, params=params)
        assert page.status_code == 200, page.text
        rows += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return rows
        between()


def stored_runs(engine: Engine, count: int, **overrides: Any) -> None:
    """Runs of which always two were created at the same moment."""
    with writing(engine) as session:
        for number in range(count):
            at = NOW + timedelta(seconds=number // 2)
            store_run(session, make_run(f"run-{number:02}", created_at=at, **overrides))


def test_runs_are_all_there_once_while_others_start(api: Api) -> None:
    stored_runs(api.engine, 10)
    started = iter(range(100))

    def start_another() -> None:
        with writing(api.engine) as session:
            late = NOW + timedelta(days=1)
            store_run(session, make_run(f"late-{next(started)}", created_at=late))

    rows = turned(api.admin(), "/api/v1/runs", start_another)
    assert [row["id"] for row in rows] == [f"run-{number:02}" for number in reversed(range(10))]


def test_runs_are_filtered_by_endpoint_suite_and_status(api: Api) -> None:
    stored_runs(api.engine, 4)
    with writing(api.engine) as session:
        runs.set_status(session, "run-01", RunStatus.FAILED, expected=[RunStatus.PLANNED], now=NOW)
    client = api.admin()
    assert len(turned(client, "/api/v1/runs", endpoint="prod", suite="weekly")) == 4
    assert turned(client, "/api/v1/runs", endpoint="nobody") == []
    assert [row["id"] for row in turned(client, "/api/v1/runs", status="failed")] == ["run-01"]
    assert len(turned(client, "/api/v1/runs", status=["failed", "planned"])) == 4


def test_samples_are_all_there_once_while_others_come_in(api: Api) -> None:
    with writing(api.engine) as session:
        store_run(session)
        samples.insert_all_absent(session, "run-1", [make_sample(epoch=n) for n in range(1, 8)])
    more = iter(range(8, 100))

    def one_more() -> None:
        with writing(api.engine) as session:
            samples.insert_all_absent(session, "run-1", [make_sample(epoch=next(more))])

    rows = turned(api.admin(), "/api/v1/runs/run-1/samples", one_more)
    epochs = [row["epoch"] for row in rows]
    assert epochs[:7] == list(range(1, 8))
    assert len(set(epochs)) == len(epochs)


def test_samples_are_filtered_by_state_and_keep_odd_text(api: Api) -> None:
    odd = make_sample(epoch=2, text="a\x00b\ud800 <b>")
    with writing(api.engine) as session:
        store_run(session)
        samples.insert_all_absent(session, "run-1", [make_failed_sample(), odd])
    client = api.admin()
    (failed,) = turned(client, "/api/v1/runs/run-1/samples", state=CallState.API_ERROR)
    (other,) = turned(client, "/api/v1/runs/run-1/samples", state="ok")
    assert (failed["error"], failed["value"]) == ("429 too many requests", None)
    assert other["text"] == "a\x00b\ufffd <b>"
    assert turned(client, "/api/v1/runs/run-1/samples", task="other") == []


def test_verdicts_baselines_and_items_turn_pages_too(api: Api) -> None:
    with writing(api.engine) as session:
        store_completed(session, "run-1")
        for number in range(7):
            baselines.bless(
                session, name=f"b{number}", run_ids=["run-1"], who="me", why="w", now=NOW
            )
            verdicts.add(
                session,
                run_id="run-1",
                verdict=replace(make_verdict(), reasons=(f"{number}",)),
                baseline=None,
                comparison={},
                code_version="1",
                now=NOW,
            )
    client = api.admin()
    assert [one["name"] for one in turned(client, "/api/v1/baselines")] == [
        f"b{number}" for number in reversed(range(7))
    ]
    assert [one["reasons"] for one in turned(client, "/api/v1/runs/run-1/verdicts")] == [
        [f"{number}"] for number in reversed(range(7))
    ]
    path = "/api/v1/golden-sets/general-knowledge/versions/1.0/items"
    items = turned(client, path, limit=1)
    assert [one["item"]["id"] for one in items] == ["capital-fr", "capital-de"]
    names = [one["name"] for one in turned(client, "/api/v1/golden-sets")]
    assert names == sorted(set(names))
    assert {"general-knowledge", "arithmetic"} <= set(names)


def test_schedules_and_slots_turn_pages_too(api: Api) -> None:
    plan = Schedule(endpoint=("prod",), suite="sums")
    with writing(api.engine) as session:
        for name in "abcd":
            schedules.create(session, name, plan, source=ScheduleSource.API, now=NOW)
        slots.insert(session, [a_slot(name, day) for name in "ab" for day in range(4)], now=NOW)
    client = api.admin()
    assert [one["name"] for one in turned(client, "/api/v1/schedules")] == list("abcd")
    found = turned(client, "/api/v1/slots")
    assert len({one["id"] for one in found}) == len(found) == 8
    assert [one["due_at"] for one in found] == sorted(one["due_at"] for one in found)[::-1]
    assert len(turned(client, "/api/v1/slots", schedule="a")) == 4


def a_slot(schedule: str, day: int) -> NewSlot:
    at = NOW + timedelta(days=day)
    return NewSlot(
        schedule=schedule,
        endpoint="prod",
        suite="sums",
        due_at=at,
        starts_at=at,
        deadline_at=at + timedelta(hours=6),
    )


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = cursor_of("runs", "2026-01-01T00:00:00+00:00", "run-1")
    with pytest.raises(RequestRefused):
        key_of("samples", cursor, (str, str))


@given(st.text(max_size=300))
@settings(max_examples=40)
def test_no_text_is_a_cursor_by_chance(text: str) -> None:
    with pytest.raises(RequestRefused):
        key_of("runs", text, (str, str))


@pytest.fixture(scope="module")
def fuzzed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    import shutil

    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copy(sqlite_template, folder / "fuzz.db")
    with opened(f"sqlite:///{folder / 'fuzz.db'}") as engine:
        yield an_api(engine, folder).admin()


PATHS = (
    "/api/v1/runs",
    "/api/v1/alerts",
    "/api/v1/slots",
    "/api/v1/schedules",
    "/api/v1/baselines",
    "/api/v1/series/history",
)
ODD = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(["", "\x00", "\ud800", "null", "nan", "-1", "9" * 30, "%00", "' OR 1=1 --"]),
)


@given(
    path=st.sampled_from(PATHS),
    name=st.sampled_from(["limit", "cursor", "endpoint", "suite", "status", "state", "schedule"]),
    value=ODD,
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_parameter_breaks_a_list(fuzzed: TestClient, path: str, name: str, value: str) -> None:
    params = {name: value.encode("utf-8", "replace").decode()}
    if path.endswith("history"):
        params.setdefault("endpoint", "prod")
    assert fuzzed.get(path, params=params).status_code in (200, 400, 422)


@given(key=st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=3))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_forged_cursor_breaks_a_list(fuzzed: TestClient, key: list[Any]) -> None:
    for path in PATHS[:3]:
        kind = path.rsplit("/", 1)[-1]
        cursor = cursor_of(kind, *key)
        assert fuzzed.get(path, params={"cursor": cursor}).status_code in (200, 400, 422)


@given(
    body=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["endpoint", "suite", "limit", "plan", "name", "why", "runs"]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=6,
    ),
    path=st.sampled_from(["/api/v1/runs", "/api/v1/schedules", "/api/v1/baselines"]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_breaks_an_order(fuzzed: TestClient, path: str, body: Any) -> None:
    import json

    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    assert fuzzed.post(path, content=content, headers=headers).status_code in (400, 404, 409, 422)


def test_the_whole_of_a_path_may_be_odd(fuzzed: TestClient) -> None:
    for name in ("%00", "a%2Fb", "%F0%9F%8E%89", "x" * 300):
        for path in ("runs", "endpoints", "suites", "baselines", "schedules", "golden-sets"):
            assert fuzzed.get(f"/api/v1/{path}/{name}").status_code in (404, 422)


def test_samples_with_one_key_are_told_apart_by_task(api: Api) -> None:
    key = SampleKey(task="general-knowledge", item_id="capital-fr", arm="b")
    with writing(api.engine) as session:
        store_run(session)
        samples.insert_all_absent(session, "run-1", [make_sample(), make_sample(key=key)])
    rows = turned(api.admin(), "/api/v1/runs/run-1/samples")
    assert {row["arm"] for row in rows} == {"main", "b"}
