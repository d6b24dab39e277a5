"""The adaptive check as a person types it: few calls in peace, confirmed before it pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.factories_cli import ITEMS

if TYPE_CHECKING:
    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

LOST = {"skill_by_item": {f"sum-{n:02}": 0.0 for n in range(24, 40)}}
SIX_TIMES = 6


@pytest.fixture
def watched(blessed: Project) -> Project:
    """A project with a baseline, and the limits of calls that a policy has by itself."""
    blessed.configure(policies={"coarse": {"smallest_effect_points": 40, "page_at_points": 100}})
    return blessed


def test_an_unchanged_endpoint_costs_less_than_the_dry_run_allows(watched: Project) -> None:
    plan = watched.evals("run", "--dry-run", "--json").document
    said = watched.evals("run", "--json")
    assert said.exit_code == 0, said
    [task] = said.document["tasks"]
    assert task["sampling"]["confirmation"] == "not_needed"
    assert task["sampling"]["calls"] == plan["calls"] < plan["most_calls"] <= SIX_TIMES * ITEMS


def test_a_loss_is_inconclusive_until_it_is_confirmed_and_then_regressed(
    watched: Project, simulator: RunningSimulator
) -> None:
    simulator.behave(**LOST)
    said = watched.evals("run")
    assert said.exit_code == 3, said
    assert said.out.startswith("? INCONCLUSIVE: to be confirmed by asking again from ")
    run = watched.newest_run()
    assert f"$ evals runs resume {run} --now" in said.out
    assert watched.evals("runs", "resume", run).exit_code == 3
    confirmed = watched.evals("runs", "resume", run, "--now")
    assert confirmed.exit_code == 1, confirmed
    assert confirmed.out.startswith("✗ REGRESSED: accuracy fell from ")
    assert "repeated at " in confirmed.out


def test_now_confirms_within_one_command(watched: Project, simulator: RunningSimulator) -> None:
    simulator.behave(**LOST)
    said = watched.evals("run", "--now")
    assert said.exit_code == 1, said
    assert said.out.startswith("✗ REGRESSED")


def test_a_fixed_plan_asks_as_often_as_it_was_told(watched: Project) -> None:
    said = watched.evals("run", "--fixed", "2", "--json")
    [task] = said.document["tasks"]
    assert (task["sampling"], task["planned"]) == (None, 2 * ITEMS)


def test_a_baseline_is_built_in_one_go_reported_and_blessed(project: Project) -> None:
    command = ("baseline", "build", "sim", "--suite", "facts", "--name", "b", "--why", "first")
    asked = project.evals(*command, "--passes", "2", "--spread", "3d")
    assert "1 of 2 passes are there; the next is due at " in asked.out, asked
    built = project.evals(*command, "--passes", "2", "--spread", "now")
    assert built.exit_code == 0, built
    assert "facts: 40 items, 2 passes, " in built.out
    assert "never right" in built.out
    again = project.evals(*command, "--passes", "2", "--spread", "now", "--bless")
    assert again.out.endswith("Blessed: baseline b, 2 passes.\n"), again
    assert project.count("runs") == 2
    assert project.evals(*command).exit_code == 2
