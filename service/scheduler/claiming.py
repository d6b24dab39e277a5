"""Claiming: moments that have come become slots, and slots whose start has come are claimed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from time import sleep
from typing import TYPE_CHECKING

from evals.schedule import CatchUp
from service.db.session import reading, writing
from service.scheduler.clock_jumps import set_right
from service.scheduler.following import follow
from service.store import schedules, slots
from service.store.counting import arrived, conclude, store_piece
from service.timetable.catch_up import Move, moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from service.configuration import Configuration
    from service.keeper import Keeper
    from service.store.counting import Arrived
    from service.store.schedules import StoredSchedule
    from service.timetable.slot import Slot
    from service.timetable.states import SlotState

_REMOVED = "its schedule was removed"
_AT_ONCE = 200
"""Slots that one transaction moves: many are due at once, and none waits long for the others."""
_PAUSE_SECONDS = 0.12
"""SQLite's waiting writers look at least so often whether the lock is free."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What one look has done.

    Attributes:
        counted: Slots that are new.
        moved: Slots that came to each state.
        followed: Schedules that are new, changed or retired after the configuration.
        unreadable: Why a schedule in force cannot be read here, by name; its slots wait.
    """

    counted: int = 0
    moved: Mapping[SlotState, int] = field(default_factory=dict)
    followed: int = 0
    unreadable: Mapping[str, str] = field(default_factory=dict)


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
    followed = follow(keeper.engine, configuration, now)
    return Claims(
        counted=new, moved=moved, followed=followed, unreadable=_unreadable(keeper.engine)
    )


def _unreadable(engine: Engine) -> Mapping[str, str]:
    with reading(engine) as session:
        found = schedules.unreadable(session)
    return {one.name: one.reason for one in found if one.retired_at is None}


def _count(engine: Engine, now: datetime) -> int:
    with reading(engine) as session:
        stored = schedules.in_force(session)
    come = (arrived(one, now) for one in stored)
    return sum(_store(engine, one, now) for one in come if one is not None)


def _store(engine: Engine, found: Arrived, now: datetime) -> int:
    """Store what has arrived, piece by piece, and leave the rest to another that was faster."""
    new = 0
    for piece in found.pieces():
        if new:
            _let_others_write(engine)
        with writing(engine) as session:
            stored = store_piece(session, found, piece, now)
        if stored is None:
            return new
        new += stored
    with writing(engine) as session:
        return new + conclude(session, found, now)


def _settle(engine: Engine, now: datetime) -> Mapping[SlotState, int]:
    with reading(engine) as session:
        waiting = slots.waiting(session, now=now)
        in_force = {one.name: one for one in schedules.in_force(session)} if waiting else {}
        unreadable = {one.name for one in schedules.unreadable(session)} if waiting else set()
    ours = (slot for slot in waiting if slot.schedule not in unreadable)
    ordered = sorted(ours, key=lambda slot: (slot.schedule, slot.endpoint, slot.due_at))
    decided = [
        move
        for (name, _), group in groupby(ordered, key=lambda slot: (slot.schedule, slot.endpoint))
        for move in _decided(list(group), in_force.get(name), now)
    ]
    return _carry_out(engine, decided, now)


def _decided(
    waiting: Sequence[Slot], stored: StoredSchedule | None, now: datetime
) -> tuple[Move, ...]:
    if stored is None:
        return moves(waiting, CatchUp.LATEST, stopped=_REMOVED, now=now)
    return moves(waiting, stored.schedule.catch_up, stopped=stored.stopped, now=now)


def _carry_out(engine: Engine, decided: list[Move], now: datetime) -> Mapping[SlotState, int]:
    """Move slots, but those that another server or a worker has moved since we looked.

    Those that move alike move by one statement.
    """
    done: Counter[SlotState] = Counter()
    decided.sort(key=lambda move: (*_likeness(move), move.slot.id))
    for start in range(0, len(decided), _AT_ONCE):
        if start:
            _let_others_write(engine)
        with writing(engine) as session:
            done += _moved(session, decided[start : start + _AT_ONCE], now)
    return done


def _moved(session: Session, piece: Sequence[Move], now: datetime) -> Counter[SlotState]:
    done: Counter[SlotState] = Counter()
    slots.lock(session, [move.slot.id for move in piece])
    for (state, expected, reason), alike in groupby(piece, key=_likeness):
        ids = [move.slot.id for move in alike]
        done[state] += slots.move_all(
            session, ids, state, expected=expected, reason=reason, now=now
        )
    return done


def _likeness(move: Move) -> tuple[SlotState, SlotState, str]:
    return move.state, move.slot.state, move.reason


def _let_others_write(engine: Engine) -> None:
    """Leave SQLite's lock alone for a moment: who waits for it only looks now and then."""
    if engine.dialect.name == "sqlite":
        sleep(_PAUSE_SECONDS)
