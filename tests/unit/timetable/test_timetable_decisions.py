"""What becomes of moments that have come: counted, caught up, missed, switched off, overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from evals.schedule import CatchUp
from service.timetable.catch_up import moves
from service.timetable.counting import MOST_MOMENTS, counted
from service.timetable.overdue import Expected, overdue
from service.timetable.states import SlotState
from tests.unit.timetable.factories_timetable import MONDAY, a_schedule, a_slot

if TYPE_CHECKING:
    from service.timetable.slot import Slot

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
DUE, CLAIMED, MISSED = SlotState.DUE, SlotState.CLAIMED, SlotState.MISSED


def three_weeks(*, states: tuple[SlotState, ...] = (DUE, DUE, DUE)) -> list[Slot]:
    return [
        a_slot(id=number, due_at=MONDAY + (number - 1) * WEEK, state=state)
        for number, state in enumerate(states, start=1)
    ]


@pytest.mark.parametrize(
    ("catch_up", "late", "expected"),
    [
        (CatchUp.LATEST, HOUR, {1: MISSED, 2: MISSED, 3: CLAIMED}),
        (CatchUp.LATEST, 24 * HOUR, {1: MISSED, 2: MISSED, 3: CLAIMED}),
        (CatchUp.ALL, 24 * HOUR, {1: CLAIMED, 2: CLAIMED, 3: CLAIMED}),
        (CatchUp.NONE, HOUR, {1: MISSED, 2: MISSED, 3: CLAIMED}),
        (CatchUp.NONE, 24 * HOUR, {1: MISSED, 2: MISSED, 3: MISSED}),
    ],
)
def test_a_server_that_was_down_for_weeks_follows_the_catch_up_policy(
    catch_up: CatchUp, late: timedelta, expected: dict[int, SlotState]
) -> None:
    now = MONDAY + 2 * WEEK + late
    decided = moves(three_weeks(), catch_up, stopped=None, now=now)
    assert {move.slot.id: move.state for move in decided} == expected
    assert all(move.reason for move in decided if move.state is MISSED)


def test_a_claimed_slot_that_no_worker_started_is_overtaken_by_the_next_one() -> None:
    decided = moves(
        three_weeks(states=(CLAIMED, CLAIMED, DUE)), CatchUp.LATEST, stopped=None, now=MONDAY
    )
    assert [(move.slot.id, move.state) for move in decided] == [
        (1, MISSED),
        (2, MISSED),
        (3, CLAIMED),
    ]
    assert "when the check of 2026-12-07 06:00 UTC was due" in decided[0].reason


def test_why_a_slot_could_not_be_started_is_told_when_it_is_given_up() -> None:
    tried = a_slot(state=CLAIMED, reason="could not be started: the key is not set")
    [given_up] = moves([tried], CatchUp.NONE, stopped=None, now=MONDAY + 7 * HOUR)
    assert given_up.reason.endswith("; could not be started: the key is not set")


@pytest.mark.parametrize("catch_up", CatchUp)
def test_a_claimed_slot_within_its_grace_is_left_to_the_workers(catch_up: CatchUp) -> None:
    assert moves([a_slot(state=CLAIMED)], catch_up, stopped=None, now=MONDAY + HOUR) == ()


def test_a_schedule_that_is_stopped_starts_nothing_and_says_why() -> None:
    decided = moves(
        three_weeks(states=(CLAIMED, DUE, DUE)), CatchUp.ALL, stopped="paused by ana: x", now=MONDAY
    )
    assert {move.state for move in decided} == {SlotState.DISABLED}
    assert {move.reason for move in decided} == {"paused by ana: x"}


def test_moments_are_counted_up_to_now_and_from_there_on() -> None:
    schedule = a_schedule()
    assert counted(schedule, MONDAY, MONDAY + WEEK - HOUR).moments == ()
    assert counted(schedule, MONDAY, MONDAY + 2 * WEEK).moments == (
        MONDAY + WEEK,
        MONDAY + 2 * WEEK,
    )
    assert counted(schedule, MONDAY, MONDAY - WEEK).moments == ()


def test_two_years_of_a_check_every_minute_are_one_gap_and_the_last_hour() -> None:
    schedule = a_schedule(cron="* * * * *")
    now = MONDAY + 104 * WEEK
    found = counted(schedule, MONDAY, now)
    assert found.lost == MONDAY + timedelta(minutes=1)
    assert found.lost_until == now - HOUR
    assert found.moments[0] == now - timedelta(minutes=59)
    assert found.moments[-1] == now
    assert len(found.moments) < MOST_MOMENTS


def test_as_many_moments_as_can_be_told_apart_are() -> None:
    schedule = a_schedule(cron="* * * * *")
    whole = counted(schedule, MONDAY, MONDAY + timedelta(minutes=MOST_MOMENTS))
    assert len(whole.moments) == MOST_MOMENTS
    assert whole.lost is None


PAST = MONDAY + 7 * HOUR


def test_an_expected_check_that_has_not_completed_by_its_deadline_is_missing() -> None:
    claimed = a_slot(state=CLAIMED, reason="could not be started: the key is not set")
    [found] = overdue([Expected(slot=claimed)], PAST)
    assert found.missing
    assert found.at == claimed.deadline_at
    assert found.reason == (
        "the check of 2026-11-23 06:00 UTC had not completed by 2026-11-23 12:00 UTC; it is "
        "claimed: could not be started: the key is not set"
    )


def test_it_is_not_missing_any_more_once_it_completed_however_late() -> None:
    [found] = overdue([Expected(slot=a_slot(), completed_at=PAST + HOUR)], PAST + 2 * HOUR)
    assert not found.missing
    assert found.at == PAST + HOUR


def test_a_check_that_waits_to_confirm_is_alive_until_it_should_have_gone_on() -> None:
    waits = Expected(slot=a_slot(state=SlotState.STARTED), waits_until=PAST + HOUR)
    assert overdue([waits], PAST) == ()
    [found] = overdue([waits], PAST + 2 * HOUR)
    assert found.missing


def test_before_its_deadline_nothing_is_missing() -> None:
    assert overdue([Expected(slot=a_slot())], MONDAY + 6 * HOUR) == ()
