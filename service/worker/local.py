"""The worker inside one process, for SQLite: threads that share its queue."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

from evals.errors import EvalsError
from service.queue.local import LocalQueue
from service.worker.doing import do, sweep
from service.worker.drain import Drain
from service.worker.hands import Hands

if TYPE_CHECKING:
    from datetime import datetime

    from service.worker import Manner
    from service.world import World

_log = logging.getLogger(__name__)


class LocalWorker:
    """Works in threads of this process."""

    def __init__(self, world: World, manner: Manner) -> None:
        queue = world.queue
        if not isinstance(queue, LocalQueue):
            raise TypeError("on SQLite the worker takes jobs from a LocalQueue")
        self.looked_at: datetime | None = None
        self._queue = queue
        self._manner = manner
        self._hands = Hands()
        self._drain = Drain(manner.drain_seconds)
        self._world = replace(world, must_leave=self._drain.must_leave)

    def run(self) -> None:
        """Work until told to stop."""
        threads = [
            Thread(target=self._work, name=f"{self._manner.name}-{number}")
            for number in range(1, self._manner.concurrency + 1)
        ]
        for thread in threads:
            thread.start()
        while not self._drain.stopping.is_set():
            self._sweep()
            self._drain.stopping.wait(self._manner.sweep_seconds)
        self._queue.close()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """Take no more jobs; a second time, hand back those under way."""
        self._drain.begin()

    def _work(self) -> None:
        while not self._drain.stopping.is_set():
            with self._queue.taken(timeout_seconds=self._manner.sweep_seconds) as job:
                if job is not None:
                    with self._hands.full_of(job):
                        do(job, self._world)

    def _sweep(self) -> None:
        try:
            self._hands.let_go(self._world)
            sweep(self._world)
        except EvalsError as error:
            _log.warning("could not look for work: %s", error)
        except Exception:  # noqa: BLE001 - told with its traceback; the next look is another chance
            _log.exception("looking for work broke")
        else:
            self.looked_at = self._world.clock()
