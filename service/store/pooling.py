"""The newest p-values of every endpoint, to be pooled; what is settled by a person is left out."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from evals.condition import ConditionKind
from service.alerting.alert import State
from service.db.tables import AlertRow, BaselineRow, RunPValuesRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

BATCH: Final = timedelta(days=8)
"""How old the newest check of a suite may be: a week, and a day for what came late."""


def add(
    session: Session,
    *,
    run_id: str,
    endpoint: str,
    suite: str,
    completed_at: datetime,
    p_values: Sequence[float],
) -> None:
    """Keep the p-values of a run that was judged; a second judgement changes nothing."""
    row = {
        "run_id": run_id,
        "endpoint": endpoint,
        "suite": suite,
        "completed_at": completed_at,
        "p_values": list(p_values),
    }
    insert_absent(session, RunPValuesRow, [row])


def newest(session: Session, *, now: datetime) -> dict[str, list[float]]:
    """Return the p-values of the newest check of every suite, by endpoint.

    A series that somebody acknowledged or silenced leaves the batch, and so does a check that was
    judged before its suite's newest baseline was blessed.
    """
    row = RunPValuesRow
    rank = func.row_number().over(
        partition_by=(row.endpoint, row.suite),
        order_by=(row.completed_at.desc(), row.run_id.desc()),
    )
    recent = select(row, rank.label("rank")).where(row.completed_at > now - BATCH).subquery()
    settled = _settled(session)
    blessed = _blessed(session, since=now - BATCH)
    found: dict[str, list[float]] = defaultdict(list)
    for one in session.execute(select(recent).where(recent.c.rank == 1)):
        series = (one.endpoint, one.suite)
        if series not in settled and one.completed_at >= blessed.get(series, one.completed_at):
            found[one.endpoint] += one.p_values
    return dict(found)


def _settled(session: Session) -> set[tuple[str, str]]:
    statement = select(AlertRow.endpoint, AlertRow.suite).where(
        AlertRow.kind == ConditionKind.SERIES,
        AlertRow.state.in_((State.ACKNOWLEDGED, State.SILENCED)),
    )
    return {(endpoint, suite) for endpoint, suite in session.execute(statement)}


def _blessed(session: Session, *, since: datetime) -> dict[tuple[str, str], datetime]:
    columns = BaselineRow.endpoint, BaselineRow.suite, func.max(BaselineRow.created_at)
    statement = select(*columns).where(BaselineRow.created_at > since)
    grouped = statement.group_by(BaselineRow.endpoint, BaselineRow.suite)
    return {(endpoint, suite): at for endpoint, suite, at in session.execute(grouped)}
