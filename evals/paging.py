"""Whether a verdict may page: promise 5 of the design, for every kind of plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.compare.sampling import pages_alone
from evals.compare.series import GUARD
from evals.compare.standing import Confirmation
from evals.movement import is_advisory, levels
from evals.policy import Series
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from datetime import datetime

    from evals.compare import Comparison, TaskComparison
    from evals.compare.standing import Sampling
    from evals.policy import Policy
    from evals.verdict import TaskVerdict, Verdict

SAME_DAY: Final = timedelta(hours=24)
"""Fresh answers confirm what was found no longer ago."""
_NEWS: Final = (VerdictKind.REGRESSED, VerdictKind.CHANGED)


def is_guard(task: str) -> bool:
    """Whether a series guards the judge: it says nothing of the endpoint.

    >>> is_guard("judge/agreement"), is_guard("judged-summaries")
    (True, False)
    """
    return task.startswith(f"{GUARD}/")


def news(verdict: Verdict, policy: Policy, *, guard: bool = False) -> tuple[TaskVerdict, ...]:
    """Return the tasks that made the verdict news: in the budget, and regressed or changed.

    With ``guard``, those that guard the judge; without, all others.
    """
    return tuple(
        task
        for task in verdict.tasks
        if task.kind in _NEWS
        and is_guard(task.task) is guard
        and not is_advisory(task.task, policy)
    )


def confirmed(
    tasks: tuple[TaskVerdict, ...],
    comparison: Comparison,
    policy: Policy,
    *,
    ended_at: datetime,
) -> tuple[str, ...]:
    """Return those of ``tasks`` that may page somebody, by name.

    A task may when fresh answers of the same day confirmed what its first look found, or when the
    effect alone crosses the page threshold. A fixed plan has one look, so only the effect counts.
    """
    compared = {task.task: task for task in comparison.tasks}
    return tuple(
        judged.task
        for judged in tasks
        if judged.task in compared
        and _may_page(compared[judged.task], comparison.alpha, policy, ended_at)
    )


def _may_page(task: TaskComparison, alpha: float, policy: Policy, ended_at: datetime) -> bool:
    sampling = task.sampling
    if sampling is not None and sampling.confirmation is Confirmation.WAIVED:
        return True
    if sampling is not None and _confirmed_in_time(sampling, ended_at):
        return True
    level = levels(task, alpha, policy, advisory=False)[Series.ACCURACY]
    return pages_alone(task, points=policy.page_at_points, level=level)


def _confirmed_in_time(sampling: Sampling, ended_at: datetime) -> bool:
    """Whether the fresh answers came on the same day; a check that slept for days confirms none."""
    if sampling.confirmation not in (Confirmation.RETESTED, Confirmation.REPEATED):
        return False
    fresh = sampling.repeated_at or ended_at
    return sampling.first_ended is not None and fresh - sampling.first_ended <= SAME_DAY
