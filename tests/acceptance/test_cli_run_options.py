"""The switches of `evals run`: what is asked, what it may cost, and what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.acceptance.factories_cli import ITEMS, RUN, an_endpoint

if TYPE_CHECKING:
    from pathlib import Path

    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

REPORT_FIELDS = {
    "format", "version", "verdict", "run", "baseline", "tasks", "probes", "flips",
    "fingerprint_changes", "notes", "usage", "next_steps",
}  # fmt: skip
A_DOLLAR_A_TOKEN = {"input": 1_000_000, "output": 0}


def test_json_is_the_documented_report_and_nothing_else_is_on_standard_output(
    blessed: Project,
) -> None:
    said = blessed.evals("run", "--json", "--limit", "5", "--fixed", "2", "--max-connections", "3")
    document = said.document
    assert set(document) == REPORT_FIELDS
    assert (document["format"], document["version"]) == ("pinwatch.report", 1)
    assert document["verdict"]["exit_code"] == said.exit_code
    assert document["run"]["options"] == {"limit": 5, "epochs": 2, "max_connections": 3}
    assert document["tasks"][0]["planned"] == 10
    assert document["baseline"] == {"name": "first", "passes": 2}
    assert said.err.splitlines()[-1].startswith("sim · facts: 10/10")


def test_a_report_is_written_in_the_form_that_its_ending_names(blessed: Project) -> None:
    run = blessed.newest_run()
    opening = {
        "md": "## ? INC",
        "html": "<!doctype html>",
        "json": "{",
        "xml": "<?xml",
        "txt": "? INC",
    }
    for ending, first in opening.items():
        path = blessed.folder / f"report.{ending}"
        said = blessed.evals("runs", "show", run, "-o", path)
        assert said.exit_code == 0, said
        assert path.read_text(encoding="utf-8").lower().startswith(first.lower())
    assert json.loads((blessed.folder / "report.json").read_text())["run"]["id"] == run
    root = ElementTree.parse(blessed.folder / "report.xml").getroot()  # noqa: S314 - our own report
    assert root.tag == "testsuites"


def test_a_run_writes_its_report_beside_what_it_prints(project: Project, tmp_path: Path) -> None:
    said = project.evals(*RUN, "--limit", "3", "-o", tmp_path / "report.html")
    assert said.exit_code == 3
    assert "no baseline yet" in said.out
    assert "no baseline yet" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_dry_run_asks_nothing_and_calls_an_unknown_price_unknown(
    project: Project, simulator: RunningSimulator
) -> None:
    already = len(simulator.requests)
    said = project.evals("run", "--dry-run", "--epochs", "3")
    assert (said.exit_code, said.err) == (0, "")
    assert "sim · facts: nothing was asked." in said.out
    assert f"{3 * ITEMS} calls" in " ".join(said.out.split())
    assert said.out.splitlines()[-1].split()[:2] == ["cost", "unknown"]
    assert len(simulator.requests) == already
    assert not (project.folder / "data").exists()


def test_a_dry_run_names_the_most_that_a_run_can_cost(
    project: Project, simulator: RunningSimulator
) -> None:
    price = {"input": 1.0, "output": 2.0}
    endpoint = an_endpoint(simulator.openai_base_url, price=price, parameters={"max_tokens": 100})
    project.configure(endpoints={"sim": endpoint})
    document = project.evals("run", "--dry-run", "--json").document
    assert (document["calls"], document["most_output_tokens"]) == (ITEMS, 100 * ITEMS)
    spent = document["input_tokens"] * 1e-6 + 100 * ITEMS * 2e-6
    assert document["most_cost_usd"] == pytest.approx(spent)


def test_a_budget_stops_the_run_as_invalid_and_a_larger_one_finishes_it(
    blessed: Project, simulator: RunningSimulator
) -> None:
    endpoint = an_endpoint(simulator.openai_base_url, price=A_DOLLAR_A_TOKEN)
    blessed.configure(endpoints={"sim": endpoint})
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.2}])
    stopped = blessed.evals(*RUN, "--budget-usd", "100", "--max-connections", "2")
    assert stopped.exit_code == 3
    assert stopped.out.startswith("! INVALID: the budget of 100 USD was spent: ")
    run = blessed.newest_run()
    kept = blessed.count("samples") - 2 * ITEMS
    assert 0 < kept < ITEMS
    simulator.behave(faults=[])
    same = blessed.evals("runs", "resume", run)
    assert same.exit_code == 3
    assert blessed.count("samples") == 2 * ITEMS + kept
    assert f"evals runs resume {run} --budget-usd" in same.out
    finished = blessed.evals("runs", "resume", run, "--budget-usd", "1e6", "--json")
    assert finished.exit_code == 0, finished
    assert blessed.count("samples") == 3 * ITEMS
    assert finished.document["usage"]["cost_usd"] > 100
