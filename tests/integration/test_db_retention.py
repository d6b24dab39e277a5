"""What pruning takes and what it keeps; copies of the store, made and put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, text, update

from evals.policy import Policy
from evals.records import RunStatus
from service.db import migrate
from service.db.copies import back_up, put_back
from service.db.session import reading, writing
from service.db.tables import AlertRow, RunRow, TextRow
from service.errors import CopyRefused, StoreUnavailable
from service.keeper import Keeper
from service.pruning import prune, would_prune
from service.settings import Settings
from service.stages.judge import report_of
from service.store import baselines, handed, readings, runs, samples
from tests.databases import opened
from tests.integration.store_factories import make_run, make_sample, store_run

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=500)
BEFORE = NOW - timedelta(days=400)


def a_keeper(engine: Engine, tmp_path: Path) -> Keeper:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(tmp_path / "data")})
    return Keeper(engine=engine, settings=settings)


def old_run(
    session: Session, keeper: Keeper, run_id: str, *, text: str, status: RunStatus, days: int = 0
) -> None:
    at = OLD + timedelta(days=days)
    run = make_run(run_id, created_at=at, completed_at=at, status=status)
    store_run(session, run)
    log_dir = keeper.settings.logs_dir / run_id
    log_dir.mkdir(parents=True)
    (log_dir / "a.eval").write_text("x" * 1000)
    session.execute(update(RunRow).where(RunRow.id == run_id).values(log_dir=str(log_dir)))
    samples.insert_all_absent(
        session, run_id, [make_sample(text=text), make_sample("capital-de", text="shared")]
    )


def texts_of(engine: Engine, run_id: str) -> list[str | None]:
    with reading(engine) as session:
        return [one.text for one in readings.load(session, [run_id])[run_id]]


def stored_texts(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return set(session.scalars(select(TextRow.text)))


def test_old_texts_and_logs_go_and_numbers_and_shared_texts_stay(
    database: Engine, tmp_path: Path
) -> None:
    keeper = a_keeper(database, tmp_path)
    with writing(database) as session:
        old_run(session, keeper, "old", text="only here", status=RunStatus.COMPLETED)
        old_run(session, keeper, "new", text="new", status=RunStatus.COMPLETED, days=450)
    planned = would_prune(keeper, before=BEFORE)
    gone = prune(keeper, before=BEFORE, told=lambda _: None)
    assert (planned.runs, planned.samples, planned.log_bytes) == (1, 2, 1000)
    assert (gone.runs, gone.texts, gone.log_bytes) == (1, 1, 1000)
    assert texts_of(database, "old") == [None, None]
    assert sorted(filter(None, texts_of(database, "new"))) == ["new", "shared"]
    assert "only here" not in stored_texts(database)
    assert not (keeper.settings.logs_dir / "old").exists()
    assert (keeper.settings.logs_dir / "new").exists()
    with reading(database) as session:
        assert readings.costs(session, "old").samples == 2
        (score,) = {one.score.passed for one in readings.load(session, ["old"])["old"]}
    assert score is True
    assert prune(keeper, before=BEFORE, told=lambda _: None).runs == 0


def test_a_pruned_run_can_still_be_reported(database: Engine, tmp_path: Path) -> None:
    keeper = a_keeper(database, tmp_path)
    with writing(database) as session:
        old_run(session, keeper, "old", text="only here", status=RunStatus.COMPLETED)
    prune(keeper, before=BEFORE, told=lambda _: None)
    report = report_of(database, "old", policy=Policy(), alias_allowed=False)
    assert report.comparison.tasks[0].score.rate == 1.0


def test_what_something_rests_on_is_kept_whole(database: Engine, tmp_path: Path) -> None:
    keeper = a_keeper(database, tmp_path)
    done = RunStatus.COMPLETED
    with writing(database) as session:
        for run_id in ("blessed", "alerted", "unsettled"):
            old_run(session, keeper, run_id, text=run_id, status=done)
        old_run(session, keeper, "running", text="running", status=RunStatus.RUNNING)
        old_run(session, keeper, "since", text="since", status=done, days=20)
        baselines.bless(
            session, name="gold", run_ids=["blessed"], who="a", why="b", now=OLD + timedelta(days=9)
        )
        handed.hand_over(session, "unsettled", now=OLD)
        session.execute(insert(AlertRow).values(**open_alert("alerted")))
    assert prune(keeper, before=BEFORE, told=lambda _: None).runs == 0
    with writing(database) as session:
        baselines.retire(session, "gold", who="a", why="b", now=NOW)
        handed.settle(session, "unsettled", now=NOW)
    pruned: list[str] = []
    prune(keeper, before=BEFORE, told=pruned.append)
    assert pruned == ["unsettled", "since"]


def open_alert(run_id: str) -> dict[str, object]:
    return {
        "kind": "not_measured",  # a score would close with its baseline
        "endpoint": "prod",
        "suite": "weekly",
        "name": "",
        "holds": "x",
        "state": "open",
        "severity": "warning",
        "confirmed": True,
        "moves": 1,
        "opened_at": OLD,
        "observed_at": OLD,
        "source": run_id,
        "good_checks": 0,
        "good_source": "",
        "parts": [],
        "suspected": [],
    }


def test_logs_outside_of_our_folder_are_never_removed(sqlite_url: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with opened(sqlite_url) as engine:
        keeper = a_keeper(engine, tmp_path)
        with writing(engine) as session:
            old_run(session, keeper, "old", text="t", status=RunStatus.COMPLETED)
            session.execute(update(RunRow).values(log_dir=str(elsewhere)))
        assert prune(keeper, before=BEFORE, told=lambda _: None).log_bytes == 0
    assert elsewhere.is_dir()


def test_a_copy_made_while_others_write_is_put_back_whole(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with opened(sqlite_url) as engine:
        with writing(engine) as session:
            store_run(session, make_run("kept"))
        with writing(engine) as under_way:
            store_run(under_way, make_run("not-yet"))
            size = back_up(engine, copy)
        assert copy.stat().st_size == size
        assert copy.stat().st_mode & 0o077 == 0
        with pytest.raises(CopyRefused, match=r"a file .* already"):
            back_up(engine, copy)
        with pytest.raises(CopyRefused, match="not empty"):
            put_back(engine, copy, replace=False)
        put_back(engine, copy, replace=True)
        with reading(engine) as session:
            assert session.scalar(select(func.count(RunRow.id))) == 1
            assert runs.get(session, "kept").id == "kept"


def test_a_store_that_somebody_writes_to_is_not_replaced(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with opened(sqlite_url) as engine:
        back_up(engine, copy)
        with writing(engine) as session:
            store_run(session, make_run("under-way"))
            with pytest.raises(StoreUnavailable, match="it is as it was"):
                put_back(engine, copy, replace=True, wait_seconds=0)
        with reading(engine) as session:
            assert runs.get(session, "under-way").id == "under-way"


def test_a_copy_fills_an_empty_place(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with opened(sqlite_url) as engine:
        with writing(engine) as session:
            store_run(session, make_run("kept"))
        back_up(engine, copy)
    with opened(f"sqlite:///{tmp_path / 'new' / 'pinwatch.db'}") as engine:
        put_back(engine, copy, replace=False)
        with reading(engine) as session:
            assert runs.get(session, "kept").id == "kept"


@pytest.mark.parametrize(
    "content", [b"", b"no database at all", b"SQLite format 3\x00" + b"x" * 99]
)
def test_what_is_no_copy_is_refused(sqlite_url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.db").write_bytes(content)
    with opened(sqlite_url) as engine, pytest.raises(CopyRefused, match="no copy of a store"):
        put_back(engine, tmp_path / "copy.db", replace=True)


def test_a_copy_of_a_newer_pinwatch_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    import sqlite3

    copy = tmp_path / "copy.db"
    with opened(sqlite_url) as engine:
        back_up(engine, copy)
        with sqlite3.connect(copy) as newer:
            newer.execute("UPDATE pinwatch_version SET version_num = '9999'")
        newer.close()
        with pytest.raises(CopyRefused, match="newer Pinwatch"):
            put_back(engine, copy, replace=True)


def test_postgres_is_sent_to_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    with opened(postgres_url) as engine, pytest.raises(CopyRefused, match="pg_dump"):
        back_up(engine, tmp_path / "copy.db")


def test_a_statement_of_a_migration_does_not_hang_for_ever(postgres_url: str) -> None:
    with opened(postgres_url) as engine, engine.begin() as connection:
        migrate._lock(connection)
        timeouts = [
            connection.scalar(text(f"SHOW {name}_timeout")) for name in ("lock", "statement")
        ]
    assert timeouts == ["30s", "15min"]
