"""Starting a slot: its run is planned and linked to it in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import EvalsError
from evals.numbers import moment
from evals.schedule import CatchUp
from service.db.session import reading, writing
from service.errors import ScheduleRefused
from service.going_on import going_on
from service.pipeline import new_run
from service.stages.plan import Options
from service.store import handed, schedules, slots
from service.subject import resolve
from service.timetable.spread import asked_for
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from service.keeper import Keeper
    from service.timetable.slot import Slot
    from service.world import Configured


class _TakenError(Exception):
    """Another worker started the slot, or a check of its endpoint and suite, in the meantime."""


def start_slot(
    keeper: Keeper, configuration: Configured, slot_id: int, now: datetime
) -> str | None:
    """Plan the run of a claimed slot, link both and hand it to the workers; return the run's id.

    All of it happens in one transaction, or nothing does.

    A slot that was started before returns the run it has. None means that there is nothing to do:
    the slot is not to be started any more, or not yet. A slot that cannot be started says why; it
    stays claimed while its grace lasts, and is missed after it.

    Raises:
        SlotNotFound: There is no such slot.
        EvalsError: It cannot be started now; try again later. The same reason is raised once.
    """
    with reading(keeper.engine) as session:
        slot = slots.get(session, slot_id)
        unread = {one.name: one.reason for one in schedules.unreadable(session)}
        stored = None if slot.schedule in unread else schedules.get(session, slot.schedule)
        other = going_on(session, slot.endpoint, slot.suite, now=now)
    if slot.state is not SlotState.CLAIMED:
        return slot.run_id
    if stored is None:
        _left(keeper, slot, unread[slot.schedule])
        return None
    if stored.stopped is not None or stored.retired_at is not None:
        return None  # it was claimed just before; the next look of a server disables it
    plan = stored.schedule
    try:
        if other is not None:
            raise _TakenError  # known before anything is planned; the database has the last word
        options = Options(budget_usd=plan.budget_usd, batch=plan.batch or None)
        return _started(keeper, configuration, slot, options, now=now)
    except _TakenError:
        return _settled(keeper, slot, wait=plan.catch_up is CatchUp.ALL, now=now)
    except EvalsError as error:
        if _not_yet(keeper, slot, f"could not be started: {error}", now=now):
            raise
        return None
    except Exception as error:
        words = f"could not be started: it broke: {type(error).__name__}: {error}"
        if _not_yet(keeper, slot, words, now=now) or now > slot.deadline_at:
            raise  # once, or its traceback would be told at every look
        return None


def start_now(
    keeper: Keeper,
    configuration: Configured,
    name: str,
    endpoint: str,
    *,
    who: str,
    now: datetime,
) -> str:
    """Plan a check of a schedule now, for the caller to perform; return the run's id.

    It has a slot of its own, which is due now. The workers do not get it.

    Raises:
        ScheduleNotFound: There is no such schedule.
        ScheduleRefused: Its check is going on.
        EvalsError: It cannot be started.
    """
    with reading(keeper.engine) as session:
        schedule = schedules.get(session, name).schedule
    config, folders = configuration.current()
    subject = resolve(config, endpoint=endpoint, suite=schedule.suite, search_paths=folders)

    def link(session: Session, run: RunRecord) -> None:
        slots.lock_pair(session, endpoint, schedule.suite)
        other = going_on(session, endpoint, schedule.suite, now=now, besides=run.id)
        if other is not None:
            raise ScheduleRefused(
                f"run {other.id} of {endpoint} and {schedule.suite} is going on",
                fix=f"Wait for it: evals runs show {other.id}",
            )
        slot = asked_for(name, schedule, endpoint, who=who, now=now)
        for slot_id in slots.insert(session, [slot], now=now):
            slots.link(session, slot_id, run.id, SlotState.STARTED, reason=slot.reason, now=now)
            return
        raise ScheduleRefused(f"{name!r} was asked of {endpoint} just now", fix="Try again.")

    options = Options(budget_usd=schedule.budget_usd)
    return new_run(keeper, subject, options, schedule=name, linked=link).id


def _started(
    keeper: Keeper,
    configuration: Configured,
    slot: Slot,
    options: Options,
    *,
    now: datetime,
) -> str:
    config, folders = configuration.current()
    subject = resolve(config, endpoint=slot.endpoint, suite=slot.suite, search_paths=folders)
    late = now > slot.deadline_at
    state = SlotState.LATE if late else SlotState.STARTED
    reason = f"started after its grace, which ended {moment(slot.deadline_at)}" if late else ""

    def link(session: Session, run: RunRecord) -> None:
        slots.lock_pair(session, slot.endpoint, slot.suite)
        if going_on(session, slot.endpoint, slot.suite, now=now, besides=run.id):
            raise _TakenError
        if not slots.link(session, slot.id, run.id, state, reason=reason, now=now):
            raise _TakenError
        handed.hand_over(session, run.id, now=now)

    return new_run(keeper, subject, options, schedule=slot.schedule, linked=link).id


def _settled(keeper: Keeper, slot: Slot, *, wait: bool, now: datetime) -> str | None:
    """Say what kept a slot from being started; return its run if another worker started it."""
    with writing(keeper.engine) as session:
        other = going_on(session, slot.endpoint, slot.suite, now=now)
        found = slots.get(session, slot.id)
        if found.state is not SlotState.CLAIMED or other is None:
            return found.run_id
        reason = f"run {other.id} of the same endpoint and suite was still going on"
        if wait:
            slots.explain(session, slot.id, f"waits: {reason}")
        else:
            slots.move(
                session,
                slot.id,
                SlotState.OVERLAPPING,
                expected=[SlotState.CLAIMED],
                reason=reason,
                now=now,
            )
    return None


def _left(keeper: Keeper, slot: Slot, reason: str) -> None:
    """Leave a slot to another worker that can read its schedule, and say why it waits."""
    if slot.reason != reason:
        with writing(keeper.engine) as session:
            slots.explain(session, slot.id, reason)


def _not_yet(keeper: Keeper, slot: Slot, reason: str, *, now: datetime) -> bool:
    """Keep the reason; return whether it is news.

    It is none when it was kept before, or when the grace is over and the slot is missed.
    """
    if reason == slot.reason and now <= slot.deadline_at:
        return False
    with writing(keeper.engine) as session:
        if now <= slot.deadline_at:
            return slots.explain(session, slot.id, reason)
        slots.move(
            session,
            slot.id,
            SlotState.MISSED,
            expected=[SlotState.CLAIMED],
            reason=reason,
            now=now,
        )
    return False
