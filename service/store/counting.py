"""Counting: the moments of a schedule that have come get their slots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import update

from evals.numbers import moment
from service.db.tables import ScheduleRow
from service.store import slots
from service.store.changes import count_changed
from service.timetable.counting import counted
from service.timetable.spread import new_slots
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.store.schedules import StoredSchedule
    from service.timetable.counting import Counted
    from service.timetable.slot import NewSlot


def has_come(stored: StoredSchedule, now: datetime) -> Counted | None:
    """Return what was due since the last look; None when nothing was."""
    found = counted(stored.schedule, stored.counted_to, now)
    return found if found.moments or found.lost else None


def count(session: Session, stored: StoredSchedule, now: datetime) -> tuple[StoredSchedule, int]:
    """Store the slots of all moments up to ``now``; return the schedule as it is then.

    With it comes how many slots are new: of two servers that count the same moments, the second
    finds none.
    """
    found = has_come(stored, now)
    if found is None:
        return stored, 0
    rows = [
        *_lost(stored, found),
        *(
            slot
            for due_at in found.moments
            for slot in new_slots(stored.name, stored.schedule, due_at)
        ),
    ]
    new = len(slots.insert(session, rows, now=now))
    for slot in _lost(stored, found):
        slots.let_cover(session, slot)
    last = found.moments[-1] if found.moments else found.lost_until
    assert last is not None  # noqa: S101 - a gap has an end
    count_to(session, stored, last)
    return replace(stored, counted_to=last), new


def count_to(session: Session, stored: StoredSchedule, to: datetime) -> bool:
    """Note that the moments up to ``to`` have their slots; return False if another was faster."""
    statement = update(ScheduleRow).where(
        ScheduleRow.name == stored.name, ScheduleRow.counted_to == stored.counted_to
    )
    return count_changed(session, statement.values(counted_to=to)) == 1


def _lost(stored: StoredSchedule, found: Counted) -> Iterator[NewSlot]:
    """Yield one slot, for each endpoint, that stands for moments too many to be told apart."""
    if found.lost is None or found.lost_until is None:
        return
    reason = f"nothing counted it, nor any moment after it up to {moment(found.lost_until)}"
    for slot in new_slots(stored.name, stored.schedule, found.lost):
        yield replace(slot, state=SlotState.MISSED, reason=reason, lost_until=found.lost_until)
