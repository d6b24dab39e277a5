"""What the command line refuses, so that nothing is lost or spent by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.acceptance.factories_cli import Project


@pytest.mark.parametrize("words", [("run",), ("runs", "resume", "any")])
def test_a_budget_of_nothing_is_refused(project: Project, words: tuple[str, ...]) -> None:
    said = project.evals(*words, "--budget-usd", "0")
    assert said.exit_code == 2
    assert "a budget is more than 0 USD" in said.err
    assert project.stored("SELECT id FROM runs") == []


def test_the_demo_overwrites_nobody_s_project(project: Project) -> None:
    before = (project.folder / "evals.yaml").read_text()
    (project.folder / "data").mkdir()
    store = project.folder / "data" / "pinwatch.db"
    store.touch()
    said = project.evals("demo", "--simulated", "--folder", ".")
    assert said.exit_code == 2
    assert "holds a project that is not the demo's" in said.err
    assert ((project.folder / "evals.yaml").read_text(), store.exists()) == (before, True)
    (project.folder / "evals.yaml").unlink()
    assert project.evals("demo", "--simulated", "--folder", ".").exit_code == 2
    assert store.exists()
