"""Claims: of all processes that would perform a run, the database lets one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, or_, select, update

from evals.records import RunStatus
from service.db.tables import RunRow
from service.store import runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import CursorResult, Update
    from sqlalchemy.orm import Session

UNFINISHED = (RunStatus.PLANNED, RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED)
_NOBODY: dict[str, Any] = {"worker_host": None, "worker_pid": None, "heartbeat_at": None}


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


def claim(
    session: Session,
    run_id: str,
    worker: Worker,
    *,
    instead_of: Claim | None,
    now: datetime,
) -> bool:
    """Start an unfinished run for ``worker``; return False if somebody else was faster.

    The run must be free, or still held by the very claim that the caller found dead.
    """
    free: list[ColumnElement[bool]] = [RunRow.heartbeat_at.is_(None)]
    if instead_of is not None:
        free.append(_held_by(instead_of.worker) & (RunRow.heartbeat_at == instead_of.heartbeat_at))
    statement = update(RunRow).where(RunRow.id == run_id, RunRow.status.in_(UNFINISHED), or_(*free))
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
    """Leave a run at ``status``; return False, and change nothing, when it is another's by now."""
    statement = update(RunRow).where(RunRow.id == run_id, _held_by(worker))
    return _changed(session, statement.values(**_NOBODY)) and runs.set_status(
        session, run_id, status, expected=UNFINISHED, now=now, reason=reason
    )


def _held_by(worker: Worker) -> ColumnElement[bool]:
    return (RunRow.worker_host == worker.host) & (RunRow.worker_pid == worker.pid)


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount == 1
