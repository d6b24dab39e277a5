"""Doing: a job whose end says nothing to the queue. What it leaves undone is found again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from evals.errors import EvalsError
from service.db.session import reading
from service.jobs import pending, perform

if TYPE_CHECKING:
    from service.jobs import Job
    from service.world import World

_log = logging.getLogger(__name__)


def do(job: Job, world: World) -> None:
    """Do a job and raise nothing: facts say what is left to do, and how often it was tried."""
    try:
        perform(job, world)
    except EvalsError as error:
        _log.warning("%s: %s", job.key, error)
    except Exception:  # noqa: BLE001 - a bug in one job must not end the worker of all others
        _log.exception("%s broke; it is tried again within bounds", job.key)


def sweep(world: World) -> int:
    """Put every job that could be done now; return how many there are, waiting ones included.

    Raises:
        ConfigError: The configuration cannot be followed, and never could.
        StoreUnavailable: The database does not answer.
    """
    config, _ = world.configuration.current()
    with reading(world.keeper.engine) as session:
        jobs = pending(session, world.clock(), endpoints=config.endpoints)
    world.queue.put(jobs)
    return len(jobs)
