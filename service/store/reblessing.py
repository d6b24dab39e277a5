"""What a new baseline settles: alerts that rest on the one before it are over, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.alerting.orders import blessed_anew
from service.store import alerts, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.alerting.alert import Alert


def close_alerts(
    session: Session,
    *,
    endpoint: str,
    suite: str,
    baseline: str,
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Resolve the alerts of ``endpoint`` on ``suite`` that were found beside another baseline.

    Whoever heard of them hears of this, in the transaction of the blessing.
    """
    for alert in alerts.unresolved(session, endpoint=endpoint):
        if alert.condition.suite == suite:
            _close(session, alert, baseline=baseline, who=who, why=why, now=now)


def _close(
    session: Session, alert: Alert, *, baseline: str, who: str, why: str, now: datetime
) -> None:
    newest: Alert | None = alert
    while newest is not None:
        transition = blessed_anew(newest, baseline=baseline, actor=who, why=why, now=now)
        if transition is None:
            return
        moved = alerts.move(session, transition)
        if moved is not None:
            outbox.write_to_followers(session, moved, now)
            return
        newest = alerts.newest_of(session, alert.condition)
