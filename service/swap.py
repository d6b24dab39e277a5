"""A model swap: both endpoints are asked in one window, then compared. Beside the pipeline."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evals.records import RunStatus
from evals.swap import compare_endpoints
from service.db.session import reading
from service.pipeline import new_run, perform
from service.store import runs
from service.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.records import RunRecord, SampleRecord
    from evals.swap import SwapReport
    from service.keeper import Keeper
    from service.stages.execute import Progress
    from service.stages.plan import Options
    from service.subject import Subject

FRESH = timedelta(hours=24)
"""How old a run may be to stand for its endpoint: a day, for endpoints move. One window."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One endpoint of a swap and its run; ``reused`` when the run was there already."""

    subject: Subject
    run: RunRecord
    reused: bool = False


def plan_side(keeper: Keeper, subject: Subject, options: Options, *, reuse: bool) -> Side:
    """Take a fresh run of this pin and suite if one may be reused, else plan a new one.

    Every item is asked equally often on both sides, so the plan is never an adaptive one.
    """
    found = _fresh_run(keeper, subject, options) if reuse else None
    if found is not None:
        return Side(subject=subject, run=found, reused=True)
    plain = replace(options, epochs=options.epochs or subject.suite.epochs)
    return Side(subject=subject, run=new_run(keeper, subject, plain))


def perform_both(keeper: Keeper, sides: Sequence[Side], progress: Progress) -> None:
    """Ask all sides at the same time, so that they see the same hour of the day.

    When one of them fails, or somebody interrupts, the others are stopped too; what had finished
    is kept, and all runs can be resumed.

    Raises:
        EngineError: One of them could not be asked.
    """
    watched = _Stoppable(progress)
    with ThreadPoolExecutor(max_workers=len(sides)) as pool:
        asked = [
            pool.submit(perform, keeper, side.subject, side.run, watched)
            for side in sides
            if not side.reused
        ]
        try:
            done, _ = wait(asked, return_when=FIRST_EXCEPTION)
        finally:
            if not all(one.done() for one in asked):
                watched.stop()
    for one in done:
        one.result()


def swap_report(keeper: Keeper, sides: tuple[Side, Side], *, margin_points: float) -> SwapReport:
    """Compare what is stored of both runs: is the second endpoint not worse by the margin?"""
    with reading(keeper.engine) as session:
        archive = Archive(session=session)
        records = [runs.get(session, side.run.id) for side in sides]
        old, new = archive.measured(records)
        items = archive.items(records)
    coverage = sides[1].subject.policy.minimum_coverage
    return compare_endpoints(
        old, new, items=items, margin_points=margin_points, minimum_coverage=coverage
    )


def _fresh_run(keeper: Keeper, subject: Subject, options: Options) -> RunRecord | None:
    oldest = datetime.now(UTC) - FRESH  # noqa: TID251 - beside the pipeline, which reads the clock
    with reading(keeper.engine) as session:
        found = runs.newest(
            session,
            endpoint=subject.endpoint_name,
            suite=subject.suite_name,
            statuses=[RunStatus.COMPLETED],
        )
    return next((run for run in found if _serves(run, subject, options, oldest)), None)


def _serves(run: RunRecord, subject: Subject, options: Options, oldest: datetime) -> bool:
    return (
        run.created_at >= oldest
        and run.pin_digest == subject.pin.digest
        and run.suite_digest == subject.suite.digest
        and run.options.get("limit") == options.limit
        and not run.is_adaptive
    )


class _Stoppable:
    """A progress for runs in threads of their own, through which all can be interrupted."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Interrupt every run at its next word."""
        self._stopped.set()

    def sample(self, record: SampleRecord) -> None:
        with self._lock:
            self._inner.sample(record)
        self._raise_if_stopped()

    def tick(self) -> None:
        with self._lock:
            self._inner.tick()
        self._raise_if_stopped()

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise KeyboardInterrupt
