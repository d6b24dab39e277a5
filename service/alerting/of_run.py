"""What the report of a run says of each condition of its endpoint and suite. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.condition import AlertSeverity, ConditionKind
from evals.movement import is_advisory
from evals.paging import confirmed, is_guard, news
from evals.records import RunStatus
from evals.report.marks import headline
from evals.report.notice.of_condition import notice_of_condition
from evals.report.notice.of_report import notice_of_report
from evals.verdict import VerdictKind
from service.alerting.condition import Condition
from service.alerting.observation import Observation

if TYPE_CHECKING:
    from datetime import datetime

    from evals.policy import Policy
    from evals.records import RunRecord
    from evals.report.view import RunReport
    from evals.verdict import TaskVerdict

_WELL = (VerdictKind.OK, VerdictKind.IMPROVED)


def observations_of_run(
    report: RunReport, policy: Policy, now: datetime
) -> tuple[Observation, ...]:
    """Return what a run shows: its scores, its pin, its measurement, its judge.

    A run that somebody cancelled shows nothing, and one that goes on, to confirm what it found,
    nothing but a broken pin. What was not measured, or could not have been seen, neither opens nor
    closes an alert about scores.
    """
    seen = _Seen(report=report, policy=policy, at=report.run.completed_at or now)
    if report.run.status not in (RunStatus.COMPLETED, RunStatus.FAILED):
        return (seen.pin(),) if report.verdict.pin_broken else ()
    found = (seen.scores(), seen.measured(), seen.pin())
    return (*found, seen.judge()) if seen.guards else found


def observation_of_given_up(run: RunRecord, now: datetime) -> Observation:
    """Return what a run shows that workers gave up before it had a verdict: nothing was measured.

    Why is left to the store: the text of whatever broke may hold what no message should.
    """
    kind, severity = ConditionKind.NOT_MEASURED, AlertSeverity.WARNING
    reason = f"run {run.id} was given up without a verdict"
    return Observation(
        condition=Condition(kind=kind, endpoint=run.endpoint, suite=run.suite),
        breached=True,
        reason=reason,
        source=run.id,
        at=now,
        began_at=run.started_at or run.created_at,
        severity=severity,
        notice=notice_of_condition(
            kind,
            reason,
            severity=severity,
            at=now,
            endpoint=run.endpoint,
            suite=run.suite,
            run_id=run.id,
            commands=((f"evals runs show {run.id}", "Why it was given up."),),
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A report, read condition by condition."""

    report: RunReport
    policy: Policy
    at: datetime

    def scores(self) -> Observation:
        verdict = self.report.verdict
        whole = not (verdict.pin_broken or self._stopped)
        moved = news(verdict, self.policy) if whole else ()
        if moved:
            return self._moved(ConditionKind.SERIES, moved, well=self._well)
        return self._observation(
            ConditionKind.SERIES,
            breached=False if whole and verdict.kind in _WELL else None,
            well=self._well if whole else (),
        )

    def judge(self) -> Observation:
        moved = news(self.report.verdict, self.policy, guard=True)
        if moved:
            return self._moved(ConditionKind.JUDGE_MOVED, moved)
        fine = not self._stopped and all(task.kind in _WELL for task in self.guards)
        return self._observation(ConditionKind.JUDGE_MOVED, breached=False if fine else None)

    def measured(self) -> Observation:
        kind, missing = ConditionKind.NOT_MEASURED, self._unmeasured
        if self.report.verdict.pin_broken:
            return self._observation(kind, breached=None)
        if self._stopped or len(missing) == len(self.report.verdict.tasks):
            return self._observation(kind, breached=True)
        parts = tuple(task.task for task in missing)
        reason = {"reason": _why(missing[0])} if missing else {}
        return self._observation(kind, breached=bool(missing), parts=parts, **reason)

    def pin(self) -> Observation:
        verdict = self.report.verdict
        # Who was not measured revealed little, and what is not compared proves nothing.
        silent = verdict.kind is VerdictKind.INVALID or self.report.comparison.baseline is None
        breached = True if verdict.pin_broken else None if silent else False
        return self._observation(ConditionKind.PIN_BROKEN, breached=breached)

    @property
    def guards(self) -> tuple[TaskVerdict, ...]:
        return tuple(task for task in self.report.verdict.tasks if is_guard(task.task))

    @property
    def _stopped(self) -> bool:
        return self.report.run.status is RunStatus.FAILED

    @property
    def _well(self) -> tuple[str, ...]:
        return tuple(task.task for task in self.report.verdict.tasks if task.kind in _WELL)

    @property
    def _unmeasured(self) -> tuple[TaskVerdict, ...]:
        """The tasks that were not measured; that the judge moved is a condition of its own."""
        moved = bool(news(self.report.verdict, self.policy, guard=True))
        compared = self.report.comparison.tasks
        judged = {task.task for task in compared if task.judged} if moved else set()
        return tuple(
            task
            for task in self.report.verdict.tasks
            if task.kind is VerdictKind.INVALID
            and task.task not in judged
            and not is_advisory(task.task, self.policy)
        )

    def _moved(
        self, kind: ConditionKind, moved: tuple[TaskVerdict, ...], **more: Any
    ) -> Observation:
        """Where some of what moved is confirmed, the alert is about that alone."""
        sure = confirmed(moved, self.report.comparison, self.policy, ended_at=self.at)
        parts = sure or tuple(task.task for task in moved)
        first = next(task for task in moved if task.task in parts)
        return self._observation(
            kind, breached=True, reason=_why(first), confirmed=bool(sure), parts=parts, **more
        )

    def _observation(
        self, kind: ConditionKind, *, breached: bool | None, **more: Any
    ) -> Observation:
        run = self.report.run
        pages = kind in (ConditionKind.SERIES, ConditionKind.PIN_BROKEN)
        severity = AlertSeverity.PAGE if pages else AlertSeverity.WARNING
        values: dict[str, Any] = {
            "condition": Condition(kind=kind, endpoint=run.endpoint, suite=run.suite),
            "breached": breached,
            "reason": f"run {run.id}: {headline(self.report.verdict)}",
            "source": run.id,
            "at": self.at,
            "began_at": run.started_at or run.created_at,
            "severity": severity,
            "notice": notice_of_report(
                self.report, policy=self.policy, condition=kind, severity=severity, at=self.at
            ),
        }
        return Observation(**values | more)


def _why(task: TaskVerdict) -> str:
    return f"{task.task}: {task.reasons[0]}" if task.reasons else task.task
