"""Watching a run by server-sent events."""
# ruff: noqa: TC001, TC003 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from service.api.access import READ
from service.api.routes.runs import RunId
from service.api.shapes.runs import RunProgress
from service.api.watchers import Watchers
from service.api.watching import Seen, watch
from service.api.world import TheWorld
from service.db.session import reading
from service.store import runs

router = APIRouter(prefix="/runs", tags=["runs"])


def _watchers(request: Request) -> Watchers[Seen]:
    """Say that too many watch before the stream begins."""
    found = cast("Watchers[Seen]", request.app.state.watchers)
    found.refuse_one_more()
    return found


def _existing(run_id: RunId, world: TheWorld) -> str:
    """Say that there is no such run before the stream begins."""
    with reading(world.keeper.engine) as session:
        return runs.get(session, run_id).id


@router.get(
    "/{run_id}/events",
    dependencies=[READ],
    response_class=EventSourceResponse,
    responses={200: {"model": RunProgress, "description": "The data of each event."}},
)
async def watch_run(
    world: TheWorld,
    watchers: Annotated[Watchers[Seen], Depends(_watchers)],
    run_id: Annotated[str, Depends(_existing)],
) -> AsyncIterable[ServerSentEvent]:
    """Watch a run: events `progress`, `waiting` and, the last one, `ended`.

    Each holds a RunProgress. `waiting` says that the run goes on later, to confirm what it found;
    a comment every 15 seconds keeps the line open.
    """
    async for event in watch(world, run_id, watchers):
        yield event
