"""What sending needs of the world: the outbox, the transports of today, who hears of failures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from service.alerting.routing import routing_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from sqlalchemy import Engine

    from evals.config import Config
    from service.alerting.routing import Routing
    from service.keeper import Keeper
    from service.notify.transport import Transport


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What delivering needs of the world.

    Attributes:
        transport: Returns the transport of a channel by name; raises `DeliveryError` for one that
            lacks something only a person can mend.
        routing: Who hears that a channel fails.
        rng: Spreads the times of further attempts.
    """

    engine: Engine
    transport: Callable[[str], Transport]
    routing: Routing
    clock: Callable[[], datetime]
    rng: Random


def post_of(keeper: Keeper, config: Config, *, clock: Callable[[], datetime], rng: Random) -> Post:
    """Return the post of the channels of ``config``; each is opened when it is first needed."""
    alerts = config.alerts

    @cache
    def transport(channel: str) -> Transport:
        from service.notify.channels import transport_of

        return transport_of(
            alerts.channels[channel], secret=keeper.settings.secret, public_url=alerts.public_url
        )

    return Post(
        engine=keeper.engine,
        transport=transport,
        routing=routing_of(config),
        clock=clock,
        rng=rng,
    )
