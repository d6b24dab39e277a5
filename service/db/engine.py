"""Connections: how SQLite and Postgres are opened so that they behave alike."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from evals.errors import ConfigError
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

BUSY_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 10

_KEPT_OPEN = 5
"""Connections that are kept; more are opened while more threads ask, and closed."""

READING = "pinwatch_reading"
"""Execution option of a connection that will only read; see `service.db.session`."""


def create_engine(database_url: str, *, threads: int = 10) -> Engine:
    """Open nothing yet; return the engine for ``database_url`` (`Settings.database_url`).

    ``threads`` of this process may ask at once, and none waits for a connection of another. The
    folder of an SQLite file is made when it is missing. Raises `ConfigError` for a text that is
    no URL, and `StoreUnavailable` when the folder cannot be made.
    """
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
        return _sqlite(url, threads)
    return sqlalchemy.create_engine(
        url,
        pool_pre_ping=True,
        **_pool(threads),
        json_serializer=_to_json,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
    )


def place(engine: Engine) -> str:
    """Say where the database is: the file, or host, port and name; never user or password."""
    url = engine.url
    if url.get_backend_name() == "sqlite":
        return f"SQLite file {url.database or ':memory:'}"
    host = url.host or url.query.get("host") or "the local socket"
    port = f":{url.port}" if url.port else ""
    return f"Postgres at {host}{port}, database {url.database or 'by default'}"


_to_json = partial(json.dumps, allow_nan=False)  # Postgres refuses NaN in JSON; SQLite must as well


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except (ArgumentError, ValueError):
        raise ConfigError(  # the cause is dropped: it repeats the URL, which may hold a password
            "the database URL cannot be read",
            where="EVALS_DATABASE_URL",
            fix="Write sqlite:///file.db or postgresql://user:password@host/database; "
            "percent-encode special characters of the password.",
        ) from None


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"the folder of the database cannot be made: {error.strerror}",
            where=str(folder),
            fix="Give EVALS_DATA_DIR or EVALS_DATABASE_URL a place that you may write to.",
        ) from error


def _pool(threads: int) -> dict[str, int]:
    return {"pool_size": _KEPT_OPEN, "max_overflow": threads}


def _sqlite(url: URL, threads: int) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    engine = sqlalchemy.create_engine(
        url,
        json_serializer=_to_json,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        **({} if in_memory else _pool(threads)),
    )
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _on_sqlite_connect(connection: Any, record: object) -> None:  # noqa: ARG001 - the event's signature
    """Transactions are begun by `_begin_sqlite`, so that they cover DDL and reads too."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once, except for readers.

    A transaction that reads first and writes later would fail without waiting when another process
    wrote in between; one that holds the lock from its start waits its turn instead.
    """
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
