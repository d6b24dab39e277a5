"""Execute: let the engine ask, watch the budget, hand samples on as they come."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from evals.engine.engine import start
from evals.errors import EngineError
from service.errors import HandedBack, KeyBusy, RunBusy, RunCancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.engine.engine import Running
    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord

_LARGEST_BATCH = 50


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
    spent_usd: float | None = 0.0,
    enough: Callable[[Sequence[SampleRecord]], str | None] = lambda _: None,
) -> str | None:
    """Ask everything in ``plan``; return why it stopped early, or None when it is done.

    Args:
        plan: What to ask.
        keep: Stores a batch of samples; called at least whenever the engine pauses.
        progress: Told of each sample.
        budget_usd: The run stops after spending this much, or as soon as it cannot be told what it
            spends (a server that reports no usage); the calls under way are dropped.
        spent_usd: What earlier attempts at this run have spent; None where that is unknown.
        enough: Told of each batch once it is kept; returns why asking must stop, or None. For
            what others spend at the same time.

    Raises:
        EngineError: The endpoint could not be asked; finished samples are kept first.
        KeyboardInterrupt: As it came, after what had finished was kept.
        RunCancelled, HandedBack, RunBusy, KeyBusy: As ``progress`` raised it, likewise.
    """
    if (spent_before := _over(budget_usd, spent_usd)) is not None:
        return spent_before
    batch: list[SampleRecord] = []
    stopped: str | None = None
    with start(plan) as running:
        try:
            for exchange in running.exchanges():
                if exchange is None:
                    progress.tick()
                batch += exchange or ()  # whole, before anybody can interrupt
                for sample in exchange or ():
                    progress.sample(sample)
                    spent_usd = _sum(spent_usd, sample.cost_usd)
                kept: Sequence[SampleRecord] = ()
                if batch and (exchange is None or len(batch) >= _LARGEST_BATCH):
                    keep(batch)
                    kept, batch = batch, []
                if stopped is None:
                    stopped = _over(budget_usd, spent_usd) or (enough(kept) if kept else None)
                    if stopped is not None:
                        running.stop()
        except (KeyboardInterrupt, RunCancelled, HandedBack, RunBusy, KeyBusy):
            batch += _finished(running)
            raise
        finally:
            if batch:
                keep(batch)
    return stopped


def _finished(running: Running) -> list[SampleRecord]:
    """Stop, and return what had finished by then: it was paid for."""
    running.stop()
    rows: list[SampleRecord] = []
    with suppress(EngineError):
        rows.extend(row for exchange in running.exchanges() for row in exchange or ())
    return rows


def _sum(spent_usd: float | None, cost_usd: float | None) -> float | None:
    return None if spent_usd is None or cost_usd is None else spent_usd + cost_usd


def _over(budget_usd: float | None, spent_usd: float | None) -> str | None:
    """Say why the budget ends the run; None while it does not."""
    if budget_usd is None:
        return None
    if spent_usd is None:
        return (
            f"the budget of {budget_usd:g} USD cannot be kept: a reply came without its token "
            "counts, so its cost is unknown; start a run without a budget"
        )
    if spent_usd < budget_usd:
        return None
    return f"the budget of {budget_usd:g} USD was spent: {spent_usd:.4f} USD"
