"""The worker of many, on Postgres: Procrastinate takes the jobs, and this keeps it going."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.jobs import Job as Row
from procrastinate.worker import Worker as Procrastinate
from psycopg import Error as PostgresError

from evals.errors import EvalsError
from service.jobs import Job, JobKind
from service.queue.procrastinate import MISSED_HEARTBEATS, QUEUE, TASK
from service.worker.doing import do, sweep
from service.worker.drain import Drain
from service.worker.hands import Hands

if TYPE_CHECKING:
    from datetime import datetime

    from service.worker import Manner
    from service.world import World

_log = logging.getLogger(__name__)
# The one tells of each job twice, which says nothing that the facts do not; the other of each
# connection that a restarted database has cut, which we tell once.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
_AGAIN_AFTER_SECONDS = 1.0
_HAND_BACK_SECONDS = 15.0
"""What a job that must leave may need for it."""


class SharedWorker:
    """Works in threads of this process, on jobs that any number of such workers share."""

    def __init__(self, world: World, manner: Manner) -> None:
        self.looked_at: datetime | None = None
        self._manner = manner
        self._drain = Drain(manner.drain_seconds)
        self._world = replace(world, must_leave=self._drain.must_leave)
        self._threads = ThreadPoolExecutor(manner.concurrency, thread_name_prefix=manner.name)
        self._hands = Hands()
        self._doing: set[int] = set()
        self._left_over: set[int] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inner: Procrastinate | None = None

    def run(self) -> None:
        """Work until told to stop."""
        try:
            asyncio.run(self._work())
        finally:
            self._drain.begin()
            self._drain.begin()  # whatever still goes on was given up by Procrastinate
            self._threads.shutdown(wait=True)

    def stop(self) -> None:
        """Take no more jobs; a second time, hand back those under way."""
        self._drain.begin()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop_inner)

    def _stop_inner(self) -> None:
        if self._inner is not None:
            self._inner.stop()  # type: ignore[no-untyped-call] # Procrastinate's signature

    async def _work(self) -> None:
        """Start Procrastinate's worker again whenever it ended before we were told to stop."""
        self._loop = asyncio.get_running_loop()
        while not self._drain.stopping.is_set():
            try:
                await self._work_while_connected()
            except (ConnectorException, PostgresError) as error:
                _log.warning("the database does not answer: %s", error.__cause__ or error)
            except Exception:  # noqa: BLE001 - told with its traceback; it is started again
                _log.exception("the worker broke, and is started again")
            if not self._drain.stopping.is_set():
                await asyncio.sleep(_AGAIN_AFTER_SECONDS)

    async def _work_while_connected(self) -> None:
        app = self._app()
        async with app.open_async():
            inner = self._inner = self._procrastinate(app)
            looking = asyncio.create_task(self._look_for_work(app))
            try:
                if not self._drain.stopping.is_set():
                    await inner.run()  # type: ignore[no-untyped-call] # Procrastinate's signature
            finally:
                self._inner = None
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)

    def _app(self) -> App:
        url = self._world.keeper.engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        async def job(context: JobContext, *, kind: str, subject: str) -> None:
            await self._do(context, Job(kind=JobKind(kind), subject=subject))

        return app

    def _procrastinate(self, app: App) -> Procrastinate:
        manner = self._manner
        return Procrastinate(
            app,
            queues=[QUEUE],
            name=manner.name,
            concurrency=manner.concurrency,
            shutdown_graceful_timeout=manner.drain_seconds + _HAND_BACK_SECONDS,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=manner.heartbeat_seconds,
            stalled_worker_timeout=manner.heartbeat_seconds * MISSED_HEARTBEATS,
            fetch_job_polling_interval=manner.sweep_seconds,
        )

    async def _do(self, context: JobContext, job: Job) -> None:
        number = context.job.id or 0
        self._doing.add(number)
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._do_now, job)
        finally:
            self._doing.discard(number)

    def _do_now(self, job: Job) -> None:
        with self._hands.full_of(job):
            do(job, self._world)

    def _look(self) -> None:
        self._hands.let_go(self._world)
        sweep(self._world)
        self.looked_at = self._world.clock()

    async def _look_for_work(self, app: App) -> None:
        while True:
            try:
                await self._end_stalled(app)
                await asyncio.to_thread(self._look)
            except (ConnectorException, PostgresError, EvalsError) as error:
                _log.warning("could not look for work: %s", error)
            except Exception:  # noqa: BLE001 - told with its traceback; the next look is another chance
                _log.exception("looking for work broke")
            await asyncio.sleep(self._manner.sweep_seconds)

    async def _end_stalled(self, app: App) -> None:
        """End jobs that nobody does any more, for their locks; `sweep` puts what is left to do.

        These are the jobs of workers that gave no sign of life for too long, and jobs of our own
        whose end could not be written when it came.
        """
        manager = app.job_manager
        silence = self._manner.heartbeat_seconds * MISSED_HEARTBEATS
        await manager.prune_stalled_workers(silence)
        stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=silence))
        stalled += await self._our_left_overs(app)
        for one in stalled:
            with suppress(ConnectorException):  # it ended meanwhile
                await manager.finish_job(one, status=Status.ABORTED, delete_job=True)

    async def _our_left_overs(self, app: App) -> list[Row]:
        """Return jobs that the table says we do, and that we were not doing at two looks."""
        if self._inner is None or self._inner.worker_id is None:
            return []
        rows = await app.job_manager.list_jobs_async(
            status=Status.DOING.value, worker_id=self._inner.worker_id
        )
        idle = {row.id for row in rows if row.id is not None} - self._doing
        stalled = [row for row in rows if row.id in idle & self._left_over]
        self._left_over = idle
        return stalled
