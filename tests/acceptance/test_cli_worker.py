"""``evals worker`` as a process: it says what it is, does what is due, and stops when told."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.acceptance.factories_cli import Project


def test_a_worker_on_sqlite_says_that_it_is_the_only_one_and_stops_when_told(
    project: Project,
) -> None:
    process = project.started("worker", "--name", "alone", "--drain-seconds", "0")
    assert process.stdout is not None
    assert process.stdout.readline() == "Worker alone takes 2 jobs at once. Stop it with Ctrl-C.\n"
    process.send_signal(signal.SIGTERM)
    out, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    assert out == "Worker alone has stopped; nothing of it is left undone or lost.\n"
    assert "do not run it beside `evals serve`" in complaints


def test_a_worker_needs_at_least_one_job_at_once(project: Project) -> None:
    said = project.evals("worker", "--concurrency", "0")
    assert said.exit_code == 2
    assert "--concurrency" in said.err
