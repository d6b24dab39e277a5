"""Runs: created once, moved by conditional updates, found by id or prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import selectinload

from evals.records import Fingerprint, RunRecord, RunStatus, TaskRecord
from service.db.tables import HandedRunRow, RunRow, RunTaskRow
from service.db.types import UtcDateTime
from service.errors import AmbiguousId, RunNotFound
from service.store import fingerprints
from service.store.changes import count_changed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

SHOWN_CANDIDATES = 5


def create(session: Session, run: RunRecord, *, log_dir: str | None = None) -> None:
    """Store a new run with its tasks.

    Its pin, its suite and its golden set versions must be stored before, in the same transaction or
    an earlier one.
    """
    session.execute(insert(RunRow).values(**_run_values(run), log_dir=log_dir))
    rows = [_task_values(run.id, position, task) for position, task in enumerate(run.tasks)]
    if rows:
        session.execute(insert(RunTaskRow), rows)


def set_status(
    session: Session,
    run_id: str,
    status: RunStatus,
    *,
    expected: Collection[RunStatus],
    now: datetime,
    reason: str = "",
) -> bool:
    """Move a run to ``status`` if it stands at one of ``expected``; return whether it did.

    Of two processes that move the same run away from the same status, one is told False. A run that
    starts again keeps its first start and loses its end. Workers that judge a run that ended have
    attempts of their own.
    """
    values: dict[str, Any] = {"status": status, "status_reason": reason, "completed_at": None}
    if status is RunStatus.RUNNING:
        values["started_at"] = func.coalesce(RunRow.started_at, literal(now, UtcDateTime()))
    elif status is not RunStatus.PLANNED:
        values["completed_at"] = now
    statement = update(RunRow).where(RunRow.id == run_id, RunRow.status.in_(expected))
    moved = count_changed(session, statement.values(**values)) == 1
    if moved and values["completed_at"] is not None:
        anew = update(HandedRunRow).where(HandedRunRow.run_id == run_id).values(attempts=0)
        count_changed(session, anew)
    return moved


def get(session: Session, id_or_prefix: str) -> RunRecord:
    """Return the run with this id, or the only run whose id starts so.

    Raises `RunNotFound` and `AmbiguousId`.
    """
    return _record(_find(session, id_or_prefix))


def newest(
    session: Session,
    *,
    endpoint: str | None = None,
    suite: str | None = None,
    statuses: Collection[RunStatus] = (),
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[RunRecord, ...]:
    """Return up to ``limit`` runs, the newest first; a filter that is not given lets all pass.

    ``before`` are the moment and the id of a run: those that come after it in this order.
    """
    statement = select(RunRow).options(selectinload(RunRow.tasks))
    if endpoint is not None:
        statement = statement.where(RunRow.endpoint == endpoint)
    if suite is not None:
        statement = statement.where(RunRow.suite == suite)
    if statuses:
        statement = statement.where(RunRow.status.in_(statuses))
    if before is not None:
        moment, run_id = before
        at_once = (RunRow.created_at == moment) & (RunRow.id < run_id)
        statement = statement.where((RunRow.created_at < moment) | at_once)
    statement = statement.order_by(RunRow.created_at.desc(), RunRow.id.desc()).limit(limit)
    return tuple(_record(row) for row in session.scalars(statement))


def completed_between(
    session: Session,
    *,
    endpoint: str,
    suite: str,
    pin_digest: str,
    after: datetime,
    before: RunRecord,
) -> tuple[RunRecord, ...]:
    """Return the completed runs of one pin that ended after a moment and before a run ended.

    The oldest comes first; of runs that ended at once, ids decide. A run that has not ended comes
    after all that have.
    """
    ended = RunRow.completed_at
    statement = (
        select(RunRow)
        .options(selectinload(RunRow.tasks))
        .where(RunRow.endpoint == endpoint, RunRow.suite == suite)
        .where(RunRow.pin_digest == pin_digest, RunRow.status == RunStatus.COMPLETED)
        .where(ended > after, RunRow.id != before.id)
        .order_by(ended, RunRow.id)
    )
    if before.completed_at is not None:
        at_once = (ended == before.completed_at) & (RunRow.id < before.id)
        statement = statement.where((ended < before.completed_at) | at_once)
    return tuple(_record(row) for row in session.scalars(statement))


def log_dir(session: Session, run_id: str) -> str | None:
    """Return the folder of Inspect's logs of a run; None when it keeps none."""
    return session.scalar(select(RunRow.log_dir).where(RunRow.id == run_id))


def save_fingerprint(session: Session, run_id: str, fingerprint: Fingerprint) -> None:
    """Store what the endpoint revealed during the run; a resumed run replaces it with the whole."""
    statement = update(RunRow).where(RunRow.id == run_id)
    session.execute(
        statement.values(fingerprint=fingerprints.to_document(fingerprint)),
        execution_options={"synchronize_session": False},
    )


def fingerprint(session: Session, run_id: str) -> Fingerprint | None:
    """Return what the endpoint revealed during the run; None when nothing was stored."""
    document = session.scalar(select(RunRow.fingerprint).where(RunRow.id == run_id))
    return None if document is None else fingerprints.from_document(document)


def _find(session: Session, id_or_prefix: str) -> RunRow:
    whole = select(RunRow).options(selectinload(RunRow.tasks))
    exact = session.scalars(whole.where(RunRow.id == id_or_prefix)).one_or_none()
    if exact is not None:
        return exact
    # LIKE ignores case on SQLite and not on Postgres; this compares alike on both.
    starts_so = func.substr(RunRow.id, 1, len(id_or_prefix)) == id_or_prefix
    newest_first = whole.where(starts_so).order_by(RunRow.created_at.desc(), RunRow.id.desc())
    found = session.scalars(newest_first.limit(SHOWN_CANDIDATES + 1)).all() if id_or_prefix else []
    if len(found) > 1:
        raise _ambiguous(id_or_prefix, [row.id for row in found])
    if not found:
        raise RunNotFound(
            f"no run has the id {id_or_prefix!r}", fix="See the ids with `evals runs list`."
        )
    return found[0]


def _ambiguous(prefix: str, ids: list[str]) -> AmbiguousId:
    shown = ", ".join(ids[:SHOWN_CANDIDATES]) + (", ..." if len(ids) > SHOWN_CANDIDATES else "")
    return AmbiguousId(
        f"the id {prefix!r} fits more than one run: {shown}", fix="Write more of the id."
    )


def _run_values(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "endpoint": run.endpoint,
        "pin_digest": run.pin_digest,
        "suite": run.suite,
        "suite_digest": run.suite_digest,
        "status": run.status,
        "status_reason": run.status_reason,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "options": dict(run.options),
        "code_version": run.code_version,
        "judge_pin_digest": run.judge_pin_digest,
    }


def _task_values(run_id: str, position: int, task: TaskRecord) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "name": task.name,
        "position": position,
        "golden_set": task.golden_set,
        "golden_set_version": task.golden_set_version,
        "golden_set_digest": task.golden_set_digest,
        "task_version": task.task_version,
        "planned_samples": task.planned_samples,
    }


def _record(row: RunRow) -> RunRecord:
    return RunRecord(
        id=row.id,
        endpoint=row.endpoint,
        pin_digest=row.pin_digest,
        suite=row.suite,
        suite_digest=row.suite_digest,
        status=row.status,
        status_reason=row.status_reason,
        created_at=row.created_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        tasks=tuple(_task_record(task) for task in row.tasks),
        options=row.options,
        code_version=row.code_version,
        judge_pin_digest=row.judge_pin_digest,
    )


def _task_record(row: RunTaskRow) -> TaskRecord:
    return TaskRecord(
        name=row.name,
        golden_set=row.golden_set,
        golden_set_version=row.golden_set_version,
        golden_set_digest=row.golden_set_digest,
        task_version=row.task_version,
        planned_samples=row.planned_samples,
    )
