"""Spread and grace: when the check of a due moment starts, and by when it should be done."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from service.timetable.moments import next_due
from service.timetable.slot import NewSlot
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime

    from evals.schedule import Schedule

LONGEST_GRACE = timedelta(hours=6)
"""Of a schedule that names no grace: a confirmation on the same day fits into it."""

LONGEST_BATCH_GRACE = timedelta(hours=30)
"""Likewise, where a provider may take a day to answer the first look."""


def new_slots(name: str, schedule: Schedule, due_at: datetime) -> tuple[NewSlot, ...]:
    """Return the slots of one due moment, one an endpoint."""
    following = next_due(schedule, due_at)
    until_next = None if following is None else following - due_at
    return tuple(
        _slot(name, schedule, endpoint, due_at, until_next) for endpoint in schedule.endpoint
    )


def asked_for(name: str, schedule: Schedule, endpoint: str, *, who: str, now: datetime) -> NewSlot:
    """Return the slot of a check that somebody wants now, beside those that are due."""
    return NewSlot(
        schedule=name,
        endpoint=endpoint,
        suite=schedule.suite,
        due_at=now,
        starts_at=now,
        deadline_at=now + grace(schedule, None),
        state=SlotState.CLAIMED,
        reason=f"asked for by {who}",
    )


def _slot(
    name: str, schedule: Schedule, endpoint: str, due_at: datetime, until_next: timedelta | None
) -> NewSlot:
    starts_at = due_at + share(name, endpoint, due_at) * widest(schedule, until_next)
    return NewSlot(
        schedule=name,
        endpoint=endpoint,
        suite=schedule.suite,
        due_at=due_at,
        starts_at=starts_at.replace(microsecond=0),
        deadline_at=starts_at.replace(microsecond=0) + grace(schedule, until_next),
    )


def share(name: str, endpoint: str, due_at: datetime) -> float:
    """Return which part of the spread a slot waits, from 0 up to 1: a hash of what it is.

    Every server computes the same, and from one moment to the next it differs.
    """
    seed = f"{name}\n{endpoint}\n{due_at.timestamp():.0f}".encode()
    return int.from_bytes(hashlib.sha256(seed).digest()[:8]) / 2**64


def widest(schedule: Schedule, until_next: timedelta | None) -> timedelta:
    """Return how wide checks are spread: never over more than half the time to the next moment."""
    jitter = timedelta(minutes=schedule.jitter_minutes)
    return jitter if until_next is None else min(jitter, until_next / 2)


def grace(schedule: Schedule, until_next: timedelta | None) -> timedelta:
    """Return how long after its start a check should have completed."""
    if schedule.grace_minutes is not None:
        return timedelta(minutes=schedule.grace_minutes)
    longest = LONGEST_BATCH_GRACE if schedule.batch else LONGEST_GRACE
    return longest if until_next is None else min(longest, until_next)
