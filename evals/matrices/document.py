"""Judgements as a JSON document: one entry a run, numbers finite or null."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.matrices.judging import RunJudgement


def judgement_document(judged: Sequence[RunJudgement]) -> dict[str, Any]:
    """Return ``{"runs": [...]}``; `docs/outcome-matrices.md` says what each field means."""
    return {"runs": [_run(one) for one in judged]}


def _run(one: RunJudgement) -> dict[str, Any]:
    check = one.check
    figures = {
        "p_drop": check.p_drop,
        "p_rise": check.p_rise,
        "p_flip": check.p_flip_drop,
        "p_week": one.p_week,
        "effect": check.effect,
        "low": max(check.low, -1.0),
        "high": min(check.high, 1.0),
        "mde": check.mde,
    }
    return {
        **{name: value if isfinite(value) else None for name, value in figures.items()},
        "items": check.items,
        "draws": check.draws,
        "verdict": one.verdict.value,
    }
