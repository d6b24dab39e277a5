"""The detectors that are compared: ours, and what people use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from evals.bench.quick import quick_check
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.stats.arrays import Floats

ALPHA: Final = 1 / 260
"""One false page a year from five weekly series."""

EPOCHS: Final = 2
_NAIVE_ITEMS: Final = 50
_NAIVE_DROP: Final = 0.05
_TINY: Final = 1e-12  # answers without any variance have no standard error


def fixed_plan(baseline: Floats, run: Floats) -> bool:
    """Say whether our check alarms: every item asked twice."""
    reference = fit_reference(count_outcomes(baseline))
    return quick_check(reference, count_outcomes(run)).p_drop <= ALPHA


def naive_rule(baseline: Floats, run: Floats) -> bool:
    """Say whether 50 items, asked once, lost more than 5 points against the stored run before."""
    before, after = baseline[-1, :_NAIVE_ITEMS, 0].mean(), run[:_NAIVE_ITEMS, 0].mean()
    return bool(before - after > _NAIVE_DROP + 1e-9)


def two_proportions(baseline: Floats, run: Floats) -> bool:
    """Say whether the pooled two-proportion z test rejects: all passes against the run."""
    pooled = (baseline.sum() + run.sum()) / (baseline.size + run.size)
    error = np.sqrt(pooled * (1 - pooled) * (1 / baseline.size + 1 / run.size))
    return bool(stats.norm.cdf((run.mean() - baseline.mean()) / max(error, _TINY)) <= ALPHA)


def mcnemar(baseline: Floats, run: Floats) -> bool:
    """Say whether the exact McNemar test rejects: the stored run before, answer by answer."""
    fell = int((baseline[-1] > run).sum())
    rose = int((baseline[-1] < run).sum())
    return bool(stats.binom.sf(fell - 1, fell + rose, 0.5) <= ALPHA)


def paired_t(baseline: Floats, run: Floats) -> bool:
    """Say whether the paired t test over items rejects: rate in the run less rate in all passes."""
    differences = run.mean(axis=1) - baseline.mean(axis=(0, 2))
    error = max(float(differences.std(ddof=1)), _TINY) / differences.size**0.5
    return bool(stats.t.cdf(differences.mean() / error, differences.size - 1) <= ALPHA)


DETECTORS: Final[dict[str, Callable[[Floats, Floats], bool]]] = {
    "fixed": fixed_plan,
    "naive": naive_rule,
    "two-proportion": two_proportions,
    "mcnemar": mcnemar,
    "paired-t": paired_t,
}
ADAPTIVE: Final = "adaptive"
"""Asks as it goes, so it has no place among functions of answers: see ``adaptive_check``."""
