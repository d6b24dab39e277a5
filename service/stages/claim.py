"""Claim: one process performs a run at a time, and gives signs of life while it does."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.db.session import reading, writing
from service.errors import RunBusy
from service.store import claims
from service.store.claims import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from evals.records import RunStatus
    from service.store.claims import Claim

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
        """
        now = self.clock()
        if now - self.beaten_at < BEAT_EVERY:
            return
        with writing(self.engine) as session:
            still_ours = claims.beat(session, self.run_id, self.worker, now=now)
        if not still_ours:
            raise RunBusy(f"run {self.run_id} was taken over by another process")
        self.beaten_at = now

    def release(self, status: RunStatus, reason: str = "") -> None:
        """Leave the run at ``status``, unless it was taken over by now."""
        with writing(self.engine) as session:
            claims.release(
                session, self.run_id, self.worker, status, now=self.clock(), reason=reason
            )


def take(
    engine: Engine, run_id: str, *, clock: Callable[[], datetime], take_over: bool = False
) -> Held:
    """Take an unfinished run; of several processes that try at once, one gets it.

    A run that another process holds is taken over when that process gave no sign of life for a
    minute, when it is gone from this machine, or when the caller insists: ``take_over``.

    Raises:
        RunBusy: Another process performs the run.
    """
    now, worker = clock(), this_process()
    with writing(engine) as session:
        before = claims.claim_of(session, run_id)
        if before is not None and not (take_over or is_dead(before, now=now)):
            raise _busy(run_id, before)
        ours = claims.claim(session, run_id, worker, instead_of=before, now=now)
    if not ours:
        with reading(engine) as session:
            raise _busy(run_id, claims.claim_of(session, run_id))
    return Held(engine=engine, run_id=run_id, worker=worker, clock=clock, beaten_at=now)


def this_process() -> Worker:
    """Return who we are."""
    return Worker(host=socket.gethostname(), pid=os.getpid())


def is_dead(claim: Claim, *, now: datetime) -> bool:
    """Whether nobody stands behind a claim any more, as far as can be seen from here."""
    if now - claim.heartbeat_at > DEAD_AFTER:
        return True
    return claim.worker.host == socket.gethostname() and not _is_alive(claim.worker.pid)


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
