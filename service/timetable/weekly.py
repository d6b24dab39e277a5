"""One moment a week, on the wall clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evals.channels import Weekday

if TYPE_CHECKING:
    from evals.channels import WeeklyDigest

_DAYS = tuple(Weekday)
_WEEK = timedelta(days=7)


def latest_week(digest: WeeklyDigest, now: datetime) -> tuple[datetime, datetime]:
    """Return the newest week that has ended: its first moment, and the one at which it ended.

    >>> from evals.channels import WeeklyDigest
    >>> digest = WeeklyDigest(hour=9, timezone="Europe/Berlin")
    >>> [one.isoformat() for one in latest_week(digest, datetime(2026, 3, 30, 7, tzinfo=UTC))]
    ['2026-03-23T08:00:00+00:00', '2026-03-30T07:00:00+00:00']
    """
    zone = ZoneInfo(digest.timezone)
    here = now.astimezone(zone)
    back = timedelta(days=(here.weekday() - _DAYS.index(digest.day)) % len(_DAYS))
    wall = here.replace(hour=digest.hour, minute=0, second=0, microsecond=0, tzinfo=None) - back
    if _instant(wall, zone) > now:
        wall -= _WEEK
    return _instant(wall - _WEEK, zone), _instant(wall, zone)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
