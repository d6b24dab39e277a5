"""The schema's version: which one a database has, and how it gets the newest."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from service.db.engine import READING, place
from service.db.faults import translated_errors
from service.errors import SchemaAhead, SchemaBehind, StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

VERSION_TABLE = "pinwatch_version"
"""A name of our own, so that another application's Alembic can share the database."""

LOCK_TIMEOUT_SECONDS = 30
STATEMENT_TIMEOUT_SECONDS = 900
"""Of one statement of a migration: longer than any should take, so that none hangs for ever."""

_ROOMS = Path(__file__).resolve().parent.parent


class SchemaState(StrEnum):
    """How a database's schema stands to this Pinwatch; `FOREIGN` has tables under our names."""

    EMPTY = "empty"
    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    FOREIGN = "foreign"


def migrations_folder() -> Path:
    """Return where the migrations are: inside the installed package, or in the checkout."""
    shipped = _ROOMS / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else _ROOMS.parent / "migrations"


def revisions() -> tuple[str, ...]:
    """Return the numbers of all migrations, oldest first.

    File names alone decide, so that a command need not load Alembic to check its database.
    """
    files = (migrations_folder() / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(path.name.partition("_")[0] for path in files))


def version(engine: Engine) -> str | None:
    """Return the number of the last migration that the database went through, if any."""
    with translated_errors(engine), _looking(engine) as connection:
        return _version(connection)


def check(engine: Engine) -> SchemaState:
    """Compare the database's schema with the migrations that this Pinwatch knows."""
    with translated_errors(engine), _looking(engine) as connection:
        return _state(connection)


def upgrade(engine: Engine) -> None:
    """Apply every missing migration, in one transaction; several processes may call at once.

    Raises `SchemaAhead` or `StoreUnavailable` and changes nothing where it must not touch.
    """
    state = check(engine)
    if state in (SchemaState.AHEAD, SchemaState.FOREIGN):
        _refuse(state, engine)
    _move(engine, "upgrade", "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to ``revision`` (``base`` for none). Data of the dropped tables is lost."""
    _move(engine, "downgrade", revision)


def ensure_current(engine: Engine) -> None:
    """Build the schema in an empty database; refuse one that is behind, ahead or foreign.

    Every command that uses the store begins with this.
    """
    state = check(engine)
    if state is SchemaState.EMPTY:
        upgrade(engine)
    elif state is not SchemaState.CURRENT:
        _refuse(state, engine)


def _looking(engine: Engine) -> Connection:
    """Open a connection that keeps no writer waiting, and waits for none."""
    return engine.execution_options(**{READING: True}).connect()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    statement = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
    return connection.execute(statement).scalar()


def _state(connection: Connection) -> SchemaState:
    found, known = _version(connection), revisions()
    if found is None:
        return SchemaState.FOREIGN if _has_our_names(connection) else SchemaState.EMPTY
    if found == known[-1]:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if found in known else SchemaState.AHEAD


def _has_our_names(connection: Connection) -> bool:
    import service.db.tables  # noqa: F401 - registers the names
    from service.db.base import Base

    return bool(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))


def _refuse(state: SchemaState, engine: Engine) -> None:
    where = place(engine)
    if state is SchemaState.BEHIND:
        raise SchemaBehind(
            "the database was made by an older Pinwatch",
            where=where,
            fix="Run `evals db upgrade` after a backup.",
        )
    if state is SchemaState.AHEAD:
        raise SchemaAhead(
            "the database was made by a newer Pinwatch than this one",
            where=where,
            fix="Upgrade Pinwatch on this machine, or point EVALS_DATABASE_URL elsewhere.",
        )
    raise StoreUnavailable(
        "the database has tables with our names that Pinwatch did not make",
        where=where,
        fix="Give Pinwatch a database of its own through EVALS_DATABASE_URL.",
    )


def _move(engine: Engine, direction: str, revision: str) -> None:
    """Hand one open transaction to Alembic; it commits here or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with translated_errors(engine), engine.connect() as connection:
        _relax_foreign_keys(connection)
        config.attributes["connection"] = connection
        with connection.begin():
            _lock(connection)
            getattr(command, direction)(config, revision)
            _check_foreign_keys(connection)
        connection.invalidate()  # the relaxed connection never returns to the pool


def _relax_foreign_keys(connection: Connection) -> None:
    """SQLite changes a table by rebuilding it, and dropping the old one must not cascade."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - a fresh connection always has its driver's
        raw.execute("PRAGMA foreign_keys=OFF")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")


def _lock(connection: Connection) -> None:
    """Let the database settle who migrates: the others wait, then find nothing left to do.

    SQLite's write lock is taken by the transaction itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('pinwatch migrations'))"))
