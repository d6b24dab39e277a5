"""From numbers to a verdict: pure, and every step leaves a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.numbers import p_value, percent, points, points_range, size
from evals.stats.reference import Support
from evals.verdict import TaskVerdict, Verdict, VerdictKind

if TYPE_CHECKING:
    from evals.compare import Comparison, StateRate, TaskComparison
    from evals.policy import Policy
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check

_WORST_FIRST = (
    VerdictKind.REGRESSED,
    VerdictKind.CHANGED,
    VerdictKind.INVALID,
    VerdictKind.INCONCLUSIVE,
    VerdictKind.IMPROVED,
    VerdictKind.OK,
)


def judge(comparison: Comparison, policy: Policy, *, stopped: str | None = None) -> Verdict:
    """Judge a comparison under a policy.

    Args:
        comparison: The numbers.
        policy: The thresholds.
        stopped: Why the run ended before its plan was done (a budget, an interrupt, a dead
            endpoint); such a run is ``invalid``, never a pass or a fail.
    """
    tasks = tuple(_judge_task(task, comparison, policy) for task in comparison.tasks)
    broken = [change for change in comparison.fingerprint_changes if change.breaks_pin]
    if broken:
        sentence = f"the {broken[0].what} was {broken[0].before} and is {broken[0].after}"
        return _verdict(VerdictKind.INVALID, (sentence,), tasks, comparison, policy, broken=True)
    if stopped is not None:
        return _verdict(VerdictKind.INVALID, (stopped,), tasks, comparison, policy)
    kind = next((k for k in _WORST_FIRST if any(t.kind is k for t in tasks)), VerdictKind.INVALID)
    return _verdict(kind, _reasons(kind, tasks), tasks, comparison, policy)


def _verdict(
    kind: VerdictKind,
    reasons: tuple[str, ...],
    tasks: tuple[TaskVerdict, ...],
    comparison: Comparison,
    policy: Policy,
    *,
    broken: bool = False,
) -> Verdict:
    return Verdict(
        kind=kind,
        reasons=reasons,
        tasks=tasks,
        alpha=comparison.alpha,
        policy_digest=policy.digest,
        pin_broken=broken,
    )


def _reasons(kind: VerdictKind, tasks: tuple[TaskVerdict, ...]) -> tuple[str, ...]:
    """Return the reasons of the tasks that made the verdict, each once, with the task's name."""
    named = len(tasks) > 1
    sentences = [
        f"{task.task}: {reason}" if named else reason
        for task in tasks
        if task.kind is kind
        for reason in task.reasons
    ]
    shared = {reason for task in tasks for reason in task.reasons[:1]}
    if named and len(shared) == 1 and all(task.kind is kind for task in tasks):
        return tuple(shared)
    return tuple(dict.fromkeys(sentences))


def _judge_task(task: TaskComparison, comparison: Comparison, policy: Policy) -> TaskVerdict:
    kind, reasons = (
        _not_measured(task, comparison, policy)
        or _not_comparable(task, comparison)
        or _moved(task, comparison.alpha)
        or _unmoved(task, policy)
    )
    return TaskVerdict(task=task.task, kind=kind, reasons=tuple(reasons))


_Judged = tuple[VerdictKind, list[str]]


def _not_measured(task: TaskComparison, comparison: Comparison, policy: Policy) -> _Judged | None:
    ok = task.states.get(CallState.OK, 0)
    if task.planned and ok / task.planned >= policy.minimum_coverage:
        return None
    others = ", ".join(f"{n} {s.value}" for s, n in task.states.items() if s is not CallState.OK)
    missing = task.planned - sum(task.states.values())
    if missing:
        others = ", ".join(filter(None, [others, f"{missing} never asked"]))
    sentence = (
        f"only {ok} of {task.planned} samples could be graded ({others or 'nothing was planned'}); "
        f"accuracy needs {percent(policy.minimum_coverage)}"
    )
    # The endpoint may have answered, only otherwise than before: that is behaviour, and measured.
    answered = sum(n for s, n in task.states.items() if s.answered)
    if task.planned and answered / task.planned >= policy.minimum_coverage:
        moved = _moved_states(task, comparison.alpha)
        if moved:
            return VerdictKind.CHANGED, [*moved, sentence]
    return VerdictKind.INVALID, [sentence]


def _not_comparable(task: TaskComparison, comparison: Comparison) -> _Judged | None:
    if comparison.baseline is None:
        return VerdictKind.INCONCLUSIVE, ["no baseline yet"]
    if task.check is None or task.check.support is Support.NOTHING_SHARED:
        return VerdictKind.INVALID, ["no item is shared with the baseline"]
    return None


def _moved(task: TaskComparison, alpha: float) -> _Judged | None:
    check, answers = task.check, task.answers
    assert check is not None  # noqa: S101 - `_not_comparable` came first
    states = _moved_states(task, alpha)
    answered_otherwise = _answers_moved(answers, alpha)
    if check.p_drop <= alpha:
        return VerdictKind.REGRESSED, [_accuracy("fell", check, check.p_drop, alpha), *states]
    if states:
        return VerdictKind.CHANGED, [*states, *answered_otherwise]
    if check.p_rise <= alpha:
        return VerdictKind.IMPROVED, [_accuracy("rose", check, check.p_rise, alpha)]
    if answered_otherwise:
        accuracy = (
            f"accuracy did not move beyond noise: {percent(check.run_rate)} against "
            f"{percent(check.baseline_rate)}, {p_value(check.p_drop, alpha=alpha)}"
        )
        return VerdictKind.CHANGED, [*answered_otherwise, accuracy]
    return None


def _unmoved(task: TaskComparison, policy: Policy) -> _Judged:
    check = task.check
    assert check is not None  # noqa: S101 - `_not_comparable` came first
    wanted = policy.smallest_effect_points / 100
    if check.support is Support.NO_POWER:
        return VerdictKind.INCONCLUSIVE, [
            (
                "nothing short of a collapse could be seen with "
                f"{_plural(check.passes, 'pass')} of baseline and {_plural(check.items, 'item')}"
            )
        ]
    if not check.mde <= wanted:
        return VerdictKind.INCONCLUSIVE, [
            (
                f"a drop of {size(wanted)} matters, but this run could only have seen "
                f"{size(check.mde)} or more; add baseline passes, items or epochs"
            )
        ]
    return VerdictKind.OK, [
        (f"no change beyond noise; a drop of {size(check.mde)} would have been seen 4 times in 5")
    ]


def _accuracy(verb: str, check: Check, p: float, alpha: float) -> str:
    return (
        f"accuracy {verb} from {percent(check.baseline_rate)} to {percent(check.run_rate)}: "
        f"{points(check.effect)} (95 % interval {points_range(check.low, check.high)}), "
        f"{p_value(p, alpha=alpha)}"
    )


def _answers_moved(answers: AnswerCheck | None, alpha: float) -> list[str]:
    if answers is None or not answers.p_changed <= alpha:
        return []
    return [
        (
            f"{len(answers.changed)} of {answers.items} answers changed "
            f"({percent(answers.share_changed)}, expected {percent(answers.expected_share)}), "
            f"{p_value(answers.p_changed, alpha=alpha)}"
        )
    ]


def _moved_states(task: TaskComparison, alpha: float) -> list[str]:
    """Name the answered states whose rate moved; they share one series, so its level is split."""
    tested = [rate for rate in task.rates if rate.state.answered and rate.p is not None]
    return [
        _state(rate, alpha)
        for rate in tested
        if rate.p is not None and rate.p * len(tested) <= alpha
    ]


def _state(rate: StateRate, alpha: float) -> str:
    return (
        f"{rate.state.value} replies went from {percent(rate.baseline_rate)} to "
        f"{percent(rate.rate)}, {p_value(rate.p, alpha=alpha)}"
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun[-1] == 's' else 's'}"
