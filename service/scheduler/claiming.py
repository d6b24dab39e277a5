"""Claiming: moments that have come become slots, and slots whose start has come are claimed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from evals.numbers import moment
from evals.schedule import CatchUp
from service.db.session import reading, writing
from service.scheduler.clock_jumps import set_right
from service.scheduler.following import follow
from service.store import schedules, slots
from service.timetable.catch_up import Move, moves
from service.timetable.counting import Counted, counted
from service.timetable.slot import NewSlot, Slot
from service.timetable.spread import new_slots
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from service.configuration import Configuration
    from service.keeper import Keeper
    from service.store.schedules import StoredSchedule

_REMOVED = "its schedule was removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What one look has done.

    Attributes:
        counted: Slots that are new.
        moved: Slots that came to each state.
        followed: Schedules that are new, changed or retired after the configuration.
    """

    counted: int = 0
    moved: Mapping[SlotState, int] = field(default_factory=dict)
    followed: int = 0


def claim_due(keeper: Keeper, configuration: Configuration, now: datetime) -> Claims:
    """Store the slots of all moments that have come, and decide on those whose start has come.

    All that a tick of the clock does; any number of servers may do it at once, as late and as often
    as they like. What a changed configuration says holds from ``now`` on: the moments before are
    counted by the schedules that held then.

    Raises:
        StoreUnavailable: The database does not answer; nothing is lost by that.
    """
    set_right(keeper.engine, now)
    new = _count(keeper.engine, now)
    moved = _settle(keeper.engine, now)
    return Claims(counted=new, moved=moved, followed=follow(keeper.engine, configuration, now))


def _count(engine: Engine, now: datetime) -> int:
    with reading(engine) as session:
        stored = schedules.in_force(session)
    return sum(_count_one(engine, one, now) for one in stored)


def _count_one(engine: Engine, stored: StoredSchedule, now: datetime) -> int:
    found = counted(stored.schedule, stored.counted_to, now)
    if not found.moments and found.lost is None:
        return 0
    rows = [
        slot for due_at in found.moments for slot in new_slots(stored.name, stored.schedule, due_at)
    ]
    with writing(engine) as session:
        new = slots.insert(session, [*_lost(stored, found), *rows], now=now)
        # Of two servers that count the same moments, the second inserts nothing and is told so.
        last = found.moments[-1] if found.moments else found.lost_until
        assert last is not None  # noqa: S101 - a gap has an end
        schedules.count_to(session, stored.name, since=stored.counted_to, to=last)
    return new


def _lost(stored: StoredSchedule, found: Counted) -> Iterator[NewSlot]:
    """Yield one slot, for each endpoint, that stands for moments too many to be told apart."""
    if found.lost is None or found.lost_until is None:
        return
    for slot in new_slots(stored.name, stored.schedule, found.lost):
        yield NewSlot(
            schedule=slot.schedule,
            endpoint=slot.endpoint,
            suite=slot.suite,
            due_at=slot.due_at,
            starts_at=slot.starts_at,
            deadline_at=slot.deadline_at,
            state=SlotState.MISSED,
            reason=f"nothing counted it, nor any moment after it up to {moment(found.lost_until)}",
        )


def _settle(engine: Engine, now: datetime) -> Mapping[SlotState, int]:
    with reading(engine) as session:
        waiting = slots.waiting(session, now=now)
        in_force = {one.name: one for one in schedules.in_force(session)} if waiting else {}
    done: Counter[SlotState] = Counter()
    ordered = sorted(waiting, key=lambda slot: (slot.schedule, slot.endpoint, slot.due_at))
    for (name, _), group in groupby(ordered, key=lambda slot: (slot.schedule, slot.endpoint)):
        for move in _decided(list(group), in_force.get(name), now):
            done[move.state] += _moved(engine, move, now)
    return +done


def _decided(
    waiting: Sequence[Slot], stored: StoredSchedule | None, now: datetime
) -> tuple[Move, ...]:
    if stored is None:
        return moves(waiting, CatchUp.LATEST, stopped=_REMOVED, now=now)
    return moves(waiting, stored.schedule.catch_up, stopped=stored.stopped, now=now)


def _moved(engine: Engine, move: Move, now: datetime) -> bool:
    """Move a slot, unless another server or a worker moved it since we looked."""
    with writing(engine) as session:
        return slots.move(
            session,
            move.slot.id,
            move.state,
            expected=[move.slot.state],
            reason=move.reason,
            now=now,
        )
