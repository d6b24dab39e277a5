"""Clock jumps: what a clock that was ahead has done is set right once it no longer is.

A clock that jumps forward only makes moments come sooner, or shows some as missed. When it jumps
back, moments that were counted then have not come yet: each still comes once, because its slot is
unique; what was given up then is due again at its own time; and counting goes on from now.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from evals.numbers import moment
from service.db.session import reading, writing
from service.store import schedules, slots
from service.store.counting import count_to

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from service.timetable.slot import Slot

AHEAD = timedelta(minutes=5)
"""Clocks of servers may differ by so much before what one wrote looks like the future."""


def set_right(engine: Engine, now: datetime) -> None:
    """Undo what was decided at moments that have not come."""
    with reading(engine) as session:
        ahead = [one for one in schedules.in_force(session) if one.counted_to > now + AHEAD]
        given_up = slots.given_up_after(session, now + AHEAD, now=now)
        unreadable = {one.name for one in schedules.unreadable(session)}
    for stored in ahead:
        with writing(engine) as session:
            since = slots.latest_due(session, stored.name, now=now) or now
            count_to(session, stored, since)
    for slot in given_up:
        if slot.schedule in unreadable:
            continue
        if slot.lost_until is None or slot.lost_until > now:
            _give_back(engine, slot, now)


def _give_back(engine: Engine, slot: Slot, now: datetime) -> None:
    """Let a slot be due again; the moments that it stood for are counted anew, one by one."""
    reason = f"given up by a clock that showed {moment(slot.decided_at)}, and due again"
    with writing(engine) as session:
        if slots.reopen(session, slot, reason=reason, now=now) and slot.lost_until is not None:
            stored = schedules.get(session, slot.schedule)
            count_to(session, stored, min(stored.counted_to, slot.due_at))
