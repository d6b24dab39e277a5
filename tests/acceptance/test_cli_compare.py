from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.simulator.running import RunningSimulator

EVALS = Path(sys.executable).with_name("evals")
SUITE = "capitals-and-sums"
ENDPOINT = """\
  {name}:
    model: openai-api/sim/{name}
    base_url: {url}
    limits: {{max_retries: 0, timeout_seconds: 10}}
"""


@pytest.fixture(scope="module")
def simulators() -> Iterator[tuple[RunningSimulator, RunningSimulator]]:
    knowledge = knowledge_of(find_golden_set(SUITE, []).golden_set.items)
    config = SimulatorConfig(knowledge=knowledge)
    with running_simulator(config) as old, running_simulator(config) as new:
        yield old, new


@pytest.fixture
def folder(tmp_path: Path, simulators: tuple[RunningSimulator, RunningSimulator]) -> Path:
    names = zip(("old", "new"), simulators, strict=True)
    entries = [ENDPOINT.format(name=name, url=one.openai_base_url) for name, one in names]
    (tmp_path / "evals.yaml").write_text("endpoints:\n" + "".join(entries))
    for one in simulators:
        one.behave(skill=1.0, skill_drop=0.0, refusal_share=0.0)
    return tmp_path


def compare(
    folder: Path, *options: str, command: tuple[str, ...] = ("compare", "old", "new")
) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [str(EVALS), *command, "--suite", SUITE, "--json", *options],
        cwd=folder,
        env={**os.environ, "EVALS_DATA_DIR": str(folder / "data")},  # noqa: TID251 - a child's
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def test_an_equal_endpoint_is_safe_by_a_margin_that_forty_items_can_prove(folder: Path) -> None:
    code, report = compare(folder, "--margin", "15")
    assert (code, report["verdict"]) == (0, "safe")


def test_a_worse_endpoint_is_not_safe(
    folder: Path, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    simulators[1].behave(skill_drop=0.6)
    code, report = compare(folder)
    assert (code, report["verdict"]) == (1, "not safe")


def test_forty_items_cannot_prove_three_points_and_say_how_many_could(folder: Path) -> None:
    code, report = compare(folder)
    assert (code, report["verdict"]) == (3, "cannot tell")
    assert report["tasks"][0]["items_needed"] > 40


def test_fresh_runs_are_reused_and_nothing_is_asked_again(
    folder: Path, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    compare(folder)
    asked = [len(one.requests) for one in simulators]
    compare(folder, "--reuse")
    assert [len(one.requests) for one in simulators] == asked


def test_a_run_against_another_endpoint_is_the_same_from_the_other_side(
    folder: Path, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    simulators[1].behave(skill_drop=0.6)
    code, report = compare(folder, command=("run", "new", "--against", "old"))
    assert (code, report["verdict"]) == (1, "not safe")
