"""Transactions: one to write in, one to read in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from service.db.engine import READING
from service.db.faults import translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Commit at the end, or roll back on any error. On SQLite one writer runs at a time.

    Keep it short: no model call and no file belongs inside.
    """
    with translated_errors(engine), Session(engine) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """See one consistent state and change nothing; writers are not kept waiting."""
    options = {READING: True}
    with translated_errors(engine), Session(engine.execution_options(**options)) as session:
        yield session
