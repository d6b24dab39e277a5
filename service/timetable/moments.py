"""Due moments: what a schedule's cron means on the wall clock of its zone, as instants."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.schedule import Schedule

_SECOND = timedelta(seconds=1)


def due_after(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield the due moments later than ``after``, each once and in order, in UTC.

    The cron is followed on the wall clock. What would fall into an hour that the clock skips is due
    when it has been skipped; an hour that comes twice counts once, the first time. Whether a moment
    is in the active window is asked of the wall clock, too.
    """
    zone = ZoneInfo(schedule.timezone)
    last = after
    for wall in _on_the_wall(schedule, after.astimezone(zone).replace(tzinfo=None)):
        moment = _instant(wall, zone)
        if moment > last:
            yield moment
            last = moment


def due_between(
    schedule: Schedule, after: datetime, until: datetime, *, most: int
) -> tuple[datetime, ...]:
    """Return the first ``most`` due moments later than ``after``, up to ``until`` and with it."""
    until_then = takewhile(lambda moment: moment <= until, due_after(schedule, after))
    return tuple(islice(until_then, most))


@lru_cache(maxsize=20_000)
def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first due moment later than ``after``; None when the window ends before it."""
    return next(due_after(schedule, after), None)


def _on_the_wall(schedule: Schedule, start: datetime) -> Iterator[datetime]:
    """Yield the naive moments at which the cron fires within the window, from ``start`` on."""
    trigger, active = _trigger(schedule.fields), schedule.active
    if active.since is not None:
        start = max(start, datetime.combine(active.since, time.min))
    wall = _next_fire(trigger, start)
    while wall is not None and (active.until is None or wall.date() <= active.until):
        if active.holds_at(wall.time()):
            yield wall
        wall = _next_fire(trigger, wall + _SECOND)


@lru_cache(maxsize=1_000)
def _trigger(fields: str) -> Any:
    return CronTrigger.from_crontab(fields, UTC)


def _next_fire(trigger: Any, wall: datetime) -> datetime | None:
    """Ask the library as if the wall clock were UTC, which never skips and never repeats."""
    fire: datetime | None = trigger.get_next_fire_time(None, wall.replace(tzinfo=UTC))
    return None if fire is None else fire.replace(tzinfo=None)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a clock in ``zone`` first shows ``wall``, or has skipped it."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before <= after:
        return before
    return _transition(after, before, zone)


def _transition(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the second, after ``early`` and up to ``late``, from which a new offset holds."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late
