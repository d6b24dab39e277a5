"""Baselines and verdicts in the store."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from evals.records import RunStatus
from evals.verdict import VerdictKind
from service.db.session import reading, writing
from service.errors import BaselineNotFound, BaselineRefused, RunNotFound
from service.store import baselines, samples, verdicts
from tests.integration.store_factories import (
    NOW,
    make_failed_sample,
    make_run,
    make_sample,
    make_verdict,
    store_completed,
    store_run,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


def bless(session: Session, *run_ids: str, name: str = "march") -> baselines.Baseline:
    return baselines.bless(session, name=name, run_ids=run_ids, who="ana", why="release 4", now=NOW)


def add(session: Session, run_id: str, kind: VerdictKind, *, baseline: str | None = None) -> None:
    verdicts.add(
        session,
        run_id=run_id,
        verdict=make_verdict(kind, pin_broken=kind is VerdictKind.INVALID),
        baseline=baseline,
        comparison={"passes": 2, "p": [0.25, None], "answer": "a\x00b"},
        code_version="0.1.0",
        now=NOW,
    )


def test_a_blessed_baseline_says_who_when_why_and_of_which_runs(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-2", "run-1")
        blessed = bless(session, "run-2", "run-1", "run-2")
    with reading(database) as session:
        assert baselines.get(session, "march") == blessed
    assert blessed.run_ids == ("run-2", "run-1")
    assert (blessed.who, blessed.why, blessed.created_at) == ("ana", "release 4", NOW)
    assert (blessed.endpoint, blessed.suite, blessed.pin_digest) == ("prod", "weekly", "a" * 64)
    assert blessed.retired_at is None


def test_only_completed_runs_are_blessed(database: Engine) -> None:
    with writing(database) as session:
        store_run(session, make_run("half", status=RunStatus.FAILED))
        with pytest.raises(BaselineRefused, match=r"half is failed.*evals runs resume half"):
            bless(session, "half")
        with pytest.raises(RunNotFound):
            bless(session, "unknown")
        with pytest.raises(BaselineRefused, match="no run was named"):
            bless(session)


def test_a_run_that_was_hardly_measured_is_not_blessed(database: Engine) -> None:
    with writing(database) as session:
        store_run(session, make_run("gap", status=RunStatus.COMPLETED))
        samples.insert_all_absent(session, "gap", [make_sample(), make_failed_sample()])
        with pytest.raises(BaselineRefused, match=r"only 1 of 2 samples of run gap .* needs 95"):
            bless(session, "gap")


@pytest.mark.parametrize(
    ("what", "overrides"),
    [
        ("endpoint", {"endpoint": "canary"}),
        ("suite", {"suite": "daily"}),
        ("pin", {"pin_digest": "c" * 64}),
    ],
)
def test_runs_of_two_kinds_are_not_blessed_together(
    database: Engine, what: str, overrides: dict[str, str]
) -> None:
    with writing(database) as session:
        store_completed(session, "run-1")
        store_completed(session, "run-2", **overrides)
        with pytest.raises(BaselineRefused, match=f"another {what}"):
            bless(session, "run-1", "run-2")


def test_a_name_is_given_once(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1", "run-2")
        first = bless(session, "run-1")
        with pytest.raises(BaselineRefused, match="never move"):
            bless(session, "run-2")
        assert baselines.get(session, "march") == first


def test_the_newest_baseline_in_force_is_found(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1", "run-2")
        store_completed(session, "run-3", pin_digest="c" * 64)
        for name, run_id in (("one", "run-1"), ("two", "run-2"), ("other pin", "run-3")):
            bless(session, run_id, name=name)

        def found(pin_digest: str | None = None) -> str | None:
            baseline = baselines.find(
                session, endpoint="prod", suite="weekly", pin_digest=pin_digest
            )
            return baseline.name if baseline else None

        assert (found(), found("a" * 64), found("d" * 64)) == ("other pin", "two", None)
        assert baselines.find(session, endpoint="prod", suite="daily") is None
        later = NOW + timedelta(days=1)
        assert baselines.retire(session, "two", who="ben", why="noisy", now=later)
        assert not baselines.retire(session, "two", who="ben", why="again", now=later)
        assert found("a" * 64) == "one"
        assert baselines.get(session, "two").retired_at == later
        newest = baselines.newest(session, endpoint="prod", suite="weekly")
        assert [each.name for each in newest] == ["other pin", "two", "one"]
        assert baselines.newest(session, endpoint="canary") == ()


def test_an_unknown_baseline_is_an_error_that_names_the_list(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1")
        with pytest.raises(BaselineNotFound, match="evals baseline list"):
            baselines.get(session, "no")
        with pytest.raises(BaselineNotFound):
            baselines.retire(session, "no", who="ben", why="", now=NOW)
        with pytest.raises(BaselineNotFound):
            add(session, "run-1", VerdictKind.OK, baseline="no")


def test_a_verdict_comes_back_and_a_later_one_is_shown_first(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1")
        assert verdicts.latest(session, "run-1") is None
        bless(session, "run-1")
        add(session, "run-1", VerdictKind.INVALID)
        first = verdicts.latest(session, "run-1")
        add(session, "run-1", VerdictKind.OK, baseline="march")
    with reading(database) as session:
        second = verdicts.latest(session, "run-1")
    assert first is not None
    assert second is not None
    assert first.verdict == make_verdict(VerdictKind.INVALID, pin_broken=True)
    assert first.baseline is None
    assert second.verdict == make_verdict(VerdictKind.OK)
    assert (second.baseline, second.code_version, second.created_at) == ("march", "0.1.0", NOW)
    assert second.comparison == {"passes": 2, "p": [0.25, None], "answer": "a\x00b"}


@pytest.mark.parametrize("kind", VerdictKind)
def test_every_kind_of_verdict_can_be_stored(database: Engine, kind: VerdictKind) -> None:
    with writing(database) as session:
        store_completed(session, "run-1", "run-2", "run-3")
        add(session, "run-1", VerdictKind.CHANGED)
        add(session, "run-1", kind)
        add(session, "run-2", VerdictKind.OK)
        assert verdicts.latest_kinds(session, ["run-1", "run-2", "run-3"]) == {
            "run-1": kind,
            "run-2": VerdictKind.OK,
        }


def test_a_comparison_with_nan_is_refused_on_both_dialects(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1")
    with (
        pytest.raises((StatementError, ValueError), match="JSON compliant"),
        writing(database) as session,
    ):
        verdicts.add(
            session,
            run_id="run-1",
            verdict=make_verdict(),
            baseline=None,
            comparison={"p": math.nan},
            code_version="0.1.0",
            now=NOW,
        )


def test_the_database_itself_refuses_words_that_we_do_not_know(database: Engine) -> None:
    with writing(database) as session:
        store_completed(session, "run-1")
    with pytest.raises(IntegrityError), writing(database) as session:
        session.execute(text("UPDATE runs SET status = 'sleeping'"))
