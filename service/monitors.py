"""Monitors: the state of each series, as the newest verdicts keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from evals.call_state import CallState
from evals.compare.levels import level_of_each_look
from evals.policy import Series
from service.replaying import memory_of, stored_policy
from service.store import runs, verdicts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evals.policy import Policy
    from evals.records import RunRecord
    from service.store.verdicts import StoredVerdict

_ANSWERED_STATES: Final = sum(state.answered for state in CallState) - 1  # ok is no such series


@dataclass(frozen=True, kw_only=True, slots=True)
class Monitor:
    """One series after one run.

    Attributes:
        series: ``accuracy``, ``answers`` or ``states:STATE``.
        runs: Measured runs since the blessing.
        baseline: The blessing that it started from.
        level: What p_week has to reach for an alarm.
        fell: The downward finding as stored: p_week, runs, onset_run, onset_at.
        rose: The upward finding.
    """

    run: RunRecord
    task: str
    series: str
    runs: int
    baseline: str | None
    level: float
    fell: dict[str, Any]
    rose: dict[str, Any]

    @property
    def stands(self) -> str:
        """``quiet``, or since which run the series has been lower or higher."""
        return f"{self.direction} since {self.since}" if self.since else self.direction

    @property
    def direction(self) -> str:
        """``quiet``, ``lower`` or ``higher``."""
        return self._alarm()[0]

    @property
    def since(self) -> str | None:
        """The run since which the series has been lower or higher; None when it is quiet."""
        return self._alarm()[1]

    def _alarm(self) -> tuple[str, str | None]:
        for word, side in (("lower", self.fell), ("higher", self.rose)):
            p_week = side["p_week"]
            if p_week is not None and p_week <= self.level:
                return word, side["onset_run"]
        return "quiet", None

    def document(self) -> dict[str, Any]:
        """Return the monitor as JSON values."""
        return {
            "endpoint": self.run.endpoint,
            "suite": self.run.suite,
            "task": self.task,
            "series": self.series,
            "run": self.run.id,
            "at": self.run.created_at.isoformat(),
            "baseline": self.baseline,
            "runs": self.runs,
            "level": self.level,
            "stands": self.stands,
            "fell": self.fell,
            "rose": self.rose,
        }


def newest(
    session: Session, *, endpoint: str | None = None, suite: str | None = None, limit: int = 1000
) -> list[Monitor]:
    """Return the state of every series after its newest judged run, among ``limit`` runs."""
    found: dict[tuple[str, str, str, str], Monitor] = {}
    complete: set[tuple[str, str]] = set()
    for run in runs.newest(session, endpoint=endpoint, suite=suite, limit=limit):
        if (run.endpoint, run.suite) in complete:
            continue
        states = after(session, run)
        for one in states:
            found[one.run.endpoint, one.run.suite, one.task, one.series] = one
        if states:
            complete.add((run.endpoint, run.suite))
    return [found[key] for key in sorted(found)]


def history(
    session: Session, *, endpoint: str, suite: str | None = None, limit: int = 52
) -> list[Monitor]:
    """Return the states after each of the newest ``limit`` runs, oldest first."""
    recent = runs.newest(session, endpoint=endpoint, suite=suite, limit=limit)
    return [one for run in reversed(recent) for one in after(session, run)]


def after(session: Session, run: RunRecord) -> list[Monitor]:
    """Return the state of every series after ``run``, as its newest verdict keeps it."""
    stored = verdicts.latest(session, run.id)
    if stored is None:
        return []
    policy = stored_policy(session, stored.verdict.policy_digest)
    return [
        _monitor(run, task, one, stored, policy)
        for task, states in memory_of(stored.comparison).items()
        for one in states
    ]


def _monitor(
    run: RunRecord, task: str, state: dict[str, Any], stored: StoredVerdict, policy: Policy
) -> Monitor:
    series = Series(state["series"])
    level = policy.level(stored.verdict.alpha, task, series)
    if series is Series.STATES:
        level /= 2 * _ANSWERED_STATES  # either way, and one state of all that are answers
    return Monitor(
        run=run,
        task=task,
        series=series.value if state["state"] is None else f"{series.value}:{state['state']}",
        runs=state["runs"],
        baseline=stored.baseline,
        level=level_of_each_look(level, state["runs"]),
        fell=state["fell"],
        rose=state["rose"],
    )
