"""Suites: the configuration's and the shipped ones."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path

from evals.shipped_suites import known_suites, read_suite
from service.api.access import READ
from service.api.shapes.base import Page
from service.api.shapes.suites import Suite, SuiteSource
from service.api.world import TheWorld
from service.errors import NameNotFound

if TYPE_CHECKING:
    from evals.config import Config

router = APIRouter(prefix="/suites", tags=["suites"])


@router.get("", dependencies=[READ])
def list_suites(world: TheWorld) -> Page[Suite]:
    """List suites by name; always in one page."""
    config, _ = world.configuration.current()
    names = sorted({*config.suites, *known_suites()})
    return Page(items=tuple(_suite(config, name) for name in names))


@router.get("/{name}", dependencies=[READ])
def get_suite(name: Annotated[str, Path(max_length=200)], world: TheWorld) -> Suite:
    """Return one suite."""
    config, _ = world.configuration.current()
    if name not in {*config.suites, *known_suites()}:
        raise NameNotFound(f"there is no suite {name!r}", fix="See the names at /api/v1/suites.")
    return _suite(config, name)


def _suite(config: Config, name: str) -> Suite:
    if name in config.suites:
        return Suite.of(name, config.suites[name], SuiteSource.CONFIGURATION)
    return Suite.of(name, read_suite(name), SuiteSource.SHIPPED)
