"""Counting: which moments have come since the last look, however long ago that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.timetable.moments import due_between, next_due

if TYPE_CHECKING:
    from datetime import datetime

    from evals.schedule import Schedule

MOST_MOMENTS = 200
"""Moments of one schedule that one look tells apart."""

_WINDOWS = tuple(timedelta(hours=hours) for hours in (24 * 365, 24 * 30, 24 * 7, 24, 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """The moments that have come, in order.

    Attributes:
        lost: The first of those that are too many to be told apart; None as a rule.
        lost_until: The last instant of those.
    """

    moments: tuple[datetime, ...]
    lost: datetime | None = None
    lost_until: datetime | None = None


def counted(schedule: Schedule, since: datetime, now: datetime) -> Counted:
    """Return what was due after ``since``, up to ``now``.

    After a very long absence the latest moments are told apart, and those before are one gap: two
    years of a check every minute are not a million rows.
    """
    first = next_due(schedule, since)
    if first is None or first > now:
        return Counted(moments=())
    moments = due_between(schedule, since, now, most=MOST_MOMENTS + 1)
    if len(moments) <= MOST_MOMENTS:
        return Counted(moments=moments)
    for window in _WINDOWS:
        recent = due_between(schedule, now - window, now, most=MOST_MOMENTS + 1)
        if window < now - since and len(recent) <= MOST_MOMENTS:
            return Counted(moments=recent, lost=first, lost_until=now - window)
    raise AssertionError("an hour has 60 minutes")  # pragma: no cover
