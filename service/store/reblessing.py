"""What another baseline settles: alerts that rest on the one before it are over, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service.alerting.orders import close_with_baseline
from service.db.tables import RunRow
from service.store import alerts, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from service.alerting.alert import Alert


def close_after_blessing(
    session: Session,
    blessed: Sequence[RunRecord],
    *,
    baseline: str,
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Resolve the alerts on the scores of the runs' endpoint and suite: they are compared anew.

    Whoever heard of them hears of this, in the transaction of the blessing. What a later run of
    another pin found stays: it is not compared with this baseline.
    """
    first, newest = blessed[0], max(run.created_at for run in blessed)
    words = f"baseline {baseline} was blessed: {why}"
    for alert in alerts.unresolved(session, endpoint=first.endpoint):
        if alert.condition.suite != first.suite:
            continue
        pin, found_at = _run_of(session, alert)
        if pin in (None, first.pin_digest) or found_at <= newest:
            _close(session, alert, who=who, why=words, now=now)


def close_after_retirement(
    session: Session,
    *,
    endpoint: str,
    suite: str,
    pin_digest: str,
    baseline: str,
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Resolve the alerts that runs of a pin found beside a baseline that is retired."""
    words = f"baseline {baseline} was retired: {why}"
    for alert in alerts.unresolved(session, endpoint=endpoint):
        if alert.condition.suite == suite and _run_of(session, alert)[0] in (None, pin_digest):
            _close(session, alert, who=who, why=words, now=now)


def _run_of(session: Session, alert: Alert) -> tuple[str | None, datetime]:
    """Return the pin of the run that an alert was seen by last, and when that was planned."""
    row = session.execute(
        select(RunRow.pin_digest, RunRow.created_at).where(RunRow.id == alert.source)
    ).one_or_none()
    return (None, alert.opened_at) if row is None else (row.pin_digest, row.created_at)


def _close(session: Session, alert: Alert, *, who: str, why: str, now: datetime) -> None:
    newest: Alert | None = alert
    while newest is not None:
        transition = close_with_baseline(newest, actor=who, why=why, now=now)
        if transition is None:
            return
        moved = alerts.move(session, transition)
        if moved is not None:
            outbox.write_to_followers(session, moved, now)
            return
        newest = alerts.newest_of(session, alert.condition)
