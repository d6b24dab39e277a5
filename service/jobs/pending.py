"""Pending: all that is to be done, derived from facts, so that no lost message loses work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.jobs.job import (
    deliver_job,
    judge_job,
    look_job,
    run_job,
    shard_job,
    start_job,
)
from service.stages.claim import is_dead
from service.stages.pin import due_looks
from service.store import handed, notifications, shards, slots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.jobs.job import Job
    from service.store.handed import HandedRun
    from service.store.shards import Shard

MOST_AT_ONCE = 500
"""Handed runs that one look takes in; the rest waits for the first ones to be settled."""


def pending(
    session: Session, now: datetime, *, endpoints: Collection[str] | None = None
) -> tuple[Job, ...]:
    """Return every job that could be done at ``now`` and that nobody is seen to do.

    A run whose worker gave no sign of life for too long, or is gone from this machine, is to be
    taken up; one that waits for its confirmation or for another attempt is, once that is due. Of
    the runs of one suite on one endpoint, the first that was handed over comes first. Of
    ``endpoints``, where they are given, and of no others, pins are looked at.
    """
    starts = [start_job(slot.id) for slot in slots.claimed(session)]
    ready = handed.ready(session, now=now, limit=MOST_AT_ONCE)
    divided = shards.of_runs(session, [run.run_id for run in ready])
    looks = [look_job(due.endpoint) for due in due_looks(session, now=now, known=endpoints)]
    messages = [deliver_job(one) for one in notifications.due(session, now=now)]
    return (*messages, *starts, *looks, *_of_runs(ready, divided, now))


def _of_runs(
    ready: Iterable[HandedRun], divided: Mapping[str, tuple[Shard, ...]], now: datetime
) -> Iterator[Job]:
    for run in ready:
        under_way = [one for one in divided.get(run.run_id, ()) if not one.has_ended]
        if run.has_ended:
            yield judge_job(run.run_id, endpoint=run.endpoint, suite=run.suite)
        elif under_way:
            yield from _of_shards(under_way, now)
        elif run.claim is None or is_dead(run.claim, now=now):
            yield run_job(run.run_id, endpoint=run.endpoint, suite=run.suite)


def _of_shards(under_way: Iterable[Shard], now: datetime) -> Iterator[Job]:
    for shard in under_way:
        if shard.claim is None or is_dead(shard.claim, now=now):
            yield shard_job(shard.run_id, shard.number)
