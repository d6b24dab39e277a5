"""Runs in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from evals.records import Fingerprint, RunStatus
from service.db.session import reading, writing
from service.errors import AmbiguousId, RunNotFound
from service.store import runs
from tests.integration.store_factories import NOW, make_run, store_run

if TYPE_CHECKING:
    from sqlalchemy import Engine

RUNNING = {RunStatus.RUNNING}
PLANNED = {RunStatus.PLANNED}


def test_a_run_comes_back_as_it_was_stored(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session, make_run(status_reason="a\x00b\ud800", options={"epochs": 3}))
    with reading(database) as session:
        assert runs.get(session, run.id) == run
        assert runs.log_dir(session, run.id) == "logs/run-1"


def test_the_same_run_is_never_created_twice(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
    with pytest.raises(IntegrityError), writing(database) as session:
        runs.create(session, run)


def test_a_run_is_found_by_a_unique_prefix_only(database: Engine) -> None:
    with writing(database) as session:
        for run_id in ("abc-1", "abc-2", "abd-1", "abd"):
            store_run(session, make_run(run_id))
    with reading(database) as session:
        assert runs.get(session, "abc-1").id == "abc-1"
        assert runs.get(session, "abd").id == "abd", "an exact id wins over a prefix"
        with pytest.raises(AmbiguousId, match="abc-2, abc-1"):
            runs.get(session, "abc")
        with pytest.raises(RunNotFound, match="evals runs list"):
            runs.get(session, "ABC-1")
        for nothing in ("", "%", "x"):
            with pytest.raises(RunNotFound):
                runs.get(session, nothing)


def test_many_candidates_are_cut_short(database: Engine) -> None:
    with writing(database) as session:
        for number in range(8):
            store_run(session, make_run(f"run-{number}"))
    with reading(database) as session, pytest.raises(AmbiguousId, match=r"run-3, \.\.\."):
        runs.get(session, "run")


def test_runs_are_listed_newest_first_and_filtered(database: Engine) -> None:
    with writing(database) as session:
        for number, endpoint in enumerate(["prod", "prod", "canary"]):
            created_at = NOW + timedelta(hours=number)
            run = make_run(f"run-{number}", endpoint=endpoint, created_at=created_at)
            store_run(session, run)
        store_run(session, make_run("other", suite="daily", status=RunStatus.COMPLETED))
    with reading(database) as session:

        def ids(**filters: object) -> list[str]:
            return [run.id for run in runs.newest(session, **filters)]  # type: ignore[arg-type] # filters of the test

        assert ids() == ["run-2", "run-1", "run-0", "other"]
        assert ids(limit=2) == ["run-2", "run-1"]
        assert ids(endpoint="prod") == ["run-1", "run-0", "other"]
        assert ids(endpoint="prod", suite="weekly") == ["run-1", "run-0"]
        assert ids(statuses={RunStatus.COMPLETED, RunStatus.FAILED}) == ["other"]
        assert [len(run.tasks) for run in runs.newest(session)] == [1, 1, 1, 1]


def test_of_two_that_start_a_run_one_is_told_no(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
    answers = []
    for _ in range(2):
        with writing(database) as session:
            answers.append(
                runs.set_status(session, run.id, RunStatus.RUNNING, expected=PLANNED, now=NOW)
            )
    assert answers == [True, False]


def test_a_resumed_run_keeps_its_start_and_loses_its_end(database: Engine) -> None:
    later, latest = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    with writing(database) as session:
        run = store_run(session)
        runs.set_status(session, run.id, RunStatus.RUNNING, expected=PLANNED, now=NOW)
        runs.set_status(
            session, run.id, RunStatus.FAILED, expected=RUNNING, now=later, reason="server died"
        )
        failed = runs.get(session, run.id)
        runs.set_status(session, run.id, RunStatus.RUNNING, expected={RunStatus.FAILED}, now=latest)
    with reading(database) as session:
        resumed = runs.get(session, run.id)
    assert (failed.status, failed.status_reason) == (RunStatus.FAILED, "server died")
    assert (failed.started_at, failed.completed_at) == (NOW, later)
    assert (resumed.started_at, resumed.completed_at, resumed.status_reason) == (NOW, None, "")


def test_an_unknown_run_cannot_be_moved(database: Engine) -> None:
    with writing(database) as session:
        moved = runs.set_status(session, "no", RunStatus.RUNNING, expected=PLANNED, now=NOW)
    assert not moved


def test_moments_of_any_zone_come_back_in_utc(database: Engine) -> None:
    eastward = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with writing(database) as session:
        run = store_run(session, make_run(created_at=eastward, started_at=eastward))
        runs.set_status(session, run.id, RunStatus.FAILED, expected=PLANNED, now=eastward)
    with reading(database) as session:
        stored = runs.get(session, run.id)
    assert {stored.created_at, stored.started_at, stored.completed_at} == {NOW}
    assert stored.created_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(database: Engine) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(StatementError, match="no time zone"), writing(database) as session:
        store_run(session, make_run(created_at=naive))
    with reading(database) as session:
        assert runs.newest(session) == ()


def test_a_fingerprint_comes_back_and_is_replaced_by_a_fuller_one(database: Engine) -> None:
    first = Fingerprint(
        served_models=("gpt-4o-2024-08-06",),
        system_fingerprints=("fp_1", "fp_2"),
        stop_reasons={"stop": 4},
        requested_parameters={"temperature": 0, "seed": 7},
        sent_parameters={"temperature": 0},
        input_tokens={("faq", "a"): 12, ("faq", "b"): 13, ("sums", "a"): 4},
    )
    fuller = replace(first, stop_reasons={"stop": 8, "length\x00": 1})
    with writing(database) as session:
        run = store_run(session)
        assert runs.fingerprint(session, run.id) is None
        runs.save_fingerprint(session, run.id, first)
        assert runs.fingerprint(session, run.id) == first
        runs.save_fingerprint(session, run.id, fuller)
    with reading(database) as session:
        assert runs.fingerprint(session, run.id) == fuller
