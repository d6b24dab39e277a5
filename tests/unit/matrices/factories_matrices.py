"""Outcome matrices of known content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from evals.matrices.judging import RunJudgement, judge_matrices
from evals.matrices.parsing import OutcomeMatrices

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

ALPHA = 1 / 260


def ones(rows: int, items: int = 150, epochs: int = 1) -> Floats:
    return np.ones((rows, items, epochs))


def with_wrong(rows: Floats, *items: int) -> Floats:
    """The same outcomes with these items wrong in every row."""
    changed = rows.copy()
    changed[:, list(items)] = 0.0
    return changed


def judged(baseline: Floats, runs: Floats, **options: Any) -> tuple[RunJudgement, ...]:
    matrices = OutcomeMatrices(baseline=baseline, runs=runs, alpha=ALPHA)
    return judge_matrices(matrices, **options)


def usual_rates(rng: np.random.Generator, items: int = 150) -> Floats:
    """Most items nearly always right, some nearly never, a fifth in between."""
    kind = rng.choice(3, items, p=[0.65, 0.15, 0.2])
    rates = [rng.beta(60, 0.3, items), rng.beta(0.3, 60, items), rng.beta(0.8, 0.8, items)]
    return np.asarray(np.choose(kind, rates))


def answers(rng: np.random.Generator, rates: Floats, rows: int, epochs: int = 1) -> Floats:
    return (rng.random((rows, rates.size, epochs)) < rates[:, np.newaxis]).astype(float)
