"""Watching a run: what has changed since the last look, told as it happens."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from evals.call_state import CallState
from service.api.shapes.runs import Moment, RunProgress
from service.db.session import reading
from service.errors import StoreUnavailable
from service.pipeline import AWAITS_CONFIRMATION
from service.store import claims, handed, readings, runs, verdicts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlalchemy import Engine

    from service.api.watchers import Watchers
    from service.world import World

Seen = tuple[Moment, RunProgress]

LOOK_EVERY_SECONDS: Final = 1.0
JUDGED_WITHIN: Final = timedelta(minutes=1)
"""So long after its end the process that performed a run may take to judge it."""


async def watch(
    world: World, run_id: str, watchers: Watchers[Seen]
) -> AsyncIterator[ServerSentEvent]:
    """Tell each change of a run, until it has ended and is judged, or this server leaves.

    Between changes the framework sends comments, so that a line that was cut is noticed. While the
    store does not answer nothing is told. Who is cut off asks again: each event tells everything.
    """

    async def look_once() -> Seen:
        return await run_in_threadpool(look, world.keeper.engine, run_id, now=world.clock())

    told: Seen | None = None
    with watchers.watching(run_id):
        while not world.must_leave():
            seen = told
            with suppress(StoreUnavailable):
                seen = await watchers.look(run_id, look_once, every_seconds=LOOK_EVERY_SECONDS)
            if seen is not None and seen != told:
                moment, progress = told = seen
                yield ServerSentEvent(event=moment.value, data=progress)
                if moment is Moment.ENDED:
                    return
            await asyncio.sleep(LOOK_EVERY_SECONDS)


def look(engine: Engine, run_id: str, *, now: datetime) -> Seen:
    """Return how far a run is, and whether it goes on.

    It has ended once it was judged after its last sample; or, without a verdict, when nobody is
    about to judge it.
    """
    with reading(engine) as session:
        run = runs.get(session, run_id)
        costs = readings.costs(session, run.id)
        states = readings.counts(session, run.id).values()
        judged = verdicts.latest_kind(session, run.id)
        performed = claims.claim_of(session, run.id) is not None
        awaited = handed.get(session, run.id) is not None
    since = run.completed_at
    verdict = judged[0] if judged and since and judged[1] >= since else None
    progress = RunProgress.of(
        run,
        costs,
        not_ok=costs.samples - sum(counts.get(CallState.OK, 0) for counts in states),
        verdict=verdict,
    )
    left = since is not None and not awaited and now - since > JUDGED_WITHIN
    if verdict is not None or left:
        return Moment.ENDED, progress
    waits = run.status_reason.startswith(AWAITS_CONFIRMATION) and not performed
    return (Moment.WAITING if waits else Moment.PROGRESS), progress
