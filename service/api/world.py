"""How a route gets at the world: the keeper, the configuration, the clock, the queue."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from service.world import World


def the_world(request: Request) -> World:
    """Return the world that the application was made with."""
    return cast("World", request.app.state.world)


TheWorld = Annotated[World, Depends(the_world)]
