"""The lines of a report in words, the same for every form; the forms only lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState
from evals.report import numbers
from evals.report.marks import MARKS, Mark, task_verdict
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.compare import Estimate, StateRate, TaskComparison
    from evals.report.view import RunReport
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check

NO_BASELINE: Final = "none"
STATE_WORDS: Final = {
    CallState.OK: "ok",
    CallState.UNPARSED: "unreadable answer",
    CallState.REFUSED: "refused",
    CallState.TRUNCATED: "cut off",
    CallState.FILTERED: "filtered",
    CallState.API_ERROR: "provider error",
    CallState.TIMEOUT: "timed out",
    CallState.JUDGE_FAILED: "judge failed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """One task in words. Each figure stands beside its interval; intervals are 95 %."""

    task: str
    kind: VerdictKind
    mark: Mark
    score: str
    interval: str
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


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRow:
    """One state other than ok in one task, in words; ``task`` keeps lines of a task together."""

    task: str
    state: str
    words: str
    count: str
    rate: str
    baseline: str
    p: str


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
        samples=f"{numbers.count(task.score.n)} of {numbers.count(task.planned)}",
        baseline=_baseline(task.baseline_score) if report.comparison.baseline else "",
        baseline_interval=_interval(task.baseline_score) if task.baseline_score else "",
        change=_change(report, check),
        change_interval=numbers.points_range(check.low, check.high) if check else "",
        p=numbers.p_value(shown_p(check), alpha=report.verdict.alpha) if check else "",
        seen=numbers.smallest_seen(check.mde) if check else "",
        reasons=judged.reasons if judged else ("this task was not judged",),
    )


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


def state_rows(report: RunReport) -> tuple[StateRow, ...]:
    """Return the states other than ok: first those unlike the baseline, then the most frequent."""
    found = [row for task in report.comparison.tasks for row in _states_of(task, report)]
    return tuple(row for _, row in sorted(found, key=lambda ranked: ranked[0]))


def _states_of(
    task: TaskComparison, report: RunReport
) -> Iterator[tuple[tuple[bool, int], StateRow]]:
    rates = {rate.state: rate for rate in task.rates}
    for state in CallState:
        seen, rate = task.states.get(state, 0), rates.get(state)
        news = _is_news(rate, report.verdict.alpha)
        if state is not CallState.OK and (seen or news):
            yield (not news, -seen), _state_row(task, state, rate, report.verdict.alpha)
    never = task.planned - sum(task.states.values())
    if never > 0:
        yield (True, -never), _never_asked(task, never)


def _is_news(rate: StateRate | None, alpha: float) -> bool:
    return rate is not None and rate.p is not None and rate.p <= alpha


def _state_row(
    task: TaskComparison, state: CallState, rate: StateRate | None, alpha: float
) -> StateRow:
    seen = task.states.get(state, 0)
    tested = rate is not None and rate.p is not None
    return StateRow(
        task=task.task,
        state=state.value,
        words=STATE_WORDS[state],
        count=f"{numbers.count(seen)} of {numbers.count(task.planned)}",
        rate=numbers.percent(rate.rate if rate else seen / task.planned),
        baseline=numbers.percent(rate.baseline_rate)
        if rate and rate.baseline_rate is not None
        else "",
        p=numbers.p_value(rate.p, alpha=alpha) if rate and tested else "",
    )


def _never_asked(task: TaskComparison, never: int) -> StateRow:
    return StateRow(
        task=task.task,
        state="not_asked",
        words="never asked",
        count=f"{numbers.count(never)} of {numbers.count(task.planned)}",
        rate=numbers.percent(never / task.planned),
        baseline="",
        p="",
    )


def usage_words(report: RunReport) -> str:
    """Say what the run took; an unknown cost is called unknown."""
    usage = report.usage
    cost = numbers.dollars(usage.cost_usd)
    latency = numbers.duration(usage.median_latency_seconds)
    return (
        f"Cost {cost if usage.cost_usd is not None else 'unknown (no price)'}; "
        f"{numbers.plural(usage.calls, 'call')}; {numbers.duration(usage.seconds)} "
        f"(median latency {latency}); {numbers.count(usage.input_tokens)} tokens in, "
        f"{numbers.count(usage.output_tokens)} out"
    )


def baseline_words(report: RunReport) -> str:
    """Name the baseline and its passes."""
    compared = report.comparison
    if compared.baseline is None:
        return "no baseline"
    return f"baseline {compared.baseline} ({numbers.plural(compared.passes, 'pass', 'passes')})"


def bounds_lines(report: RunReport) -> tuple[str, ...]:
    """Say, for each task with missing samples, where its accuracy must lie."""
    return tuple(
        f"{task.task}: whatever the missing samples would have been, accuracy lies within "
        f"{numbers.percent_range(*task.bounds)}"
        for task in report.comparison.tasks
        if task.score.n < task.planned and numbers.is_known(*task.bounds)
    )


def how_to_read(report: RunReport) -> tuple[str, ...]:
    """Explain the figures to a reader who sees a report for the first time."""
    score = (
        "Score: share of graded samples that were right, with its 95 % interval. Errors, refusals "
        "and cut-off answers are never counted as wrong; they are listed by themselves."
    )
    if report.comparison.baseline is None:
        return (score,)
    change = (
        "Change: this run against what the baseline predicts for the same items, in percentage "
        "points, so it need not be the plain difference of the two scores."
    )
    p = (
        "p: how often an unchanged endpoint would look at least this different. A change counts "
        f"when p < {numbers.level(report.verdict.alpha)}."
    )
    seen = (
        "Could see: the smallest change that a run like this one finds 4 times in 5. Anything "
        "smaller may have happened unseen."
    )
    return (score, change, p, seen)


def excluded_lines(report: RunReport) -> tuple[str, ...]:
    """Say which items were left out of the comparison, and why."""
    return tuple(
        f"{task.task}: {numbers.plural(len(left.item_ids), 'item')} not compared: {left.reason}"
        for task in report.comparison.tasks
        for left in task.excluded
    )
