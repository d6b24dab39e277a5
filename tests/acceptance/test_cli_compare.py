from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import running_simulator
from tests.acceptance.factories_cli import a_project, an_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

SUITE = "capitals-and-sums"


@pytest.fixture(scope="module")
def simulators() -> Iterator[tuple[RunningSimulator, RunningSimulator]]:
    knowledge = knowledge_of(find_golden_set(SUITE, []).golden_set.items)
    config = SimulatorConfig(knowledge=knowledge)
    with running_simulator(config) as old, running_simulator(config) as new:
        yield old, new


@pytest.fixture
def project(tmp_path: Path, simulators: tuple[RunningSimulator, RunningSimulator]) -> Project:
    for one in simulators:
        one.behave(skill=1.0, skill_drop=0.0, refusal_share=0.0)
    endpoints = {
        name: an_endpoint(one.openai_base_url, model=f"openai-api/sim/{name}")
        for name, one in zip(("old", "new"), simulators, strict=True)
    }
    return a_project(tmp_path / "project", endpoints=endpoints)


def compare(
    project: Project, *options: str, command: tuple[str, ...] = ("compare", "old", "new")
) -> tuple[int, dict[str, Any]]:
    said = project.evals(*command, "--suite", SUITE, "--json", *options)
    return said.exit_code, said.document if said.out else {}


def test_an_ending_that_no_comparison_has_is_refused_before_anything_is_asked(
    project: Project, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    asked = [len(one.requests) for one in simulators]
    said = project.evals("compare", "old", "new", "--suite", SUITE, "-o", "x.html")
    assert said.exit_code == 2
    assert "ends in one of .md, .json, .txt" in said.err
    assert [len(one.requests) for one in simulators] == asked


def test_forty_equal_answers_prove_fifteen_points_and_not_three_and_are_asked_once(
    project: Project, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    code, report = compare(project)
    assert (code, report["verdict"]) == (3, "cannot tell")
    assert report["tasks"][0]["items_needed"] > 40
    asked = [len(one.requests) for one in simulators]
    code, report = compare(project, "--reuse", "--margin", "15")
    assert (code, report["verdict"]) == (0, "safe")
    assert [len(one.requests) for one in simulators] == asked


def test_a_worse_endpoint_is_not_safe(
    project: Project, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    simulators[1].behave(skill_drop=0.6)
    code, report = compare(project)
    assert (code, report["verdict"]) == (1, "not safe")


def test_a_run_against_another_endpoint_is_the_same_from_the_other_side(
    project: Project, simulators: tuple[RunningSimulator, RunningSimulator]
) -> None:
    simulators[1].behave(skill_drop=0.6)
    code, report = compare(project, command=("run", "new", "--against", "old"))
    assert (code, report["verdict"]) == (1, "not safe")
