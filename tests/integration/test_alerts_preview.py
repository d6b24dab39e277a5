"""`evals alerts preview`: what people would read, and nothing is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from evals.report.notice.examples import NAMES, example
from service.cli.alerts import app
from service.stages.alert import observe
from tests.databases import opened
from tests.integration.alert_factories import NOON, routing, seen
from tests.slack_rules import check_message

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVALS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "80")


def preview(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["preview", *arguments])


def test_every_example_is_shown_and_is_a_message_that_slack_takes() -> None:
    for name in NAMES:
        shown = preview("--example", name)
        assert shown.exit_code == 0
        assert len(shown.output.splitlines()) > 2
        check_message(json.loads(preview("--example", name, "--json").stdout))


def test_an_alert_is_shown_as_it_was_told(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        observe(engine, [seen(parts=("faq",))], routing("team"), NOON)
    shown = preview("1")
    assert shown.exit_code == 0
    assert "prod · weekly" in shown.output
    assert "As run 1 shows." in shown.output
    assert "evals alerts ack 1" in shown.output


def test_an_alert_that_nobody_was_told_of_is_shown_as_it_would_be(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        observe(engine, [seen()], routing(), NOON)
    assert "prod · weekly" in preview("1").output


def test_links_and_buttons_are_those_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "evals.yaml").write_text("alerts: {public_url: https://pinwatch.example.org}\n")
    shown = preview("--example", "regressed").output
    assert "https://pinwatch.example.org/api/v1/runs/20260105-0600-4c1d/report" in shown
    assert "[ Report ]" in shown


def test_what_cannot_be_shown_is_told() -> None:
    for arguments in ((), ("1", "--example", "test"), ("--example", "tests")):
        assert "example" in str(preview(*arguments).exception)


def test_the_examples_are_listed_in_the_help() -> None:
    told = " ".join(preview("--help").output.replace("\u2502", " ").split())
    assert all(name in told for name in NAMES)
    assert example("test").channel == "oncall"
