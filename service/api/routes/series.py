"""Series: where each stands after its newest run, and how it came there."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service import monitors
from service.api.access import READ
from service.api.paging import Cursor, cursor_of, moment_key, page_of
from service.api.routes.runs import Name
from service.api.shapes.base import Page
from service.api.shapes.series import Series
from service.api.world import TheWorld
from service.db.session import reading
from service.store import runs

router = APIRouter(prefix="/series", tags=["series"])


@router.get("", dependencies=[READ])
def list_series(world: TheWorld, *, endpoint: Name = None, suite: Name = None) -> Page[Series]:
    """List every series where its newest run left it; always in one page."""
    with reading(world.keeper.engine) as session:
        found = monitors.newest(session, endpoint=endpoint, suite=suite)
    return Page(items=tuple(Series.of(one) for one in found))


@router.get("/history", dependencies=[READ])
def list_history(
    world: TheWorld,
    endpoint: Annotated[str, Query(max_length=200)],
    *,
    suite: Name = None,
    limit: Annotated[int, Query(ge=1, le=104, description="Runs of one page.")] = 52,
    cursor: Cursor = None,
) -> Page[Series]:
    """List the states of an endpoint's series after each run, the newest run first."""
    with reading(world.keeper.engine) as session:
        found = runs.newest(
            session,
            endpoint=endpoint,
            suite=suite,
            before=moment_key("history", cursor),
            limit=limit + 1,
        )
        rows, following = page_of(
            found, limit, lambda run: cursor_of("history", run.created_at.isoformat(), run.id)
        )
        states = [Series.of(one) for run in rows for one in monitors.after(session, run)]
    return Page(items=tuple(states), next=following)
