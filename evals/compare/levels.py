"""The level of every look at every series: decided here, for the plan and for the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from evals.policy import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evals.compare.since import SeriesMemory
    from evals.policy import Policy

SERIES_PER_TASK = len(Series)
"""Accuracy, answers, states other than ok, and voice: each task brings four to the budget."""

Levels: TypeAlias = "Mapping[Series, float]"


def level_of_run(policy: Policy, tasks: int) -> float:
    """Return the level of each critical series in a check of so many tasks.

    >>> from evals.policy import Policy
    >>> level_of_run(Policy(), 2) == 1 / (52 * 2 * 4)
    True
    """
    return policy.alpha(SERIES_PER_TASK * max(1, tasks))


def level_of_each_look(level: float, runs: int) -> float:
    """Share the level of a series between its two looks: the run alone, and with those before.

    The first run since the blessing has one look only. Half each keeps the series within its level
    whatever the looks have in common.
    """
    return level / 2 if runs > 1 else level


def levels_of_looks(level: Callable[[Series], float], memory: Sequence[SeriesMemory]) -> Levels:
    """Return the level of each look at each series of a task.

    Args:
        level: The level of a whole series.
        memory: The state of each series after this run; one that has none has one look.
    """
    remembered = {one.series: one.runs for one in memory}
    return {
        series: level_of_each_look(level(series), remembered.get(series, 0)) for series in Series
    }
