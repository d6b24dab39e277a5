"""`evals serve` as a person starts it, uses it, and stops it."""

from __future__ import annotations

import json
import signal
import socket
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from evals.config import Config
from evals.schedule import Active, Schedule
from service.cli.serve import _first_due, _greeting
from service.configuration import Configuration
from service.keeper import Keeper
from service.settings import Settings
from tests.acceptance.factories_cli import Project, a_project, until
from tests.databases import opened

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

WEEKLY: dict[str, Any] = {"endpoint": "sim", "suite": "facts"}


@pytest.fixture
def stopping() -> Iterator[list[subprocess.Popen[str]]]:
    """Servers to be stopped, whatever the test found."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def greeting(process: subprocess.Popen[str]) -> list[str]:
    """What a server says in an empty folder, before it serves."""
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while lines[-1] and "evals baseline bless" not in lines[-1]:
        lines.append(process.stdout.readline())
    return lines


def got(url: str) -> object:
    with urlopen(url, timeout=60) as answer:  # noqa: S310 - a server of this test
        return json.load(answer)


def stopped(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Stop a server as an init system does; return what it said."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Traceback" not in out + err
    return out, err


def test_a_server_in_an_empty_folder_says_what_to_do_and_follows_the_file_that_comes(
    project: Project, stopping: list[subprocess.Popen[str]]
) -> None:
    (project.folder / "evals.yaml").rename(project.folder / "later.yaml")
    process = project.started("serve", "--port", "0")
    stopping.append(process)
    where, _, worker, *advice = greeting(process)
    assert where.startswith("Pinwatch serves http://127.0.0.1:")
    assert worker == "Checks are done by a worker inside.\n"
    assert any("evals config init " in line for line in advice)
    url = where.split()[2].rstrip(",")
    assert got(f"{url}/api/v1/schedules") == {"items": [], "next": None}
    (project.folder / "later.yaml").rename(project.folder / "evals.yaml")
    project.configure(schedules={"weekly": WEEKLY})
    assert project.evals("schedule", "run", "weekly", "--leave").exit_code == 0
    until(lambda: project.count("verdicts") == 1, process)
    assert project.stored("SELECT state, run_id IS NULL FROM slots") == [("started", 0)]
    assert project.stored("SELECT status FROM runs") == [("completed",)]
    ready = {"status": "ready", "database": "current", "scheduler": "ticking"}
    ready["worker"] = "looking"
    until(lambda: got(f"{url}/readyz") == ready, process)
    out, _ = stopped(process)
    assert out == "Stopped; what was under way has ended or was handed back.\n"


def test_a_server_says_what_is_due_first() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    section = {"weekly": Schedule(**WEEKLY), "daily": Schedule(**WEEKLY, cron="daily")}
    section["off"] = Schedule(**WEEKLY, cron="* * * * *", enabled=False)
    told = _first_due(Config(schedules=section), now)
    assert told == "3 schedules; the next check is daily, due 2026-11-23 06:00 UTC."
    over = Schedule(**WEEKLY, active=Active(until=date(2026, 1, 1)))
    told = _first_due(Config(schedules={"over": over}), now)
    assert told == "1 schedule, and none is due any more: see `evals schedule list`."


def test_a_server_names_what_is_not_set(tmp_path: Path) -> None:
    config = Config.model_validate({"ping": {"url_env": "PING_URL"}})
    settings = Settings.from_environment({"EVALS_CONFIG": str(tmp_path / "evals.yaml")})
    configuration = Configuration.named(None, settings)
    with opened(f"sqlite:///{tmp_path}/pinwatch.db") as engine:
        keeper = Keeper(engine=engine, settings=settings)
        now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        lines = _greeting(keeper, configuration, config, "http://x", "127.0.0.1", now)
    assert "Not set here: PING_URL (ping)." in lines


def test_what_keeps_a_server_from_starting_is_told_in_a_sentence(tmp_path: Path) -> None:
    project = a_project(tmp_path / "project")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = project.evals("serve", "--port", str(port))
    assert said.exit_code == 2
    assert said.err == (
        f"evals: nothing can be served on 127.0.0.1, port {port}: Address already in use. "
        "Choose another with --port or --host, or stop what listens there.\n"
    )
    project.configure(schedules={"weekly": {"endpoint": "sim"}})
    assert "the key 'suite' is missing" in project.evals("serve", "--port", "0").err
    nowhere = {"EVALS_DATABASE_URL": "postgresql://127.0.0.1:9/none"}
    said = project.evals("serve", "--port", "0", **nowhere)
    assert said.exit_code == 3
    assert "the database does not answer" in said.err
