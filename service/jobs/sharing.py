"""The job of a shard: its share is asked, and with the last one to end the run goes on."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from evals.errors import EvalsError
from service.db.session import reading, writing
from service.errors import HandedBack, KeyBusy, RunBusy, StoreUnavailable
from service.jobs.job import run_job
from service.jobs.quiet import QUIET
from service.pipeline import subject_of
from service.sharding import SharedRun, perform_shard
from service.stages.claim import is_dead
from service.store import runs, shards
from service.working import Working

if TYPE_CHECKING:
    from service.store.shards import Shard
    from service.world import World

MOST_ATTEMPTS: Final = 3
"""Attempts at a shard without one new sample, after which its rest is left to the joiner."""


def perform_shard_of(run_id: str, number: int, world: World) -> None:
    """Ask a shard of a run; whoever ends the last one has the run go on.

    Two that end at once both put the job: the claim on the run lets one of them join.

    Raises:
        StoreUnavailable: The database does not answer.
    """
    shard = _shard(run_id, number, world)
    if shard is None or shard.has_ended or _is_asked(shard, world):
        return
    with writing(world.keeper.engine) as session:
        attempts = shards.begin_attempt(session, shard)
    if attempts > MOST_ATTEMPTS:
        _leave(shard, world, "its worker ended in the middle of the last attempt")
        _go_on_if_last(run_id, world)
        return
    try:
        config, _ = world.configuration.current()
        run, subject = subject_of(world.keeper, config, run_id)
        perform_shard(
            SharedRun(keeper=world.keeper, subject=subject, run=run),
            shard,
            QUIET,
            worker=Working(must_leave=world.must_leave, last_attempt=attempts >= MOST_ATTEMPTS),
            clock=world.clock,
        )
    except StoreUnavailable:
        with suppress(StoreUnavailable):
            _forgive(shard, world)
        raise
    except (HandedBack, KeyBusy, RunBusy):
        _forgive(shard, world)
        return
    except EvalsError as error:
        if attempts < MOST_ATTEMPTS:
            return
        _leave(shard, world, str(error))
    except Exception as error:
        if attempts >= MOST_ATTEMPTS:
            _leave(shard, world, f"broke: {type(error).__name__}: {error}")
        raise
    _go_on_if_last(run_id, world)


def _is_asked(shard: Shard, world: World) -> bool:
    return shard.claim is not None and not is_dead(shard.claim, now=world.clock())


def _forgive(shard: Shard, world: World) -> None:
    with writing(world.keeper.engine) as session:
        shards.forgive(session, shard)


def _leave(shard: Shard, world: World, reason: str) -> None:
    with writing(world.keeper.engine) as session:
        shards.leave(session, shard, reason=reason)


def _shard(run_id: str, number: int, world: World) -> Shard | None:
    with reading(world.keeper.engine) as session:
        divided = shards.of_runs(session, [run_id]).get(run_id, ())
    return next((one for one in divided if one.number == number), None)


def _go_on_if_last(run_id: str, world: World) -> None:
    with reading(world.keeper.engine) as session:
        divided = shards.of_runs(session, [run_id])[run_id]
        run = runs.get(session, run_id)
    if all(one.has_ended for one in divided):
        world.queue.put([run_job(run_id, endpoint=run.endpoint, suite=run.suite)])
