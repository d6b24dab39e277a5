"""The passes of a baseline to be: which are there, and when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.coverage import Coverage
from evals.golden_set import is_generated
from evals.records import RunStatus
from evals.spread import due_at
from service.store import readings, runs

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from service.subject import Subject

_MANY = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """The passes for one baseline to be, oldest first.

    Attributes:
        whole: Completed passes in which enough was graded.
        torn: Completed passes in which too little was graded; they are left out.
        open: A pass that was begun and not finished.
    """

    whole: tuple[RunRecord, ...]
    torn: tuple[RunRecord, ...]
    open: RunRecord | None

    def next_due(self, passes: int, spread: timedelta, *, now: datetime) -> datetime | None:
        """Return when the next pass is due, ``now`` for the first; None when all are there."""
        if len(self.whole) >= passes:
            return None
        if not self.whole:
            return now
        started_at = self.whole[0].created_at
        return due_at(len(self.whole), passes=passes, spread=spread, started_at=started_at)


def collected(
    session: Session, subject: Subject, name: str, *, since: datetime | None = None
) -> Collected:
    """Return the passes that were collected for the baseline ``name``, asked as ``subject`` is.

    ``since`` leaves out those that were planned before.
    """
    found = [
        run
        for run in runs.newest(
            session, endpoint=subject.endpoint_name, suite=subject.suite_name, limit=_MANY
        )
        if run.options.get("collected_for") == name
        and asks_the_same(run, subject)
        and (since is None or run.created_at >= since)
    ][::-1]
    completed = [run for run in found if run.status is RunStatus.COMPLETED]
    whole = tuple(run for run in completed if _is_measured(session, run, subject))
    begun = [run for run in found if run.status is not RunStatus.COMPLETED]
    return Collected(
        whole=whole,
        torn=tuple(run for run in completed if run not in whole),
        open=begun[0] if begun else None,
    )


def asks_the_same(run: RunRecord, subject: Subject) -> bool:
    """Whether a stored run asked the same content of the same pin, and graded it by the same judge.

    A golden set that was edited between two passes would otherwise mix two questions in one.
    """
    judge = subject.judge_pin
    return (
        run.pin_digest == subject.pin.digest
        and run.suite_digest == subject.suite.digest
        and run.judge_pin_digest == (None if judge is None else judge.digest)
        and {task.name: task.golden_set_digest for task in run.tasks}
        == {golden_set.task: golden_set.digest for golden_set in subject.golden_sets}
    )


def _is_measured(session: Session, run: RunRecord, subject: Subject) -> bool:
    states = readings.counts(session, run.id)
    return all(
        Coverage(
            states=states.get(task.name, {}),
            planned=task.planned_samples,
            minimum=subject.policy.minimum_coverage,
        ).is_whole(of_probe=is_generated(task.golden_set))
        for task in run.tasks
    )
