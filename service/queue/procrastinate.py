"""The queue of many workers: Procrastinate, in the same Postgres as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as Row
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import text

from service.db.engine import place
from service.db.session import reading, writing
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from service.jobs.job import Job

QUEUE: Final = "pinwatch"
TASK: Final = "pinwatch"
HEARTBEAT_SECONDS: Final = 10.0
MISSED_HEARTBEATS: Final = 3
"""Signs of life that a worker may miss before others take its jobs."""

_WAITING = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'")
_ALIVE = text(
    "SELECT count(*) FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)


class ProcrastinateQueue:
    """Puts jobs into Procrastinate's table, over the connections that the store uses anyway."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._manager = JobManager(SyncPsycopgConnector())

    def put(self, jobs: Sequence[Job]) -> None:
        """Hand jobs on; one whose key already waits is left out.

        Of two that put the same key at once, Procrastinate's unique index lets the first.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        if not jobs:
            return
        try:
            with writing(self._engine) as session:
                waiting = set(session.scalars(_WAITING))
                for job in jobs:
                    if job.key not in waiting:
                        self._put(session, job)
        except ConnectorException as error:
            raise StoreUnavailable(
                "the database does not take jobs",
                where=place(self._engine),
                fix="Start it; what was to be done is found again.",
            ) from error

    def workers(self) -> int:
        """How many workers gave a sign of life lately; at least 1."""
        with reading(self._engine) as session:
            alive = session.scalar(_ALIVE, {"seconds": HEARTBEAT_SECONDS * MISSED_HEARTBEATS})
        return max(1, alive or 0)

    def _put(self, session: Session, job: Job) -> None:
        connection = session.connection().connection.driver_connection
        try:
            with session.begin_nested():
                self._manager.defer_job(as_row(job), connection=connection)
        except AlreadyEnqueued:
            return


def as_row(job: Job) -> Row:
    """Return a job as Procrastinate keeps it."""
    return Row(
        queue=QUEUE,
        priority=job.priority,
        lock=job.lock,
        queueing_lock=job.key,
        task_name=TASK,
        task_kwargs={"kind": job.kind.value, "subject": job.subject},
    )
