"""The lines of a report in words, the same for every form; the forms only lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.call_state import CallState
from evals.report.marks import MARKS, Mark, task_verdict
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.compare import Estimate, TaskComparison
    from evals.report.view import RunReport
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check

NO_BASELINE: Final = "none"
INSUFFICIENT: Final = "insufficient"


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """One task in words. Each figure stands beside its interval; intervals are 95 %.

    ``label`` is empty, or says that the score stands on too few items.
    """

    task: str
    kind: VerdictKind
    mark: Mark
    score: str
    interval: str
    label: str
    samples: str
    baseline: str
    baseline_interval: str
    change: str
    change_interval: str
    p: str
    seen: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRow:
    """How many answers of one task are not the usual ones, in words."""

    task: str
    share: str
    expected: str
    change: str
    change_interval: str
    p: str
    seen: str


def task_rows(report: RunReport) -> tuple[TaskRow, ...]:
    """Return one row a task, in the order of the comparison."""
    return tuple(_task_row(report, task) for task in report.comparison.tasks)


def _task_row(report: RunReport, task: TaskComparison) -> TaskRow:
    judged = task_verdict(report.verdict, task.task)
    kind = judged.kind if judged else VerdictKind.INCONCLUSIVE
    check = task.check
    return TaskRow(
        task=task.task,
        kind=kind,
        mark=MARKS[kind],
        score=numbers.percent(task.score.rate),
        interval=_interval(task.score),
        label=score_label(task.score),
        samples=f"{numbers.count(graded(task))} of {numbers.count(task.planned)}",
        baseline=_baseline(task.baseline_score) if report.comparison.baseline else "",
        baseline_interval=_interval(task.baseline_score) if task.baseline_score else "",
        change=_change(report, check),
        change_interval=numbers.points_range(check.low, check.high) if check else "",
        p=numbers.p_value(shown_p(check), alpha=report.verdict.alpha) if check else "",
        seen=numbers.smallest_seen(check.mde) if check else "",
        reasons=judged.reasons if judged else ("this task was not judged",),
    )


def graded(task: TaskComparison) -> int:
    """Return how many samples could be graded."""
    return task.states.get(CallState.OK, 0)


def score_label(score: Estimate) -> str:
    """Return what to write beside a score: nothing, or that it stands on too few items."""
    return INSUFFICIENT if score.insufficient and score.rate is not None else ""


def other_reasons(report: RunReport) -> tuple[str, ...]:
    """Return the reasons after the first, then why tasks with another verdict are not ok."""
    said = report.verdict.reasons
    tasks = tuple(
        f"{MARKS[judged.kind].word.lower()}: {judged.task}: {judged.reasons[0]}"
        for judged in report.verdict.tasks
        if judged.kind not in (report.verdict.kind, VerdictKind.OK) and judged.reasons
    )
    return (*said[1:], *tasks)


def shown_p(check: Check) -> float:
    """Return the p-value of the direction that says more; nan where nothing was shared."""
    return min(check.p_drop, check.p_rise)


def _change(report: RunReport, check: Check | None) -> str:
    if report.comparison.baseline is None:
        return ""
    return numbers.points(check.effect) if check else numbers.CANNOT_TELL


def _baseline(score: Estimate | None) -> str:
    return NO_BASELINE if score is None else numbers.percent(score.rate)


def _interval(score: Estimate) -> str:
    if score.rate is None:
        return ""
    return numbers.percent_range(score.low, score.high)


def answer_rows(report: RunReport) -> tuple[AnswerRow, ...]:
    """Return one row for each task whose answers were compared, whatever came of it."""
    return tuple(
        _answer_row(task.task, task.answers, report.verdict.alpha)
        for task in report.comparison.tasks
        if task.answers is not None
    )


def moved_answer_rows(report: RunReport) -> tuple[AnswerRow, ...]:
    """Return the rows of tasks whose answers changed where the verdict is about something else.

    A task that is `changed` says so in its reasons.
    """
    said = {t.task for t in report.verdict.tasks if t.kind is VerdictKind.CHANGED}
    moved = {
        task.task
        for task in report.comparison.tasks
        if task.task not in said
        and task.answers is not None
        and task.answers.p_changed <= report.verdict.alpha
    }
    return tuple(row for row in answer_rows(report) if row.task in moved)


def _answer_row(task: str, answers: AnswerCheck, alpha: float) -> AnswerRow:
    if answers.reason:
        share = f"{numbers.CANNOT_TELL}: {answers.reason}"
        return AnswerRow(
            task=task, share=share, expected="", change="", change_interval="", p="", seen=""
        )
    return AnswerRow(
        task=task,
        share=numbers.percent(answers.share_changed),
        expected=numbers.percent(answers.expected_share),
        change=numbers.points(answers.share_changed - answers.expected_share),
        change_interval=numbers.points_range(answers.low, answers.high),
        p=numbers.p_value(answers.p_changed, alpha=alpha),
        seen=numbers.smallest_seen(answers.mde),
    )
