"""Claim: one process performs a run at a time, and gives signs of life while it does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evals.records import RunStatus
from service.db.session import reading, writing
from service.errors import RunBusy, RunCancelled
from service.here import here
from service.store import claims, shards
from service.store.claims import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from service.db.tables import ShardState
    from service.store.claims import Claim
    from service.store.shards import Shard

BEAT_EVERY = timedelta(seconds=10)
DEAD_AFTER = timedelta(seconds=60)


@dataclass(slots=True)
class Held:
    """A run that is ours to perform, until it is released or taken over."""

    engine: Engine
    run_id: str
    worker: Worker
    clock: Callable[[], datetime]
    beaten_at: datetime

    def beat(self) -> None:
        """Give a sign of life, every ten seconds at most.

        Raises:
            RunBusy: Another process has taken the run over.
            RunCancelled: Somebody asked for it to be cancelled; it is still ours to release.
        """
        now = self.clock()
        if now - self.beaten_at < BEAT_EVERY:
            return
        with writing(self.engine) as session:
            still_ours = claims.beat(session, self.run_id, self.worker, now=now)
            asked_by = claims.asked_to_cancel(session, self.run_id)
        if not still_ours:
            raise RunBusy(f"run {self.run_id} was taken over by another process")
        self.beaten_at = now
        if asked_by is not None:
            raise RunCancelled(claims.cancelled_by(asked_by), where=f"run {self.run_id}")

    def release(self, status: RunStatus, reason: str = "") -> None:
        """Leave the run at ``status``, unless it was taken over by now."""
        with writing(self.engine) as session:
            claims.release(
                session, self.run_id, self.worker, status, now=self.clock(), reason=reason
            )

    def divide(self, count: int) -> None:
        """Leave the run to workers that ask a shard each; unless it was taken over by now."""
        with writing(self.engine) as session:
            words = f"asked in {count} shards"
            still_ours = claims.release(
                session,
                self.run_id,
                self.worker,
                RunStatus.RUNNING,
                now=self.clock(),
                reason=words,
            )
            if still_ours:
                shards.create(session, self.run_id, count)


@dataclass(slots=True)
class HeldShard:
    """A shard that is ours to ask, until it is released or taken over."""

    engine: Engine
    shard: Shard
    worker: Worker
    clock: Callable[[], datetime]
    beaten_at: datetime

    def beat(self) -> None:
        """Give a sign of life, every ten seconds at most.

        Raises:
            RunBusy: Another process has taken the shard over, or the run has ended.
        """
        now = self.clock()
        if now - self.beaten_at < BEAT_EVERY:
            return
        with writing(self.engine) as session:
            still_ours = shards.beat(session, self.shard, self.worker, now=now)
        if not still_ours:
            name = f"shard {self.shard.number} of run {self.shard.run_id}"
            raise RunBusy(f"{name} was taken over, or the run was ended")
        self.beaten_at = now

    def release(self, state: ShardState, reason: str = "") -> None:
        """Leave the shard at ``state``, unless it was taken over by now."""
        with writing(self.engine) as session:
            shards.release(session, self.shard, self.worker, state, reason=reason)


def take_shard(engine: Engine, shard: Shard, *, clock: Callable[[], datetime]) -> HeldShard | None:
    """Take a shard that is open or whose worker is dead; None when somebody else was faster."""
    now, worker = clock(), this_process()
    if shard.has_ended or not (shard.claim is None or is_dead(shard.claim, now=now)):
        return None
    with writing(engine) as session:
        ours = shards.claim(session, shard, worker, now=now)
    return HeldShard(engine, shard, worker, clock, now) if ours else None


def take(
    engine: Engine, run_id: str, *, clock: Callable[[], datetime], take_over: bool = False
) -> Held:
    """Take an unfinished run; of several processes that try at once, one gets it.

    A run that another process holds is taken over when that process gave no sign of life for a
    minute, when it is gone from this machine, or when the caller insists: ``take_over``. A run that
    is asked in shards is busy until the last of them has ended, or the caller insists.

    Raises:
        RunBusy: Another process performs the run.
        RunCancelled: Somebody asked for it to be cancelled while its last process died; now it is.
    """
    now, worker = clock(), this_process()
    with writing(engine) as session:
        before = claims.claim_of(session, run_id)
        if before is not None and not (take_over or is_dead(before, now=now)):
            raise _busy(run_id, before)
        if take_over:
            shards.leave_all(session, run_id, reason="the whole run was taken over")
        ours = claims.claim(session, run_id, worker, instead_of=before, now=now)
        asked_by = claims.asked_to_cancel(session, run_id) if ours else None
        if asked_by is not None:
            reason = claims.cancelled_by(asked_by)
            claims.release(session, run_id, worker, RunStatus.CANCELLED, now=now, reason=reason)
    if asked_by is not None:
        raise RunCancelled(claims.cancelled_by(asked_by), where=f"run {run_id}")
    if not ours:
        with reading(engine) as session:
            raise _busy(run_id, claims.claim_of(session, run_id))
    return Held(engine=engine, run_id=run_id, worker=worker, clock=clock, beaten_at=now)


def refuse_while_performed(engine: Engine, *, now: datetime) -> None:
    """Do nothing, unless some process performs a run in this store, as far as can be seen.

    Raises:
        RunBusy: One does; the store is about to be replaced under it.
    """
    with reading(engine) as session:
        found = claims.fresh(session, since=now - DEAD_AFTER)
    alive = [one for one in found if not is_dead(one[1], now=now)]
    if alive:
        run_id, claim = max(alive, key=lambda one: one[1].heartbeat_at)
        raise RunBusy(
            f"run {run_id} is being performed by process {claim.worker.pid} on "
            f"{claim.worker.host} (last sign of life {claim.heartbeat_at:%H:%M:%S} UTC), and "
            "replacing the store would lose it",
            fix="Stop `evals serve` and workers, or wait for the run, then try again. A process "
            "that is gone from another machine counts for a minute.",
        )


def this_process() -> Worker:
    """Return who we are."""
    return Worker(host=here(), pid=os.getpid())


def is_dead(claim: Claim, *, now: datetime) -> bool:
    """Whether nobody stands behind a claim any more, as far as can be seen from here.

    A process number tells that only of a process whose number we can look up.
    """
    if now - claim.heartbeat_at > DEAD_AFTER:
        return True
    return claim.worker.host == here() and not _is_alive(claim.worker.pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _busy(run_id: str, claim: Claim | None) -> RunBusy:
    seen = "" if claim is None else f" (last sign of life {claim.heartbeat_at:%H:%M:%S} UTC)"
    return RunBusy(
        f"run {run_id} is being performed by another process{seen}",
        fix=f"Wait for it; if it hangs: evals runs resume {run_id} --take-over.",
    )
