"""Verdicts: each judgement of a run is a new row, and the newest one is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from evals.verdict import TaskVerdict, Verdict
from service.db.tables import BaselineRow, TaskVerdictRow, VerdictRow
from service.store import baselines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.verdict import VerdictKind


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVerdict:
    """A verdict and what it was derived from.

    ``baseline`` is a name, None without one; ``comparison`` the document that the caller stored.
    """

    run_id: str
    verdict: Verdict
    baseline: str | None
    comparison: dict[str, Any]
    code_version: str
    created_at: datetime


def add(
    session: Session,
    *,
    run_id: str,
    verdict: Verdict,
    baseline: str | None,
    comparison: Mapping[str, Any],
    code_version: str,
    now: datetime,
) -> None:
    """Store a judgement; earlier ones stay. Its policy must be stored before.

    ``comparison`` is made of finite JSON values. Raises `BaselineNotFound`.
    """
    statement = insert(VerdictRow).returning(VerdictRow.id)
    verdict_id = session.scalars(
        statement,
        {
            "run_id": run_id,
            "baseline_id": None if baseline is None else baselines.id_of(session, baseline),
            "policy_digest": verdict.policy_digest,
            "code_version": code_version,
            "kind": verdict.kind,
            "alpha": verdict.alpha,
            "pin_broken": verdict.pin_broken,
            "reasons": list(verdict.reasons),
            "comparison": dict(comparison),
            "created_at": now,
        },
    ).one()
    tasks = [_task_values(verdict_id, *pair) for pair in enumerate(verdict.tasks)]
    if tasks:
        session.execute(insert(TaskVerdictRow), tasks)


def latest(session: Session, run_id: str) -> StoredVerdict | None:
    """Return the newest judgement of a run; None when nobody judged it."""
    row = session.execute(
        select(VerdictRow, BaselineRow.name)
        .outerjoin(BaselineRow, BaselineRow.id == VerdictRow.baseline_id)
        .where(VerdictRow.run_id == run_id)
        .order_by(VerdictRow.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _stored(session, *row)


def latest_kind(session: Session, run_id: str) -> tuple[VerdictKind, datetime] | None:
    """Return the newest judgement of a run in a word, and when it was made; None without one."""
    statement = (
        select(VerdictRow.kind, VerdictRow.created_at)
        .where(VerdictRow.run_id == run_id)
        .order_by(VerdictRow.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else (row.kind, row.created_at)


def page(
    session: Session, run_id: str, *, before: int | None = None, limit: int = 50
) -> tuple[tuple[int, StoredVerdict], ...]:
    """Return up to ``limit`` judgements of a run with their row ids, the newest first.

    ``before`` is the row id of the last one seen.
    """
    statement = (
        select(VerdictRow, BaselineRow.name)
        .outerjoin(BaselineRow, BaselineRow.id == VerdictRow.baseline_id)
        .where(VerdictRow.run_id == run_id)
    )
    if before is not None:
        statement = statement.where(VerdictRow.id < before)
    rows = session.execute(statement.order_by(VerdictRow.id.desc()).limit(limit)).all()
    return tuple((row.id, _stored(session, row, baseline)) for row, baseline in rows)


def count(session: Session, run_id: str) -> int:
    """Return how often a run was judged."""
    statement = select(func.count()).select_from(VerdictRow).where(VerdictRow.run_id == run_id)
    return session.scalar(statement) or 0


def latest_kinds(session: Session, run_ids: Collection[str]) -> dict[str, VerdictKind]:
    """Return the newest judgement of each run in one query; runs that nobody judged are absent."""
    newest = (
        select(func.max(VerdictRow.id))
        .where(VerdictRow.run_id.in_(run_ids))
        .group_by(VerdictRow.run_id)
    )
    statement = select(VerdictRow.run_id, VerdictRow.kind).where(VerdictRow.id.in_(newest))
    return dict(session.execute(statement).all())


def _task_values(verdict_id: int, position: int, task: TaskVerdict) -> dict[str, Any]:
    return {
        "verdict_id": verdict_id,
        "position": position,
        "task": task.task,
        "kind": task.kind,
        "reasons": list(task.reasons),
    }


def _stored(session: Session, row: VerdictRow, baseline: str | None) -> StoredVerdict:
    tasks = session.scalars(
        select(TaskVerdictRow)
        .where(TaskVerdictRow.verdict_id == row.id)
        .order_by(TaskVerdictRow.position)
    )
    verdict = Verdict(
        kind=row.kind,
        reasons=tuple(row.reasons),
        tasks=tuple(
            TaskVerdict(task=task.task, kind=task.kind, reasons=tuple(task.reasons))
            for task in tasks
        ),
        alpha=row.alpha,
        policy_digest=row.policy_digest,
        pin_broken=row.pin_broken,
    )
    return StoredVerdict(
        run_id=row.run_id,
        verdict=verdict,
        baseline=baseline,
        comparison=row.comparison,
        code_version=row.code_version,
        created_at=row.created_at,
    )
