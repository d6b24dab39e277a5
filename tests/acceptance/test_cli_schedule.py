"""`evals schedule`: what is checked when, told to a person and to a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.factories_cli import a_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.factories_cli import Project

WEEKLY = {"endpoint": "sim", "suite": "facts", "timezone": "Europe/Berlin"}
NIGHTLY = {**WEEKLY, "cron": "30 2 * * mon-fri", "enabled": False}


@pytest.fixture
def scheduled(tmp_path: Path) -> Project:
    """A project with two schedules, which no server has read."""
    return a_project(tmp_path / "project", schedules={"weekly": WEEKLY, "nightly": NIGHTLY})


def in_words(project: Project, *words: str) -> list[list[str]]:
    """The rows of the table that a command prints."""
    said = project.evals("schedule", *words)
    assert said.exit_code == 0, said
    rule = next(line for line in said.out.splitlines() if "──" in line)
    body = said.out.split(rule)[1].splitlines()
    lines = [line.split("  ") for line in body if line.strip()]
    return [[cell.strip() for cell in line if cell.strip()] for line in lines]


def test_without_any_schedule_a_person_is_shown_how_to_write_one(tmp_path: Path) -> None:
    project = a_project(tmp_path / "project")
    for words in (["list"], ["next"]):
        assert (
            "schedules:\n    weekly: {endpoint: my-endpoint"
            in project.evals("schedule", *words).out
        )
    assert "No such moment has come yet" in project.evals("schedule", "due").out


def test_schedules_are_listed_before_and_after_somebody_acted_on_them(scheduled: Project) -> None:
    told = scheduled.evals("schedule", "list")
    assert told.out.count("not read yet ") == 3
    assert "What is not read yet holds once `evals serve` runs with this file." in told.out
    paused = scheduled.evals(
        "schedule", "pause", "weekly", "--why", "the vendor moves", "--who", "ana"
    )
    assert paused.out == "Schedule weekly starts nothing until: evals schedule resume weekly\n"
    weekly, nightly = scheduled.evals("schedule", "list", "--json").document
    assert (weekly["name"], weekly["state"]) == ("weekly", "paused by ana: the vendor moves")
    assert weekly["paused"]["who"] == "ana"
    assert (nightly["name"], nightly["state"]) == ("nightly", "not read yet")
    again = scheduled.evals("schedule", "pause", "weekly", "--why", "x")
    assert (again.exit_code, "evals schedule resume weekly" in again.err) == (2, True)
    resumed = scheduled.evals("schedule", "resume", "weekly").out
    assert resumed.startswith("Schedule weekly goes on; it is due next on Mon ")
    assert scheduled.evals("schedule", "resume", "weekly").exit_code == 2


def test_the_moments_to_come_are_told_on_the_schedule_s_own_clock(scheduled: Project) -> None:
    weekly = scheduled.evals("schedule", "next", "weekly", "--limit", "3", "--json").document
    assert [one["schedule"] for one in weekly] == ["weekly"] * 3
    assert all(one["due_at"] < one["starts_at"] < one["deadline_at"] for one in weekly)
    [first, *_] = in_words(scheduled, "next", "weekly")
    assert first[0].startswith("Mon ")
    assert first[0].endswith("06:00")
    assert "the schedule is not enabled" in scheduled.evals("schedule", "next", "nightly").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["next", "wekly"], "there is no schedule 'wekly'. Did you mean weekly?"),
        (
            ["due", "other"],
            "there is no schedule 'other'. See the names with `evals schedule list`",
        ),
        (["pause", "other", "--why", "x"], "there is no schedule 'other'"),
        (["run", "nightly"], "schedule 'nightly' starts nothing: the schedule is not enabled"),
        (["run", "weekly", "--endpoint", "x"], "schedule 'weekly' does not ask 'x'. It asks: sim."),
        (["run", "weekly", "--leave", "--now"], "--now and --output belong to a run"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    scheduled: Project, words: list[str], told: str
) -> None:
    said = scheduled.evals("schedule", *words)
    assert said.exit_code == 2
    assert told in " ".join(said.err.split())


def test_a_check_that_is_asked_for_waits_for_a_worker(scheduled: Project) -> None:
    left = scheduled.evals("schedule", "run", "weekly", "--leave")
    assert left.out.startswith("Slot 1: sim, suite facts, waits for a worker.\n")
    [slot] = scheduled.evals("schedule", "due", "weekly", "--json").document
    assert (slot["state"], slot["run"]) == ("claimed", None)
    assert slot["reason"].startswith("asked for by ")
    assert scheduled.evals("schedule", "due", "--state", "missed", "--json").document == []


def test_a_schedule_that_names_what_is_not_there_is_told_by_config_check(tmp_path: Path) -> None:
    other = {**WEEKLY, "endpoint": ["sim", "simm"], "suite": "fcts"}
    project = a_project(tmp_path / "project", schedules={"weekly": WEEKLY, "other": other})
    said = project.evals("config", "check")
    assert said.exit_code == 2
    assert "there is no endpoint 'simm'. Did you mean sim?" in said.err
    assert "there is no suite or golden set 'fcts'. Did you mean facts?" in said.err
    assert said.err.count("Found in schedule 'other'") == 2
