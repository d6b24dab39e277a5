"""Delivering: a message of the outbox is sent, and the next one of its channel is put at once."""

from __future__ import annotations

from random import SystemRandom
from typing import TYPE_CHECKING

from service.db.session import reading
from service.jobs.job import deliver_job
from service.posting import post_of
from service.stages.deliver import deliver
from service.store import notifications

if TYPE_CHECKING:
    from service.world import World


def deliver_one(notification_id: str, world: World) -> None:
    """Send a message, if that is due still.

    Raises:
        StoreUnavailable: The database does not answer; what was sent is then sent once more.
    """
    config, _ = world.configuration.current()
    post = post_of(world.keeper, config, clock=world.clock, rng=SystemRandom())
    if deliver(post, int(notification_id)) is not None:
        put_due(world)


def put_due(world: World) -> None:
    """Have the messages sent that are due now."""
    with reading(world.keeper.engine) as session:
        due = notifications.due(session, now=world.clock())
    world.queue.put([deliver_job(one) for one in due])
