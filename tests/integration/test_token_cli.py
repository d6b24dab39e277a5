"""``evals token``: shown once, listed without its secret, ended for good."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from service.cli.token import app, span_of
from service.errors import TokenNotFound, TokenRefused
from service.store.tokens import SHOWN, SIGN

if TYPE_CHECKING:
    from typer.testing import Result


@pytest.fixture
def runner(sqlite_url: str) -> CliRunner:
    return CliRunner(env={"EVALS_DATABASE_URL": sqlite_url, "COLUMNS": "200"})


def done(runner: CliRunner, *words: str) -> Result:
    result = runner.invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result


def test_a_token_is_shown_once_and_then_only_its_beginning(runner: CliRunner) -> None:
    made = done(runner, "create", "ci", "--scope", "run", "--expires", "90d")
    text = made.stdout.strip()
    assert text.startswith(SIGN)
    assert len(text) == len(SIGN) + 43
    assert "not shown again" in made.stderr
    listed = done(runner, "list").stdout + done(runner, "list", "--json").stdout
    assert text[:SHOWN] in listed
    assert text[SHOWN:] not in listed
    assert "live until" in listed


def test_every_token_is_another(runner: CliRunner) -> None:
    texts = [
        json.loads(done(runner, "create", name, "--scope", "read", "--json").stdout)["token"]
        for name in "ab"
    ]
    assert texts[0] != texts[1]


def test_a_revoked_token_stays_listed_and_its_name_taken(runner: CliRunner) -> None:
    done(runner, "create", "ci", "--scope", "admin")
    done(runner, "revoke", "ci")
    done(runner, "revoke", "ci")
    (listed,) = json.loads(done(runner, "list", "--json").stdout)
    assert (listed["live"], listed["scope"]) == (False, "admin")
    again = runner.invoke(app, ["create", "ci", "--scope", "read"])
    assert isinstance(again.exception, TokenRefused)
    unknown = runner.invoke(app, ["revoke", "nobody"])
    assert isinstance(unknown.exception, TokenNotFound)


def test_without_tokens_the_next_step_is_named(runner: CliRunner) -> None:
    assert "evals token create" in done(runner, "list").stdout


@pytest.mark.parametrize(
    "words", [["create", " ", "--scope", "read"], ["create", "a", "--scope", "all"]]
)
def test_what_makes_no_token_is_refused(runner: CliRunner, words: list[str]) -> None:
    assert runner.invoke(app, words).exit_code == 2


@pytest.mark.parametrize("text", ["", "0d", "-1d", "90", "d", "1y", "1.5d", "999999d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no span of time"):
        span_of(text)


def test_spans_are_hours_days_and_weeks() -> None:
    spans = [span_of(text) for text in ("12h", "90d", " 52w ")]
    assert spans == [timedelta(hours=12), timedelta(days=90), timedelta(weeks=52)]
