"""Looking: what an endpoint reveals at no cost, once a day."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from evals.errors import ConfigError
from service.pins import check_if_due

if TYPE_CHECKING:
    from service.world import World


def look(endpoint: str, world: World) -> None:
    """Look at an endpoint, if that is due still; one that is not configured any more is left alone.

    Raises:
        StoreUnavailable: The database does not answer.
    """
    config, _ = world.configuration.current()
    with suppress(ConfigError):  # the file has lost it since the job was put
        check_if_due(world.keeper, config, endpoint, now=world.clock())
