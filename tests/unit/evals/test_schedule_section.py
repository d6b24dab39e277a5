"""The section `schedules` of evals.yaml: its defaults, and what it refuses with a line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from evals.config import parse_config
from evals.errors import ConfigError
from evals.schedule import Active, CatchUp, Schedule
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from pathlib import Path

WEEKLY = {"endpoint": "sim", "suite": "facts"}


def parsed(**change: Any) -> Schedule:
    text = yaml.safe_dump({"schedules": {"weekly": {**WEEKLY, **change}}})
    return parse_config(text).schedules["weekly"]


def test_a_schedule_that_says_little_is_weekly_on_monday_at_six_and_spread() -> None:
    schedule = parsed()
    assert (schedule.fields, schedule.timezone) == ("0 6 * * mon", "UTC")
    assert (schedule.jitter_minutes, schedule.grace_minutes) == (30, None)
    assert (schedule.catch_up, schedule.enabled) == (CatchUp.LATEST, True)
    assert schedule.endpoint == ("sim",)


def test_what_is_stored_says_the_same_again() -> None:
    schedule = parsed(
        cron="daily",
        endpoint=["sim", "other"],
        active={"from": date(2026, 1, 1), "hours": "22:00-07:00"},
        ping={"url_env": "PING_URL"},
    )
    assert schedule.active == Active(since=date(2026, 1, 1), hours="22:00-07:00")
    assert schedule.document()["active"]["from"] == "2026-01-01"
    assert Schedule.model_validate(schedule.document()) == schedule


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cron": "0 6 * * 1-5"}, "write 'mon-fri' for crontab's '1-5'"),
        ({"cron": "0 6 30 2 *"}, "'0 6 30 2 *' never comes; there is no such day"),
        ({"cron": "0 6 * *"}, "'0 6 * *' has 4 fields; write minute hour day month weekday"),
        (
            {"cron": "daily", "active": {"hours": "08:00-18:00"}},
            "never comes within the active hours",
        ),
        ({"timezone": "Berlin"}, "there is no time zone 'Berlin'"),
        ({"endpoint": []}, "the list 'endpoint' is empty"),
        ({"endpoint": ["sim", "sim"]}, "'sim' is named twice"),
        (
            {"ping": {"url_env": "https://x.example/secret"}},
            "write the name, and never the URL itself",
        ),
        ({"active": {"from": "2026-02-01", "until": "2026-01-01"}}, "before it begins"),
        ({"active": {"hours": "8-18"}}, "write them like 08:00-18:00"),
        ({"active": {"hours": "08:00-08:00"}}, "begin and end at the same time"),
        ({"endpoint": 3}, "endpoint"),
        ({"grace": 5}, "the key 'grace' is unknown"),
    ],
)
def test_a_schedule_that_cannot_be_followed_is_told_with_its_line(
    change: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parsed(**change)
    said = str(caught.value)
    assert told in said
    assert "(evals.yaml:" in said
    assert "schedules.weekly" in said
    assert "x.example" not in said


def test_the_schedules_of_the_documentation_can_be_followed(repository: Path) -> None:
    shown = (repository / "docs" / "service.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", shown, re.DOTALL)
    weekly, nightly = parse_config(blocks[0]).schedules.values()
    assert weekly == Schedule(endpoint=("my-endpoint",), suite="weekly")
    assert nightly.ping is not None
    assert parse_config(blocks[1]).ping is not None
    keys = re.findall(r"^\| `(\w+)` \|", shown.partition("## Slots")[0], re.MULTILINE)
    assert keys == list(Schedule.model_fields)


def test_every_state_of_a_slot_is_documented(repository: Path) -> None:
    shown = (repository / "docs" / "service.md").read_text(encoding="utf-8")
    section = shown.partition("## Slots")[2].partition("## Commands")[0]
    states = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert states == [state.value for state in SlotState]
