"""`evals alerts`: what a person sees and does, with who and why."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from evals.errors import EvalsError
from service.cli.alerts import app
from service.db.session import reading
from service.stages.alert import observe
from service.store import alerts, notifications
from tests.databases import opened
from tests.integration.alert_factories import NOON, routing, seen

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

CONFIG = "alerts: {channels: {chat: {apprise: {url_env: CHAT_URL}}}}\n"


@pytest.fixture
def engine(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVALS_DATABASE_URL", sqlite_url)
    (tmp_path / "evals.yaml").write_text(CONFIG)
    with opened(sqlite_url) as engine:
        observe(engine, [seen()], routing("chat"), NOON)
        yield engine


def evals_alerts(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def as_json(*arguments: str) -> Any:
    return json.loads(evals_alerts(*arguments, "--json").stdout)


@pytest.mark.usefixtures("engine")
def test_list_shows_what_is_open_and_all_of_it_on_demand() -> None:
    assert "prod · weekly: the scores moved" in evals_alerts("list").stdout
    evals_alerts("resolve", "1", "--why", "a typo")
    assert "Nothing is open" in evals_alerts("list").stdout
    assert [one["state"] for one in as_json("list", "--all")] == ["resolved"]


def test_who_and_why_are_kept_and_told(engine: Engine) -> None:
    done = evals_alerts("ack", "1", "--why", "the provider knows", "--who", "ana")
    assert done.stdout == "Alert 1 is acknowledged: prod · weekly: the scores moved.\n"
    with reading(engine) as session:
        last = alerts.history(session, 1)[-1]
        told = notifications.newest(session)[0]
    assert (last.actor, last.reason) == ("ana", "the provider knows")
    assert (told.notice.actor, told.notice.reason) == ("ana", "the provider knows")


@pytest.mark.usefixtures("engine")
def test_show_tells_the_story_and_every_message() -> None:
    done = evals_alerts("silence", "1", "--for", "4h", "--why", "maintenance")
    assert re.match(r"Alert 1 is silenced until \d{4}-\d\d-\d\d \d\d:\d\d UTC: ", done.stdout)
    shown = evals_alerts("show", "1").stdout
    for words in ("silenced until", "maintenance", "as run 1 shows", "pending"):
        assert words in shown
    document = as_json("show", "1")
    assert [one["after"] for one in document["moves"]] == ["open", "silenced"]
    assert [one["kind"] for one in document["messages"]] == ["opened", "silenced"]


@pytest.mark.usefixtures("engine")
def test_what_cannot_be_done_is_said() -> None:
    evals_alerts("resolve", "1", "--why", "over")
    for arguments, words in [
        (["ack", "1", "--why", "late"], "is resolved"),
        (["show", "7"], "no alert 7"),
        (["silence", "1", "--for", "now", "--why", "x"], "no time"),
        (["test", "chatt"], "Did you mean chat"),
    ]:
        with pytest.raises(EvalsError) as problem:
            evals_alerts(*arguments)
        assert words in str(problem.value)


@pytest.mark.usefixtures("engine")
def test_a_test_that_does_not_arrive_says_what_to_mend() -> None:
    tried = evals_alerts("test", "chat")
    assert tried.exit_code == 3
    assert "until somebody mends it: the variable CHAT_URL" in tried.stdout
    assert as_json("test", "chat")["outcome"] == "permanent"
