"""Divide: the share of a large run's items that one shard asks. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.engine.plan import PlannedSample, PlannedTask

SMALLEST_SHARD = 100
"""Samples for which a process of their own is worth its start."""


def shards_for(samples: int, *, workers: int, max_connections: int) -> int:
    """Return into how many shards a run is divided; 1 leaves it whole.

    >>> shards_for(1000, workers=4, max_connections=8)
    4
    >>> shards_for(250, workers=4, max_connections=8), shards_for(50, workers=4, max_connections=8)
    (2, 1)
    """
    return max(1, min(workers, samples // SMALLEST_SHARD, max_connections))


def share(tasks: Sequence[PlannedTask], *, number: int, shards: int) -> tuple[PlannedTask, ...]:
    """Return what shard ``number``, from 1, asks of ``tasks``; every sample is in one shard.

    Conversations are dealt out in turn, with all their items, arms and epochs, so that what shares
    turns is asked by one worker. Tasks of which the shard has nothing are left out.
    """
    turn: dict[tuple[str, str, bool], int] = {}
    ours = (replace(task, samples=tuple(_dealt(task, turn, number, shards))) for task in tasks)
    return tuple(task for task in ours if task.samples)


def _dealt(
    task: PlannedTask, turn: dict[tuple[str, str, bool], int], number: int, shards: int
) -> Iterator[PlannedSample]:
    for sample in task.samples:
        shared = sample.item.conversation
        name = (task.name, sample.item.id if shared is None else shared, shared is None)
        if turn.setdefault(name, len(turn)) % shards == number - 1:
            yield sample
