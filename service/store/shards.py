"""Shards: shares of one run's items, each asked by one worker, and joined once all have ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from evals.records import RunStatus
from service.db.tables import HandedRunRow, RunRow, RunShardRow, SampleRow, ShardState
from service.store.changes import count_changed
from service.store.claims import Claim, Worker

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

NOT_ENDED = (ShardState.OPEN, ShardState.RUNNING)
_NOBODY: dict[str, Any] = {"worker_host": None, "worker_pid": None, "heartbeat_at": None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """One share of a run: the items whose number, counted round ``shards``, is ``number``.

    ``claim`` is who asks it now, or seemed to when it died.
    """

    run_id: str
    number: int
    shards: int
    state: ShardState
    attempts: int
    claim: Claim | None

    @property
    def has_ended(self) -> bool:
        """Whether nobody asks it any more."""
        return self.state not in NOT_ENDED


def create(session: Session, run_id: str, shards: int) -> None:
    """Divide a run. The caller holds its claim, and lets go of it in the same transaction."""
    row = {"run_id": run_id, "shards": shards, "state": ShardState.OPEN, "attempts": 0}
    rows = [row | {"shard": number, "samples": 0, "reason": ""} for number in range(1, shards + 1)]
    session.execute(insert(RunShardRow), rows)


def of_runs(session: Session, run_ids: Collection[str]) -> dict[str, tuple[Shard, ...]]:
    """Return the shards of each run that was divided, in their order."""
    statement = select(RunShardRow).where(RunShardRow.run_id.in_(run_ids))
    found: dict[str, list[Shard]] = defaultdict(list)
    for row in session.scalars(statement.order_by(RunShardRow.run_id, RunShardRow.shard)):
        found[row.run_id].append(_record(row))
    return {run_id: tuple(shards) for run_id, shards in found.items()}


def held_by(session: Session, worker: Worker, *, silent_since: datetime) -> tuple[Shard, ...]:
    """Return the shards of handed runs that a process asks, silent since a moment."""
    unsettled = select(HandedRunRow.run_id).where(HandedRunRow.settled_at.is_(None))
    held = select(RunShardRow).where(RunShardRow.run_id.in_(unsettled), _held_by(worker))
    silent = held.where(RunShardRow.heartbeat_at <= silent_since)
    return tuple(_record(row) for row in session.scalars(silent))


def claim(session: Session, shard: Shard, worker: Worker, *, now: datetime) -> bool:
    """Take a shard; return False if somebody else was faster.

    It must be open, or still held by the very claim of ``shard``, which the caller found dead. Of
    two that try at once, the second finds the first one's worker and heartbeat in the row.
    """
    mine = {"worker_host": worker.host, "worker_pid": worker.pid, "heartbeat_at": now}
    statement = update(RunShardRow).where(_is(shard), _is_free(shard))
    return count_changed(session, statement.values(state=ShardState.RUNNING, **mine)) == 1


def begin_attempt(session: Session, shard: Shard) -> int:
    """Count an attempt and return its number, from 1; new samples of the run start it anew."""
    samples = select(func.count()).select_from(SampleRow).where(SampleRow.run_id == shard.run_id)
    now_there = session.scalar(samples) or 0
    before = session.execute(
        select(RunShardRow.attempts, RunShardRow.samples).where(_is(shard))
    ).one()
    attempts = 1 if now_there > before.samples else before.attempts + 1
    statement = update(RunShardRow).where(_is(shard))
    count_changed(session, statement.values(attempts=attempts, samples=now_there))
    return attempts


def forgive(session: Session, shard: Shard) -> None:
    """Take back the count of an attempt that ended for reasons that are not the shard's."""
    statement = update(RunShardRow).where(_is(shard))
    count_changed(session, statement.values(attempts=RunShardRow.attempts - 1))


def beat(session: Session, shard: Shard, worker: Worker, *, now: datetime) -> bool:
    """Give a sign of life; return False when ``worker`` no longer holds it, or the run is over."""
    goes_on = select(RunRow.id).where(RunRow.id == shard.run_id, RunRow.status == RunStatus.RUNNING)
    statement = update(RunShardRow).where(_is(shard), _held_by(worker), goes_on.exists())
    return count_changed(session, statement.values(heartbeat_at=now)) == 1


def release(
    session: Session, shard: Shard, worker: Worker, state: ShardState, *, reason: str = ""
) -> bool:
    """Leave a shard at ``state``; return False, and change nothing, when it is another's by now."""
    statement = update(RunShardRow).where(_is(shard), _held_by(worker))
    return count_changed(session, statement.values(state=state, reason=reason, **_NOBODY)) == 1


def leave(session: Session, shard: Shard, *, reason: str) -> None:
    """Leave the rest of a shard to whoever joins the shards, unless somebody asks it.

    As with `claim`, the claim of ``shard`` is one that the caller found dead.
    """
    statement = update(RunShardRow).where(_is(shard), _is_free(shard))
    count_changed(session, statement.values(state=ShardState.LEFT, reason=reason, **_NOBODY))


def leave_all(session: Session, run_id: str, *, reason: str) -> None:
    """End every shard of a run that has not ended: somebody takes the whole run."""
    statement = update(RunShardRow).where(
        RunShardRow.run_id == run_id, RunShardRow.state.in_(NOT_ENDED)
    )
    count_changed(session, statement.values(state=ShardState.LEFT, reason=reason, **_NOBODY))


def _is(shard: Shard) -> ColumnElement[bool]:
    return (RunShardRow.run_id == shard.run_id) & (RunShardRow.shard == shard.number)


def _is_free(shard: Shard) -> ColumnElement[bool]:
    """Return the condition that it is open, or held still by the claim that ``shard`` shows."""
    free: list[ColumnElement[bool]] = [RunShardRow.state == ShardState.OPEN]
    if shard.claim is not None:
        stale = RunShardRow.heartbeat_at == shard.claim.heartbeat_at
        free.append(_held_by(shard.claim.worker) & stale)
    return RunShardRow.state.in_(NOT_ENDED) & or_(*free)


def _held_by(worker: Worker) -> ColumnElement[bool]:
    return (RunShardRow.worker_host == worker.host) & (RunShardRow.worker_pid == worker.pid)


def _record(row: RunShardRow) -> Shard:
    claim = None
    if row.worker_host is not None and row.worker_pid is not None and row.heartbeat_at is not None:
        worker = Worker(host=row.worker_host, pid=row.worker_pid)
        claim = Claim(worker=worker, heartbeat_at=row.heartbeat_at)
    return Shard(
        run_id=row.run_id,
        number=row.shard,
        shards=row.shards,
        state=row.state,
        attempts=row.attempts,
        claim=claim,
    )
