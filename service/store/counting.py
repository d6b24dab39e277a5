"""Counting: the moments of a schedule that have come get their slots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from evals.numbers import moment
from service.db.tables import ScheduleRow
from service.store import slots
from service.store.changes import count_changed
from service.timetable.counting import counted
from service.timetable.spread import new_slots
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.store.schedules import StoredSchedule
    from service.timetable.counting import Counted
    from service.timetable.slot import NewSlot

_AT_ONCE = 400
"""Slots that one transaction stores: on SQLite nobody else writes in the meantime."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """What was due since the last look, with its slots worked out before anything is written.

    Attributes:
        lost: One slot, for each endpoint, that stands for moments too many to be told apart.
        slots: One for each other moment and endpoint.
        to: Every moment up to here is among them.
    """

    stored: StoredSchedule
    lost: tuple[NewSlot, ...]
    slots: tuple[NewSlot, ...]
    to: datetime

    def pieces(self) -> Iterator[Sequence[NewSlot]]:
        """Yield all slots but the lost, so many at once as one transaction should store."""
        return (
            self.slots[start : start + _AT_ONCE] for start in range(0, len(self.slots), _AT_ONCE)
        )


def arrived(stored: StoredSchedule, now: datetime) -> Arrived | None:
    """Return what was due since the last look; None when nothing was."""
    found = counted(stored.schedule, stored.counted_to, now)
    to = found.moments[-1] if found.moments else found.lost_until
    if to is None:
        return None
    each = (new_slots(stored.name, stored.schedule, due_at) for due_at in found.moments)
    return Arrived(
        stored=stored, lost=tuple(_lost(stored, found)), slots=tuple(chain(*each)), to=to
    )


def count(session: Session, stored: StoredSchedule, now: datetime) -> tuple[StoredSchedule, int]:
    """Store the slots of all moments up to ``now``; return the schedule as it is then.

    With it comes how many slots are new: of two servers that count the same moments, the second
    finds none.
    """
    found = arrived(stored, now)
    if found is None:
        return stored, 0
    new = len(slots.insert(session, found.slots, now=now))
    return replace(stored, counted_to=found.to), new + conclude(session, found, now)


def store_piece(
    session: Session, found: Arrived, piece: Sequence[NewSlot], now: datetime
) -> int | None:
    """Store some of the slots that have arrived; return how many are new.

    None where another counted them, or changed the schedule, since it was read: what is left is
    not ours to store. The schedule's row stays locked for the transaction, so that none does later.
    """
    before = found.stored
    same = select(ScheduleRow.name).where(
        ScheduleRow.name == before.name,
        ScheduleRow.changed_at == before.changed_at,
        ScheduleRow.counted_to == before.counted_to,
    )
    if session.scalar(same.with_for_update(key_share=True)) is None:
        return None
    return len(slots.insert(session, piece, now=now))


def conclude(session: Session, found: Arrived, now: datetime) -> int:
    """Store what stands for lost moments, and note up to when all is counted; return what is new.

    Do it once every other slot is stored: whoever stops before it has counted nothing, and the next
    look stores what is not there yet.
    """
    new = len(slots.insert(session, found.lost, now=now))
    for slot in found.lost:
        slots.let_cover(session, slot)
    count_to(session, found.stored, found.to)
    return new


def count_to(session: Session, stored: StoredSchedule, to: datetime) -> bool:
    """Note that the moments up to ``to`` have their slots; return False if another was faster."""
    statement = update(ScheduleRow).where(
        ScheduleRow.name == stored.name, ScheduleRow.counted_to == stored.counted_to
    )
    return count_changed(session, statement.values(counted_to=to)) == 1


def _lost(stored: StoredSchedule, found: Counted) -> Iterator[NewSlot]:
    if found.lost is None or found.lost_until is None:
        return
    reason = f"nothing counted it, nor any moment after it up to {moment(found.lost_until)}"
    for slot in new_slots(stored.name, stored.schedule, found.lost):
        yield replace(slot, state=SlotState.MISSED, reason=reason, lost_until=found.lost_until)
