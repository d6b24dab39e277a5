"""What the acceptance tests share: a simulated endpoint, and projects that watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.simulator.running import running_simulator
from tests.acceptance.factories_cli import a_copy, a_project, a_simulator_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project


@pytest.fixture(scope="session")
def _served() -> Iterator[RunningSimulator]:
    with running_simulator(a_simulator_config()) as simulator:
        yield simulator


@pytest.fixture
def simulator(_served: RunningSimulator) -> RunningSimulator:
    """The simulated endpoint, behaving as it did at first."""
    _served.endpoint.behaviour = _served.endpoint.config.behaviour
    return _served


@pytest.fixture
def project(tmp_path: Path, simulator: RunningSimulator) -> Project:
    """A fresh project; its store is empty."""
    return a_project(tmp_path / "project", simulator.openai_base_url)


@pytest.fixture(scope="session")
def _blessed(
    tmp_path_factory: pytest.TempPathFactory, _served: RunningSimulator
) -> tuple[Project, list[str]]:
    """Two runs that started at the same moment on the same file, blessed together."""
    project = a_project(tmp_path_factory.mktemp("blessed") / "project", _served.openai_base_url)
    _served.endpoint.behaviour = _served.endpoint.config.behaviour
    both = [project.started("run", "--no-compare") for _ in range(2)]
    for process in both:
        _, complaints = process.communicate(timeout=400)
        assert process.returncode == 0, complaints
    runs = [str(row[0]) for row in project.stored("SELECT id FROM runs")]
    said = project.evals("baseline", "bless", *runs, "--name", "first", "--why", "as first seen")
    assert said.exit_code == 0, said
    return project, runs


@pytest.fixture
def blessed(
    tmp_path: Path, _blessed: tuple[Project, list[str]], simulator: RunningSimulator
) -> Project:
    """A project with a baseline of two passes, named ``first``; each test has its own copy."""
    del simulator  # behaves as at first
    return a_copy(_blessed[0], tmp_path / "project")
