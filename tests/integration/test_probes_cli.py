"""``evals probes``: what is asked, shown without asking it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from evals.probes.registry import generate, known_probes
from evals.shipped_suites import known_suites, read_suite
from service.cli.probes import app


def _said(*words: str) -> str:
    ended = CliRunner().invoke(app, list(words))
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_every_probe_is_listed_with_its_calls() -> None:
    listed = json.loads(_said("list", "--json"))
    assert tuple(row["name"] for row in listed) == known_probes()
    assert all(row["summary"][-1] in ".?" for row in listed)
    assert [row["name"] for row in listed if not row["calls"]] == ["judge"]


@pytest.mark.parametrize("name", known_probes())
def test_a_probe_shows_its_figures_beside_what_others_measured(name: str) -> None:
    shown = json.loads(_said("show", name, "--json"))
    assert shown["digest"] == generate(name, {}).digest
    assert shown["figures"]
    assert all(one["source"] for one in shown["published"])
    assert name in _said("show", name)


def test_a_preview_is_what_is_sent_turn_by_turn() -> None:
    item = next(item for item in generate("pushback", {}).items if item.arm == "D2")
    shown = _said("preview", "pushback", "--arm", "D2")
    assert item.messages[0].content in shown
    assert all(turn in shown for turn in item.turns)


@pytest.mark.parametrize("name", known_suites())
def test_every_shipped_suite_can_be_read(name: str) -> None:
    assert read_suite(name).description
