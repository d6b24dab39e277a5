"""The API in process, on a real database, with a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from evals.config import parse_config
from service.api.access import Door
from service.api.app import create_app
from service.api.failures import Failures
from service.api.watchers import Watchers
from service.db.session import writing
from service.keeper import Keeper
from service.scopes import Scope
from service.settings import Settings
from service.store import tokens
from service.world import World
from tests.integration.store_factories import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fastapi import FastAPI
    from sqlalchemy import Engine

    from evals.config import Config
    from service.jobs import Job

LOCAL = "127.0.0.1"
CONFIG = """
endpoints:
  prod:
    model: openai-api/acme/acme-1
    base_url: http://127.0.0.1:9/v1
    api_key_env: ACME_KEY
  other: {model: openai/gpt-4o-2024-08-06}
suites:
  sums: {tasks: [{golden_set: arithmetic}]}
"""
KEY = "a-key-that-is-nobody-s-business"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class RecordedQueue:
    """Keeps what was put."""

    jobs: list[Job] = field(default_factory=list)

    def put(self, jobs: Sequence[Job]) -> None:
        self.jobs.extend(jobs)

    def workers(self) -> int:
        return 1


@dataclass
class WrittenConfiguration:
    """What a test wrote."""

    text: str = CONFIG

    def current(self) -> tuple[Config, list[Path]]:
        return parse_config(self.text), []


_APPS: dict[str | None, FastAPI] = {}
"""Made once: its first request costs as much as ten others. One test has one of each at a time."""


@dataclass
class Api:
    """An application, what stands around it, and clients of it."""

    engine: Engine
    world: World
    clock: Clock
    queue: RecordedQueue
    bound_to: str | None = None

    def __post_init__(self) -> None:
        if self.bound_to in _APPS:
            self.app = _APPS[self.bound_to]
            self.app.state.world = self.world
            self.app.state.door = Door(bound_to=self.bound_to, failures=Failures())
            self.app.state.watchers = Watchers()
        else:
            self.app = _APPS[self.bound_to] = create_app(self.world, bound_to=self.bound_to)

    def token(self, scope: Scope, name: str = "", **overrides: Any) -> str:
        """Make a token and return its text."""
        text = f"{tokens.SIGN}{scope}-{name or scope}".ljust(40, "x")
        with writing(self.engine) as session:
            tokens.create(
                session, name=name or scope, text=text, scope=scope, now=self.clock(), **overrides
            )
        return text

    def client(self, token: str | None = None, *, peer: str = LOCAL, **options: Any) -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(
            self.app,
            base_url="http://127.0.0.1:8765",
            client=(peer, 50000),
            headers=headers | options.pop("headers", {}),
            raise_server_exceptions=False,
            **options,
        )

    def admin(self) -> TestClient:
        return self.client(self.token(Scope.ADMIN))


def an_api(engine: Engine, folder: Path, **overrides: Any) -> Api:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder), "ACME_KEY": KEY})
    clock, queue = Clock(), RecordedQueue()
    world = World(
        keeper=Keeper(engine=engine, settings=settings),
        configuration=overrides.pop("configuration", WrittenConfiguration()),
        clock=clock,
        queue=queue,
    )
    return Api(engine=engine, world=world, clock=clock, queue=queue, **overrides)
