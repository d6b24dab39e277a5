"""Rows leave the child as samples finish, not when the run ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from inspect_ai.hooks import Hooks, SampleEnd, TaskStart, hooks

from evals.engine.transcript import sample_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.queues import Queue

    from evals.engine.child import Ended
    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord


@contextmanager
def stream_samples(plan: RunPlan, rows: Queue[SampleRecord | Ended]) -> Iterator[None]:
    """Put a record on ``rows`` for every sample that finishes within the block.

    Inspect keeps hooks for the life of the process, which is one run: there is nothing to undo.
    """
    price = plan.target.endpoint.price
    tasks: dict[str, tuple[str, str | None]] = {}

    class StreamSamples(Hooks):
        async def on_task_start(self, data: TaskStart) -> None:
            tasks[data.eval_id] = (data.spec.task, str(plan.log_dir))

        async def on_sample_end(self, data: SampleEnd) -> None:
            # Nothing slow may be awaited here: it would hold the sample's connection.
            task, location = tasks[data.eval_id]
            record = sample_record(data.sample, task=task, price=price, log_location=location)
            if record is not None:
                rows.put(record)

    hooks(name="pinwatch_stream", description="Stream finished samples to Pinwatch.")(StreamSamples)
    yield
