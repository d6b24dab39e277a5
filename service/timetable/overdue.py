"""Overdue: the dead man's switch. A check that was expected and has not completed speaks up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.timetable.slot import Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """The latest slot of a schedule and endpoint whose deadline has passed, and what came of it.

    Attributes:
        completed_at: When the first check of the same endpoint and suite completed after the slot
            was due, and was judged; None while there is none. Who asked for it does not matter.
        waits_until: When a check that is under way asks again to confirm; None if none does.
    """

    slot: Slot
    completed_at: datetime | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """Whether a check is missing, why that is said, and since when it has been so."""

    slot: Slot
    missing: bool
    reason: str
    at: datetime


def overdue(expected: Iterable[Expected], now: datetime) -> tuple[Overdue, ...]:
    """Say of each expected check whether it is missing at ``now``.

    A check that waits to confirm what it found is alive: nothing is said of it.
    """
    return tuple(found for one in expected if (found := _overdue(one, now)) is not None)


def _overdue(one: Expected, now: datetime) -> Overdue | None:
    slot, done_at = one.slot, one.completed_at
    if done_at is not None:
        reason = f"a check completed on {moment(done_at)}"
        return Overdue(slot=slot, missing=False, reason=reason, at=done_at)
    waits = one.waits_until is not None and one.waits_until > now
    if waits or now <= slot.deadline_at:
        return None
    told = f"the check of {moment(slot.due_at)} had not completed by {moment(slot.deadline_at)}"
    why = f"it is {slot.state.value}" + (f": {slot.reason}" if slot.reason else "")
    return Overdue(slot=slot, missing=True, reason=f"{told}; {why}", at=slot.deadline_at)
