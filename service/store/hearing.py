"""Who heard of an alert, and what was lost on the way to whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.alerting.delivery import is_lost
from service.db.tables import AlertTransitionRow, NotificationRow, NotificationTransitionRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """What became of the messages to one channel about one alert.

    Attributes:
        arrives: How many were or will be received.
        lost: How many never will be.
    """

    arrives: int = 0
    lost: int = 0


def hearings(
    session: Session, alert_ids: Collection[int], now: datetime
) -> dict[int, dict[str, Hearing]]:
    """Return for each alert the channels that it was written to, and what became of that.

    What was dropped, or is refused for good, was heard by nobody.
    """
    found: dict[int, dict[str, Hearing]] = {alert_id: {} for alert_id in alert_ids}
    row = NotificationRow
    statement = (
        select(
            AlertTransitionRow.alert_id,
            row.id,
            row.channel,
            row.standing,
            row.revivals,
            row.created_at,
        )
        .join(
            NotificationTransitionRow,
            NotificationTransitionRow.transition_id == AlertTransitionRow.id,
        )
        .join(row, row.id == NotificationTransitionRow.notification_id)
        .where(AlertTransitionRow.alert_id.in_(found))
        .distinct()
    )
    counts: dict[tuple[int, str], list[bool]] = defaultdict(list)
    for alert_id, _, channel, standing, revivals, created_at in session.execute(statement):
        lost = is_lost(standing, revivals=revivals, age=now - created_at)
        counts[alert_id, channel].append(lost)
    for (about, to), all_lost in counts.items():
        found[about][to] = Hearing(arrives=all_lost.count(False), lost=all_lost.count(True))
    return found


def heard(session: Session, alert_id: int, now: datetime) -> frozenset[str]:
    """Return the channels that were or will be told anything of an alert."""
    found = hearings(session, [alert_id], now)[alert_id]
    return frozenset(channel for channel, one in found.items() if one.arrives)
