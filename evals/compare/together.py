"""The tasks of one run together: did many of them move a little?"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

from evals.stats.budget import pool_smallest, pool_stouffer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.comparison import TaskComparison


def p_together(tasks: Sequence[TaskComparison]) -> float:
    """Pool the drops of a run's tasks: 2 min(Stouffer, k min p), at most 1; nan below two tasks.

    Stouffer's z sums the p-values of the totals, for p_drop is 1 where a task did as well as ever,
    and would outweigh all others; the smallest is that of p_drop, which sees single items too. One
    p-value a task, since its answers and states are the same samples; of a probe, its headline
    alone, and nothing of which a rise is as good as a fall. Stouffer takes the tasks for
    independent: a bad day that all of them share looks like a change, so this is told and pages
    nobody.
    """
    checks = [task.check for task in tasks if task.check and not (task.part or task.neutral)]
    measured = [check for check in checks if not isnan(check.p_drop)]
    if len(measured) < 2:
        return nan
    many = pool_stouffer([check.p_sum_drop for check in measured])
    one = pool_smallest([check.p_drop for check in measured])
    return min(1.0, 2 * min(many, one))
