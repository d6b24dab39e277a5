"""Scorers that need more than a reply: a sandbox, a judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.loopback import served
from evals.simulator.running import running_simulator
from tests.acceptance.factories_cli import a_project, an_endpoint, items_text
from tests.acceptance.fakes_cli import fake_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

JUDGED = {
    "name": "facts",
    "version": "1.0.0",
    "scorer": {"type": "judge", "rubric": "The reply does not apologise."},
}


@pytest.fixture
def programmer() -> Iterator[RunningSimulator]:
    items = find_golden_set("code-small", []).golden_set.items
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(items))) as simulator:
        yield simulator


def test_code_runs_in_a_sandbox_when_the_suite_says_so(
    tmp_path: Path, programmer: RunningSimulator
) -> None:
    suite = {"sandbox": "subprocess", "tasks": [{"golden_set": "code-small"}]}
    project = a_project(tmp_path / "project", programmer.openai_base_url, suites={"code": suite})
    said = project.evals("run", "--limit", "6", "--no-compare", "--json")
    assert said.exit_code == 0, said
    [task] = said.document["tasks"]
    assert (task["states"], task["score"]["rate"]) == ({"ok": 6}, 1.0)


def test_a_judge_grades_with_an_endpoint_of_its_own(
    project: Project, simulator: RunningSimulator
) -> None:
    golden_set = project.folder / "golden_sets" / "facts"
    (golden_set / "manifest.yaml").write_text(yaml.safe_dump(JUDGED))
    (golden_set / "items.jsonl").write_text(items_text(8))
    suite = {"judge": "judge", "tasks": [{"golden_set": "facts"}]}
    simulator.behave(refusal_share=0.5)
    with served(fake_server()) as strangers:
        judge = an_endpoint(f"{strangers}/judge/v1", model="openai-api/judge/judge-1")
        asked = an_endpoint(simulator.openai_base_url)
        project.configure(endpoints={"sim": asked, "judge": judge}, suites={"polite": suite})
        said = project.evals("run", "sim", "--json")
    states = said.document["tasks"][0]["states"]
    assert states["ok"] >= 1, said
    assert sum(states.values()) == 8
    assert "judge_failed" not in states
    assert project.stored("SELECT DISTINCT scorer FROM scores") == [("judge",)]
    models = "SELECT DISTINCT served_model FROM samples WHERE calls > 0"
    assert project.stored(models) == [("sim-1",)]
    assert [task["task"] for task in said.document["tasks"]][1:] == ["judge/agreement"]


def test_a_dead_judge_is_named_before_anything_is_asked(
    project: Project, simulator: RunningSimulator
) -> None:
    golden_set = project.folder / "golden_sets" / "facts"
    (golden_set / "manifest.yaml").write_text(yaml.safe_dump(JUDGED))
    already = len(simulator.requests)
    judge = an_endpoint("http://127.0.0.1:9/v1", model="openai-api/judge/judge-1")
    asked = an_endpoint(simulator.openai_base_url)
    suite = {"judge": "judge", "tasks": [{"golden_set": "facts"}]}
    project.configure(endpoints={"sim": asked, "judge": judge}, suites={"polite": suite})
    said = project.evals("run", "sim")
    assert (said.exit_code, said.out) == (3, "")
    assert "nothing answers at the endpoint's address" in said.err
    assert "http://127.0.0.1:9/v1" in said.err
    assert len(simulator.requests) == already
