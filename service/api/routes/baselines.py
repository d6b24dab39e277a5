"""Baselines: list, bless, retire."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.access import READ, Admin
from service.api.paging import DEFAULT_ROWS, Cursor, Limit, cursor_of, key_of, page_of
from service.api.routes.runs import Name
from service.api.shapes.base import Page
from service.api.shapes.baselines import Baseline, Bless, Retire
from service.api.world import TheWorld
from service.db.session import reading, writing
from service.store import baselines

router = APIRouter(prefix="/baselines", tags=["baselines"])

BaselineName = Annotated[str, Path(max_length=200)]


@router.get("", dependencies=[READ])
def list_baselines(
    world: TheWorld,
    *,
    endpoint: Name = None,
    suite: Name = None,
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[Baseline]:
    """List baselines, the newest first, retired ones included."""
    before = key_of("baselines", cursor, (str,))
    with reading(world.keeper.engine) as session:
        found = baselines.newest(
            session,
            endpoint=endpoint,
            suite=suite,
            before=None if before is None else str(before[0]),
            limit=limit + 1,
        )
    rows, following = page_of(found, limit, lambda one: cursor_of("baselines", one.name))
    return Page(items=tuple(Baseline.of(one) for one in rows), next=following)


@router.get("/{name}", dependencies=[READ])
def get_baseline(name: BaselineName, world: TheWorld) -> Baseline:
    """Return one baseline, retired or not."""
    with reading(world.keeper.engine) as session:
        return Baseline.of(baselines.get(session, name))


@router.post("", status_code=201)
def bless_runs(order: Bless, world: TheWorld, caller: Admin) -> Baseline:
    """Make completed runs the baseline for later ones."""
    with writing(world.keeper.engine) as session:
        blessed = baselines.bless(
            session,
            name=order.name,
            run_ids=order.runs,
            who=caller.name,
            why=order.why,
            now=world.clock(),
        )
    return Baseline.of(blessed)


@router.post("/{name}/retire")
def retire_baseline(name: BaselineName, order: Retire, world: TheWorld, caller: Admin) -> Baseline:
    """End a baseline; one that has ended stays as it is."""
    with writing(world.keeper.engine) as session:
        baselines.retire(session, name, who=caller.name, why=order.why, now=world.clock())
        return Baseline.of(baselines.get(session, name))
