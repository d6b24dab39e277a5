"""`evals serve` as a person starts it, uses it, and stops it."""

from __future__ import annotations

import json
import signal
import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.acceptance.factories_cli import Project, a_project, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

WEEKLY = {"endpoint": "sim", "suite": "facts"}


@pytest.fixture
def stopping() -> Iterator[list[subprocess.Popen[str]]]:
    """Servers to be stopped, whatever the test found."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    """The address that a server tells in its first line."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Pinwatch serves http://127.0.0.1:"), (line, process.poll())
    return line.split()[2].rstrip(",")


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


def test_a_check_that_is_asked_for_is_done_and_judged_by_the_worker_inside(
    project: Project, stopping: list[subprocess.Popen[str]]
) -> None:
    project.configure(schedules={"weekly": WEEKLY})
    assert project.evals("schedule", "run", "weekly", "--leave").exit_code == 0
    process = project.started("serve", "--port", "0")
    stopping.append(process)
    url = url_of(process)
    until(lambda: project.count("verdicts") == 1, process)
    assert project.stored("SELECT state, run_id IS NULL FROM slots") == [("started", 0)]
    assert project.stored("SELECT status FROM runs") == [("completed",)]
    until(
        lambda: (
            got(f"{url}/readyz")
            == {"status": "ready", "database": "current", "scheduler": "ticking"}
        )
    )
    out, _ = stopped(process)
    assert "1 schedule; the next check is weekly, due " in out
    assert out.endswith("Stopped; what was under way has ended or was handed back.\n")


def test_an_empty_folder_is_served_and_told_what_to_do_next(
    tmp_path: Path, stopping: list[subprocess.Popen[str]]
) -> None:
    project = a_project(tmp_path / "project")
    (project.folder / "evals.yaml").rename(project.folder / "later.yaml")
    process = project.started("serve", "--port", "0")
    stopping.append(process)
    url = url_of(process)
    assert got(f"{url}/api/v1/schedules") == {"items": [], "next": None}
    out, _ = stopped(process)
    assert "Checks are done by a worker inside." in out
    assert "evals config init " in out


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
