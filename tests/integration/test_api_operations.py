"""What those see who run Pinwatch: alive, ready, and the metrics."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from evals.budgets import Budgets
from evals.config import Config
from evals.listing import ListedModel, Listing
from evals.pin_check import PinFacts, check_pin
from service.api import metrics, operations
from service.api.access import Door
from service.api.failures import Failures
from service.db.engine import create_engine
from service.db.session import writing
from service.keeper import Keeper
from service.scopes import Scope
from service.settings import Settings
from service.store import handed, pin_checks, samples, tokens, verdicts
from service.store.pin_checks import StoredPinCheck
from service.world import World
from tests.databases import opened
from tests.integration.store_factories import (
    make_failed_sample,
    make_run,
    make_sample,
    make_verdict,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from service.jobs import Job

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKEN = "pw_reader-0123456789"  # noqa: S105 - of a database that lives as long as its test


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class NoQueue:
    def put(self, jobs: Sequence[Job]) -> None: ...

    def workers(self) -> int:
        return 1


@dataclass
class Fixed:
    config: Config = field(default_factory=Config)

    def current(self) -> tuple[Config, list[Path]]:
        return self.config, []


def a_world(engine: Engine, clock: Clock, config: Config | None = None) -> World:
    settings = Settings.from_environment({"EVALS_DATA_DIR": "."})
    keeper = Keeper(engine=engine, settings=settings)
    return World(
        keeper=keeper, configuration=Fixed(config or Config()), clock=clock, queue=NoQueue()
    )


def a_client(
    world: World,
    ticked_at: datetime | None = NOW,
    *,
    worked_at: Callable[[], datetime | None] | None = None,
) -> TestClient:
    app = FastAPI()
    app.state.world = world
    app.state.door = Door(bound_to="0.0.0.0", failures=Failures())  # noqa: S104 - nobody listens
    operations.install(app, ticked_at=lambda: ticked_at, worked_at=worked_at)
    return TestClient(app, raise_server_exceptions=True)


def scraped(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.fixture
def filled(database: Engine) -> Engine:
    return fill(database)


@pytest.fixture
def filled_file(sqlite_url: str) -> Iterator[Engine]:
    with opened(sqlite_url) as engine:
        yield fill(engine)


def fill(database: Engine) -> Engine:
    recent = {"created_at": NOW - timedelta(hours=2)}
    with writing(database) as session:
        tokens.create(
            session, name="prometheus", text=TOKEN, scope=Scope.READ, now=NOW, expires_at=None
        )
        store_run(session, make_run("recent", **recent))
        samples.insert_all_absent(
            session, "recent", [make_sample(cost_usd=1.5), make_failed_sample()]
        )
        store_run(session, make_run("old", created_at=NOW - timedelta(days=60)))
        verdicts.add(
            session,
            run_id="recent",
            verdict=make_verdict(pin_broken=True),
            baseline=None,
            comparison={},
            code_version="1",
            now=NOW,
        )
        handed.hand_over(session, "recent", now=NOW - timedelta(minutes=5))
        look = check_pin(
            PinFacts(
                model="m",
                listing=Listing(
                    model=ListedModel(name="m", shutdown_on=(NOW + timedelta(days=19)).date())
                ),
            ),
            today=NOW.date(),
        )
        pin_checks.add(
            session,
            StoredPinCheck(
                endpoint="prod", pin_digest="a" * 64, checked_at=NOW, listed=True, check=look
            ),
            due_at=None,
        )
    return database


def test_the_metrics_tell_runs_errors_cost_queue_and_pins(filled: Engine) -> None:
    config = Config(budgets=Budgets(month_usd=10))
    found = scraped(a_client(a_world(filled, Clock(), config)))
    assert found['pinwatch_runs{status="planned"}'] == 1
    assert found['pinwatch_samples_last_day{state="ok"}'] == 1
    assert found['pinwatch_samples_last_day{state="api_error"}'] == 1
    assert found["pinwatch_calls_last_day"] == 5
    assert found['pinwatch_verdicts{kind="ok"}'] == 1
    assert found["pinwatch_verdicts_pin_broken"] == 1
    assert found['pinwatch_queue_depth{kind="run"}'] == 1
    assert found['pinwatch_queue_oldest_seconds{kind="run"}'] == 300
    assert found['pinwatch_slots{state="missed"}'] == 0
    assert found['pinwatch_month_cost_usd{endpoint="prod"}'] == 1.5
    assert found['pinwatch_budget_spent_usd{of="",scope="month"}'] == 1.5
    assert found['pinwatch_pins{state="suspect"}'] == 1
    assert found['pinwatch_pin_shutdown_days{endpoint="prod"}'] == 19


def test_the_documentation_names_every_metric_and_no_other(
    filled_file: Engine, repository: Path
) -> None:
    world = a_world(filled_file, Clock(), Config(budgets=Budgets(month_usd=10)))
    found = {name.partition("{")[0] for name in scraped(a_client(world))}
    told = set(re.findall(r"`(pinwatch_\w+)`", (repository / "docs/operations.md").read_text()))
    own = {name for name in found if name.startswith("pinwatch_") and "_created" not in name}
    assert own | {"pinwatch_alerts_open", "pinwatch_api_requests_total"} == told


def test_many_endpoints_do_not_become_many_labels(
    filled_file: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MOST_ENDPOINTS", 2)
    with writing(filled_file) as session:
        for name in ("a", "b", "c"):
            store_run(session, make_run(name, endpoint=name, created_at=NOW))
    found = scraped(a_client(a_world(filled_file, Clock())))
    costs = {name for name in found if name.startswith("pinwatch_month_cost_usd{")}
    assert costs == {f'pinwatch_month_cost_usd{{endpoint="{n}"}}' for n in ("prod", "a", "other")}


def test_a_scrape_is_answered_from_memory_for_a_quarter_of_a_minute(filled_file: Engine) -> None:
    clock = Clock()
    client = a_client(a_world(filled_file, clock))
    first = scraped(client)
    clock.now += timedelta(seconds=10)
    assert scraped(client) == first
    clock.now += timedelta(seconds=10)
    assert scraped(client)['pinwatch_queue_oldest_seconds{kind="run"}'] == 320


def test_metrics_need_a_token_and_probes_do_not(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        client = a_client(a_world(engine, Clock()))
        answers = [client.get(path) for path in ("/metrics", "/healthz", "/readyz")]
    assert [answer.status_code for answer in answers] == [401, 200, 200]
    assert answers[2].json()["database"] == "current"


def test_a_scheduler_that_hangs_is_not_ready(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    client = a_client(a_world(engine, Clock()), ticked_at=NOW - timedelta(minutes=3))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["scheduler"]) == (503, "hangs")
    engine.dispose()


@pytest.mark.parametrize(
    ("worked_at", "status", "said"),
    [(NOW, 200, "looking"), (None, 503, "starting"), (NOW - timedelta(minutes=3), 503, "hangs")],
)
def test_a_server_whose_worker_looks_no_more_is_not_ready(
    sqlite_url: str, worked_at: datetime | None, status: int, said: str
) -> None:
    with opened(sqlite_url) as engine:
        answer = a_client(a_world(engine, Clock()), worked_at=lambda: worked_at).get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (status, said)


def test_a_database_that_does_not_answer_is_not_ready_and_the_process_is_alive() -> None:
    engine = create_engine("postgresql+psycopg://nobody:secret@127.0.0.1:9/nothing")
    client = a_client(a_world(engine, Clock()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "database": "unreachable",
        "scheduler": "ticking",
    }
    assert client.get("/healthz").status_code == 200
