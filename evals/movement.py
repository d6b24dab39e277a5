"""What moved in one task, beyond noise, as sentences: alone, and with the runs before it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from evals.compare.levels import levels_of_looks
from evals.compare.memory import lasting, rests_on_one_run
from evals.numbers import p_value, percent, plural, points, points_range
from evals.policy import Series, Tier
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.call_state import CallState
    from evals.compare import StateRate, TaskComparison
    from evals.compare.since import SeriesMemory
    from evals.policy import Policy
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check

Levels = dict[Series, float]
_NEVER = -1.0
"""No p-value is as small: a series at this level says nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What moved, and how: ``regressed``, ``changed`` or ``improved``."""

    kind: VerdictKind
    reasons: tuple[str, ...]


def levels(task: TaskComparison, alpha: float, policy: Policy, *, advisory: bool) -> Levels:
    """Return the level of each look at each series of the advisory tier, or of the others.

    Series of the other kind get a level that nothing reaches.
    """
    at = levels_of_looks(lambda series: policy.level(alpha, task.task, series), task.memory)
    return {
        series: level if (policy.tier(task.task, series) is Tier.ADVISORY) is advisory else _NEVER
        for series, level in at.items()
    }


def is_advisory(task: str, policy: Policy) -> bool:
    """Whether every series of ``task`` is outside the budget."""
    return all(policy.tier(task, series) is Tier.ADVISORY for series in Series)


def what_moved(task: TaskComparison, at: Levels) -> Moved | None:
    """Return the worst that moved at the levels ``at``; None when nothing did.

    A drop comes first, then states, then a rise, then answers and voice that changed at equal
    accuracy. Each but the voice is sought in this run alone and in this run together with those
    before it; the memory speaks only where this run lies on the same side, so that a week that is
    well again is not blamed for the weeks before.
    """
    check = task.check
    if check is None:
        return None
    fell = _accuracy(task, check, at[Series.ACCURACY], VerdictKind.REGRESSED)
    states = moved_states(task, at[Series.STATES])
    answers = [*_answers(task, at[Series.ANSWERS]), *_voice(task, at[Series.VOICE])]
    if fell:
        return Moved(kind=VerdictKind.REGRESSED, reasons=(*fell, *states))
    if states:
        return Moved(kind=VerdictKind.CHANGED, reasons=(*states, *answers))
    rose = _accuracy(task, check, at[Series.ACCURACY], VerdictKind.IMPROVED)
    if rose:
        return Moved(kind=VerdictKind.IMPROVED, reasons=tuple(rose))
    if answers:
        level = max(at.values())
        accuracy = (
            f"accuracy did not move beyond noise: {percent(check.run_rate)} against "
            f"{percent(check.baseline_rate)}, {p_value(check.p_drop, alpha=level)}"
        )
        return Moved(kind=VerdictKind.CHANGED, reasons=(*answers, accuracy))
    return None


def moved_states(task: TaskComparison, level: float) -> list[str]:
    """Name the answered states whose rate moved; they share one series, so its level is split.

    It is split over all of them, seen or not: which were seen is itself an outcome.
    """
    tested = [rate for rate in task.rates if rate.state.answered and rate.p is not None]
    memory = {one.state: one for one in task.memory if one.series is Series.STATES}
    passes = 0 if task.check is None else task.check.passes
    found = [_state(rate, memory, level, passes=passes) for rate in tested]
    return [sentence for sentence in found if sentence is not None]


def _accuracy(task: TaskComparison, check: Check, level: float, kind: VerdictKind) -> list[str]:
    worse = kind is VerdictKind.REGRESSED
    memory = _memory(task, Series.ACCURACY)
    rests = memory is not None and rests_on_one_run(memory, passes=check.passes)
    p = nan if rests else check.p_drop if worse else check.p_rise
    alone = (
        f"accuracy {'fell' if worse else 'rose'} {_from_to(task, check)}: {_effect(check)}, "
        f"{_p(p, level)}"
    )
    same_side = memory is not None and (memory.shift < 0) is worse
    since = _since(memory, level, passes=check.passes) if same_side else None
    if p <= level:
        return [alone] if since is None else [alone, f"{since}: accuracy is {_word(worse)}"]
    if since is None:
        return []
    this_run = f"in this run {_from_to(task, check)}: {_effect(check)}"
    return [f"{since}: accuracy is {_word(worse)} than in all runs before; {this_run}"]


def _from_to(task: TaskComparison, check: Check) -> str:
    """Name both scores as the table shows them."""
    before = task.baseline_score.rate if task.baseline_score else check.baseline_rate
    return f"from {percent(before)} to {percent(task.score.rate)}"


def _effect(check: Check) -> str:
    """Name the change, which is more careful than the difference of two scores, and its reach."""
    reach = points_range(max(-1.0, check.low), min(1.0, check.high))
    return f"{points(check.effect)} against what the baseline predicts (95 % interval {reach})"


def _answers(task: TaskComparison, level: float) -> list[str]:
    answers = task.answers
    if answers is None:
        return []
    if answers.p_changed <= level:
        return [f"{_changed(answers)}, {_p(answers.p_changed, level)}"]
    memory = _memory(task, Series.ANSWERS)
    if memory is None or task.check is None or memory.shift > 0:
        return []
    since = _since(memory, level, passes=task.check.passes)
    return [] if since is None else [f"{since}: {_changed(answers)}"]


def _voice(task: TaskComparison, level: float) -> list[str]:
    return [
        f"{one.channel} of the replies went from {one.before} to {one.after}: "
        f"{percent(one.check.share_changed)} sound otherwise than usual "
        f"(expected {percent(one.check.expected_share)}), {_p(one.p, level)}"
        for one in task.voice
        if one.p <= level
    ]


def _changed(answers: AnswerCheck) -> str:
    return (
        f"{len(answers.changed)} of {answers.items} answers changed "
        f"({percent(answers.share_changed)}, expected {percent(answers.expected_share)})"
    )


def _state(
    rate: StateRate,
    memory: Mapping[CallState | None, SeriesMemory],
    level: float,
    *,
    passes: int,
) -> str | None:
    moved = (
        f"{rate.state.value} replies went from {percent(rate.baseline_rate)} to "
        f"{percent(rate.rate)}"
    )
    rests = any(rests_on_one_run(one, passes=passes) for one in memory.values())
    if not rests and rate.p is not None and rate.p <= level:
        return f"{moved}, {_p(rate.p, level)}"
    if rate.baseline_rate is None:
        return None
    since = _since(memory.get(rate.state), level, passes=passes)
    return None if since is None else f"{since}: {moved}"


def _since(memory: SeriesMemory | None, level: float, *, passes: int) -> str | None:
    """Say since when, where the memory speaks at ``level``."""
    since = None if memory is None else lasting(memory, level, passes=passes)
    if since is None or since.onset is None or since.window is None:
        return None
    return (
        f"since run {since.onset.run_id} of {since.onset.at:%Y-%m-%d} "
        f"({plural(since.window, 'run')}, {_p(since.p_week, level)} over the weeks)"
    )


def _memory(task: TaskComparison, series: Series) -> SeriesMemory | None:
    return next((one for one in task.memory if one.series is series), None)


def _word(worse: bool) -> str:  # noqa: FBT001 - one word for each side
    return "lower" if worse else "higher"


def _p(p: float, level: float) -> str:
    return p_value(p, alpha=level)
