"""Slots: every due moment of every endpoint, and what became of it."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from service.api.access import READ
from service.api.paging import DEFAULT_ROWS, Cursor, Limit, cursor_of, moment_and_number, page_of
from service.api.routes.runs import Name
from service.api.shapes.base import Page
from service.api.shapes.schedules import Slot
from service.api.world import TheWorld
from service.db.session import reading
from service.store import slots
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from service.timetable.slot import Slot as StoredSlot

router = APIRouter(prefix="/slots", tags=["schedules"])


@router.get("", dependencies=[READ])
def list_slots(
    world: TheWorld,
    *,
    schedule: Name = None,
    endpoint: Name = None,
    state: Annotated[list[SlotState], Query(max_length=7)] = [],  # noqa: B006 - FastAPI copies it
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[Slot]:
    """List slots, the newest moment first."""
    with reading(world.keeper.engine) as session:
        found = slots.newest(
            session,
            schedule=schedule,
            states=state,
            endpoint=endpoint,
            before=moment_and_number("slots", cursor),
            limit=limit + 1,
        )
    rows, following = page_of(found, limit, _slot_cursor)
    return Page(items=tuple(Slot.of(one) for one in rows), next=following)


def _slot_cursor(slot: StoredSlot) -> str:
    return cursor_of("slots", slot.due_at.isoformat(), slot.id)
