"""Schedules: list, make, change, pause, resume, retire, run now."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query

from evals.config import named
from service import scheduling
from service.api.access import ADMIN, READ, Admin, Runner
from service.api.paging import (
    DEFAULT_ROWS,
    Cursor,
    Limit,
    cursor_of,
    key_of,
    page_of,
)
from service.api.shapes.base import Page
from service.api.shapes.schedules import (
    ChangedSchedule,
    NewSchedule,
    PauseOrder,
    RunNow,
    ScheduleRecord,
    Slot,
)
from service.api.world import TheWorld
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.errors import ScheduleRefused
from service.jobs.job import start_job
from service.store import schedules
from service.subject import resolve_suite
from service.timetable.moments import next_due

if TYPE_CHECKING:
    from evals.schedule import Schedule as Plan
    from service.store.schedules import StoredSchedule
    from service.world import World

router = APIRouter(prefix="/schedules", tags=["schedules"])

ScheduleName = Annotated[str, Path(max_length=200)]


@router.get("", dependencies=[READ])
def list_schedules(
    world: TheWorld,
    *,
    retired: Annotated[bool, Query(description="Those out of force, too.")] = False,
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[ScheduleRecord]:
    """List schedules by name."""
    after = key_of("schedules", cursor, (str,))
    with reading(world.keeper.engine) as session:
        found = schedules.everything(session) if retired else schedules.in_force(session)
    left = sorted((one for one in found if after is None or one.name > str(after[0])), key=_name)
    rows, following = page_of(left, limit, lambda one: cursor_of("schedules", one.name))
    return Page(items=tuple(_shown(world, one) for one in rows), next=following)


@router.post("", dependencies=[ADMIN], status_code=201)
def make_schedule(order: NewSchedule, world: TheWorld) -> ScheduleRecord:
    """Make a schedule; its first moment lies in the future."""
    _refuse_unknown_names(world, order.plan)
    with writing(world.keeper.engine) as session:
        made = schedules.create(
            session, order.name, order.plan, source=ScheduleSource.API, now=world.clock()
        )
    if not made:
        raise ScheduleRefused(
            f"a schedule is or was named {order.name!r}",
            fix="Change that one, or choose another name.",
        )
    return get_schedule(order.name, world)


@router.get("/{name}", dependencies=[READ])
def get_schedule(name: ScheduleName, world: TheWorld) -> ScheduleRecord:
    """Return one schedule, in force or not."""
    with reading(world.keeper.engine) as session:
        return _shown(world, schedules.get(session, name))


@router.put("/{name}", dependencies=[ADMIN])
def change_schedule(name: ScheduleName, order: ChangedSchedule, world: TheWorld) -> ScheduleRecord:
    """Let another plan hold from now on; a retired schedule is in force again."""
    _refuse_unknown_names(world, order.plan)
    with writing(world.keeper.engine) as session:
        before = _of_the_api(schedules.get(session, name))
        changed = schedules.change(
            session, before, order.plan, source=ScheduleSource.API, now=world.clock()
        )
    if not changed:
        raise ScheduleRefused(
            f"schedule {name!r} was changed by somebody else at the same moment",
            fix="Look at it, and send the change again.",
        )
    return get_schedule(name, world)


@router.post("/{name}/pause")
def pause_schedule(
    name: ScheduleName, order: PauseOrder, world: TheWorld, caller: Admin
) -> ScheduleRecord:
    """Start nothing until it is resumed; its moments become rows all the same."""
    with writing(world.keeper.engine) as session:
        paused = scheduling.pause(
            session, name, who=caller.name, reason=order.why, now=world.clock()
        )
    return _shown(world, paused)


@router.post("/{name}/resume", dependencies=[ADMIN])
def resume_schedule(name: ScheduleName, world: TheWorld) -> ScheduleRecord:
    """End a pause: the next moment starts a check again."""
    with writing(world.keeper.engine) as session:
        return _shown(world, scheduling.resume(session, name, now=world.clock()))


@router.post("/{name}/run", status_code=202)
def run_schedule_now(
    name: ScheduleName, order: RunNow, world: TheWorld, caller: Runner
) -> Page[Slot]:
    """Do a schedule's checks now: each endpoint gets a slot, which a worker starts."""
    with writing(world.keeper.engine) as session:
        asked = scheduling.ask_now(
            session, name, endpoints=order.endpoints, who=caller.name, now=world.clock()
        )
    world.queue.put([start_job(slot.id) for slot in asked])
    return Page(items=tuple(Slot.of(slot) for slot in asked))


@router.post("/{name}/retire", dependencies=[ADMIN])
def retire_schedule(name: ScheduleName, world: TheWorld) -> ScheduleRecord:
    """Take a schedule out of force; its slots stay."""
    with writing(world.keeper.engine) as session:
        _of_the_api(schedules.get(session, name))
        schedules.retire(session, name, now=world.clock())
    return get_schedule(name, world)


def _shown(world: World, stored: StoredSchedule) -> ScheduleRecord:
    goes_on = stored.retired_at is None and stored.stopped is None
    due_next = next_due(stored.schedule, world.clock()) if goes_on else None
    return ScheduleRecord.of(stored, due_next=due_next)


def _of_the_api(stored: StoredSchedule) -> StoredSchedule:
    if stored.source is ScheduleSource.FILE and stored.retired_at is None:
        raise ScheduleRefused(
            f"schedule {stored.name!r} comes from evals.yaml",
            fix="Change it there: the file would undo what is changed here.",
        )
    return stored


def _refuse_unknown_names(world: World, plan: Plan) -> None:
    config, folders = world.configuration.current()
    for endpoint in plan.endpoint:
        named(config.endpoints, endpoint, kind="endpoint")
    resolve_suite(config, plan.suite, folders)


def _name(stored: StoredSchedule) -> str:
    return stored.name
