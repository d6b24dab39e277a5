"""From numbers to a verdict: pure, and every step leaves a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.compare.comparison import ENOUGH_ITEMS
from evals.compare.series import GUARD
from evals.compare.together import p_together
from evals.confirmation import settled
from evals.coverage import Coverage
from evals.movement import is_advisory, levels, moved_states, what_moved
from evals.numbers import p_value, percent, size
from evals.policy import Series
from evals.stats.reference import Support
from evals.verdict import TaskVerdict, Verdict, VerdictKind

if TYPE_CHECKING:
    from evals.compare import Comparison, TaskComparison
    from evals.movement import Levels
    from evals.policy import Policy

ADVISORY = "advisory, outside the budget of false pages"
"""How a sentence begins that is told and decides nothing."""

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
    tasks = _unless_the_judge_moved(
        tuple(_judge_task(task, comparison, policy) for task in comparison.tasks), comparison
    )
    broken = [change for change in comparison.fingerprint_changes if change.breaks_pin]
    if broken:
        sentence = f"the {broken[0].what} was {broken[0].before} and is {broken[0].after}"
        return _verdict(VerdictKind.INVALID, (sentence,), tasks, comparison, policy, broken=True)
    if stopped is not None:
        return _verdict(VerdictKind.INVALID, (stopped,), tasks, comparison, policy)
    counted = tuple(t for t in tasks if not is_advisory(t.task, policy)) or tasks
    kind = next((k for k in _WORST_FIRST if any(t.kind is k for t in counted)), VerdictKind.INVALID)
    notes = [*_notes(tasks), *_together(comparison, kind)]
    reasons = dict.fromkeys((*_reasons(kind, counted), *comparison.basis_changes, *notes))
    return _verdict(kind, tuple(reasons), tasks, comparison, policy)


def _unless_the_judge_moved(
    tasks: tuple[TaskVerdict, ...], comparison: Comparison
) -> tuple[TaskVerdict, ...]:
    """Suppress what rests on a judge that has moved: its scores are not the endpoint's."""
    guard = next((task for task in tasks if task.task.startswith(f"{GUARD}/")), None)
    if guard is None or guard.kind is VerdictKind.OK:
        return tasks
    moved = guard.kind in (VerdictKind.REGRESSED, VerdictKind.CHANGED)
    judged = {task.task for task in comparison.tasks if task.judged}
    return tuple(
        _in_doubt(task, guard.reasons[0], moved=moved) if task.task in judged else task
        for task in tasks
    )


def _in_doubt(task: TaskVerdict, why: str, *, moved: bool) -> TaskVerdict:
    """Take a verdict back that rests on a judge that moved, or that may have."""
    if moved:
        return replace(task, kind=VerdictKind.INVALID, reasons=(f"the judge moved: {why}",))
    if task.kind not in (VerdictKind.REGRESSED, VerdictKind.CHANGED):
        return task
    doubt = f"the judge may have moved, so nobody is paged: {why}"
    return replace(task, kind=VerdictKind.INCONCLUSIVE, reasons=(doubt, *task.reasons))


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


def _notes(tasks: tuple[TaskVerdict, ...]) -> list[str]:
    """Return what advisory series say, wherever they are."""
    return [
        f"{task.task}: {reason}" if len(tasks) > 1 else reason
        for task in tasks
        for reason in task.reasons
        if reason.startswith(ADVISORY)
    ]


def _together(comparison: Comparison, kind: VerdictKind) -> list[str]:
    """Say that the tasks together fell, where no task alone is news."""
    p = p_together(comparison.tasks)
    if kind in (VerdictKind.REGRESSED, VerdictKind.CHANGED) or not p <= comparison.alpha:
        return []
    return [
        (
            f"{ADVISORY}: the tasks of this run together fell, though none of them alone, "
            f"{p_value(p, alpha=comparison.alpha)}"
        )
    ]


def _reasons(kind: VerdictKind, tasks: tuple[TaskVerdict, ...]) -> tuple[str, ...]:
    """Return the reasons of the tasks that made the verdict, each once, with the task's name."""
    named = len(tasks) > 1
    sentences = [
        f"{task.task}: {reason}" if named else reason
        for task in tasks
        if task.kind is kind
        for reason in task.reasons
        if not reason.startswith(ADVISORY)
    ]
    shared = {reason for task in tasks for reason in task.reasons[:1]}
    if named and len(shared) == 1 and all(task.kind is kind for task in tasks):
        return tuple(shared)
    return tuple(dict.fromkeys(sentences))


def _judge_task(task: TaskComparison, comparison: Comparison, policy: Policy) -> TaskVerdict:
    at = levels(task, comparison.alpha, policy, advisory=False)
    kind, reasons = settled(
        task,
        _not_measured(task, at, policy)
        or _not_comparable(task, comparison, policy)
        or _moved(task, at)
        or _unmoved(task, policy),
    )
    if kind is not VerdictKind.INVALID:
        reasons = [*reasons, *_advice(task, comparison, policy)]
    return TaskVerdict(task=task.task, kind=kind, reasons=tuple(reasons))


def _advice(task: TaskComparison, comparison: Comparison, policy: Policy) -> list[str]:
    """Return what moved in advisory series: told, and no part of the verdict."""
    moved = what_moved(task, levels(task, comparison.alpha, policy, advisory=True))
    return [] if moved is None else [f"{ADVISORY}: {reason}" for reason in moved.reasons]


_Judged = tuple[VerdictKind, list[str]]


def _not_measured(task: TaskComparison, at: Levels, policy: Policy) -> _Judged | None:
    coverage = Coverage(states=task.states, planned=task.planned, minimum=policy.minimum_coverage)
    if task.answered < policy.minimum_coverage:
        needed = percent(policy.minimum_coverage)
        said = f"only {percent(task.answered)} of the probe's calls were answered"
        return VerdictKind.INVALID, [f"{said}; {needed} are needed"]
    if task.of_probe and not task.planned:
        return _nothing_to_test(task, "no answer of this run belongs to this series")
    if coverage.is_graded:
        return None
    sentence = (
        f"only {coverage.graded} of {task.planned} samples could be graded "
        f"({coverage.rest or 'nothing was planned'}); "
        f"accuracy needs {percent(policy.minimum_coverage)}"
    )
    # The endpoint may have answered, only otherwise than before: that is behaviour, and measured.
    if coverage.is_answered:
        moved = moved_states(task, at[Series.STATES])
        if moved:
            return VerdictKind.CHANGED, [*moved, sentence]
    return VerdictKind.INVALID, [sentence]


def _not_comparable(task: TaskComparison, comparison: Comparison, policy: Policy) -> _Judged | None:
    if comparison.baseline is None:
        return VerdictKind.INCONCLUSIVE, ["no baseline yet"]
    if task.check is None or task.check.support is Support.NOTHING_SHARED:
        if task.of_probe:
            return _nothing_to_test(task, "nothing of this series is in the baseline to compare")
        return VerdictKind.INVALID, ["no item is shared with the baseline"]
    if task.lacking > policy.largest_missing_share:
        return VerdictKind.INVALID, [
            (
                f"{percent(task.lacking)} of the baseline's items are not in this run; "
                f"at most {percent(policy.largest_missing_share)} may be missing"
            )
        ]
    return None


def _nothing_to_test(task: TaskComparison, why: str) -> _Judged:
    """Say so; of one part among others no more is asked."""
    return VerdictKind.OK if task.part else VerdictKind.INCONCLUSIVE, [why]


def _moved(task: TaskComparison, at: Levels) -> _Judged | None:
    moved = what_moved(task, at)
    if moved is None:
        return None
    one_way = moved.kind in (VerdictKind.REGRESSED, VerdictKind.IMPROVED)
    kind = VerdictKind.CHANGED if task.neutral and one_way else moved.kind
    return kind, list(moved.reasons)


def _unmoved(task: TaskComparison, policy: Policy) -> _Judged:
    check = task.check
    assert check is not None  # noqa: S101 - `_not_comparable` came first
    matters = (
        policy.smallest_probe_effect_points if task.of_probe else policy.smallest_effect_points
    )
    wanted = matters / 100
    if task.part:
        return VerdictKind.OK, [
            f"no change beyond noise; {size(check.mde)} or more would have been seen"
        ]
    if check.support is Support.NO_POWER:
        return VerdictKind.INCONCLUSIVE, [
            (
                "nothing short of a collapse could be seen with "
                f"{_plural(check.passes, 'pass')} of baseline and {_plural(check.items, 'item')}"
            )
        ]
    few = _insufficient(task)
    if few is not None:
        return VerdictKind.INCONCLUSIVE, [few]
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


def _insufficient(task: TaskComparison) -> str | None:
    """Say that a score stands on too few items to be called ok; a test may still find a change."""
    figures = [score for score in (task.score, task.baseline_score) if score is not None]
    fewest = min(figure.n for figure in figures)
    if not any(figure.insufficient for figure in figures):
        return None
    return (
        f"insufficient: only {_plural(fewest, 'item')} could be graded, "
        f"and nothing under {ENOUGH_ITEMS} is called ok"
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun[-1] == 's' else 's'}"
