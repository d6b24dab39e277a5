"""Rows leave the child as samples finish, not when the run ends."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from inspect_ai.hooks import Hooks, SampleEnd, TaskStart, hooks

from evals.engine.transcript import sample_records

if TYPE_CHECKING:
    from pathlib import Path

    from evals.engine.outbox import Outbox
    from evals.engine.plan import RunPlan


def stream_samples(plan: RunPlan, outbox: Outbox) -> None:
    """Put the records of every conversation that finishes from now on into ``outbox``.

    Inspect keeps hooks for the life of the process, which is one run: there is nothing to undo.
    """
    tasks: dict[str, tuple[str, str]] = {}

    class StreamSamples(Hooks):
        async def on_task_start(self, data: TaskStart) -> None:
            tasks[data.eval_id] = (data.spec.task, _log_file(plan.log_dir, data.spec.task_id))

        async def on_sample_end(self, data: SampleEnd) -> None:
            # Nothing slow may be awaited here: it would hold the sample's connection.
            task, location = tasks[data.eval_id]
            try:
                records = sample_records(data.sample, task=task, plan=plan, log_location=location)
            except Exception:
                # Inspect would only warn; the sample is then missing, and this says why.
                traceback.print_exc(file=sys.stderr)
                raise
            if records:
                outbox.put(records)

    hooks(name="pinwatch_stream", description="Stream finished samples to Pinwatch.")(StreamSamples)


def _log_file(log_dir: Path, task_id: str) -> str:
    """Return the transcript of a task, which Inspect has opened by now; else its folder."""
    return str(next(log_dir.glob(f"*_{task_id}.eval"), log_dir))
