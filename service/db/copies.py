"""Copies of an SQLite store, made and put back while others may be using it."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from service.db.engine import BUSY_TIMEOUT_SECONDS, place
from service.db.migrate import VERSION_TABLE, revisions
from service.errors import CopyRefused, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

_PAGES_AT_ONCE = 1000


def back_up(engine: Engine, to: Path) -> int:
    """Copy the store to the new file ``to``, whole and consistent; return its size in bytes.

    Writers go on meanwhile. The file appears under its name once it is complete.

    Raises:
        CopyRefused: The store is on Postgres, or ``to`` exists or cannot be written.
    """
    source = _file_of(engine, "pg_dump --format=custom --file=FILE DATABASE")
    if not source.is_file():
        raise CopyRefused("there is no store to copy", where=place(engine))
    if to.exists():
        raise CopyRefused(f"there is a file {to} already", fix="Name a new one.")
    partial = to.with_name(f"{to.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        # Nobody else may read what is in it.
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_opened(source)) as ours, closing(_opened(partial)) as copy:
            ours.backup(copy, pages=_PAGES_AT_ONCE)
            copy.execute("PRAGMA journal_mode=DELETE")
        partial.replace(to)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise CopyRefused(f"the copy cannot be written: {error}", where=str(to)) from error
    return to.stat().st_size


def put_back(
    engine: Engine, copy: Path, *, replace: bool, wait_seconds: float = BUSY_TIMEOUT_SECONDS
) -> str:
    """Make ``copy`` the content of the store; return the number of its schema.

    All of it takes effect, or nothing. An older copy then waits for `evals db upgrade`. Another
    process that is writing is waited for, ``wait_seconds`` at most.

    Raises:
        CopyRefused: The store is on Postgres, the file is no sound copy or too new for this
            Pinwatch, or the store holds something and ``replace`` is not said.
        StoreUnavailable: Another process uses the store.
    """
    target = _file_of(engine, "pg_restore --clean --if-exists --dbname=DATABASE FILE")
    version = _checked(copy)
    if not replace and target.exists() and _holds_something(target):
        raise CopyRefused(
            "the store is not empty, and all that is in it would be lost",
            where=place(engine),
            fix="Make a copy of it with `evals db backup`, then say --replace.",
        )
    try:
        with closing(_opened(copy)) as kept, closing(_opened(target, 0)) as ours:
            kept.backup(ours, progress=_impatient(wait_seconds))
            ours.execute("PRAGMA journal_mode=WAL")
    except (sqlite3.Error, TimeoutError) as error:
        raise StoreUnavailable(
            f"the store could not be replaced: {error}; it is as it was",
            where=place(engine),
            fix="Stop `evals serve` and every other command that uses it, then try again.",
        ) from error
    return version


def _file_of(engine: Engine, instead: str) -> Path:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        raise CopyRefused(
            "only an SQLite store is copied by this command",
            where=place(engine),
            fix=f"Postgres has its own tools: {instead} (see docs/operations.md).",
        )
    return Path(database)


def _opened(path: Path, wait_seconds: float = BUSY_TIMEOUT_SECONDS) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=wait_seconds)


def _impatient(seconds: float) -> Callable[[int, int, int], None]:
    """Return what ends a copy that waits for a lock: by itself it would wait for ever."""
    until = time.monotonic() + seconds

    def look(status: int, _: int, __: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise TimeoutError("another process is using it")

    return look


def _checked(copy: Path) -> str:
    """Return the number of the schema in a copy that is whole and that we understand."""
    fix = "Name a file that `evals db backup` has made."
    if not copy.is_file():
        raise CopyRefused(f"there is no file {copy}", fix=fix)
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as kept:
            sound = kept.execute("PRAGMA integrity_check(1)").fetchone()[0]
            found = kept.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - a constant
    except sqlite3.Error as error:
        raise CopyRefused(f"it is no copy of a store: {error}", where=str(copy), fix=fix) from error
    if sound != "ok":
        raise CopyRefused(f"the copy is damaged: {sound}", where=str(copy), fix=fix)
    if found is None or found[0] not in revisions():
        raise CopyRefused(
            "the copy was made by a newer Pinwatch than this one",
            where=str(copy),
            fix="Upgrade Pinwatch on this machine.",
        )
    return str(found[0])


def _holds_something(target: Path) -> bool:
    with closing(_opened(target)) as ours:
        names = ours.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return "runs" in {name for (name,) in names} and bool(
            ours.execute("SELECT 1 FROM runs LIMIT 1").fetchone()
        )
