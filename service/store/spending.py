"""What was spent, by month: a run counts in the month in which it was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, distinct, func, select

from evals.budgets import Purse, Scope
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
    unpriced = SampleRow.id.is_not(None) & SampleRow.cost_usd.is_(None)
    statement = (
        select(
            RunRow.endpoint,
            SlotRow.schedule,
            func.count(distinct(RunRow.id)).label("runs"),
            func.count(SampleRow.id).label("samples"),
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
) -> tuple[Purse, ...]:
    """Return the budgets of this month; with ``endpoint``, those that a run of it is paid from.

    Nothing is summed up where nothing is limited.
    """
    limits = [
        limit
        for limit in budgets.limits
        if endpoint is None or limit.covers(endpoint=endpoint, schedule=schedule)
    ]
    alone = endpoint if all(one.scope is Scope.ENDPOINT for one in limits) else None
    spent = spent_between(session, *month_of(now), endpoint=alone) if limits else ()
    return tuple(_purse(limit, spent) for limit in limits)


def _purse(limit: Limit, spent: Sequence[Spent]) -> Purse:
    paid = [one for one in spent if limit.covers(endpoint=one.endpoint, schedule=one.schedule)]
    return Purse(
        scope=limit.scope,
        of=limit.of,
        limit_usd=limit.usd,
        spent_usd=sum(one.known_usd for one in paid),
        unpriced=sum(one.unpriced for one in paid),
    )
