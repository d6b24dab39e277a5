"""From golden set to verdict: what a person types, what is said, and the exit code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.factories_cli import ITEMS, RUN, an_endpoint

if TYPE_CHECKING:
    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

OTHER_WEIGHTS = {"misroute_share": 1, "other": {"name": "another", "skill": 0.85}}


def test_the_first_run_is_inconclusive_and_prints_the_command_that_blesses_it(
    project: Project,
) -> None:
    first = project.process(*RUN, "sim", "--suite", "facts")
    assert (first.exit_code, first.out.splitlines()[0]) == (3, "? INCONCLUSIVE: no baseline yet")
    command = re.search(r"^  \$ (evals baseline bless .*)$", first.out, re.MULTILINE)
    assert command, first.out
    blessing = project.typed(command[1])
    assert blessing.exit_code == 0, blessing
    [(name, why)] = project.stored("SELECT name, why FROM baselines")
    assert (name, why) == ("sim-facts", "first look")
    again = project.evals("runs", "show", project.newest_run())
    assert "baseline bless" not in again.out
    assert "this run is part of baseline sim-facts" in again.out


def test_an_unchanged_endpoint_is_ok_and_says_what_it_could_have_seen(blessed: Project) -> None:
    said = blessed.evals(*RUN)
    assert said.exit_code == 0, said
    assert said.out.startswith("✓ OK: no change beyond noise; a drop of ")


def test_an_ok_that_could_not_have_seen_what_matters_is_inconclusive(blessed: Project) -> None:
    blessed.configure(policies={"coarse": {"smallest_effect_points": 2}})
    said = blessed.evals(*RUN)
    assert said.exit_code == 3
    assert said.out.startswith("? INCONCLUSIVE: a drop of 2.0 points matters, but this run could")


@pytest.mark.parametrize(
    ("change", "kind", "exit_code"),
    [
        ({"skill_drop": 0.5}, "regressed", 1),
        (OTHER_WEIGHTS, "changed", 1),
        ({"skill": 1.0}, "improved", 0),
        ({"refusal_share": 0.5}, "changed", 1),
        ({"served_model": "sim-2-mini"}, "invalid", 4),
        (
            {"faults": [{"kind": "rate_limit", "share": 0.4, "retry_after_seconds": 0}]},
            "invalid",
            3,
        ),
    ],
    ids=["skill-lost", "other-weights", "skill-won", "refusals", "swapped", "429-storm"],
)
def test_a_change_becomes_its_verdict_and_its_exit_code(
    blessed: Project,
    simulator: RunningSimulator,
    change: dict[str, Any],
    kind: str,
    exit_code: int,
) -> None:
    simulator.behave(**change)
    said = blessed.evals(*RUN, "--json")
    verdict = said.document["verdict"]
    assert (verdict["kind"], verdict["exit_code"], said.exit_code) == (kind, exit_code, exit_code)
    assert blessed.stored("SELECT kind FROM verdicts ORDER BY id DESC LIMIT 1") == [(kind,)]
    assert blessed.count("samples") == 3 * ITEMS
    assert sum(said.document["tasks"][0]["states"].values()) == ITEMS


def test_a_collapse_is_told_at_once_also_by_a_check_that_adapts(
    blessed: Project, simulator: RunningSimulator
) -> None:
    simulator.behave(skill_drop=0.6)
    said = blessed.evals("run", "--json")
    assert (said.exit_code, said.document["verdict"]["kind"]) == (1, "regressed"), said
    assert said.document["usage"]["calls"] > ITEMS


def test_a_suspicion_pages_nobody_and_the_printed_command_asks_again_at_once(
    blessed: Project, simulator: RunningSimulator
) -> None:
    simulator.behave(**OTHER_WEIGHTS)
    suspicious = blessed.evals("run")
    assert suspicious.exit_code == 3, suspicious
    assert suspicious.out.startswith("? INCONCLUSIVE: to be confirmed by asking again from ")
    asked = blessed.count("samples")
    command = re.search(r"^  \$ (evals runs resume .* --now)\b", suspicious.out, re.MULTILINE)
    assert command, suspicious
    settled = blessed.typed(command[1])
    assert settled.exit_code == 1, settled
    assert settled.out.startswith("≠ CHANGED: 9 of 40 answers changed")
    assert blessed.count("samples") == asked + (asked - 2 * ITEMS)
    assert blessed.stored("SELECT status FROM runs WHERE status != 'completed'") == []


def test_not_comparing_is_success_though_there_is_no_baseline(project: Project) -> None:
    assert project.evals(*RUN, "--no-compare").exit_code == 0


def test_not_comparing_does_not_hide_that_nothing_was_measured(
    project: Project, simulator: RunningSimulator
) -> None:
    simulator.behave(faults=[{"kind": "garbage", "share": 0.4}])
    assert project.evals(*RUN, "--no-compare").exit_code == 3


def test_a_changed_pin_is_compared_on_shared_items_and_the_reasons_say_what_we_changed(
    blessed: Project, simulator: RunningSimulator
) -> None:
    endpoint = an_endpoint(simulator.openai_base_url, parameters={"temperature": 0.5})
    blessed.configure(endpoints={"sim": endpoint})
    said = blessed.evals(*RUN, "--json")
    changed = "baseline first belongs to another pin; what we changed: parameters"
    assert changed in said.document["verdict"]["reasons"]
    [step] = said.document["next_steps"]
    assert "--name sim-facts --why" in step["command"]


def test_the_anthropic_protocol_is_asked_through_its_own_client(
    project: Project, simulator: RunningSimulator
) -> None:
    endpoint = an_endpoint(
        simulator.anthropic_base_url,
        model="anthropic/claude-sonnet-4-5-20250929",
        api_key_env="KEY_OF_THE_SIMULATOR",
        parameters={"max_tokens": 64},
    )
    project.configure(endpoints={"claude": endpoint})
    said = project.evals(*RUN, "--json", KEY_OF_THE_SIMULATOR="k-123456")
    assert said.document["verdict"]["reasons"] == ["no baseline yet"], said
    assert said.document["tasks"][0]["states"] == {"ok": ITEMS}
    assert simulator.requests[-1].protocol == "anthropic"
