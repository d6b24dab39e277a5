"""A database that is down, locked, full, damaged or unfit: one clear message, nothing lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from evals.errors import ConfigError
from service.cli.db import app
from service.db import engine as db_engine
from service.db import migrate
from service.db.engine import create_engine, place
from service.db.faults import translated_errors
from service.db.session import reading, writing
from service.errors import SchemaAhead, StoreFull, StoreUnavailable
from service.store import readings, runs, samples
from tests.databases import opened
from tests.integration.store_factories import insert_if_absent, make_run, make_sample, store_run

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

DOWN = "postgresql+psycopg://ana:hunter2@127.0.0.1:1/evals"


def test_a_postgres_that_is_down_is_named_without_its_password() -> None:
    with opened(DOWN) as engine, pytest.raises(StoreUnavailable) as caught:
        migrate.ensure_current(engine)
    message = str(caught.value)
    assert "127.0.0.1:1, database evals" in message
    assert "refused" in message
    assert "EVALS_DATABASE_URL" in message
    assert "hunter2" not in message
    assert "ana" not in message


def test_a_postgres_database_that_does_not_exist_is_named(postgres_url: str) -> None:
    missing = postgres_url.replace("pinwatch_", "missing_")
    with (
        opened(missing) as engine,
        pytest.raises(StoreUnavailable, match=r"missing_\w+\W+does not"),
    ):
        migrate.check(engine)


def store_and_die(engine: Engine, run_id: str) -> None:
    with writing(engine) as session:
        insert_if_absent(session, run_id, make_sample())
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_connection_that_dies_on_the_way_loses_one_transaction_only(postgres_url: str) -> None:
    with opened(postgres_url) as engine:
        with writing(engine) as session:
            run = store_run(session)
        with pytest.raises(StoreUnavailable):
            store_and_die(engine, run.id)
        with writing(engine) as session:
            assert insert_if_absent(session, run.id, make_sample())


def test_an_sqlite_file_in_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="EVALS_DATA_DIR"):
        create_engine(f"sqlite:///{tmp_path / 'file' / 'pinwatch.db'}")


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'a' / 'b' / 'pinwatch.db'}") as engine:
        migrate.ensure_current(engine)
    assert (tmp_path / "a" / "b" / "pinwatch.db").exists()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100)
    refused = pytest.raises(StoreUnavailable, match="not an SQLite database")
    with opened(f"sqlite:///{path}") as engine, refused:
        migrate.ensure_current(engine)
    assert path.read_text() == "dear diary " * 100


def test_a_locked_sqlite_file_says_that_another_process_has_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_engine, "BUSY_TIMEOUT_SECONDS", 0)
    refused = pytest.raises(StoreUnavailable, match="locked by another process")
    with (
        opened(sqlite_url) as engine,
        opened(sqlite_url) as impatient,
        writing(engine) as session,
    ):
        store_run(session)
        with refused, writing(impatient) as other:
            store_run(other, make_run("run-2"))
        with reading(impatient) as other:
            assert runs.newest(other) == (), "readers are not kept waiting"


def test_a_full_disk_loses_nothing_that_was_stored(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        with writing(engine) as session:
            run = store_run(session)
            insert_if_absent(session, run.id, make_sample())
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            # The limit belongs to the one connection of the pool, which the session below reuses.
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        big = [make_sample(f"item-{n}", text=f"{n}" * 4000) for n in range(100)]
        full = pytest.raises(StoreFull, match="disk of the database is full")
        with full, writing(engine) as session:
            samples.insert_all_absent(session, run.id, big)
        with reading(engine) as session:
            assert readings.load(session, [run.id])[run.id] == (make_sample(),)


def test_every_thread_has_a_connection_and_one_too_many_is_told_to_try_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_engine, "_KEPT_OPEN", 1)
    engine = create_engine(database_url, threads=2)
    monkeypatch.setattr(engine.pool, "_timeout", 0)
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(reading(engine)).execute(text("SELECT 1"))
        refused = pytest.raises(StoreUnavailable, match="every connection of this process")
        with refused, reading(engine) as session:
            session.execute(text("SELECT 1"))
    engine.dispose()


def test_our_own_mistakes_are_not_dressed_up_as_an_outage(database: Engine) -> None:
    mistaken = pytest.raises(DBAPIError, match="no_such_table")
    with mistaken, translated_errors(database), database.connect() as connection:
        connection.execute(text("DELETE FROM no_such_table"))


def test_a_url_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        create_engine("postgresql+psycopg://ana:hunter2@host:port/db")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_place_of_a_database_names_no_user() -> None:
    with opened("postgresql+psycopg://ana:hunter2@db.example:5433/evals") as engine:
        assert place(engine) == "Postgres at db.example:5433, database evals"


def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_db_upgrade_builds_and_then_has_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("EVALS_DATABASE_URL", raising=False)
    before = json.loads(CliRunner().invoke(app, ["check", "--json"]).stdout)
    built = CliRunner().invoke(app, ["upgrade"])
    again = CliRunner().invoke(app, ["upgrade"])
    after = CliRunner().invoke(app, ["check", "--json"])
    newest = migrate.revisions()[-1]
    assert (before["state"], before["version"]) == ("empty", None)
    assert f"was built at {newest}" in built.stdout
    assert f"is at {newest} already" in again.stdout
    assert json.loads(after.stdout)["state"] == "current"
    assert after.exit_code == 0


def test_db_check_of_a_newer_database_exits_3_and_upgrade_refuses(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE pinwatch_version SET version_num = '9999'")
    connection.close()
    monkeypatch.setenv("EVALS_DATABASE_URL", sqlite_url)
    checked = CliRunner().invoke(app, ["check"])
    upgraded = CliRunner().invoke(app, ["upgrade"])
    assert checked.exit_code == 3
    assert "newer Pinwatch" in checked.stdout.replace("\n", " ")
    assert isinstance(upgraded.exception, SchemaAhead)
