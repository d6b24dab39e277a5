"""Claims: of all processes that would perform a run, the database lets one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, update

from evals.records import RunStatus
from service.db.tables import HandedRunRow, RunRow, RunShardRow, ShardState
from service.db.types import AnyText, UtcDateTime
from service.store import runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import CursorResult, Update
    from sqlalchemy.orm import Session

UNFINISHED = (RunStatus.PLANNED, RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED)
CANCELLABLE = (RunStatus.PLANNED, RunStatus.RUNNING)
_NOBODY: dict[str, Any] = {"worker_host": None, "worker_pid": None, "heartbeat_at": None}
_UNASKED: dict[str, Any] = {"cancel_asked_at": None, "cancel_asked_by": None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """A process on a machine."""

    host: str
    pid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Who performs a run, and the last sign of life."""

    worker: Worker
    heartbeat_at: datetime


def claim_of(session: Session, run_id: str) -> Claim | None:
    """Return the claim on a run; None while nobody performs it."""
    columns = select(RunRow.worker_host, RunRow.worker_pid, RunRow.heartbeat_at)
    host, pid, heartbeat_at = session.execute(columns.where(RunRow.id == run_id)).one()
    if host is None or pid is None or heartbeat_at is None:
        return None
    return Claim(worker=Worker(host=host, pid=pid), heartbeat_at=heartbeat_at)


def fresh(session: Session, *, since: datetime) -> tuple[tuple[str, Claim], ...]:
    """Return each claim with a sign of life since a moment, on a run or a shard; by id of run."""
    found: list[tuple[str, Claim]] = []
    for table, run_id in ((RunRow, RunRow.id), (RunShardRow, RunShardRow.run_id)):
        columns = select(run_id, table.worker_host, table.worker_pid, table.heartbeat_at)
        for key, host, pid, beaten_at in session.execute(columns.where(table.heartbeat_at > since)):
            if host is not None and pid is not None and beaten_at is not None:
                worker = Worker(host=host, pid=pid)
                found.append((key, Claim(worker=worker, heartbeat_at=beaten_at)))
    return tuple(found)


def held_by(session: Session, worker: Worker, *, silent_since: datetime) -> tuple[str, ...]:
    """Return the handed runs that a process performs, without a sign of life since a moment."""
    unsettled = select(HandedRunRow.run_id).where(HandedRunRow.settled_at.is_(None))
    held = select(RunRow.id).where(RunRow.id.in_(unsettled), _held_by(worker))
    return tuple(session.scalars(held.where(RunRow.heartbeat_at <= silent_since)))


def claim(
    session: Session,
    run_id: str,
    worker: Worker,
    *,
    instead_of: Claim | None,
    now: datetime,
) -> bool:
    """Start an unfinished run for ``worker``; return False if somebody else was faster.

    The run must be free, or still held by the very claim that the caller found dead; and no shard
    of it may be under way. Shards are made under a claim and never begin anew, so that this holds
    from the moment it is true.
    """
    free: list[ColumnElement[bool]] = [RunRow.heartbeat_at.is_(None)]
    if instead_of is not None:
        free.append(_held_by(instead_of.worker) & (RunRow.heartbeat_at == instead_of.heartbeat_at))
    statement = (
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.status.in_(UNFINISHED), or_(*free))
        .where(~shards_under_way(run_id))
    )
    mine = {"worker_host": worker.host, "worker_pid": worker.pid, "heartbeat_at": now}
    return _changed(session, statement.values(**mine)) and runs.set_status(
        session, run_id, RunStatus.RUNNING, expected=UNFINISHED, now=now
    )


def beat(session: Session, run_id: str, worker: Worker, *, now: datetime) -> bool:
    """Give a sign of life; return False when ``worker`` no longer holds the run."""
    statement = update(RunRow).where(RunRow.id == run_id, _held_by(worker))
    return _changed(session, statement.values(heartbeat_at=now))


def release(
    session: Session,
    run_id: str,
    worker: Worker,
    status: RunStatus,
    *,
    now: datetime,
    reason: str = "",
) -> bool:
    """Leave a run at ``status``; return whether it is there.

    Nothing changes when it is another's by now. A run that was to go on later ends instead where
    somebody asked for that; for one that ends otherwise, who asked came too late.
    """
    statement = update(RunRow).where(RunRow.id == run_id, _held_by(worker))
    if not _changed(session, statement.values(**_NOBODY)):
        return False
    asked_by = asked_to_cancel(session, run_id)
    left_at = status
    if asked_by is not None:
        _changed(session, update(RunRow).where(RunRow.id == run_id).values(**_UNASKED))
        if status in CANCELLABLE:
            left_at, reason = RunStatus.CANCELLED, cancelled_by(asked_by)
    moved = runs.set_status(session, run_id, left_at, expected=UNFINISHED, now=now, reason=reason)
    return moved and left_at is status


def ask_to_cancel(session: Session, run_id: str, *, who: str, now: datetime) -> bool:
    """Cancel a run that nobody performs, or mark it; return False when it has ended.

    The first update locks the row: until we commit nobody can claim the run, and of several who
    ask at once the first is kept. A mark that is there already stays, and counts as done.
    """
    going_on = update(RunRow).where(RunRow.id == run_id, RunRow.status.in_(CANCELLABLE))
    asked = {
        "cancel_asked_at": func.coalesce(RunRow.cancel_asked_at, literal(now, UtcDateTime())),
        "cancel_asked_by": func.coalesce(RunRow.cancel_asked_by, literal(who, AnyText())),
    }
    if not _changed(session, going_on.values(**asked)):
        return False
    if claim_of(session, run_id) is None:
        _changed(session, update(RunRow).where(RunRow.id == run_id).values(**_UNASKED))
        reason = cancelled_by(who)
        runs.set_status(
            session, run_id, RunStatus.CANCELLED, expected=CANCELLABLE, now=now, reason=reason
        )
    return True


def asked_to_cancel(session: Session, run_id: str) -> str | None:
    """Return who asked for a run to be cancelled; None when nobody did."""
    return session.scalar(select(RunRow.cancel_asked_by).where(RunRow.id == run_id))


def cancelled_by(who: str) -> str:
    """Return the reason of a run that was cancelled."""
    return f"cancelled by {who}"


def shards_under_way(run_id: str) -> ColumnElement[bool]:
    """Return the condition that some shard of a run has not ended."""
    return exists().where(
        RunShardRow.run_id == run_id, RunShardRow.state.in_((ShardState.OPEN, ShardState.RUNNING))
    )


def _held_by(worker: Worker) -> ColumnElement[bool]:
    return (RunRow.worker_host == worker.host) & (RunRow.worker_pid == worker.pid)


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount == 1
