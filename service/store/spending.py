"""What was spent, by month: a run counts in the month in which it was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, distinct, func, select

from evals.budgets import Purse, Scope
from evals.records import RunStatus
from service.db.tables import RunRow, SampleRow, SlotRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, SQLColumnExpression
    from sqlalchemy.orm import Session

    from evals.budgets import Budgets, Limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What the runs of one endpoint, started by one schedule or by hand, have cost.

    Attributes:
        schedule: None for runs that a person started.
        known_usd: The sum over samples whose cost is known.
        unpriced: Samples whose cost is not known.
    """

    endpoint: str
    schedule: str | None
    runs: int
    samples: int
    calls: int
    input_tokens: int
    output_tokens: int
    known_usd: float
    unpriced: int


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """Return the calendar month around ``now``, in UTC: its first moment and that of the next.

    >>> from datetime import UTC, datetime
    >>> [day.isoformat() for day in month_of(datetime(2026, 12, 24, 18, tzinfo=UTC))]
    ['2026-12-01T00:00:00+00:00', '2027-01-01T00:00:00+00:00']
    """
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first, following


def spent_between(
    session: Session, begin: datetime, end: datetime, *, endpoint: str | None = None
) -> tuple[Spent, ...]:
    """Return what the runs planned from ``begin`` until before ``end`` have cost.

    One row for each endpoint and schedule, in their order; only of ``endpoint`` where one is named.
    """
    # Every column of samples here is in one index, so that no sample is read.
    unpriced = SampleRow.run_id.is_not(None) & SampleRow.cost_usd.is_(None)
    statement = (
        select(
            RunRow.endpoint,
            SlotRow.schedule,
            func.count(distinct(RunRow.id)).label("runs"),
            func.count(SampleRow.run_id).label("samples"),
            _sum(SampleRow.calls + SampleRow.retries).label("calls"),
            _sum(SampleRow.input_tokens).label("input_tokens"),
            _sum(SampleRow.output_tokens).label("output_tokens"),
            _sum(SampleRow.cost_usd).label("known_usd"),
            _sum(case((unpriced, 1), else_=0)).label("unpriced"),
        )
        .outerjoin(SlotRow, SlotRow.run_id == RunRow.id)
        .outerjoin(SampleRow, SampleRow.run_id == RunRow.id)
        .where(RunRow.created_at >= begin, RunRow.created_at < end)
        .group_by(RunRow.endpoint, SlotRow.schedule)
    )
    if endpoint is not None:
        statement = statement.where(RunRow.endpoint == endpoint)
    found = (Spent(**row) for row in session.execute(statement).mappings())
    return tuple(sorted(found, key=lambda one: (one.endpoint, one.schedule or "")))


def _sum(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(column), 0)


def schedule_of(session: Session, run_id: str) -> str | None:
    """Return the schedule that started a run; None for one that a person started."""
    return session.scalar(select(SlotRow.schedule).where(SlotRow.run_id == run_id))


def purses(
    session: Session,
    budgets: Budgets,
    *,
    now: datetime,
    endpoint: str | None = None,
    schedule: str | None = None,
    besides: str | None = None,
) -> tuple[Purse, ...]:
    """Return the budgets of this month; with ``endpoint``, those that a run of it is paid from.

    What batches still to come cost at most is set aside, but that of run ``besides``. Nothing is
    summed up where nothing is limited.
    """
    limits = [
        limit
        for limit in budgets.limits
        if endpoint is None or limit.covers(endpoint=endpoint, schedule=schedule)
    ]
    alone = endpoint if all(one.scope is Scope.ENDPOINT for one in limits) else None
    spent = spent_between(session, *month_of(now), endpoint=alone) if limits else ()
    aside = _set_aside(session, *month_of(now), besides=besides) if limits else ()
    return tuple(_purse(limit, spent, aside) for limit in limits)


def lock(session: Session) -> None:
    """Let one transaction at a time weigh a batch against the month's budgets, until it ends.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = func.hashtextextended("pinwatch budgets", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Aside:
    """What a batch that has not ended may still cost, in USD."""

    endpoint: str
    schedule: str | None
    usd: float


def _set_aside(
    session: Session, begin: datetime, end: datetime, *, besides: str | None
) -> tuple[_Aside, ...]:
    """Return what is set aside for batches: what was stored of them is spent, and counts there."""
    paid = select(_sum(SampleRow.cost_usd)).where(SampleRow.run_id == RunRow.id).scalar_subquery()
    statement = (
        select(RunRow.endpoint, SlotRow.schedule, RunRow.options, paid)
        .outerjoin(SlotRow, SlotRow.run_id == RunRow.id)
        .where(RunRow.created_at >= begin, RunRow.created_at < end)
        .where(
            RunRow.status.in_([RunStatus.PLANNED, RunStatus.RUNNING]), RunRow.id != (besides or "")
        )
    )
    return tuple(
        _Aside(endpoint=endpoint, schedule=schedule, usd=max(0.0, options["batch_usd"] - usd))
        for endpoint, schedule, options, usd in session.execute(statement)
        if options.get("batch_usd") is not None
    )


def _purse(limit: Limit, spent: Sequence[Spent], aside: Sequence[_Aside]) -> Purse:
    kept = [one for one in aside if limit.covers(endpoint=one.endpoint, schedule=one.schedule)]
    paid = [one for one in spent if limit.covers(endpoint=one.endpoint, schedule=one.schedule)]
    return Purse(
        scope=limit.scope,
        of=limit.of,
        limit_usd=limit.usd,
        spent_usd=sum(one.known_usd for one in paid),
        reserved_usd=sum(one.usd for one in kept),
        unpriced=sum(one.unpriced for one in paid),
    )
