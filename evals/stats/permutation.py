"""The assumption-free companion: was the run an ordinary pass among the others?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evals.stats.lattice import Tails, tails_of_sum

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.outcomes import Counts


def permutation_tails(baseline: Counts, successes: Ints, draws: Ints) -> Tails:
    """Return the exact tails of the run's total when its answers are exchangeable, item by item.

    For each item the run's count is one of the counts of all passes that drew as often, each
    equally likely; totals are convolved exactly. Epochs may be correlated in any way; items must be
    independent, so a run shock is not allowed for. With one baseline pass it is the sign test. It
    never falls below 1 / (passes + 1) per item.

    >>> from evals.stats.outcomes import Counts
    >>> before = Counts(successes=np.ones((1, 5), dtype=np.int64),
    ...                 draws=np.ones((1, 5), dtype=np.int64))
    >>> run = np.zeros(5, dtype=np.int64)
    >>> round(permutation_tails(before, run, np.ones(5, dtype=np.int64)).lower, 6)
    0.03125
    """
    return tails_of_sum(_exchangeable(baseline, successes, draws), int(successes.sum()))


def _exchangeable(baseline: Counts, successes: Ints, draws: Ints) -> Floats:
    same = baseline.draws == draws
    mass = np.zeros((draws.size, int(draws.max(initial=0)) + 1))
    rows = np.arange(draws.size)
    mass[rows, successes] = 1.0
    for counts, kept in zip(baseline.successes, same, strict=True):
        mass[rows[kept], counts[kept]] += 1.0
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))
