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
        completed_run: The first check of the same endpoint and suite that completed after the slot
            was due; None while there is none. Who asked for it does not matter.
        completed_at: When.
        waits_until: When a check that is under way asks again to confirm; None if none does.
    """

    slot: Slot
    completed_run: str | None = None
    completed_at: datetime | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """Whether a check is missing, and why that is said."""

    slot: Slot
    missing: bool
    reason: str


def overdue(expected: Iterable[Expected], now: datetime) -> tuple[Overdue, ...]:
    """Say of each expected check whether it is missing at ``now``.

    A check that waits to confirm what it found is alive, and is left alone.
    """
    return tuple(found for one in expected if (found := _overdue(one, now)) is not None)


def _overdue(one: Expected, now: datetime) -> Overdue | None:
    slot = one.slot
    if one.completed_run is not None:
        return Overdue(slot=slot, missing=False, reason=f"run {one.completed_run} completed")
    waits = one.waits_until is not None and one.waits_until > now
    if waits or now <= slot.deadline_at:
        return None
    told = f"the check of {moment(slot.due_at)} had not completed by {moment(slot.deadline_at)}"
    why = f"it is {slot.state.value}" + (f": {slot.reason}" if slot.reason else "")
    return Overdue(slot=slot, missing=True, reason=f"{told}; {why}")
