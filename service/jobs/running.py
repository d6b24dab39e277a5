"""The jobs of a run: it is asked, goes on, is tried again within bounds, and is judged once."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.errors import EngineError, EvalsError
from evals.records import RunStatus
from service.alerting.routing import NOBODY, routing_of
from service.db.session import reading, writing
from service.errors import HandedBack, KeyBusy, RunBusy, RunCancelled, StoreUnavailable
from service.jobs.delivering import put_due
from service.jobs.job import shard_job
from service.jobs.quiet import QUIET
from service.pipeline import conclude_and_tell, perform, subject_of
from service.stages.claim import is_dead
from service.stages.follow import observe_given_up
from service.store import claims, handed, runs
from service.working import Working

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evals.report.view import RunReport
    from service.alerting.routing import Routing
    from service.store.handed import HandedRun
    from service.working import Outcome
    from service.world import World

MOST_ATTEMPTS: Final = 6
"""Attempts at a run without one new sample, after which it has failed."""

MOST_DEATHS: Final = 20
"""The same, where none of them came to an end: the run is taken to be what ends its workers. There
are more, for a worker may be killed, or its machine, for reasons that are not the run's."""

_FIRST_WAIT: Final = timedelta(seconds=15)
_KEY_WAIT: Final = timedelta(seconds=5)


class _SettledBeforeError(Exception):
    """Another worker judged the run meanwhile; this judgement is not kept."""


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts in a row have failed.

    >>> [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 4, 5)]
    [15.0, 60.0, 240.0, 960.0, 3840.0]
    """
    return _FIRST_WAIT * int(4 ** (attempts - 1))


def perform_run(run_id: str, world: World) -> None:
    """Ask a run, or go on with it; judge it when it ends.

    An endpoint that cannot be asked, and a configuration that does not fit, are tried again later,
    at most `MOST_ATTEMPTS` times without a new sample.

    Raises:
        StoreUnavailable: The database does not answer.
    """
    found = _due(run_id, world)
    if found is None or _is_performed(found, world):
        return
    if found.has_ended:
        judge(run_id, world)
        return
    attempts = _begin_attempt(run_id, world)
    if attempts is not None:
        _attempt(run_id, world, attempts)


def judge(run_id: str, world: World) -> None:
    """Judge a run that has ended, and be done with it, in one transaction: exactly once.

    Raises:
        StoreUnavailable: The database does not answer.
    """
    found = _due(run_id, world)
    if found is None or not found.has_ended:
        return
    attempts = _begin_attempt(run_id, world)
    if attempts is None:
        return
    try:
        _conclude(run_id, world)
        put_due(world)
    except _SettledBeforeError:
        return
    except StoreUnavailable:
        with suppress(StoreUnavailable):
            _forgive(run_id, world, wait=None, reason="")
        raise
    except EvalsError as error:
        _give_up_or_wait(run_id, world, attempts, f"could not be judged: {error}")
    except Exception as error:
        _give_up_or_wait(run_id, world, attempts, f"judging broke: {type(error).__name__}: {error}")
        raise


def _begin_attempt(run_id: str, world: World) -> int | None:
    """Count an attempt before it is made, so that one that ends its worker is counted too.

    Return its number; None where there were enough, and the run is given up.
    """
    with writing(world.keeper.engine) as session:
        attempts = handed.begin_attempt(session, run_id)
    if attempts <= MOST_DEATHS:
        return attempts
    _give_up_or_wait(run_id, world, MOST_DEATHS, "its worker ended in the middle of the last one")
    return None


def _attempt(run_id: str, world: World, attempts: int) -> None:
    try:
        outcome = _performed(run_id, world, last_attempt=attempts >= MOST_ATTEMPTS)
    except StoreUnavailable:
        with suppress(StoreUnavailable):
            _forgive(run_id, world, wait=None, reason="")
        raise
    except RunCancelled:
        judge(run_id, world)
    except (HandedBack, RunBusy):
        _forgive(run_id, world, wait=None, reason="")
    except KeyBusy as busy:
        _forgive(run_id, world, wait=_KEY_WAIT, reason=busy.what)
    except EvalsError as error:
        _troubled(run_id, world, attempts, error)
    except Exception as error:
        _give_up_or_wait(run_id, world, attempts, f"broke: {type(error).__name__}: {error}")
        raise
    else:
        _follow(run_id, world, outcome)


def _performed(run_id: str, world: World, *, last_attempt: bool) -> Outcome:
    config, _ = world.configuration.current()
    run, subject = subject_of(world.keeper, config, run_id)
    return perform(
        world.keeper,
        subject,
        run,
        QUIET,
        worker=Working(
            must_leave=world.must_leave,
            workers=world.queue.workers(),
            last_attempt=last_attempt,
        ),
    )


def _follow(run_id: str, world: World, outcome: Outcome) -> None:
    if outcome.shards:
        world.queue.put([shard_job(run_id, one) for one in range(1, outcome.shards + 1)])
    elif outcome.due_at is not None:
        with writing(world.keeper.engine) as session:
            reason = handed.AWAITS_CONFIRMATION
            handed.wait(session, run_id, until=outcome.due_at, reason=reason)
    else:
        judge(run_id, world)


def _troubled(run_id: str, world: World, attempts: int, error: EvalsError) -> None:
    """Try again later, or judge what there is; what cannot even be judged is closed as failed."""
    if attempts >= MOST_ATTEMPTS and isinstance(error, EngineError):
        judge(run_id, world)
        return
    _give_up_or_wait(run_id, world, attempts, str(error))


def _give_up_or_wait(run_id: str, world: World, attempts: int, reason: str) -> None:
    now, routing = world.clock(), _routing(world)
    with writing(world.keeper.engine) as session:
        if attempts < MOST_ATTEMPTS:
            handed.wait(session, run_id, until=now + backoff(attempts), reason=reason)
            return
        words = f"given up after {attempts} attempts: {reason}"
        runs.set_status(
            session,
            run_id,
            RunStatus.FAILED,
            expected=claims.CANCELLABLE,
            now=now,
            reason=words,
        )
        if handed.settle(session, run_id, now=now, reason=words):
            observe_given_up(session, runs.get(session, run_id), routing, now)


def _routing(world: World) -> Routing:
    """Return who hears of what; where that cannot be read, they hear once it can be."""
    try:
        config, _ = world.configuration.current()
    except EvalsError:
        return NOBODY
    return routing_of(config)


def _forgive(run_id: str, world: World, *, wait: timedelta | None, reason: str) -> None:
    until = None if wait is None else world.clock() + wait
    with writing(world.keeper.engine) as session:
        handed.forgive(session, run_id)
        handed.wait(session, run_id, until=until, reason=reason)


def _conclude(run_id: str, world: World) -> None:
    """Keep verdict, alerts and the settlement together, or nothing of it."""
    config, _ = world.configuration.current()
    now = world.clock()

    def settle(session: Session, _: RunReport) -> None:
        if not handed.settle(session, run_id, now=now):
            raise _SettledBeforeError

    conclude_and_tell(world.keeper, run_id, config, then=settle)


def _is_performed(run: HandedRun, world: World) -> bool:
    return run.claim is not None and not is_dead(run.claim, now=world.clock())


def _due(run_id: str, world: World) -> HandedRun | None:
    """Return a run that is not done with and need not wait."""
    with reading(world.keeper.engine) as session:
        found = handed.get(session, run_id)
    waits = found and found.not_before is not None and found.not_before > world.clock()
    return None if waits else found
