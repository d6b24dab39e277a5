"""The dead man's switch: a check that was expected and has not completed raises an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice.of_condition import notice_of_condition
from service.alerting.condition import Condition
from service.alerting.observation import Observation
from service.alerting.routing import routing_of
from service.db.session import reading
from service.stages.alert import observe
from service.store import alerts, schedules
from service.store.expected import expected
from service.timetable.overdue import Overdue, overdue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from evals.config import Config
    from service.keeper import Keeper
    from service.store.schedules import StoredSchedule


def watch(keeper: Keeper, config: Config, now: datetime) -> int:
    """Raise an alert for each check that is missing, and resolve those of checks that came.

    Return how many alerts changed. An alert ends, too, when its schedule is paused, switched off or
    removed: nothing is expected then. Of a schedule that cannot be read here nothing is said.
    """
    with reading(keeper.engine) as session:
        in_force = {one.name: one for one in schedules.in_force(session)}
        unreadable = {one.name for one in schedules.unreadable(session)}
        open_ones = {
            alert.condition
            for alert in alerts.unresolved(session)
            if alert.condition.kind is ConditionKind.MISSED_CHECK
        }
        told_of = {(one.name, one.endpoint) for one in open_ones}
        found = overdue(expected(session, _asked(in_force) | told_of, now=now), now)
    known = [one for one in found if one.slot.schedule not in unreadable]
    told = _observations(known, in_force, open_ones, now)
    return len(observe(keeper.engine, told, routing_of(config), now)) if told else 0


def _asked(in_force: Mapping[str, StoredSchedule]) -> set[tuple[str, str]]:
    return {(one.name, name) for one in in_force.values() for name in one.schedule.endpoint}


def _observations(
    found: Collection[Overdue],
    in_force: Mapping[str, StoredSchedule],
    open_ones: Collection[Condition],
    now: datetime,
) -> list[Observation]:
    """Leave out what is well and was never told of: that is nearly everything, nearly always."""
    told = []
    for one in found:
        stopped = _stopped(in_force.get(one.slot.schedule), one)
        condition = _condition(one)
        if one.missing and stopped is None:
            told.append(_missing(condition, one))
        elif condition in open_ones:
            told.append(_over(condition, one, stopped, now))
    return told


def _stopped(stored: StoredSchedule | None, one: Overdue) -> str | None:
    """Return why the check is not expected any more; None while it is."""
    if stored is None:
        return "its schedule was removed"
    slot, schedule = one.slot, stored.schedule
    if slot.endpoint not in schedule.endpoint or slot.suite != schedule.suite:
        return "its schedule asks something else by now"
    return stored.stopped


def _condition(one: Overdue) -> Condition:
    slot = one.slot
    return Condition(
        kind=ConditionKind.MISSED_CHECK,
        endpoint=slot.endpoint,
        suite=slot.suite,
        name=slot.schedule,
    )


def _missing(condition: Condition, one: Overdue) -> Observation:
    return Observation(
        condition=condition,
        breached=True,
        reason=one.reason,
        source=_source(one),
        at=one.at,
        severity=AlertSeverity.WARNING,
        notice=notice_of_condition(
            ConditionKind.MISSED_CHECK,
            one.reason,
            severity=AlertSeverity.WARNING,
            at=one.at,
            endpoint=one.slot.endpoint,
            suite=one.slot.suite,
            run_id=one.slot.run_id or "",
            commands=((f"evals schedule due {one.slot.schedule}", "What became of each slot"),),
        ),
    )


def _over(condition: Condition, one: Overdue, stopped: str | None, now: datetime) -> Observation:
    return Observation(
        condition=condition,
        breached=False,
        reason=stopped or one.reason,
        source=f"{_source(one)}: {stopped or 'completed'}",
        at=now if stopped else one.at,
    )


def _source(one: Overdue) -> str:
    """Name the moment: what is missing at many endpoints at once is told in one message."""
    return f"{one.slot.schedule} {one.slot.due_at.isoformat()}"
