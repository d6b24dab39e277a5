"""Samples read back: whole records, and the sums that lists and budgets need."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from evals.records import SampleKey, SampleRecord, ScoreRecord
from service.db.tables import SampleRow, ScoreRow, TextRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from evals.call_state import CallState

# Columns, not entities: a whole baseline is read at once, and plain rows take half the time.
_SAMPLE_COLUMNS = tuple(SampleRow.__table__.columns)
_SCORE_COLUMNS = tuple(
    column for column in ScoreRow.__table__.columns if column.name not in ("id", "sample_id")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunCosts:
    """What a run took so far.

    Attributes:
        calls: Model calls, retries included.
        known_cost_usd: The sum over samples whose price is known.
        unpriced: Samples whose cost is not known.
    """

    samples: int
    calls: int
    input_tokens: int
    output_tokens: int
    known_cost_usd: float
    unpriced: int

    @property
    def cost_usd(self) -> float | None:
        """The whole cost; None, never less than the truth, when part of it is unknown."""
        return None if self.unpriced else self.known_cost_usd


def load(session: Session, run_ids: Collection[str]) -> dict[str, tuple[SampleRecord, ...]]:
    """Return the samples of each run, in the order of their keys, with the newest score of each."""
    found: dict[str, list[SampleRecord]] = {run_id: [] for run_id in run_ids}
    for row in session.execute(_select().where(SampleRow.run_id.in_(run_ids))):
        found[row.run_id].append(_record(row))
    return {run_id: _in_order(records) for run_id, records in found.items()}


def page(
    session: Session,
    run_id: str,
    *,
    task: str | None = None,
    states: Collection[CallState] = (),
    after: int | None = None,
    limit: int = 50,
) -> tuple[tuple[int, SampleRecord], ...]:
    """Return up to ``limit`` samples of a run with their row ids, in the order of these.

    ``after`` is the row id of the last one seen. Samples that come in while pages are turned stand
    on a later page, or on none.
    """
    statement = _select().where(SampleRow.run_id == run_id)
    if task is not None:
        statement = statement.where(SampleRow.task == task)
    if states:
        statement = statement.where(ScoreRow.state.in_(states))
    if after is not None:
        statement = statement.where(SampleRow.id > after)
    rows = session.execute(statement.order_by(SampleRow.id).limit(limit))
    return tuple((row.id, _record(row)) for row in rows)


def _select() -> Select[*tuple[Any, ...]]:
    reply, error, parameters = aliased(TextRow), aliased(TextRow), aliased(TextRow)
    return (
        select(
            *_SAMPLE_COLUMNS,
            *_SCORE_COLUMNS,
            reply.text.label("text"),
            error.text.label("error"),
            parameters.text.label("parameters"),
        )
        .select_from(SampleRow)
        .join(ScoreRow, _is_newest_score())
        .join(parameters, parameters.digest == SampleRow.parameters_digest)
        .outerjoin(reply, reply.digest == SampleRow.text_digest)
        .outerjoin(error, error.digest == SampleRow.error_digest)
    )


def counts(session: Session, run_id: str) -> dict[str, dict[CallState, int]]:
    """Return how many samples ended in which state, task by task."""
    statement = (
        select(SampleRow.task, ScoreRow.state, func.count())
        .join(ScoreRow, _is_newest_score())
        .where(SampleRow.run_id == run_id)
        .group_by(SampleRow.task, ScoreRow.state)
        .order_by(SampleRow.task, ScoreRow.state)
    )
    found: dict[str, dict[CallState, int]] = {}
    for task, state, count in session.execute(statement):
        found.setdefault(task, {})[state] = count
    return found


def costs(session: Session, run_id: str) -> RunCosts:
    """Sum up calls, tokens and money of a run; zeros for a run without samples."""
    sums = (
        func.sum(SampleRow.calls + SampleRow.retries),
        func.sum(SampleRow.input_tokens),
        func.sum(SampleRow.output_tokens),
        func.sum(SampleRow.cost_usd),
        func.sum(case((SampleRow.cost_usd.is_(None), 1), else_=0)),
    )
    statement = select(func.count(), *sums).where(SampleRow.run_id == run_id)
    samples, calls, input_tokens, output_tokens, cost, without_price = session.execute(
        statement
    ).one()
    return RunCosts(
        samples=samples,
        calls=calls or 0,
        input_tokens=input_tokens or 0,
        output_tokens=output_tokens or 0,
        known_cost_usd=cost or 0.0,
        unpriced=without_price or 0,
    )


def _is_newest_score() -> ColumnElement[bool]:
    newer = aliased(ScoreRow)
    is_older = exists().where(newer.sample_id == ScoreRow.sample_id, newer.id > ScoreRow.id)
    return (ScoreRow.sample_id == SampleRow.id) & ~is_older


def _in_order(records: Iterable[SampleRecord]) -> tuple[SampleRecord, ...]:
    """Sort here: each dialect has its own order of text."""
    return tuple(sorted(records, key=lambda record: record.key))


def _record(row: Row[*tuple[Any, ...]]) -> SampleRecord:
    return SampleRecord(
        key=SampleKey(task=row.task, item_id=row.item_id, arm=row.arm, epoch=row.epoch),
        item_digest=row.item_digest,
        text=row.text,
        score=_score(row),
        completed_at=row.completed_at,
        error=row.error,
        latency_seconds=row.latency_seconds,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        stop_reason=row.stop_reason,
        served_model=row.served_model,
        system_fingerprint=row.system_fingerprint,
        calls=row.calls,
        retries=row.retries,
        sent_parameters=json.loads(row.parameters),
        top_logprobs=json.loads(row.top_logprobs) if row.top_logprobs else None,
        log_location=row.log_location,
        log_sample_uuid=row.log_sample_uuid,
    )


def _score(row: Row[*tuple[Any, ...]]) -> ScoreRecord:
    return ScoreRecord(
        scorer=row.scorer,
        scorer_version=row.scorer_version,
        state=row.state,
        value=row.value,
        passed=row.passed,
        parsed=row.parsed,
        reason=row.reason,
    )
