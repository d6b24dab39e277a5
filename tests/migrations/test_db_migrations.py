"""Migrations: from empty up, down and up again, to exactly what the models say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import service.db.tables  # noqa: F401 - registers the models
from service.db import migrate
from service.db.base import Base
from service.db.engine import create_engine
from service.db.migrate import VERSION_TABLE, SchemaState
from service.errors import SchemaAhead, SchemaBehind, StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {VERSION_TABLE}


def left_by_the_queue(engine: Engine) -> list[str]:
    """Types and functions outlive their tables."""
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        statement = "SELECT {0}name FROM pg_{1} WHERE {0}name LIKE 'procrastinate%'"
        return [
            name
            for kind in (("typ", "type"), ("pro", "proc"))
            for name in connection.execute(text(statement.format(*kind))).scalars()
        ]


def set_version(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        statement = text(f"UPDATE {VERSION_TABLE} SET version_num = :version")  # noqa: S608 - a constant
        connection.execute(statement, {"version": version})


def is_ours(name: str | None) -> bool:
    """Whether the models say what this table is like, and not the queue's library."""
    return not str(name).startswith("procrastinate_")


def checks(engine: Engine) -> dict[tuple[str, str], set[str]]:
    """The words of every CHECK, whatever a dialect makes of its syntax."""
    inspector = inspect(engine)
    return {
        (table, str(check["name"])): set(check["sqltext"].replace("::text", "").split("'")[1::2])
        for table in filter(is_ours, tables(engine))
        for check in inspector.get_check_constraints(table)
    }


def test_an_empty_database_goes_up_down_and_up_again(empty_database: Engine) -> None:
    migrate.upgrade(empty_database)
    up = tables(empty_database)
    migrate.downgrade(empty_database, "base")
    assert tables(empty_database) == set()
    assert left_by_the_queue(empty_database) == []
    assert migrate.check(empty_database) is SchemaState.EMPTY
    migrate.upgrade(empty_database)
    assert tables(empty_database) == up


def test_models_equal_the_migrated_schema(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _: kind != "table" or is_ours(name),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_models_equal_the_migrated_checks(empty_database: Engine) -> None:
    migrate.upgrade(empty_database)
    migrated = checks(empty_database)
    migrate.downgrade(empty_database, "base")
    Base.metadata.create_all(empty_database)
    assert checks(empty_database) == migrated


def test_there_is_one_head_and_file_names_tell_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.migrations_folder()))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [migrate.revisions()[-1]]
    assert [each.revision for each in script.walk_revisions()] == list(
        reversed(migrate.revisions())
    )


def test_an_empty_database_is_built_without_asking(empty_database: Engine) -> None:
    assert migrate.check(empty_database) is SchemaState.EMPTY
    migrate.ensure_current(empty_database)
    assert migrate.check(empty_database) is SchemaState.CURRENT
    assert migrate.version(empty_database) == migrate.revisions()[-1]


def test_a_current_database_is_left_alone(database: Engine) -> None:
    migrate.ensure_current(database)
    migrate.upgrade(database)
    assert migrate.check(database) is SchemaState.CURRENT


def test_a_database_that_is_behind_names_the_command(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrate.revisions()
    monkeypatch.setattr(migrate, "revisions", lambda: (*known, "9999"))
    assert migrate.check(database) is SchemaState.BEHIND
    with pytest.raises(SchemaBehind, match="evals db upgrade"):
        migrate.ensure_current(database)


def test_a_database_that_is_ahead_is_never_touched(database: Engine) -> None:
    set_version(database, "9999")
    before = tables(database)
    with pytest.raises(SchemaAhead, match="newer Pinwatch"):
        migrate.ensure_current(database)
    with pytest.raises(SchemaAhead):
        migrate.upgrade(database)
    assert tables(database) == before
    assert migrate.version(database) == "9999"


def test_tables_of_another_application_with_our_names_are_refused(empty_database: Engine) -> None:
    with empty_database.begin() as connection:
        connection.execute(text("CREATE TABLE runs (id INTEGER)"))
    with pytest.raises(StoreUnavailable, match="a database of its own"):
        migrate.ensure_current(empty_database)


def test_tables_of_another_application_with_other_names_are_no_trouble(
    empty_database: Engine,
) -> None:
    with empty_database.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    migrate.ensure_current(empty_database)
    assert migrate.check(empty_database) is SchemaState.CURRENT


def test_processes_that_migrate_at_once_take_turns(empty_database: Engine) -> None:
    url = empty_database.url.render_as_string(hide_password=False)

    def upgrade_on_its_own() -> None:
        engine = create_engine(url)
        migrate.upgrade(engine)
        engine.dispose()

    # Alembic keeps its context in module globals, so that threads would disturb one another;
    # the second migration is started while the first one's lock is held.
    with ThreadPoolExecutor(1) as pool:
        with empty_database.begin() as connection:
            migrate._lock(connection)
            waiting = pool.submit(upgrade_on_its_own)
            assert not waiting.done()
        waiting.result(timeout=300)
    assert migrate.check(empty_database) is SchemaState.CURRENT


def test_a_migration_that_fails_leaves_nothing_behind(
    empty_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlalchemy.Connection) -> None:
        raise RuntimeError(connection.dialect.name)

    monkeypatch.setattr(migrate, "_check_foreign_keys", fail)
    with pytest.raises(RuntimeError):
        migrate.upgrade(empty_database)
    assert migrate.check(empty_database) is SchemaState.EMPTY


def test_a_path_with_odd_characters_serves_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "50% of a user's, data"
    folder.symlink_to(migrate.migrations_folder(), target_is_directory=True)
    monkeypatch.setattr(migrate, "migrations_folder", lambda: folder)
    engine = create_engine(f"sqlite:///{tmp_path / 'a%20b c.db'}")
    migrate.ensure_current(engine)
    assert migrate.check(engine) is SchemaState.CURRENT
    engine.dispose()


def test_the_queue_s_library_brings_the_schema_that_the_last_migration_made() -> None:
    """A newer one needs a migration of ours that applies its own, for databases that are there."""
    from procrastinate.schema import SchemaManager

    newest = max(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    assert newest == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
