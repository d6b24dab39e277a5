"""Comparisons of known content, each with overrides: nothing moved unless a test says so."""

from __future__ import annotations

from typing import Any

from evals.call_state import CallState
from evals.compare import Comparison, Estimate, Flip, TaskComparison
from evals.golden_set import Severity
from evals.stats.answer_check import AnswerCheck
from evals.stats.check import Check
from evals.stats.reference import Support

ALPHA = 1 / 260


def make_check(**overrides: Any) -> Check:
    """150 items, 16 passes, nothing moved."""
    values: dict[str, Any] = {
        "effect": -0.004,
        "low": -0.027,
        "high": 0.019,
        "run_rate": 0.92,
        "baseline_rate": 0.9242,
        "p_drop": 0.71,
        "p_rise": 1.0,
        "p_sum_drop": 0.355,
        "p_flip_drop": 0.62,
        "p_sum_rise": 0.645,
        "p_flip_rise": 0.8,
        "log_e": -0.4,
        "log_e_rise": -0.6,
        "mde": 0.041,
        "items": 150,
        "draws": 150,
        "passes": 16,
        "vbar": 0.017,
        "rho": 0.0,
        "lam": 1.15,
        "fell": (),
        "rose": (),
        "support": Support.FULL,
    }
    return Check(**(values | overrides))


def make_answers(**overrides: Any) -> AnswerCheck:
    """Answers as usual."""
    values: dict[str, Any] = {
        "p_changed": 0.8,
        "p_sum": 0.4,
        "p_flip": 0.6,
        "changed": (),
        "share_changed": 0.02,
        "expected_share": 0.018,
        "low": -0.018,
        "high": 0.022,
        "mde": 0.038,
        "items": 150,
        "draws": 150,
        "passes": 8,
        "support": Support.FULL,
        "reason": None,
    }
    return AnswerCheck(**(values | overrides))


def make_flip(**overrides: Any) -> Flip:
    """An item that was always right and now is wrong."""
    values: dict[str, Any] = {
        "item_id": "refund-07",
        "prompt": "How many days may a customer return an opened headset?",
        "targets": ("30 days",),
        "before": "30 days",
        "after": "14 days",
        "before_pass_rate": 1.0,
        "after_pass_rate": 0.0,
        "surprise": 0.0004,
        "severity": Severity.NORMAL,
    }
    return Flip(**(values | overrides))


def make_task(**overrides: Any) -> TaskComparison:
    """A task that did not move."""
    values: dict[str, Any] = {
        "task": "support-faq",
        "planned": 150,
        "states": {CallState.OK: 150},
        "score": Estimate(rate=0.92, low=0.865, high=0.954, n=150),
        "bounds": (0.92, 0.92),
        "baseline_score": Estimate(rate=0.9242, low=0.871, high=0.957, n=150),
        "check": make_check(),
        "answers": make_answers(),
    }
    return TaskComparison(**(values | overrides))


def make_comparison(*tasks: TaskComparison, **overrides: Any) -> Comparison:
    """A comparison with a baseline of 16 passes."""
    values: dict[str, Any] = {
        "baseline": "january",
        "passes": 16,
        "alpha": ALPHA,
        "tasks": tasks or (make_task(),),
    }
    return Comparison(**(values | overrides))
