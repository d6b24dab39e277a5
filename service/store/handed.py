"""Handed runs: which runs workers perform, how often they tried, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from evals.records import RunStatus
from service.db.tables import HandedRunRow, RunRow, SampleRow
from service.store.absent import insert_absent
from service.store.changes import count_changed
from service.store.claims import Claim, Worker

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

AWAITS_CONFIRMATION = "waits for its confirmation"
"""Why a run waits that found something, and has not failed."""
ENDED = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedRun:
    """A run in the hands of the workers, as far as a decision about it needs to know.

    ``claim`` is who performs it now, or seemed to when it died.
    """

    run_id: str
    endpoint: str
    suite: str
    status: RunStatus
    attempts: int
    not_before: datetime | None
    claim: Claim | None

    @property
    def has_ended(self) -> bool:
        """Whether only its judgement is left to do."""
        return self.status in ENDED


def hand_over(session: Session, run_id: str, *, now: datetime) -> None:
    """Let the workers perform a run; in the transaction that plans it, so that it is never lost.

    A run that was handed over before stays as it is.
    """
    row = {"run_id": run_id, "handed_at": now, "attempts": 0, "samples": 0, "reason": ""}
    insert_absent(session, HandedRunRow, [row])


def unsettled(session: Session, *, limit: int) -> tuple[HandedRun, ...]:
    """Return the handed runs that are not done with, the first handed first."""
    return _all(session, _UNSETTLED.limit(limit))


def ready(session: Session, *, now: datetime, limit: int) -> tuple[HandedRun, ...]:
    """Return the unsettled runs that need not wait, the first handed first.

    Of one suite on one endpoint there is one at a time: the first that has not ended, and while it
    waits there is none.
    """
    other, of_other = aliased(HandedRunRow), aliased(RunRow)
    before = exists().where(
        other.settled_at.is_(None),
        of_other.id == other.run_id,
        of_other.endpoint == RunRow.endpoint,
        of_other.suite == RunRow.suite,
        of_other.status.not_in(ENDED),
        tuple_(other.handed_at, other.run_id) < tuple_(HandedRunRow.handed_at, HandedRunRow.run_id),
    )
    due = or_(HandedRunRow.not_before.is_(None), HandedRunRow.not_before <= now)
    first = or_(RunRow.status.in_(ENDED), ~before)
    return _all(session, _UNSETTLED.where(due, first).limit(limit))


def get(session: Session, run_id: str) -> HandedRun | None:
    """Return a handed run; None when it was never handed over, or is settled."""
    statement = (
        select(HandedRunRow, RunRow)
        .join(RunRow, RunRow.id == HandedRunRow.run_id)
        .where(HandedRunRow.run_id == run_id, HandedRunRow.settled_at.is_(None))
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else _record(*row)


def begin_attempt(session: Session, run_id: str) -> int:
    """Count an attempt and return its number, from 1; new samples since the last start anew."""
    samples = select(func.count()).select_from(SampleRow).where(SampleRow.run_id == run_id)
    now_there = session.scalar(samples) or 0
    before = session.execute(
        select(HandedRunRow.attempts, HandedRunRow.samples).where(HandedRunRow.run_id == run_id)
    ).one()
    attempts = 1 if now_there > before.samples else before.attempts + 1
    _update(session, run_id, attempts=attempts, samples=now_there, not_before=None)
    return attempts


def forgive(session: Session, run_id: str) -> None:
    """Take back the count of an attempt that ended for reasons that are not the run's."""
    _update(session, run_id, attempts=HandedRunRow.attempts - 1)


def wait(session: Session, run_id: str, *, until: datetime | None, reason: str) -> None:
    """Leave a run alone until a moment; None lets anybody take it up at once."""
    _update(session, run_id, not_before=until, reason=reason)


def settle(session: Session, run_id: str, *, now: datetime, reason: str = "") -> bool:
    """Be done with a run; return False when somebody was before.

    ``reason`` says why it was never judged.
    """
    statement = update(HandedRunRow).where(
        HandedRunRow.run_id == run_id, HandedRunRow.settled_at.is_(None)
    )
    return count_changed(session, statement.values(settled_at=now, reason=reason)) == 1


def reasons(session: Session, run_ids: Collection[str]) -> dict[str, str]:
    """Return what last kept each of these runs from going on; empty when nothing did."""
    statement = select(HandedRunRow.run_id, HandedRunRow.reason)
    return dict(session.execute(statement.where(HandedRunRow.run_id.in_(run_ids))).all())


def _update(session: Session, run_id: str, **values: Any) -> None:
    statement = update(HandedRunRow).where(HandedRunRow.run_id == run_id)
    count_changed(session, statement.values(**values))


_UNSETTLED = (
    select(HandedRunRow, RunRow)
    .join(RunRow, RunRow.id == HandedRunRow.run_id)
    .where(HandedRunRow.settled_at.is_(None))
    .order_by(HandedRunRow.handed_at, HandedRunRow.run_id)
)


def _all(session: Session, statement: Select[HandedRunRow, RunRow]) -> tuple[HandedRun, ...]:
    return tuple(_record(*row) for row in session.execute(statement))


def _record(row: HandedRunRow, run: RunRow) -> HandedRun:
    return HandedRun(
        run_id=row.run_id,
        endpoint=run.endpoint,
        suite=run.suite,
        status=run.status,
        attempts=row.attempts,
        not_before=row.not_before,
        claim=_claim(run),
    )


def _claim(run: RunRow) -> Claim | None:
    if run.worker_host is None or run.worker_pid is None or run.heartbeat_at is None:
        return None
    worker = Worker(host=run.worker_host, pid=run.worker_pid)
    return Claim(worker=worker, heartbeat_at=run.heartbeat_at)
