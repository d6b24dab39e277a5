"""Catching up: what becomes of slots whose start has come and that have no run yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.numbers import moment
from evals.schedule import CatchUp
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.timetable.slot import Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A slot that leaves its state for ``state``, and why."""

    slot: Slot
    state: SlotState
    reason: str = ""


def moves(
    waiting: Sequence[Slot], catch_up: CatchUp, *, stopped: str | None, now: datetime
) -> tuple[Move, ...]:
    """Decide on the slots of one schedule and endpoint that wait for a run.

    ``waiting`` are due or claimed, in the order of their moments, and their start has come.
    ``stopped`` is why the schedule starts nothing, None while it does. Only the latest of several
    is worth a check, unless all are wanted: they would ask the same at the same time.
    """
    if stopped is not None:
        return tuple(Move(slot=one, state=SlotState.DISABLED, reason=stopped) for one in waiting)
    if catch_up is CatchUp.ALL:
        return tuple(_claim(one) for one in waiting if one.state is SlotState.DUE)
    *older, newest = waiting
    given_up = tuple(_overtaken(one, by=newest) for one in older)
    if catch_up is CatchUp.NONE and now > newest.deadline_at:
        return (*given_up, _past_its_grace(newest))
    return (*given_up, _claim(newest)) if newest.state is SlotState.DUE else given_up


def _claim(slot: Slot) -> Move:
    return Move(slot=slot, state=SlotState.CLAIMED, reason=slot.reason)


def _overtaken(slot: Slot, *, by: Slot) -> Move:
    reason = f"nothing had started it when the check of {moment(by.due_at)} was due"
    return Move(slot=slot, state=SlotState.MISSED, reason=_with(slot, reason))


def _past_its_grace(slot: Slot) -> Move:
    reason = f"nothing had started it by {moment(slot.deadline_at)}, and nothing is caught up"
    return Move(slot=slot, state=SlotState.MISSED, reason=_with(slot, reason))


def _with(slot: Slot, reason: str) -> str:
    return f"{reason}; {slot.reason}" if slot.reason else reason
