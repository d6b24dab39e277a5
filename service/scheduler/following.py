"""Following the configuration: schedules of the file are stored, changed and retired after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.store import schedules
from service.store.schedules import UnreadableSchedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine

    from evals.schedule import Schedule
    from service.configuration import Configuration
    from service.store.schedules import StoredSchedule

    Stored = StoredSchedule | UnreadableSchedule


def follow(engine: Engine, configuration: Configuration, now: datetime) -> int:
    """Let the schedules of the file hold, if it has changed; return how many were touched.

    A schedule that is gone from the file is retired; one of the API stays, unless the file has one
    of its name. Servers with different files do not undo each other at every look: each speaks once
    a change. Without a file nothing is said, and nothing retired.
    """
    config = configuration.unseen()
    if config is None:
        return 0
    touched, lost = 0, 0
    with reading(engine) as session:
        stored: dict[str, Stored] = {one.name: one for one in schedules.everything(session)}
        stored |= {one.name: one for one in schedules.unreadable(session)}
    for name, schedule in config.schedules.items():
        before = stored.get(name)
        if before is None or _differs(before, schedule):
            done = _let_hold(engine, name, before, schedule, now)
            touched, lost = touched + done, lost + (not done)
    touched += _retire(engine, stored, config.schedules, now)
    if not lost:
        configuration.seen(config)
    return touched


def _differs(before: Stored, schedule: Schedule) -> bool:
    if isinstance(before, UnreadableSchedule):
        return True
    ours = before.source is ScheduleSource.FILE and before.retired_at is None
    return not ours or before.schedule != schedule


def _let_hold(
    engine: Engine, name: str, before: Stored | None, schedule: Schedule, now: datetime
) -> bool:
    """Return False when another server was faster: the next look compares again."""
    with writing(engine) as session:
        if before is None:
            return schedules.create(session, name, schedule, source=ScheduleSource.FILE, now=now)
        return schedules.change(session, before, schedule, source=ScheduleSource.FILE, now=now)


def _retire(
    engine: Engine,
    stored: Mapping[str, Stored],
    named: Mapping[str, Schedule],
    now: datetime,
) -> int:
    gone = [
        one.name
        for one in stored.values()
        if one.source is ScheduleSource.FILE and one.retired_at is None and one.name not in named
    ]
    with writing(engine) as session:
        return sum(schedules.retire(session, name, now=now) for name in gone)
