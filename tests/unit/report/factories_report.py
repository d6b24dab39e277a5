"""Reports of known content, each with overrides: an unchanged endpoint unless a test says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evals.records import RunRecord, RunStatus, TaskRecord
from evals.report.view import RunReport, Usage
from evals.verdict import TaskVerdict, Verdict, VerdictKind
from tests.unit.report.factories_comparison import ALPHA, make_comparison

NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def make_run(**overrides: Any) -> RunRecord:
    """A completed run of the suite weekly."""
    values: dict[str, Any] = {
        "id": "r-0105",
        "endpoint": "shop-answers",
        "pin_digest": "5f2b" * 16,
        "suite": "weekly",
        "suite_digest": "a1c3" * 16,
        "status": RunStatus.COMPLETED,
        "created_at": NOW.replace(minute=0),
        "started_at": NOW,
        "completed_at": NOW.replace(minute=2, second=12),
        "tasks": (
            TaskRecord(
                name="support-faq",
                golden_set="support-faq",
                golden_set_version="1",
                golden_set_digest="9e0d" * 16,
                task_version="1",
                planned_samples=150,
            ),
        ),
        "code_version": "0.1.0",
    }
    return RunRecord(**(values | overrides))


def make_usage(**overrides: Any) -> Usage:
    """150 calls in about two minutes, for 42 cents."""
    values: dict[str, Any] = {
        "calls": 150,
        "input_tokens": 36120,
        "output_tokens": 4410,
        "cost_usd": 0.42,
        "seconds": 132.0,
        "median_latency_seconds": 0.834,
    }
    return Usage(**(values | overrides))


def make_verdict(kind: VerdictKind, *reasons: str, **overrides: Any) -> Verdict:
    """A verdict on one task, for the same reasons."""
    values: dict[str, Any] = {
        "kind": kind,
        "reasons": reasons,
        "tasks": (TaskVerdict(task="support-faq", kind=kind, reasons=reasons),),
        "alpha": ALPHA,
        "policy_digest": "77aa" * 16,
    }
    return Verdict(**(values | overrides))


def make_report(**overrides: Any) -> RunReport:
    """An unchanged endpoint."""
    values: dict[str, Any] = {
        "run": make_run(),
        "model": "openai/gpt-4o-2024-08-06",
        "comparison": make_comparison(),
        "verdict": make_verdict(
            VerdictKind.OK,
            "no change beyond noise; a drop of 4.1 points would have been seen 4 times in 5",
        ),
        "usage": make_usage(),
        "next_steps": (("evals runs show r-0105", "every sample of this run"),),
    }
    return RunReport(**(values | overrides))
