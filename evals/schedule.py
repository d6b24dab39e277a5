"""A schedule: when which suite is asked of which endpoints."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

CRON_WORDS = {"weekly": "0 6 * * mon", "daily": "0 6 * * *"}
"""What stands for five fields."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_OF_A_WEEK = 7 * 24 * 60


class CatchUp(StrEnum):
    """What becomes of moments that passed while nothing was there to start their checks."""

    LATEST = "latest"
    """The latest is started, late as it is; those before it are missed."""
    ALL = "all"
    """Each is started, one after the other."""
    NONE = "none"
    """What is past its grace is missed."""


class _Document(BaseModel):
    # What was written may be a secret in the wrong place: no error repeats it.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )


class Ping(_Document):
    """A URL that is called after each completed check, so that its absence is noticed elsewhere.

    Attributes:
        url_env: The *name* of the variable that holds the URL, whose path is a secret.
        fail: Call the URL with ``/fail`` behind it after a check that did not complete.
    """

    url_env: str
    fail: bool = False

    @field_validator("url_env")
    @classmethod
    def _names_a_variable(cls, name: str) -> str:
        if not _VARIABLE.fullmatch(name):
            msg = "url_env is no name of a variable; write the name, and never the URL itself"
            raise ValueError(msg)
        return name


class Active(_Document):
    """When a schedule is in force, in its own time zone; no moment is due outside of it.

    Attributes:
        since: The first day (``from`` in the file).
        until: The last day.
        hours: From when to when on each day, such as ``08:00-18:00``; its end is outside. Hours may
            go over midnight.
    """

    since: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    hours: str | None = None

    @field_validator("hours")
    @classmethod
    def _are_two_times(cls, hours: str | None) -> str | None:
        if hours is not None:
            begin, end = _times(hours)
            if begin == end:
                msg = "hours begin and end at the same time; leave them out for the whole day"
                raise ValueError(msg)
        return hours

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Active:
        if self.since and self.until and self.until < self.since:
            msg = f"it ends on {self.until}, before it begins on {self.since}"
            raise ValueError(msg)
        return self

    def holds_at(self, when: time) -> bool:
        """Whether a time of the day is within the hours.

        >>> night = Active(hours="22:00-06:00")
        >>> night.holds_at(time(23)), night.holds_at(time(6))
        (True, False)
        """
        if self.hours is None:
            return True
        begin, end = _times(self.hours)
        if begin < end:
            return begin <= when < end
        return when >= begin or when < end


def _times(hours: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(hours.replace(" ", ""))
    try:
        if found:
            return time.fromisoformat(found[1]), time.fromisoformat(found[2])
    except ValueError:
        pass
    msg = "hours are two times of the day; write them like 08:00-18:00"
    raise ValueError(msg)


def _as_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_NAMES = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
    ]
}


class Schedule(_Document):
    """When which suite is asked of which endpoints.

    Attributes:
        cron: Minute, hour, day, month, weekday (``0 6 * * mon``), or ``weekly`` (Monday 06:00) or
            ``daily`` (06:00). Where day and weekday are both given, both must hold.
        timezone: A name of the IANA data base, such as ``Europe/Berlin``; the wall clock there
            decides. An hour that is skipped in spring moves to the next; one that comes twice in
            autumn counts once.
        endpoint: A name from ``endpoints``, or several.
        suite: A suite, or the name of a golden set.
        jitter_minutes: Checks are spread over so many minutes after the moment, at most half the
            time to the next; each endpoint's share is always the same for one moment.
        active: Days and hours on which the schedule is in force.
        catch_up: What becomes of moments that passed while nothing was there.
        grace_minutes: So long after its start a check should have completed; if not it is late, and
            an alert is raised. Without it: the time to the next moment, at most six hours, or
            thirty for a batch.
        budget_usd: Of each check; the suite's if absent.
        batch: Ask through the provider's batch API, at about half the price and within a day, where
            there is one: OpenAI, Anthropic, Google, xAI, Together.
        enabled: ``false`` keeps it in the file, and its moments as rows, but starts nothing.
        ping: Called after each completed check of this schedule.
    """

    cron: str = "weekly"
    timezone: str = "UTC"
    endpoint: Annotated[
        tuple[str, ...], BeforeValidator(_as_several), WithJsonSchema(_NAMES), Field(min_length=1)
    ]
    suite: str
    jitter_minutes: Annotated[float, Field(ge=0, le=_MINUTES_OF_A_WEEK)] = 30
    active: Active = Active()
    catch_up: CatchUp = CatchUp.LATEST
    grace_minutes: Annotated[float, Field(gt=0, le=_MINUTES_OF_A_WEEK)] | None = None
    budget_usd: Annotated[float, Field(gt=0)] | None = None
    batch: bool = False
    enabled: bool = True
    ping: Ping | None = None

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        _check_fields(CRON_WORDS.get(cron, cron))
        return cron

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, OSError, ValueError):  # what zoneinfo raises, name by name
            msg = f"there is no time zone {timezone!r}; write one such as UTC or Europe/Berlin"
            raise ValueError(msg) from None
        return timezone

    @field_validator("endpoint")
    @classmethod
    def _names_each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            msg = f"{twice!r} is named twice"
            raise ValueError(msg)
        return names

    @model_validator(mode="after")
    def _is_due_at_some_time(self) -> Schedule:
        _check_hours(self.fields, self.active)
        return self

    @property
    def fields(self) -> str:
        """The five fields, whether a word stands for them or not.

        >>> Schedule(endpoint="prod", suite="weekly").fields
        '0 6 * * mon'
        """
        return CRON_WORDS.get(self.cron, self.cron)

    def document(self) -> dict[str, Any]:
        """Return what the file says, with every default filled in, as JSON values."""
        return self.model_dump(mode="json", by_alias=True)


_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def _check_fields(cron: str) -> None:
    fields = cron.split()
    if len(fields) != len(("minute", "hour", "day", "month", "weekday")):
        msg = f"{cron!r} has {len(fields)} fields; write minute hour day month weekday, "
        raise ValueError(msg + f"or {' or '.join(CRON_WORDS)}")
    if any(letter.isdigit() for letter in fields[4]):
        named = re.sub(r"[0-7](?=$|[-,/])", lambda day: _WEEKDAYS[int(day[0])], fields[4])
        msg = f"weekdays are written by name, since some count from Sunday; write {named!r} for "
        raise ValueError(msg + f"crontab's {fields[4]!r}")
    try:
        first = _next_fire(cron, _ANY_DAY)
    except ValueError as error:
        msg = f"{cron!r} is no cron: {error}"
        raise ValueError(msg) from None
    if first is None:
        msg = f"{cron!r} never comes; there is no such day"
        raise ValueError(msg)


def _check_hours(cron: str, active: Active) -> None:
    every_day = " ".join([*cron.split()[:2], "* * *"])
    fire = _next_fire(every_day, _ANY_DAY)
    while fire is not None and fire.date() == _ANY_DAY.date():
        if active.holds_at(fire.time()):
            return
        fire = _next_fire(every_day, fire + timedelta(minutes=1))
    msg = f"{cron!r} never comes within the active hours {active.hours}"
    raise ValueError(msg)


def _next_fire(cron: str, when: datetime) -> datetime | None:
    from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

    found: datetime | None = CronTrigger.from_crontab(cron, UTC).get_next_fire_time(None, when)
    return found
