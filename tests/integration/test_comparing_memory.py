"""Weeks of stored runs, on both databases: memory, changed basis, and verdicts that replay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.policy import Policy, Tier
from evals.records import RunStatus
from evals.verdict import VerdictKind
from service.comparing import compare_and_judge
from service.db.session import reading, writing
from service.stages.judge import judge_run
from service.store import baselines, documents, golden, runs, samples
from service.store.archive import Archive
from tests.databases import copied
from tests.integration.store_factories import (
    NOW,
    make_golden_set,
    make_item,
    make_run,
    make_sample,
    make_score,
    make_task,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.golden_set import GoldenSet
    from evals.records import RunRecord
    from service.comparing import Judged

ITEMS = tuple(make_item(f"item-{number:02}") for number in range(60))
SET = make_golden_set(*ITEMS)
POLICY = Policy(smallest_effect_points=20)
OTHER_PIN = "c" * 64


def week(number: int) -> datetime:
    return NOW + timedelta(weeks=number)


def store_week(
    engine: Engine,
    number: int,
    *,
    wrong: Collection[int] = (),
    asked: GoldenSet = SET,
    **overrides: Any,
) -> RunRecord:
    """Store a completed run of one week; items whose index is in ``wrong`` fail."""
    values: dict[str, Any] = {
        "status": RunStatus.COMPLETED,
        "created_at": week(number),
        "completed_at": week(number) + timedelta(minutes=5),
        "tasks": (make_task(asked),),
    }
    run = make_run(f"week-{number:02}", **(values | overrides))
    with writing(engine) as session:
        golden.save(session, asked, now=NOW)
        for part in ("prod", "judge"):
            documents.save_pin(
                session,
                endpoint=part,
                digest=run.pin_digest,
                document={"model": "m", "parameters": run.pin_digest[0]},
                now=NOW,
            )
        documents.save_suite(
            session,
            name=run.suite,
            digest=run.suite_digest,
            document={"tasks": [{"golden_set": asked.name}]},
            now=NOW,
        )
        runs.create(session, run)
        samples.insert_all_absent(
            session,
            run.id,
            [
                replace(
                    make_sample(item.id, score=_score(right=index not in wrong)),
                    item_digest=item.content_digest,
                )
                for index, item in enumerate(asked.items)
            ],
        )
    return run


def _score(*, right: bool) -> Any:
    said = "paris" if right else "lyon"
    return make_score(passed=right, value=float(right), parsed=said)


@pytest.fixture(scope="module")
def blessed_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Eight passes without a failure, blessed in week 8: stored once, and copied."""
    with copied(template_url, tmp_path_factory.mktemp("blessed")) as engine:
        for number in range(8):
            store_week(engine, number)
        with writing(engine) as session:
            baselines.bless(
                session,
                name="first",
                run_ids=[f"week-{number:02}" for number in range(8)],
                who="ann",
                why="first look",
                now=week(8),
            )
        engine.dispose()
        yield engine.url.render_as_string(hide_password=False)


@pytest.fixture
def blessed(blessed_url: str, tmp_path: Path) -> Iterator[Engine]:
    with copied(blessed_url, tmp_path) as engine:
        yield engine


def judged(engine: Engine, run: RunRecord, policy: Policy = POLICY) -> Judged:
    with reading(engine) as session:
        return compare_and_judge(Archive(session=session), run, policy=policy, alias_allowed=False)


def test_one_broken_item_a_week_is_found_by_memory_and_the_first_such_run_is_named(
    blessed: Engine,
) -> None:
    for number in range(9, 12):
        store_week(blessed, number)
    kinds = [
        judged(blessed, store_week(blessed, number, wrong=[7])).verdict.kind
        for number in range(12, 17)
    ]
    assert kinds[0] is VerdictKind.OK
    assert kinds[-1] is VerdictKind.REGRESSED
    last = judged(blessed, store_week(blessed, 17, wrong=[7]))
    assert last.verdict.reasons[0].startswith("since run week-12 of 2026-05-24 (")
    [memory] = [one for one in last.comparison.tasks[0].memory if one.name == "accuracy"]
    assert memory.runs == 9


def test_the_memory_ends_where_a_new_blessing_begins(blessed: Engine) -> None:
    for number in range(9, 18):
        store_week(blessed, number, wrong=[7])
    with writing(blessed) as session:
        again = [f"week-{number:02}" for number in range(10, 18)]
        baselines.bless(
            session, name="second", run_ids=again, who="ann", why="accepted", now=week(18)
        )
    report = judged(blessed, store_week(blessed, 19, wrong=[7]))
    assert report.comparison.baseline == "second"
    assert report.verdict.kind is VerdictKind.OK
    assert report.comparison.tasks[0].memory[0].runs == 1


def test_a_run_that_was_not_measured_is_no_step_of_the_memory(blessed: Engine) -> None:
    store_week(blessed, 9, status=RunStatus.FAILED, status_reason="the budget was spent")
    store_week(blessed, 10, tasks=(make_task(SET, planned_samples=200),))
    report = judged(blessed, store_week(blessed, 11))
    assert report.comparison.tasks[0].memory[0].runs == 1


def test_a_run_knows_nothing_of_the_weeks_after_it(blessed: Engine) -> None:
    run = store_week(blessed, 9)
    before = judged(blessed, run)
    store_week(blessed, 10, wrong=range(30))
    assert judged(blessed, run) == before


def test_another_pin_is_compared_on_shared_items_and_what_we_changed_is_a_reason(
    blessed: Engine,
) -> None:
    report = judged(blessed, store_week(blessed, 9, pin_digest=OTHER_PIN))
    assert report.verdict.kind is VerdictKind.OK
    assert report.verdict.reasons[1:] == (
        "baseline first belongs to another pin; what we changed: parameters",
        "run once with --bridge to tell our change from theirs, or bless runs of the new basis",
    )


def test_runs_of_another_pin_never_enter_the_memory(blessed: Engine) -> None:
    store_week(blessed, 9, pin_digest=OTHER_PIN)
    report = judged(blessed, store_week(blessed, 10))
    assert report.comparison.tasks[0].memory[0].runs == 1


def test_the_judges_pin_comes_back_as_it_was_stored(database: Engine) -> None:
    stored = store_week(database, 1, judge_pin_digest="d" * 64)
    with reading(database) as session:
        assert runs.get(session, stored.id) == stored


def test_another_policy_makes_another_verdict_and_keeps_the_old_one(blessed: Engine) -> None:
    run = store_week(blessed, 9, wrong=range(10))
    for policy in (POLICY, Policy(tiers={"general-knowledge": Tier.ADVISORY})):
        report = judge_run(blessed, run.id, policy=policy, alias_allowed=False, now=week(10))
    assert report.verdict.kind is not VerdictKind.REGRESSED
    assert any(reason.startswith("advisory") for reason in report.verdict.reasons)
