"""Golden sets: what is asked, and every version of it that was run."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path

from evals.shipped import known_golden_sets
from service.api.access import READ
from service.api.paging import DEFAULT_ROWS, Cursor, Limit, cursor_of, key_of, number_key, page_of
from service.api.shapes.base import Page
from service.api.shapes.golden_sets import GoldenItem, GoldenSet, GoldenVersion
from service.api.world import TheWorld
from service.db.session import reading
from service.errors import NameNotFound
from service.store import golden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.golden import StoredVersion
    from service.world import World

router = APIRouter(prefix="/golden-sets", tags=["golden sets"])

Name = Annotated[str, Path(max_length=200, description="As `evals golden list` shows it.")]


@router.get("", dependencies=[READ])
def list_golden_sets(
    world: TheWorld, *, limit: Limit = DEFAULT_ROWS, cursor: Cursor = None
) -> Page[GoldenSet]:
    """List golden sets by name: those in reach, and those that were run."""
    after = key_of("golden-sets", cursor, (str,))
    with reading(world.keeper.engine) as session:
        found = _golden_sets(world, golden.versions(session))
    left = [one for one in found if after is None or one.name > str(after[0])]
    rows, following = page_of(left, limit, lambda one: cursor_of("golden-sets", one.name))
    return Page(items=tuple(rows), next=following)


@router.get("/{name}", dependencies=[READ])
def get_golden_set(name: Name, world: TheWorld) -> GoldenSet:
    """Return one golden set with its versions."""
    with reading(world.keeper.engine) as session:
        found = _golden_sets(world, golden.versions(session, name=name))
    for one in found:
        if one.name == name:
            return one
    raise NameNotFound(f"there is no golden set {name!r}", fix="See `evals golden list`.")


@router.get("/{name}/versions/{label}/items", dependencies=[READ])
def list_items(
    name: Name,
    label: Annotated[str, Path(max_length=200)],
    world: TheWorld,
    *,
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[GoldenItem]:
    """List the items of a stored version in their order."""
    key = number_key("items", cursor)
    after = -1 if key is None else key
    with reading(world.keeper.engine) as session:
        if not any(one.label == label for one in golden.versions(session, name=name)):
            raise NameNotFound(
                f"the store holds no version {label!r} of golden set {name!r}",
                fix=f"See the versions at /api/v1/golden-sets/{name}.",
            )
        found = golden.items_page(session, name=name, label=label, after=after, limit=limit + 1)
    rows, following = page_of(found, limit, lambda row: cursor_of("items", row[0]))
    return Page(items=tuple(_item(*row) for row in rows), next=following)


def _golden_sets(world: World, stored: Sequence[StoredVersion]) -> list[GoldenSet]:
    _, folders = world.configuration.current()
    in_reach = known_golden_sets(folders)
    versions = {
        name: tuple(GoldenVersion.of(one) for one in group)
        for name, group in groupby(stored, key=lambda one: one.name)
    }
    return [
        GoldenSet(name=name, in_reach=name in in_reach, versions=versions.get(name, ()))
        for name in sorted({*in_reach, *versions})
    ]


def _item(position: int, document: dict[str, Any]) -> GoldenItem:
    return GoldenItem(position=position, item=document)
