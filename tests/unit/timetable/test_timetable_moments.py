"""Due moments: what a cron means on a wall clock that skips an hour and repeats one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.timetable.moments import due_after, due_between, next_due
from tests.unit.timetable.factories_timetable import a_schedule

if TYPE_CHECKING:
    from evals.schedule import Schedule

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


def shown(schedule: Schedule, after: str, many: int) -> list[str]:
    """The next moments as a clock on the wall shows them, with the offset that tells them apart."""
    zone = ZoneInfo(schedule.timezone)
    found = islice(due_after(schedule, datetime.fromisoformat(after).replace(tzinfo=zone)), many)
    return [f"{moment.astimezone(zone):%d %H:%M%z}" for moment in found]


@pytest.mark.parametrize(
    ("zone", "cron", "after", "expected"),
    [
        # Spring: 02:00 to 03:00 is skipped. What falls into it is due when it is over.
        (BERLIN, "30 2 * * *", "2026-03-28", ["28 02:30+0100", "29 03:00+0200", "30 02:30+0200"]),
        (
            BERLIN,
            "0 * * * *",
            "2026-03-29T00:30",
            ["29 01:00+0100", "29 03:00+0200", "29 04:00+0200"],
        ),
        (
            BERLIN,
            "*/30 * * * *",
            "2026-03-29T01:00",
            ["29 01:30+0100", "29 03:00+0200", "29 03:30+0200"],
        ),
        (NEW_YORK, "30 2 * * *", "2026-03-07", ["07 02:30-0500", "08 03:00-0400", "09 02:30-0400"]),
        (NEW_YORK, "0 3 * * *", "2026-03-07", ["07 03:00-0500", "08 03:00-0400", "09 03:00-0400"]),
        # Autumn: an hour comes twice, and counts once, the first time.
        (BERLIN, "30 2 * * *", "2026-10-24", ["24 02:30+0200", "25 02:30+0200", "26 02:30+0100"]),
        (
            BERLIN,
            "*/30 * * * *",
            "2026-10-25T01:45",
            ["25 02:00+0200", "25 02:30+0200", "25 03:00+0100"],
        ),
        (NEW_YORK, "30 1 * * *", "2026-10-31", ["31 01:30-0400", "01 01:30-0400", "02 01:30-0500"]),
        # A clock that moves by half an hour only.
        (
            LORD_HOWE,
            "20,35 2 * * *",
            "2026-10-03T12:00",
            ["04 02:30+1100", "04 02:35+1100", "05 02:20+1100"],
        ),
    ],
)
def test_each_slot_comes_once_when_the_clock_is_changed(
    zone: str, cron: str, after: str, expected: list[str]
) -> None:
    assert shown(a_schedule(cron=cron, timezone=zone), after, 3) == expected


def test_the_default_is_monday_at_six_whatever_the_season() -> None:
    schedule = a_schedule(timezone=BERLIN)
    assert shown(schedule, "2026-10-20", 2) == ["26 06:00+0100", "02 06:00+0100"]
    assert shown(schedule, "2026-03-20", 2) == ["23 06:00+0100", "30 06:00+0200"]


def test_within_the_hour_that_comes_twice_nothing_is_due_the_second_time() -> None:
    zone = ZoneInfo(BERLIN)
    second = datetime(2026, 10, 25, 2, 10, tzinfo=zone, fold=1)
    schedule = a_schedule(cron="30 2 * * *", timezone=BERLIN)
    assert next_due(schedule, second) == datetime(2026, 10, 26, 2, 30, tzinfo=zone)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ({"from": "2026-11-24"}, ["24 06:00", "24 18:00", "25 06:00"]),
        ({"from": "2026-11-22", "until": "2026-11-23"}, ["22 18:00", "23 06:00", "23 18:00"]),
        ({"hours": "08:00-20:00"}, ["22 18:00", "23 18:00", "24 18:00"]),
        ({"hours": "18:00-06:00"}, ["22 18:00", "23 18:00", "24 18:00"]),
        ({"hours": "22:00-07:00"}, ["23 06:00", "24 06:00", "25 06:00"]),
        ({"until": "2026-11-21"}, []),
    ],
)
def test_outside_of_the_active_window_nothing_is_due(
    active: dict[str, str], expected: list[str]
) -> None:
    schedule = a_schedule(cron="0 6,18 * * *", active=active)
    found = islice(due_after(schedule, datetime(2026, 11, 22, 12, tzinfo=UTC)), 3)
    assert [f"{moment:%d %H:%M}" for moment in found] == expected


def test_the_window_is_asked_of_the_wall_clock() -> None:
    schedule = a_schedule(
        cron="30 0 * * *", timezone=NEW_YORK, active={"from": "2026-12-01", "until": "2026-12-01"}
    )
    [only] = due_after(schedule, datetime(2026, 11, 30, tzinfo=UTC))
    assert only == datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "America/Santiago", "Asia/Tokyo", "UTC"])
CRONS = st.sampled_from(
    ["*/17 * * * *", "30 2 * * *", "5,35 0-4 * * *", "0 0 * * *", "0 */3 * * *"]
)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=60)
@given(zone=ZONES, cron=CRONS, start=MOMENTS, cut=st.integers(0, 72 * 60))
def test_looking_twice_finds_what_looking_once_does(
    zone: str, cron: str, start: datetime, cut: int
) -> None:
    schedule = a_schedule(cron=cron, timezone=zone)
    middle, end = start + timedelta(minutes=cut), start + timedelta(hours=72)
    whole = due_between(schedule, start, end, most=1_000)
    in_two = (
        *due_between(schedule, start, middle, most=1_000),
        *due_between(schedule, middle, end, most=1_000),
    )
    assert in_two == whole
    assert list(whole) == sorted(set(whole))
    assert all(start < moment <= end for moment in whole)


@settings(max_examples=60)
@given(zone=ZONES, day=st.dates(date(2026, 1, 1), date(2028, 1, 1)), at=st.times())
def test_a_daily_schedule_has_exactly_one_slot_each_day(zone: str, day: date, at: time) -> None:
    schedule = a_schedule(cron=f"{at.minute} {at.hour} * * *", timezone=zone)
    begin = datetime.combine(day, time.min, ZoneInfo(zone))
    found = due_between(schedule, begin - timedelta(seconds=1), begin + timedelta(days=5), most=9)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in found]
    assert days[:5] == [day + timedelta(days=number) for number in range(5)]
