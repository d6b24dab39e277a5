"""What a scenario of faults left behind: each slot once, each sample once, no job lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import text

from evals.records import RunStatus
from service.db.session import reading
from service.store import handed, runs, samples, slots, verdicts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.faults.laboratory import Laboratory


@dataclass
class Count:
    """What there is, what is missing and what is there twice."""

    slots: int = 0
    runs: int = 0
    samples: int = 0
    verdicts: int = 0
    asked: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def asked_again(self) -> int:
        """Calls whose answer died with its worker, or that failed and were tried again."""
        return self.asked - self.samples


def count(lab: Laboratory) -> Count:
    """Compare what is stored with what was due."""
    found = Count(asked=len(lab.simulator.requests))
    with reading(lab.keeper.engine) as session:
        _count_slots(session, lab, found)
        for run in runs.newest(session, limit=10_000):
            _count_run(session, run.id, found)
        for left in handed.unsettled(session, limit=10_000):
            found.lost.append(f"run {left.run_id} was never settled")
        found.lost += [f"job {key} is still in the queue" for key in _queued(session, lab)]
    return found


def unfinished(lab: Laboratory) -> int:
    """Return how many slots have no settled run yet; none when all is done."""
    with reading(lab.keeper.engine) as session:
        settled = {row.run_id for row in slots.newest(session, limit=10_000) if row.run_id}
        open_runs = {one.run_id for one in handed.unsettled(session, limit=10_000)}
        jobs = _queued(session, lab)
    return _expected(lab) - len(settled - open_runs) + len(jobs)


def _queued(session: Session, lab: Laboratory) -> list[str]:
    if lab.plan.sqlite:
        return []
    return list(session.scalars(text("SELECT queueing_lock FROM procrastinate_jobs")))


def _expected(lab: Laboratory) -> int:
    return lab.plan.endpoints * len(lab.due) + bool(lab.plan.large)


def _count_slots(session: Session, lab: Laboratory, found: Count) -> None:
    rows = [one for one in slots.newest(session, limit=10_000) if one.due_at <= lab.due[-1]]
    seen = Counter((one.schedule, one.endpoint, one.due_at) for one in rows)
    found.slots = len(rows)
    found.doubled += [f"slot {key}" for key, times in seen.items() if times > 1]
    found.lost += [f"slot {one.id} has no run: {one.reason}" for one in rows if not one.run_id]
    if len(seen) < _expected(lab):
        found.lost.append(f"{_expected(lab) - len(seen)} slots have no row")
    linked = {one.run_id for one in rows}
    without = [run.id for run in runs.newest(session, limit=10_000) if run.id not in linked]
    found.doubled += [f"run {one} has no slot" for one in without]


def _count_run(session: Session, run_id: str, found: Count) -> None:
    run = runs.get(session, run_id)
    stored, judged = len(samples.done_keys(session, run_id)), verdicts.count(session, run_id)
    found.runs += 1
    found.samples += stored
    found.verdicts += judged
    if run.status is not RunStatus.COMPLETED:
        found.lost.append(f"run {run_id} is {run.status}: {run.status_reason}")
    if stored < run.planned_samples:
        found.lost.append(f"run {run_id}: {run.planned_samples - stored} samples")
    if stored > run.planned_samples:
        found.doubled.append(f"run {run_id}: {stored - run.planned_samples} samples")
    if judged != 1:
        (found.lost if judged < 1 else found.doubled).append(f"run {run_id}: {judged} verdicts")
