"""Spread and grace: deterministic, and never wider than the time to the next moment allows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.timetable.spread import new_slots, share
from tests.unit.timetable.factories_timetable import MONDAY, a_schedule


def test_every_server_computes_the_same_share_and_each_moment_another() -> None:
    assert share("weekly", "prod", MONDAY) == share("weekly", "prod", MONDAY)
    many = [share("weekly", f"prod-{number}", MONDAY) for number in range(1_000)]
    assert 0.45 < sum(many) / len(many) < 0.55
    assert min(many) < 0.01 < 0.99 < max(many)
    weeks = {share("weekly", "prod", MONDAY + timedelta(weeks=week)) for week in range(52)}
    assert len(weeks) == 52


def test_each_endpoint_has_a_slot_of_its_own() -> None:
    schedule = a_schedule(endpoint=["prod", "spare"], jitter_minutes=60)
    one, other = new_slots("weekly", schedule, MONDAY)
    assert (one.endpoint, other.endpoint) == ("prod", "spare")
    assert one.due_at == other.due_at == MONDAY
    assert one.starts_at != other.starts_at


@given(st.integers(0, 10_000), st.floats(0, 600), st.sampled_from(["*/5 * * * *", "weekly"]))
def test_a_check_starts_before_half_of_the_time_to_the_next_has_passed(
    week: int, jitter: float, cron: str
) -> None:
    due_at = MONDAY + timedelta(weeks=week)
    [slot] = new_slots("x", a_schedule(cron=cron, jitter_minutes=jitter), due_at)
    spread = timedelta(minutes=min(jitter, 2.5 if cron != "weekly" else jitter))
    assert timedelta(0) <= slot.starts_at - due_at <= spread


@pytest.mark.parametrize(
    ("overrides", "grace"),
    [
        ({}, timedelta(hours=6)),
        ({"cron": "0 * * * *"}, timedelta(hours=1)),
        ({"cron": "0 * * * *", "grace_minutes": 90}, timedelta(minutes=90)),
        ({"batch": True}, timedelta(hours=30)),
        ({"batch": True, "cron": "daily"}, timedelta(hours=24)),
        ({"active": {"until": MONDAY.date()}}, timedelta(hours=6)),
    ],
)
def test_the_grace_is_long_enough_and_ends_with_the_next_moment_unless_it_is_named(
    overrides: dict[str, object], grace: timedelta
) -> None:
    [slot] = new_slots("x", a_schedule(**overrides), MONDAY)
    assert slot.deadline_at - slot.starts_at == grace


def test_a_slot_starts_on_a_whole_second() -> None:
    [slot] = new_slots("x", a_schedule(jitter_minutes=30), MONDAY)
    assert slot.starts_at == slot.starts_at.replace(microsecond=0)
    assert isinstance(slot.deadline_at, datetime)
