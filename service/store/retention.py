"""Retention: the texts of old runs may go; what anything still rests on stays whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, text, update

from evals.records import RunStatus
from service.db.tables import (
    AlertRow,
    AlertTransitionRow,
    BaselineRetirementRow,
    BaselineRow,
    BaselineRunRow,
    HandedRunRow,
    RunRow,
    SampleRow,
    ScoreRow,
    TextRow,
)
from service.store.changes import count_changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_ENDED: Final = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)
_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class OldRun:
    """A run whose texts may go, the folder of its logs, and how many samples it has."""

    id: str
    log_dir: str
    samples: int


def old_runs(session: Session, *, before: datetime, limit: int) -> tuple[OldRun, ...]:
    """Return up to ``limit`` runs planned ``before`` whose texts may go, the oldest first.

    A run is kept whole that has not ended or is not settled; that a baseline is made of, in force
    or retired; that ended since a baseline in force of its endpoint, suite and pin was blessed,
    for the monitors replay it; and that an open alert rests on.
    """
    kept = (_of_baseline(), _of_monitor(), _of_alert(), _unsettled())
    samples = select(func.count()).where(SampleRow.run_id == RunRow.id).scalar_subquery()
    statement = (
        select(RunRow.id, RunRow.log_dir, samples)
        .where(RunRow.created_at < before, RunRow.status.in_(_ENDED), RunRow.log_dir.is_not(None))
        .where(*(~one for one in kept))
        .order_by(RunRow.created_at, RunRow.id)
        .limit(limit)
    )
    return tuple(
        OldRun(id=run_id, log_dir=log_dir, samples=count)
        for run_id, log_dir, count in session.execute(statement)
    )


def forget_texts(session: Session, run_id: str) -> tuple[str, ...]:
    """Take the texts from the samples and scores of a run; return their digests.

    Numbers, states and verdicts stay. The run's folder of logs is the caller's to remove.
    """
    columns = (SampleRow.text_digest, SampleRow.error_digest)
    rows = session.execute(select(*columns).where(SampleRow.run_id == run_id).distinct())
    digests = {digest for row in rows for digest in row if digest is not None}
    gone = {"text_digest": None, "error_digest": None, "log_location": None}
    count_changed(
        session,
        update(SampleRow)
        .where(SampleRow.run_id == run_id)
        .values(**gone, log_sample_uuid=None, top_logprobs=None),
    )
    of_run = select(SampleRow.id).where(SampleRow.run_id == run_id)
    scores = update(ScoreRow).where(ScoreRow.sample_id.in_(of_run))
    count_changed(session, scores.values(parsed=None, reason=""))
    count_changed(session, update(RunRow).where(RunRow.id == run_id).values(log_dir=None))
    return tuple(sorted(digests))


def delete_unused(session: Session, digests: Sequence[str]) -> int:
    """Delete those of ``digests`` that no sample names any more; return how many went.

    Whoever stores samples waits until the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Whoever stores a sample has inserted its texts before, in the same transaction: this waits
        # for those under way, so that no text goes that one of them found there.
        session.execute(text("LOCK TABLE texts IN SHARE ROW EXCLUSIVE MODE"))
    named = (SampleRow.text_digest, SampleRow.error_digest, SampleRow.parameters_digest)
    unused = delete(TextRow).where(*(~exists().where(one == TextRow.digest) for one in named))
    return sum(
        count_changed(session, unused.where(TextRow.digest.in_(digests[begin : begin + _AT_ONCE])))
        for begin in range(0, len(digests), _AT_ONCE)
    )


def _of_baseline() -> ColumnElement[bool]:
    return exists().where(BaselineRunRow.run_id == RunRow.id)


def _of_monitor() -> ColumnElement[bool]:
    retired = exists().where(BaselineRetirementRow.baseline_id == BaselineRow.id)
    return exists().where(
        BaselineRow.endpoint == RunRow.endpoint,
        BaselineRow.suite == RunRow.suite,
        BaselineRow.pin_digest == RunRow.pin_digest,
        BaselineRow.created_at <= RunRow.completed_at,
        ~retired,
    )


def _of_alert() -> ColumnElement[bool]:
    is_open = AlertRow.holds.is_not(None)
    seen_last = exists().where(is_open, AlertRow.source == RunRow.id)
    seen_ever = exists().where(
        is_open,
        AlertTransitionRow.alert_id == AlertRow.id,
        AlertTransitionRow.source == RunRow.id,
    )
    return or_(seen_last, seen_ever)


def _unsettled() -> ColumnElement[bool]:
    return exists().where(HandedRunRow.run_id == RunRow.id, HandedRunRow.settled_at.is_(None))
