"""The queue: Procrastinate on Postgres, a queue in this process on SQLite. Both only carry jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from service.world import Queue


def is_shared(engine: Engine) -> bool:
    """Whether any number of workers, on any machine, can work on this database."""
    return engine.dialect.name == "postgresql"


def queue_of(engine: Engine) -> Queue:
    """Return the queue that belongs to a database.

    On SQLite it is new, and known only to this process: hand the same one to whoever puts jobs and
    to the worker.
    """
    if is_shared(engine):
        from service.queue.procrastinate import ProcrastinateQueue

        return ProcrastinateQueue(engine)
    from service.queue.local import LocalQueue

    return LocalQueue()
