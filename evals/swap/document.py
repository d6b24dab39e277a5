"""A swap as a JSON document: every figure with its interval and n; what cannot be told is null.

Fields keep name and meaning within a version; `docs/model-swap.md` says what each means.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from evals.compare import Estimate
    from evals.swap.swap import SwapReport, SwapRow, SwapSide, SwapTask

FORMAT: Final = "pinwatch.swap"
VERSION: Final = 1


def swap_json(report: SwapReport) -> str:
    """Return the document as ASCII JSON, indented, ending in a line feed."""
    return json.dumps(swap_document(report), indent=2, allow_nan=False) + "\n"


def swap_document(report: SwapReport) -> dict[str, Any]:
    """Return the swap as JSON values: dict, list, str, int, finite float and None."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "verdict": report.verdict.value,
        "exit_code": report.exit_code,
        "reasons": list(report.reasons),
        "margin": report.margin,
        "a": _side(report.a),
        "b": _side(report.b),
        "tasks": [_task(task) for task in report.tasks],
    }


def _side(side: SwapSide) -> dict[str, Any]:
    return {
        "endpoint": side.endpoint,
        "run_id": side.run_id,
        "asked_at": side.asked_at.isoformat(),
        "samples": side.samples,
        "cost_usd": _number(side.cost_usd),
        "median_latency_seconds": _number(side.median_latency_seconds),
        "input_tokens": side.input_tokens,
        "output_tokens": side.output_tokens,
    }


def _task(task: SwapTask) -> dict[str, Any]:
    return {
        "task": task.overall.name,
        **_row(task.overall),
        "a_states": {state.value: count for state, count in task.a_states.items()},
        "b_states": {state.value: count for state, count in task.b_states.items()},
        "excluded": [
            {"reason": left.reason, "item_ids": list(left.item_ids)} for left in task.excluded
        ],
        "tags": [{"tag": tag.name, **_row(tag)} for tag in task.tags],
    }


def _row(row: SwapRow) -> dict[str, Any]:
    return {
        "verdict": row.verdict.value,
        "reason": row.reason,
        "a": _estimate(row.a),
        "b": _estimate(row.b),
        "difference": _number(row.difference),
        "low": _number(row.low),
        "high": _number(row.high),
        "provable_margin": _number(row.provable_margin),
        "share_differing": _number(row.share_differing),
        "items": row.items,
        "items_needed": row.items_needed,
    }


def _estimate(score: Estimate) -> dict[str, Any]:
    return {
        "rate": _number(score.rate),
        "low": _number(score.low),
        "high": _number(score.high),
        "n": score.n,
    }


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None
