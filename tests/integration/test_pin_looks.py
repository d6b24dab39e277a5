"""Looks at the pins of endpoints: what is asked, what is kept, and when the next one is due."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

from evals.condition import ConditionKind
from evals.config import Config
from evals.listing import ListingPlace
from evals.pin_check import FindingKind, PinState
from evals.policy import Policy
from evals.records import RunStatus
from evals.schedule import Schedule
from evals.simulator.loopback import served
from evals.simulator.running import running_simulator
from evals.verdict import VerdictKind
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.jobs import pending, perform
from service.keeper import Keeper
from service.model_list import LARGEST_BYTES, fetch_listing
from service.pins import check_endpoint
from service.settings import Settings
from service.stages.judge import report_of
from service.stages.pin import due_looks
from service.store import alerts, pin_checks, samples, schedules
from service.worker.doing import sweep
from service.world import World
from tests.databases import opened
from tests.integration.store_factories import make_run, make_sample, store_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine
    from starlette.requests import Request
    from starlette.responses import Response

    from evals.simulator.running import RunningSimulator
    from service.jobs import Job

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "sk-secret-0123456789"


class NoQueue:
    def put(self, jobs: Sequence[Job]) -> None: ...

    def workers(self) -> int:
        return 1


@dataclass
class Fixed:
    config: Config

    def current(self) -> tuple[Config, list[Path]]:
        return self.config, []


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Engine]:
    """One kind is enough for what is decided before the store."""
    with opened(sqlite_url) as engine:
        yield engine


def keeper_of(engine: Engine, tmp_path: Path) -> Keeper:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(tmp_path), "MY_KEY": KEY})
    return Keeper(engine=engine, settings=settings)


def config_of(simulator: RunningSimulator, **overrides: Any) -> Config:
    endpoint = {
        "model": "openai-api/simulator/sim-1",
        "base_url": simulator.openai_base_url,
        "api_key_env": "MY_KEY",
    }
    return Config.model_validate({"endpoints": {"prod": {**endpoint, **overrides}}})


def test_a_model_that_vanishes_is_seen_confirmed_and_seen_to_come_back(
    database: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    keeper, config = keeper_of(database, tmp_path), config_of(simulator)
    simulator.behave(listed=None)
    first = check_endpoint(keeper, config, "prod", now=NOON)
    assert first.check.state is PinState.INTACT
    simulator.behave(listed=["sim-2"])
    gone = check_endpoint(keeper, config, "prod", now=NOON + timedelta(days=1))
    assert (gone.check.state, gone.check.confirmed) == (PinState.BROKEN, False)
    again = check_endpoint(keeper, config, "prod", now=NOON + timedelta(days=1, minutes=10))
    assert again.check.confirmed
    simulator.behave(listed=None)
    back = check_endpoint(keeper, config, "prod", now=NOON + timedelta(days=2))
    assert back.check.state is PinState.INTACT
    with reading(database) as session:
        kept = pin_checks.history(session, "prod")
    assert kept == [back, again, gone, first]


def test_a_shutdown_date_is_kept_and_nothing_was_asked_of_the_model(
    store: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    simulator.behave(listed=None, shutdown_date="2026-12-11")
    asked_before = len(simulator.requests)
    look = check_endpoint(keeper_of(store, tmp_path), config_of(simulator), "prod", now=NOON)
    simulator.behave(shutdown_date=None)
    assert str(look.check.shutdown_on) == "2026-12-11"
    assert len(simulator.requests) == asked_before


def test_an_alias_of_anthropics_list_is_resolved_and_its_move_breaks_the_pin(
    store: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    config = config_of(simulator, model="anthropic/sim-1", base_url=simulator.anthropic_base_url)
    keeper = keeper_of(store, tmp_path)
    states = []
    for behind in ("sim-1-20260101", "sim-1-20260601"):
        simulator.behave(listed=None, stands_for=behind)
        look = check_endpoint(keeper, config, "prod", now=NOON)
        states.append((look.check.state, look.check.stands_for))
    simulator.behave(stands_for=None)
    assert states == [
        (PinState.INTACT, "sim-1-20260101"),
        (PinState.BROKEN, "sim-1-20260601"),
    ]


def test_one_look_a_day_is_due_and_of_two_workers_one_leaves_its_row(
    database: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    keeper, config = keeper_of(database, tmp_path), config_of(simulator)
    with writing(database) as session:
        plan = Schedule(endpoint=("prod",), suite="support-faq")
        schedules.create(session, "weekly", plan, source=ScheduleSource.FILE, now=NOON)
    with reading(database) as session:
        (due,) = due_looks(session, now=NOON)
    for _ in range(2):
        check_endpoint(keeper, config, due.endpoint, now=NOON, due_at=due.due_at)
    with reading(database) as session:
        assert len(pin_checks.history(session, "prod")) == 1
        assert due_looks(session, now=NOON + timedelta(hours=23)) == ()
        (tomorrow,) = due_looks(session, now=NOON + timedelta(hours=25))
    assert tomorrow.due_at == NOON + timedelta(days=1)


def test_workers_find_the_looks_that_are_due_and_do_each_once(
    store: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    world = World(
        keeper=keeper_of(store, tmp_path),
        configuration=Fixed(config_of(simulator)),
        clock=lambda: NOON,
        queue=NoQueue(),
    )
    with writing(store) as session:
        plan = Schedule(endpoint=("prod", "gone-from-the-file"), suite="support-faq")
        schedules.create(session, "weekly", plan, source=ScheduleSource.FILE, now=NOON)
    with reading(store) as session:
        found = pending(session, NOON)
    assert [job.key for job in found] == ["pin_check:gone-from-the-file", "pin_check:prod"]
    assert sweep(world) == 1  # nobody can look at what the file no longer has
    for job in (*found, *found):
        perform(job, world)
    with reading(store) as session:
        assert len(pin_checks.history(session, "prod")) == 1
        assert pin_checks.history(session, "gone-from-the-file") == []


def test_a_confirmed_break_opens_one_alert_for_every_suite_of_the_endpoint(
    store: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    keeper, config = keeper_of(store, tmp_path), config_of(simulator)
    for listed, minutes in ((None, 0), (["sim-2"], 10), (["sim-2"], 20), (["sim-2"], 80)):
        simulator.behave(listed=listed)
        now = NOON + timedelta(minutes=minutes)
        check_endpoint(keeper, config, "prod", now=now, due_at=now)
        with reading(store) as session:
            opened = alerts.unresolved(session, endpoint="prod")
        kinds = [(one.condition.kind, one.condition.suite) for one in opened]
        assert kinds == ([(ConditionKind.PIN_BROKEN, "")] if minutes >= 20 else [])
    simulator.behave(listed=None)


def test_a_run_after_a_confirmed_move_of_its_name_is_invalid_and_the_pin_is_broken(
    store: Engine, tmp_path: Path, simulator: RunningSimulator
) -> None:
    keeper, config = keeper_of(store, tmp_path), config_of(simulator)
    for behind, minutes in (("sim-1a", 0), ("sim-1b", 60), ("sim-1b", 70)):
        simulator.behave(listed=None, stands_for=behind)
        look = check_endpoint(keeper, config, "prod", now=NOON + timedelta(minutes=minutes))
    simulator.behave(stands_for=None)
    codes = []
    for minutes in (30, 65, 90):
        ended = NOON + timedelta(minutes=minutes)
        run = make_run(
            f"run-{minutes}",
            pin_digest=look.pin_digest,
            status=RunStatus.COMPLETED,
            created_at=NOON,
            completed_at=ended,
        )
        with writing(store) as session:
            store_run(session, run)
            samples.insert_all_absent(session, run.id, [make_sample(), make_sample("capital-de")])
        report = report_of(store, run.id, policy=Policy(), alias_allowed=False)
        codes.append(report.verdict.exit_code)
    assert codes == [3, 3, 4]  # without a baseline nothing is a pass
    assert report.verdict.kind is VerdictKind.INVALID
    assert "was sim-1a and is sim-1b" in report.verdict.reasons[0]


def test_a_dead_server_is_unknown_and_not_broken(tmp_path: Path, store: Engine) -> None:
    config = Config.model_validate(
        {"endpoints": {"prod": {"model": "openai-api/x/m", "base_url": "http://127.0.0.1:9/v1"}}}
    )
    look = check_endpoint(keeper_of(store, tmp_path), config, "prod", now=NOON)
    assert look.check.state is PinState.UNKNOWN
    assert look.check.findings[0].kind is FindingKind.UNREADABLE
    assert look.listed is None


@contextmanager
def serving(answer: Any) -> Iterator[ListingPlace]:
    with served(Starlette(routes=[Route("/models", answer)])) as url:
        yield ListingPlace(url=f"{url}/models", model="m")


async def _large(_: Request) -> Response:
    return PlainTextResponse("x" * (LARGEST_BYTES + 1))


async def _elsewhere(_: Request) -> Response:
    return RedirectResponse("http://127.0.0.1:9/models")


async def _html(_: Request) -> Response:
    return PlainTextResponse("<html>")


async def _echo(web: Request) -> Response:
    return JSONResponse({"data": [{"id": web.headers["authorization"]}]}, status_code=401)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_large, "larger than 8 MB"),
        (_elsewhere, "redirects elsewhere"),
        (_html, "no JSON"),
        (_echo, "the key was refused"),
    ],
)
def test_what_is_no_list_is_a_failure_in_words_without_the_key(answer: Any, words: str) -> None:
    with serving(answer) as place:
        fetched = fetch_listing(place, KEY)
    assert fetched.listing is None
    assert words in str(fetched.failure)
    assert KEY not in str(fetched)
