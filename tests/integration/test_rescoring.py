"""`evals runs rescore`: stored replies graded again, on both databases, through the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from evals.golden_set import ScorerSpec
from evals.policy import Policy
from evals.records import RunStatus
from evals.scorers.registry import scorer_for
from service.cli.runs import app
from service.db.session import reading, writing
from service.db.tables import ScoreRow
from service.errors import RunNotFound
from service.keeper import Keeper
from service.settings import Settings
from service.stages.judge import report_of
from service.store import baselines, golden, readings, runs, samples
from tests.integration.store_factories import (
    NOW,
    make_golden_set,
    make_item,
    make_run,
    make_sample,
    make_score,
    make_task,
    store_run,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.report.view import RunReport

EXACT = ScorerSpec(name="exact", options={"answer": "whole"})
TODAY = scorer_for(EXACT).version
ITEMS = tuple(make_item(f"item-{number}", scorer=EXACT) for number in range(20))
GOLDEN_SET = make_golden_set(*ITEMS, version="2.0")
REGRADED = "graded by another version of its scorer"


@pytest.fixture
def history(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Two blessed runs and a later one, all right; version 0 called the first item wrong."""
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(tmp_path)})
    keeper = Keeper(engine=database, settings=settings)
    monkeypatch.setattr("service.cli.rescoring.open_keeper", lambda: keeper)
    with writing(database) as session:
        golden.save(session, GOLDEN_SET, now=NOW)
        for run_id in ("old-1", "old-2", "new"):
            store(session, run_id, "0")
        blessed = ["old-1", "old-2"]
        baselines.bless(session, name="first", run_ids=blessed, who="me", why="it", now=NOW)
    return database


def store(session: Session, run_id: str, version: str) -> None:
    run = make_run(
        run_id,
        status=RunStatus.COMPLETED,
        tasks=(make_task(GOLDEN_SET),),
        options={},
        completed_at=NOW,
    )
    store_run(session, run)
    records = []
    for number, item in enumerate(ITEMS):
        right = number > 0
        score = make_score(scorer_version=version, value=float(right), passed=right)
        records.append(make_sample(item.id, item_digest=item.content_digest, score=score))
    samples.insert_all_absent(session, run.id, records)


def rescored(*run_ids: str) -> str:
    done = CliRunner().invoke(app, ["rescore", *run_ids], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def report(engine: Engine, run_id: str = "new") -> RunReport:
    return report_of(engine, run_id, policy=Policy(), alias_allowed=False)


def left_out(one: RunReport) -> dict[str, int]:
    (task,) = one.comparison.tasks
    return {left.reason: len(left.item_ids) for left in task.excluded}


def test_new_grades_are_new_rows_and_count_from_then_on(history: Engine) -> None:
    said = rescored("new")
    assert "Run new: 20 replies graded again." in said
    assert f"exact 0 -> {TODAY}: 20 replies" in said
    assert "wrong -> right: 1 reply" in said
    assert "evals judge --run new" in said
    with reading(history) as session:
        loaded = readings.load(session, ["new"])["new"]
        assert session.scalar(select(func.count()).select_from(ScoreRow)) == 80
    assert {sample.score.scorer_version for sample in loaded} == {TODAY}
    assert all(sample.score.passed for sample in loaded)


def test_both_sides_are_compared_once_one_version_has_graded_them(history: Engine) -> None:
    assert left_out(report(history)) == {}
    assert "evals runs rescore old-1 old-2\n" in rescored("new")
    torn = report(history)
    assert left_out(torn) == {REGRADED: 20}
    assert torn.next_steps[0] == (
        "evals runs rescore old-1 old-2",
        "grade both sides alike; then evals judge --run new",
    )
    said = rescored("old-1", "old-2")
    assert said.count("20 replies graded again") == 2
    assert "runs rescore" not in said
    whole = report(history)
    assert left_out(whole) == {}
    (task,) = whole.comparison.tasks
    assert task.score.rate == 1.0


@pytest.mark.usefixtures("history")
def test_the_other_runs_of_a_baseline_are_named() -> None:
    said = rescored("old-1")
    assert "evals runs rescore old-2\n" in said


def test_a_run_with_nothing_to_rescore_says_so(history: Engine) -> None:
    rescored("new")
    said = rescored("new")
    assert "Run new: nothing to rescore; the scorers of today have graded every reply." in said
    assert "evals judge" not in said
    with writing(history) as session:
        runs.create(session, make_run("empty", tasks=(make_task(GOLDEN_SET),)))
    assert "Run empty: nothing to rescore; it holds no reply that was graded." in rescored("empty")


def test_an_unknown_run_is_named_before_anything_is_graded(history: Engine) -> None:
    with pytest.raises(RunNotFound, match="nosuch"):
        CliRunner().invoke(app, ["rescore", "new", "nosuch"], catch_exceptions=False)
    with reading(history) as session:
        assert session.scalar(select(func.count()).select_from(ScoreRow)) == 60


@pytest.mark.usefixtures("history")
def test_as_json_it_is_one_document() -> None:
    document = json.loads(rescored("new", "--json"))
    assert document["outdated_beside"] == ["old-1", "old-2"]
    (one,) = document["runs"]
    assert (one["run"], one["graded_again"], one["left"]) == ("new", 20, {})
    assert one["grades_that_differ"] == {"wrong -> right": 1}
