"""The worker: it takes jobs from the queue, does them, and looks for what the queue has lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.queue import is_shared

if TYPE_CHECKING:
    from datetime import datetime

    from service.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How a worker works.

    Attributes:
        concurrency: Jobs at once.
        drain_seconds: How long its jobs may go on once it is told to stop; then they are handed
            back, and go on elsewhere.
        heartbeat_seconds: How often it gives a sign of life; after three that it missed, others
            take its jobs. The same for all workers.
        sweep_seconds: How often it looks for work that no message told of.
    """

    name: str = "worker"
    concurrency: int = 2
    drain_seconds: float = 30.0
    heartbeat_seconds: float = 10.0
    sweep_seconds: float = 5.0


class Worker(Protocol):
    """Works until it is told to stop.

    Attributes:
        looked_at: When it last looked for work to the end; None before the first time.
    """

    looked_at: datetime | None

    def run(self) -> None:
        """Work; return once it was told to stop and every job has ended or was handed back."""
        ...

    def stop(self) -> None:
        """Take no more jobs, and let those under way end in time; a second time: hand them back.

        Any thread may call it, and a signal handler.
        """
        ...


def worker_of(world: World, manner: Manner) -> Worker:
    """Return the worker for the world's database; on SQLite it shares the world's queue."""
    if is_shared(world.keeper.engine):
        from service.worker.shared import SharedWorker

        return SharedWorker(world, manner)
    from service.worker.local import LocalWorker

    return LocalWorker(world, manner)
