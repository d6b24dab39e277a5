"""Hands: what a process is doing just now, so that it lets go of everything else it holds."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from evals.records import RunStatus
from service.db.session import reading, writing
from service.db.tables import ShardState
from service.stages.claim import BEAT_EVERY, this_process
from service.store import claims, shards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.jobs import Job
    from service.world import World

SILENCE: Final = 2.5 * BEAT_EVERY
_LOST_SIGHT = "a worker lost sight of it while the database was away"


class Hands:
    """The subjects of the jobs that the threads of this process do."""

    def __init__(self) -> None:
        self._subjects: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def full_of(self, job: Job) -> Iterator[None]:
        """Do a job within; its claims are ours meanwhile."""
        with self._lock:
            self._subjects[job.subject] += 1
        try:
            yield
        finally:
            with self._lock:
                self._subjects[job.subject] -= 1

    def let_go(self, world: World) -> None:
        """Free the runs and shards that the store says we hold, and that no job of ours is about.

        A job that broke when the database was away leaves them so, and so does an earlier process
        of our host and number, as in a container that was started again. Nobody gives signs of
        life for them. They are read before the hands are looked at, for a job is in hand before it
        claims anything.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ours, now = this_process(), world.clock()
        with reading(world.keeper.engine) as session:
            held_runs = claims.held_by(session, ours, silent_since=now - SILENCE)
            held_shards = shards.held_by(session, ours, silent_since=now - SILENCE)
        lost_runs = [one for one in held_runs if not self._has(one)]
        lost_shards = [one for one in held_shards if not self._has(f"{one.run_id}/{one.number}")]
        if not lost_runs and not lost_shards:
            return
        with writing(world.keeper.engine) as session:
            for run_id in lost_runs:
                claims.release(
                    session, run_id, ours, RunStatus.RUNNING, now=now, reason=_LOST_SIGHT
                )
            for shard in lost_shards:
                shards.release(session, shard, ours, ShardState.OPEN, reason=_LOST_SIGHT)

    def _has(self, subject: str) -> bool:
        with self._lock:
            return self._subjects[subject] > 0
