"""Execute: let the engine ask, watch the budget, hand samples on as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evals.engine.engine import start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord

_BATCH = 50


class Progress(Protocol):
    """Somebody who watches a run; every call is quick."""

    def sample(self, record: SampleRecord) -> None:
        """A sample finished."""
        ...

    def tick(self) -> None:
        """A moment passed in which none did."""
        ...


def execute(
    plan: RunPlan,
    *,
    keep: Callable[[Sequence[SampleRecord]], None],
    progress: Progress,
    budget_usd: float | None,
    spent_usd: float = 0.0,
) -> str | None:
    """Ask everything in ``plan``; return why it stopped early, or None when it is done.

    Args:
        plan: What to ask.
        keep: Stores a batch of samples; called at least whenever the engine pauses.
        progress: Told of each sample.
        budget_usd: The run stops within one batch of calls after spending this much.
        spent_usd: What earlier attempts at this run have spent.

    Raises:
        EngineError: The endpoint could not be asked; finished samples are kept first.
    """
    batch: list[SampleRecord] = []
    stopped: str | None = None
    with start(plan) as running:
        try:
            for sample in running.samples():
                if sample is None:
                    progress.tick()
                else:
                    batch.append(sample)
                    progress.sample(sample)
                    spent_usd += sample.cost_usd or 0.0
                if batch and (sample is None or len(batch) >= _BATCH):
                    keep(batch)
                    batch = []
                if stopped is None and budget_usd is not None and spent_usd >= budget_usd:
                    stopped = f"the budget of {budget_usd:g} USD was spent: {spent_usd:.4f} USD"
                    running.stop()
        finally:
            if batch:
                keep(batch)
    return stopped
