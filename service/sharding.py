"""A shard: its share of a run is asked, and the last one to end leaves the run to be joined."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.errors import EngineError
from service.asking import Asking, budget_of, check_keys
from service.db.session import reading
from service.db.tables import ShardState
from service.errors import HandedBack, KeyBusy, StoreUnavailable
from service.pipeline import planned
from service.stages.claim import take_shard
from service.stages.divide import share
from service.stages.plan import Options
from service.store import readings, samples, shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from evals.engine.plan import PlannedTask
    from evals.records import RunRecord
    from service.keeper import Keeper
    from service.stages.claim import HeldShard
    from service.stages.execute import Progress
    from service.store.shards import Shard
    from service.subject import Subject
    from service.working import Working


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedRun:
    """A run that is asked in shards, and its subject."""

    keeper: Keeper
    subject: Subject
    run: RunRecord


def perform_shard(
    shared: SharedRun,
    shard: Shard,
    progress: Progress,
    *,
    worker: Working,
    clock: Callable[[], datetime],
) -> bool:
    """Ask what is missing of a shard; return False when somebody else asks it.

    What cannot be asked is left to whoever joins the shards, once attempts are used up; until then
    the shard is open again. Each shard spends at most its part of what is left of the budget.

    Raises:
        ConfigError: As `service.pipeline.new_run`.
        KeyBusy: Other workers use every connection that is allowed.
        HandedBack: The worker was told to leave.
        EngineError: The endpoint could not be asked.
    """
    check_keys(shared.keeper, shared.subject)
    held = take_shard(shared.keeper.engine, shard, clock=clock)
    if held is None:
        return False
    with _released_on_error(held, worker):
        asking = _asking(shared, shard, worker, clock)
        tasks = _missing(shared, shard)
        stopped = asking.ask(tasks, progress, beat=held.beat) if tasks else None
    state = ShardState.LEFT if stopped else ShardState.DONE
    worker.patience(lambda: held.release(state, stopped or ""))
    return True


@contextmanager
def _released_on_error(held: HeldShard, worker: Working) -> Iterator[None]:
    try:
        yield
    except (HandedBack, KeyBusy) as left:
        reason = left.what
        worker.patience(lambda: held.release(ShardState.OPEN, reason))
        raise
    except EngineError as error:
        state = ShardState.LEFT if worker.last_attempt else ShardState.OPEN
        reason = str(error)
        worker.patience(lambda: held.release(state, reason))
        raise
    except StoreUnavailable:
        raise
    except Exception as error:
        reason = f"broke: {type(error).__name__}: {error}"
        worker.patience(lambda: held.release(ShardState.OPEN, reason))
        raise


def _asking(
    shared: SharedRun, shard: Shard, worker: Working, clock: Callable[[], datetime]
) -> Asking:
    options = Options(**shared.run.options)
    budget = budget_of(shared.subject, options)
    return Asking(
        keeper=shared.keeper,
        subject=shared.subject,
        run=shared.run,
        budget_usd=budget,
        stops_at_usd=_part_of_budget(shared, budget),
        most_connections=options.max_connections,
        worker=worker,
        part=(shard.number, shard.shards),
        clock=clock,
    )


def _part_of_budget(shared: SharedRun, budget_usd: float | None) -> float | None:
    """Return at what spending of the whole run this shard stops, if no other spends meanwhile."""
    if budget_usd is None:
        return None
    with reading(shared.keeper.engine) as session:
        spent = readings.costs(session, shared.run.id).cost_usd
        divided = shards.of_runs(session, [shared.run.id])[shared.run.id]
    going_on = sum(not one.has_ended for one in divided)
    return budget_usd if spent is None else spent + (budget_usd - spent) / max(1, going_on)


def _missing(shared: SharedRun, shard: Shard) -> tuple[PlannedTask, ...]:
    with reading(shared.keeper.engine) as session:
        whole = planned(session, shared.subject, Options(**shared.run.options))
        done = samples.done_keys(session, shared.run.id)
    ours = share(whole, number=shard.number, shards=shard.shards)
    left = (
        replace(task, samples=tuple(one for one in task.samples if one.key(task.name) not in done))
        for task in ours
    )
    return tuple(task for task in left if task.samples)
