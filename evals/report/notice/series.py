"""The series of a run as a message shows them: what moved first, and with what evidence."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, log
from typing import TYPE_CHECKING, Final

from evals.compare import Confirmation
from evals.compare.memory import lasting
from evals.movement import levels
from evals.policy import Series
from evals.report.marks import task_verdict
from evals.report.notice.notice import ACCURACY, CHANGED_ANSWERS, Onset, SeriesLine
from evals.report.probe_rows import without_quiet_parts
from evals.report.rows import shown_p
from evals.report.states import STATE_WORDS
from evals.stats.intervals import wilson_interval
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.call_state import CallState
    from evals.compare import StateRate, TaskComparison
    from evals.compare.comparison import ChannelChange
    from evals.compare.since import Since
    from evals.policy import Policy
    from evals.report.view import RunReport
    from evals.stats.answer_check import AnswerCheck
    from evals.verdict import Verdict

_MOVED: Final = (VerdictKind.REGRESSED, VerdictKind.CHANGED, VerdictKind.IMPROVED)
_WORST: Final = {
    VerdictKind.REGRESSED: 0,
    VerdictKind.CHANGED: 1,
    VerdictKind.IMPROVED: 2,
    VerdictKind.INVALID: 3,
    VerdictKind.INCONCLUSIVE: 4,
    VerdictKind.OK: 5,
}


def series_lines(report: RunReport, policy: Policy) -> tuple[SeriesLine, ...]:
    """Return the series of the tasks that moved, worst first; of every task where none did.

    Of a probe that is well, only the headline is shown.
    """
    shown, _ = without_quiet_parts(report)
    lines = [
        line for task in shown.comparison.tasks for line in _of_task(task, report.verdict, policy)
    ]
    moved = {line.task for line in lines if line.moved}
    if report.verdict.kind is VerdictKind.INVALID and not moved:
        return ()  # what was not measured shows no figure that looks like one
    kept = [line for line in lines if line.task in moved] if moved else lines
    return tuple(sorted(kept, key=_rank))


def _rank(line: SeriesLine) -> tuple[bool, int, bool, float]:
    by_worth = line.measure != ACCURACY
    return (not line.moved, _WORST[line.verdict], by_worth, -abs(line.change or 0.0))


def _of_task(task: TaskComparison, verdict: Verdict, policy: Policy) -> list[SeriesLine]:
    at = levels(task, verdict.alpha, policy, advisory=False)
    judged = task_verdict(verdict, task.task)
    kind = judged.kind if judged else VerdictKind.INCONCLUSIVE
    accuracy = _accuracy(task, kind, at[Series.ACCURACY])
    lines = [_state(task, rate, kind, at[Series.STATES]) for rate in task.rates]
    if not accuracy.moved:  # where it moved, answers and voice did as well, and say nothing more
        if task.answers is not None:
            lines.append(_answers(task, task.answers, kind, at[Series.ANSWERS]))
        lines += [_voice(task, channel, kind, at[Series.VOICE]) for channel in task.voice]
    return [accuracy, *(line for line in lines if line.moved)]


def _accuracy(task: TaskComparison, kind: VerdictKind, level: float) -> SeriesLine:
    check, since = task.check, _since(task, Series.ACCURACY, None, level)
    line = SeriesLine(
        task=task.task,
        measure=ACCURACY,
        verdict=kind,
        moved=False,
        observed=_number(task.score.rate),
        items=task.score.n,
    )
    if check is None:
        return line
    before = task.baseline_score.rate if task.baseline_score else check.baseline_rate
    p, log10_e = shown_p(check), _log10_e(task)
    return replace(
        line,
        moved=kind in _MOVED and (p <= level or since is not None or log10_e is not None),
        baseline=_number(before),
        change=_number(check.effect),
        low=_within(check.low),
        high=_within(check.high),
        p=_number(p),
        p_weeks=_number(since.p_week) if since else None,
        log10_e=log10_e,
        level=_level(level),
        mde=_number(check.mde),
        items=check.items,
        draws=check.draws,
        onset=_onset(since),
    )


def _answers(
    task: TaskComparison, answers: AnswerCheck, kind: VerdictKind, level: float
) -> SeriesLine:
    since = _since(task, Series.ANSWERS, None, level)
    return SeriesLine(
        task=task.task,
        measure=CHANGED_ANSWERS,
        verdict=kind,
        moved=kind in _MOVED and (answers.p_changed <= level or since is not None),
        observed=_number(answers.share_changed),
        baseline=_number(answers.expected_share),
        change=_number(answers.share_changed - answers.expected_share),
        low=_within(answers.low),
        high=_within(answers.high),
        p=_number(answers.p_changed),
        p_weeks=_number(since.p_week) if since else None,
        level=_level(level),
        mde=_number(answers.mde),
        items=answers.items,
        draws=answers.draws,
        onset=_onset(since),
    )


def _state(task: TaskComparison, rate: StateRate, kind: VerdictKind, level: float) -> SeriesLine:
    since = _since(task, Series.STATES, rate.state, level) if rate.state.answered else None
    alone = rate.state.answered and rate.p is not None and rate.p <= level
    before, items = rate.baseline_rate, task.check.items if task.check else rate.n
    low, high = _interval(rate.rate, items)
    return SeriesLine(
        task=task.task,
        measure=STATE_WORDS[rate.state],
        verdict=kind,
        moved=kind in _MOVED and (alone or since is not None),
        observed=_number(rate.rate),
        baseline=_number(before),
        change=None if before is None else _number(rate.rate - before),
        p=_number(rate.p),
        p_weeks=_number(since.p_week) if since else None,
        level=_level(level),
        items=items,
        draws=rate.n,
        count=rate.count,
        observed_low=low,
        observed_high=high,
        onset=_onset(since),
    )


def _interval(rate: float, items: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share: calls for one item are alike, so that items count."""
    if not isfinite(rate):
        return None, None
    found = wilson_interval(min(1.0, max(0.0, rate)) * items, items)
    return _number(found.low), _number(found.high)


def _voice(
    task: TaskComparison, channel: ChannelChange, kind: VerdictKind, level: float
) -> SeriesLine:
    answers = channel.check
    line = _answers(task, answers, kind, level)
    return replace(
        line,
        measure=f"{channel.channel} of replies",
        moved=kind in _MOVED and channel.p <= level,
        p=_number(channel.p),
        p_weeks=None,
        onset=None,
    )


def _since(
    task: TaskComparison, series: Series, state: CallState | None, level: float
) -> Since | None:
    """Return since when the memory finds the series different, by the rule of the verdict."""
    memory = next((one for one in task.memory if (one.series, one.state) == (series, state)), None)
    if memory is None or task.check is None:
        return None
    return lasting(memory, level, passes=task.check.passes)


def _onset(since: Since | None) -> Onset | None:
    if since is None or since.onset is None or since.window is None:
        return None
    return Onset(run_id=since.onset.run_id, at=since.onset.at, runs=since.window)


def _log10_e(task: TaskComparison) -> float | None:
    sampling = task.sampling
    if sampling is None or sampling.retest is None:
        return None
    if sampling.confirmation is not Confirmation.RETESTED:
        return None
    return _number(sampling.retest.log_e / log(10))


def _within(effect: float) -> float | None:
    return _number(max(-1.0, min(1.0, effect)) if isfinite(effect) else effect)


def _level(level: float) -> float | None:
    return level if level > 0 else None


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None
