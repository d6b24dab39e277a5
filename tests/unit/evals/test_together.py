"""Many tasks that each fall a little are told together, and page nobody."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

import pytest

from evals.compare.together import p_together
from evals.judgement import ADVISORY, judge
from evals.policy import Policy
from evals.verdict import VerdictKind
from tests.unit.report.factories_comparison import make_comparison, make_task

if TYPE_CHECKING:
    from evals.compare import TaskComparison

POLICY = Policy(smallest_effect_points=100)


def a_task(name: str, p_sum: float, p_drop: float | None = None) -> TaskComparison:
    """A task whose total has this p-value, and that is no news by itself."""
    task = make_task()
    assert task.check is not None
    p = min(1.0, 2 * p_sum) if p_drop is None else p_drop
    return replace(task, task=name, check=replace(task.check, p_drop=p, p_sum_drop=p_sum))


def test_six_tasks_that_fall_a_little_are_told_and_nobody_is_paged() -> None:
    tasks = [a_task(f"task-{n}", 0.04) for n in range(6)]
    verdict = judge(make_comparison(*tasks), POLICY)
    assert verdict.kind not in (VerdictKind.REGRESSED, VerdictKind.CHANGED)
    [told] = [reason for reason in verdict.reasons if reason.startswith(ADVISORY)]
    assert "the tasks of this run together fell, though none of them alone, p " in told


def test_tasks_that_differ_as_always_are_not_told() -> None:
    tasks = [a_task(f"task-{n}", 0.1 + 0.15 * n) for n in range(6)]
    verdict = judge(make_comparison(*tasks), POLICY)
    assert not [reason for reason in verdict.reasons if "together" in reason]


def test_one_task_has_no_company() -> None:
    assert isnan(p_together([a_task("alone", 0.001)]))


def test_a_task_that_does_as_well_as_ever_does_not_hide_the_others() -> None:
    fell = [a_task(f"task-{n}", 0.01) for n in range(5)]
    assert p_together([*fell, a_task("well", 0.5, p_drop=1.0)]) < 1e-3


@pytest.mark.parametrize("trait", ["part", "neutral"])
def test_the_parts_of_a_probe_are_the_same_answers_and_do_not_count_twice(trait: str) -> None:
    headline = a_task("probe/headline", 0.04)
    parts = [replace(a_task(f"probe/{n}", 0.04), **{trait: True}) for n in range(5)]  # type: ignore[arg-type] # one of two flags
    assert isnan(p_together([headline, *parts]))
