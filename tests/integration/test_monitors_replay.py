"""Monitors are derived: their states and every verdict follow from facts, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from evals.verdict import VerdictKind
from service.cli.main import _app
from service.db.session import reading, writing
from service.db.tables import ScoreRow
from service.monitors import history, newest
from service.replaying import replay
from service.stages.judge import judge_run
from service.store import baselines
from tests.databases import copied
from tests.integration.test_comparing_memory import POLICY, blessed_url, store_week, week

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.records import RunRecord
    from service.replaying import Replayed

__all__ = ["blessed_url"]


@pytest.fixture(scope="module")
def judged_url(blessed_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Eight weeks, judged once and copied: four without a change, then four with a broken item."""
    with copied(blessed_url, tmp_path_factory.mktemp("judged")) as engine:
        for number in range(9, 17):
            run = store_week(engine, number, wrong=[7] if number > 12 else [])
            judge_run(engine, run.id, policy=POLICY, alias_allowed=False, now=week(number))
        engine.dispose()
        yield engine.url.render_as_string(hide_password=False)


@pytest.fixture
def judged_weeks(judged_url: str, tmp_path: Path) -> Iterator[Engine]:
    with copied(judged_url, tmp_path) as engine:
        yield engine


def replayed(engine: Engine) -> list[Replayed]:
    with reading(engine) as session:
        return list(replay(session, endpoint=None, suite=None, alias_allowed=never))


def never(run: RunRecord) -> bool:  # noqa: ARG001 - of every run
    return False


def test_every_verdict_and_state_replays_to_what_is_stored(judged_weeks: Engine) -> None:
    found = replayed(judged_weeks)
    assert [one.run.id for one in found] == [f"week-{number:02}" for number in range(9, 17)]
    assert [one.differences for one in found] == [()] * 8
    assert found[-1].again.kind is VerdictKind.REGRESSED


def test_a_fact_that_was_altered_is_found_by_replaying(judged_weeks: Engine) -> None:
    with writing(judged_weeks) as session:
        session.execute(update(ScoreRow).where(ScoreRow.id == 8 * 60 + 1).values(passed=False))
    assert any(one.differences for one in replayed(judged_weeks))


def test_a_later_blessing_changes_no_verdict_that_was_given(judged_weeks: Engine) -> None:
    with writing(judged_weeks) as session:
        baselines.bless(
            session, name="new", run_ids=["week-15", "week-16"], who="a", why="b", now=week(17)
        )
    assert not any(one.differences for one in replayed(judged_weeks))


def test_a_monitor_says_since_which_run_its_series_is_lower(judged_weeks: Engine) -> None:
    with reading(judged_weeks) as session:
        states = {one.series: one for one in newest(session)}
    assert states["accuracy"].stands == "lower since week-13"
    assert states["accuracy"].runs == 8


def test_the_history_of_a_monitor_has_a_state_for_each_run(judged_weeks: Engine) -> None:
    with reading(judged_weeks) as session:
        states = [one for one in history(session, endpoint="prod") if one.series == "accuracy"]
    assert [one.runs for one in states] == list(range(1, 9))
    assert states[3].stands == "quiet"


def called(engine: Engine, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, Any]:
    monkeypatch.setattr("service.db.engine.create_engine", lambda _url, **_: engine)
    said = CliRunner().invoke(_app, [*words, "--json"], catch_exceptions=False)
    return said.exit_code, json.loads(said.stdout)


def test_replay_exits_1_when_a_verdict_no_longer_follows(
    judged_weeks: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, document = called(judged_weeks, monkeypatch, "monitors", "replay")
    assert (code, len(document)) == (0, 8)
    with writing(judged_weeks) as session:
        session.execute(update(ScoreRow).where(ScoreRow.id > 8 * 60).values(passed=False))
    assert called(judged_weeks, monkeypatch, "monitors", "replay")[0] == 1


def test_judging_again_under_another_policy_says_what_differs_and_keeps_both(
    judged_weeks: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, document = called(judged_weeks, monkeypatch, "judge", "--run", "week-16")
    assert code == 0
    assert "policy smallest_effect_points: was 20.0, is 10.0" in document["differences"]
    assert document["report"]["verdict"]["kind"] == "regressed"
    assert called(judged_weeks, monkeypatch, "monitors", "replay")[0] == 0


def test_monitors_are_listed_and_shown(
    judged_weeks: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(called(judged_weeks, monkeypatch, "monitors", "list")[1]) == 2
    assert len(called(judged_weeks, monkeypatch, "monitors", "show", "prod")[1]) == 16
