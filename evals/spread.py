"""When the passes of a baseline are due: spread over days, or one after the other."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime

_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def parse_spread(text: str, *, where: str = "--spread") -> timedelta:
    """Read ``3d``, ``12h``, ``90m`` or ``now`` (no time at all), given at ``where``.

    Raises:
        ConfigError: It is none of them.

    >>> parse_spread("36h"), parse_spread("now")
    (datetime.timedelta(days=1, seconds=43200), datetime.timedelta(0))
    """
    if text == "now":
        return timedelta()
    match = re.fullmatch(r"(\d{1,3})([dhm])", text)
    if match is None:
        raise ConfigError(
            f"{text!r} is no length of time", where=where, fix="Write 3d, 12h, 90m or now."
        )
    return int(match[1]) * _UNITS[match[2]]


def due_at(number: int, *, passes: int, spread: timedelta, started_at: datetime) -> datetime:
    """Return when pass ``number`` (from 0) is due, the last one ``spread`` after the first.

    >>> from datetime import UTC, datetime, timedelta
    >>> monday = datetime(2026, 11, 23, tzinfo=UTC)
    >>> due_at(3, passes=16, spread=timedelta(days=3), started_at=monday) - monday
    datetime.timedelta(seconds=51840)
    """
    return started_at + spread * number / max(1, passes - 1)
