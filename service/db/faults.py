"""What a database driver complains about, in words for the person who must act."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from service.db.engine import place
from service.errors import ServiceError, StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_FULL = {"SQLITE_FULL", "53100"}
_BUSY = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "55P03", "40P01"}
_ENDED = {"57014"}
_READ_ONLY = {"SQLITE_READONLY", "25006"}
_NOT_A_DATABASE = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}


@contextmanager
def translated_errors(engine: Engine) -> Iterator[None]:
    """Turn a database that is down, full, locked or unreadable into a `StoreUnavailable`.

    Mistakes of ours (a broken constraint, wrong SQL) pass through unchanged. The message names the
    host and the database, never the user or the password.
    """
    try:
        yield
    except DBAPIError as error:
        translated = _translated(error, place(engine))
        if translated is None:
            raise
        raise translated from error
    except NoneFreeError as error:
        raise StoreUnavailable(
            "every connection of this process to the database is in use",
            where=place(engine),
            fix="Try again; nothing was lost.",
        ) from error


def _translated(error: DBAPIError, where: str) -> ServiceError | None:
    code = _code(error)
    if code in _FULL:
        return StoreFull(
            "the disk of the database is full; what was stored before is safe",
            where=where,
            fix="Free some space, then repeat the command: it goes on where it stopped.",
        )
    if code in _BUSY:
        return StoreUnavailable(
            "the database is locked by another process",
            where=where,
            fix="Wait until the other command has ended, then repeat this one.",
        )
    if code in _ENDED:
        return StoreUnavailable(
            "the database ended a statement that took too long; nothing of it was kept",
            where=where,
            fix="Repeat the command when the database is less busy.",
        )
    if code in _READ_ONLY:
        return StoreUnavailable(
            "the database may only be read", where=where, fix="Give yourself the right to write."
        )
    if code in _NOT_A_DATABASE:
        return StoreUnavailable(
            "the file is not an SQLite database, or is damaged",
            where=where,
            fix="Restore it from a copy, or point EVALS_DATABASE_URL at another file.",
        )
    return _unreachable(error, where)


def _unreachable(error: DBAPIError, where: str) -> ServiceError | None:
    """Judge by the class of the error: connections that fail carry no code on Postgres.

    SQLite puts wrong SQL, a mistake of ours, into the same class.
    """
    ours = not isinstance(error, OperationalError | InterfaceError)
    if ours or _code(error) == "SQLITE_ERROR":
        return None
    return StoreUnavailable(
        f"the database does not answer: {_reason(error)}",
        where=where,
        fix="Start it, or correct EVALS_DATABASE_URL; nothing was lost.",
    )


def _code(error: DBAPIError) -> str | None:
    """Return the driver's own name of the trouble: an SQLite error name or an SQLSTATE."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code if isinstance(code, str) else None


def _reason(error: DBAPIError) -> str:
    """Return the driver's first line: libpq puts address and cause there, and no password."""
    lines = str(error.orig).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error.orig).__name__
