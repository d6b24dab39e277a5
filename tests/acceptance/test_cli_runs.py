"""Runs and baselines that are stored: listed, shown, exported, interrupted and resumed."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from tests.acceptance.factories_cli import EVALS, ITEMS, RUN, until

if TYPE_CHECKING:
    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

STALLED = [{"kind": "slow", "delay_seconds": 30}]


def interrupted(
    project: Project, simulator: RunningSimulator, with_signal: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """Start a run, stall its endpoint after a few answers, and end it as a terminal would."""
    before = project.count("samples")
    already = len(simulator.requests)
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.1}])
    process = project.started(*RUN)
    until(lambda: len(simulator.requests) >= already + 12, process)
    simulator.behave(faults=STALLED)
    until(lambda: project.count("samples") > before, process)
    os.killpg(process.pid, with_signal)
    out, err = process.communicate(timeout=300)
    simulator.behave(faults=[])
    return subprocess.CompletedProcess([EVALS], process.returncode, out, err)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_or_sigterm_keeps_what_was_answered_and_the_run_can_go_on(
    blessed: Project, simulator: RunningSimulator, stop: signal.Signals
) -> None:
    stopped = interrupted(blessed, simulator, stop)
    run = blessed.newest_run()
    assert stopped.returncode == 130
    assert "Traceback" not in stopped.stderr
    assert f"Stopped. Go on with: evals runs resume {run}\n" in stopped.stderr
    assert blessed.stored(f"SELECT status FROM runs WHERE id = '{run}'") == [("cancelled",)]  # noqa: S608 - an id of ours
    refused = blessed.evals("baseline", "bless", run, "--name", "half", "--why", "w")
    assert refused.exit_code == 2
    assert f"run {run} is cancelled, not completed" in refused.err
    kept = blessed.count("samples")
    asked = len(simulator.requests)
    resumed = blessed.evals("runs", "resume", run)
    assert resumed.exit_code == 0, resumed
    assert blessed.count("samples") == 3 * ITEMS
    assert len(simulator.requests) - asked == 3 * ITEMS - kept


def test_runs_are_listed_whole_where_no_screen_limits_them(blessed: Project) -> None:
    run = blessed.newest_run()
    listed = blessed.evals("runs", "list")
    assert listed.exit_code == 0
    assert (listed.out.count("completed"), listed.out.count("inconclusive")) == (2, 2)
    assert run in listed.out
    [newest] = blessed.evals("runs", "list", "--json", "--limit", "1").document
    assert (newest["id"], newest["status"]) == (run, "completed")
    assert (newest["endpoint"], newest["planned_samples"]) == ("sim", ITEMS)
    assert blessed.evals("runs", "list", "--endpoint", "other", "--json").document == []


def test_an_empty_store_says_how_to_start(project: Project) -> None:
    assert "evals run ENDPOINT" in project.evals("runs", "list").out
    assert "evals baseline bless RUN" in project.evals("baseline", "list").out


def test_a_run_is_shown_though_its_endpoint_left_the_configuration(blessed: Project) -> None:
    run = blessed.newest_run()
    before = blessed.evals("runs", "show", run, "--json").document
    (blessed.folder / "evals.yaml").unlink()
    after = blessed.evals("runs", "show", run[:-2], "--json")
    assert after.exit_code == 0, after
    assert after.document["verdict"] == before["verdict"]
    refused = blessed.evals("runs", "resume", run)
    assert refused.exit_code == 2
    assert "there is no endpoint 'sim'" in refused.err


def test_the_items_of_a_run_are_shown_one_a_line(blessed: Project) -> None:
    shown = blessed.evals("runs", "show", blessed.newest_run(), "--items")
    lines = [line.split() for line in shown.out.splitlines()]
    rows = [words for words in lines if words[:1] == ["facts"] and "sum-" in words[1]]
    assert len(rows) == ITEMS
    assert {words[3] for words in rows} == {"ok"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_samples_are_exported_for_other_tools(blessed: Project, ending: str) -> None:
    path = blessed.folder / f"samples.{ending}"
    said = blessed.evals("runs", "export", blessed.newest_run(), "-o", path)
    assert said.out == f"{ITEMS} samples of run {blessed.newest_run()} are in {path}.\n"
    if ending == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = parquet.read_table(path).to_pylist()
    assert {row["item_id"] for row in rows} == {f"sum-{n:02}" for n in range(ITEMS)}
    assert {row["state"] for row in rows} == {"ok"}


def test_the_transcripts_are_exported_for_inspect(blessed: Project) -> None:
    from inspect_ai.log import read_eval_log

    folder = blessed.folder / "a folder with spaces"
    said = blessed.evals("runs", "export", blessed.newest_run(), "-o", folder)
    command = said.out.partition("see them with: ")[2].strip()
    assert command == f"inspect view --log-dir '{folder}'"
    [log] = folder.glob("*.eval")
    samples = read_eval_log(str(log)).samples
    assert samples is not None
    assert len(samples) == ITEMS


def test_an_export_into_a_missing_folder_is_refused(blessed: Project) -> None:
    said = blessed.evals("runs", "export", blessed.newest_run(), "-o", "nowhere/x.csv")
    assert said.exit_code == 2
    assert "the export cannot be written: No such file or directory (nowhere/x.csv)" in said.err


def test_a_baseline_is_shown_with_its_runs_and_its_reason(blessed: Project) -> None:
    shown = blessed.evals("baseline", "show", "first", "--json").document
    assert (shown["name"], shown["why"], len(shown["runs"])) == ("first", "as first seen", 2)
    assert shown["retired_at"] is None
    plain = blessed.evals("baseline", "show", "first")
    assert all(run in plain.out for run in shown["runs"])
    listed = blessed.evals("baseline", "list")
    assert "as first seen" in listed.out
    taken = blessed.evals("baseline", "bless", shown["runs"][0], "--name", "first", "--why", "w")
    assert taken.exit_code == 2
    assert "a baseline is already named 'first'" in taken.err
