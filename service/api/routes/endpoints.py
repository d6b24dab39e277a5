"""Endpoints: what the configuration watches."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path

from evals.config import named
from evals.endpoint import pin
from evals.errors import ConfigError
from service.api.access import READ
from service.api.shapes.base import Page
from service.api.shapes.endpoints import Endpoint
from service.api.world import TheWorld
from service.errors import NameNotFound
from service.subject import client_versions

if TYPE_CHECKING:
    from evals.endpoint import Endpoint as Configured
    from service.world import World

router = APIRouter(prefix="/endpoints", tags=["endpoints"])


@router.get("", dependencies=[READ])
def list_endpoints(world: TheWorld) -> Page[Endpoint]:
    """List the endpoints of the configuration, by name; always in one page."""
    config, _ = world.configuration.current()
    shown = [_shown(world, name, config.endpoints[name]) for name in sorted(config.endpoints)]
    return Page(items=tuple(shown))


@router.get("/{name}", dependencies=[READ])
def get_endpoint(name: Annotated[str, Path(max_length=200)], world: TheWorld) -> Endpoint:
    """Return one endpoint of the configuration."""
    config, _ = world.configuration.current()
    try:
        found = named(config.endpoints, name, kind="endpoint")
    except ConfigError as error:
        raise NameNotFound(error.what, fix=error.fix) from error
    return _shown(world, name, found)


def _shown(world: World, name: str, endpoint: Configured) -> Endpoint:
    variable = endpoint.key_variable
    return Endpoint.of(
        name,
        endpoint,
        key_is_set=variable is None or world.keeper.settings.secret(variable) is not None,
        pin_digest=_pin_digest(endpoint),
    )


def _pin_digest(endpoint: Configured) -> str | None:
    try:
        return pin(endpoint, client_versions=client_versions(endpoint.model)).digest
    except ConfigError:
        return None
