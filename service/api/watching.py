"""Watching a run: what has changed since the last look, told as it happens."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from evals.call_state import CallState
from evals.records import RunStatus
from service.api.shapes.runs import Moment, RunProgress
from service.db.session import reading
from service.errors import StoreUnavailable
from service.pipeline import AWAITS_CONFIRMATION
from service.store import claims, readings, runs, verdicts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Engine

    from service.world import World

    Seen = tuple[Moment, RunProgress]

LOOK_EVERY_SECONDS: Final = 1.0
_ENDED: Final = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


async def watch(world: World, run_id: str) -> AsyncIterator[ServerSentEvent]:
    """Tell each change of a run, until it has ended and is judged, or this server leaves.

    Between changes the framework sends comments, so that a line that was cut is noticed. While the
    store does not answer nothing is told. Who is cut off asks again: each event tells everything.
    """
    told: Seen | None = None
    while not world.must_leave():
        seen = told
        with suppress(StoreUnavailable):
            seen = await run_in_threadpool(look, world.keeper.engine, run_id)
        if seen is not None and seen != told:
            moment, progress = told = seen
            yield ServerSentEvent(event=moment.value, data=progress)
            if moment is Moment.ENDED:
                return
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def look(engine: Engine, run_id: str) -> Seen:
    """Return how far a run is, and whether it goes on.

    It has ended, or waits, once it was judged after the last sample was in.
    """
    with reading(engine) as session:
        run = runs.get(session, run_id)
        costs = readings.costs(session, run.id)
        states = readings.counts(session, run.id).values()
        judged = verdicts.latest_kind(session, run.id)
        since = run.completed_at or readings.newest_at(session, run.id)
        performed = claims.claim_of(session, run.id) is not None
    verdict = judged[0] if judged and since and judged[1] >= since else None
    progress = RunProgress.of(
        run,
        costs,
        not_ok=costs.samples - sum(counts.get(CallState.OK, 0) for counts in states),
        verdict=verdict,
    )
    if verdict is None or performed:
        return Moment.PROGRESS, progress
    if run.status in _ENDED:
        return Moment.ENDED, progress
    waits = run.status_reason.startswith(AWAITS_CONFIRMATION)
    return (Moment.WAITING if waits else Moment.PROGRESS), progress
