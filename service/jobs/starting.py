"""The job of a slot: it becomes a run, which workers then perform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.db.session import reading
from service.jobs.job import run_job
from service.starting import start_slot
from service.store import runs

if TYPE_CHECKING:
    from service.world import World


def start(slot_id: str, world: World) -> None:
    """Plan the run of a claimed slot, and have it performed.

    Raises:
        EvalsError: It cannot be started now; try again later.
    """
    run_id = start_slot(world.keeper, world.configuration, int(slot_id), world.clock())
    if run_id is None:
        return
    with reading(world.keeper.engine) as session:
        run = runs.get(session, run_id)
    world.queue.put([run_job(run_id, endpoint=run.endpoint, suite=run.suite)])
