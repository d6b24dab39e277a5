"""The assumption-free companion: was the run an ordinary pass among the others?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.distributions import hypergeometric_mass
from evals.stats.lattice import tails_of_sum

if TYPE_CHECKING:
    from evals.stats.arrays import Bools, Floats, Ints
    from evals.stats.outcomes import Counts

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutation:
    """Both tails of the run among the passes, and what was compared, item by item.

    Attributes:
        lower: P(total <= the run's).
        upper: P(total >= the run's).
        draws: How many answers of each pass were compared, ``[items]``: those of the pass that has
            the fewest.
        passes: Baseline passes that answered, ``[items]``.
    """

    lower: float
    upper: float
    draws: Ints
    passes: Ints

    def of_items(self, items: Ints) -> Permutation:
        """Keep what was compared on ``items``; the tails stay those of all."""
        return Permutation(
            lower=self.lower,
            upper=self.upper,
            draws=self.draws[items],
            passes=self.passes[items],
        )


def permutation_tails(baseline: Counts, successes: Ints, draws: Ints) -> Permutation:
    """Return the tails of the run's total when its answers are exchangeable, item by item.

    For each item the run's count is one of the counts of all passes that answered, itself included,
    each equally likely; totals are convolved exactly. Epochs may be correlated in any way; items
    must be independent, so a run shock is not allowed for. With one baseline pass it is the sign
    test. It never falls below 1 / (passes + 1) per item.

    Where passes drew unequally often, k answers of each are compared, k being the fewest: c of m
    become a hypergeometric number of k, and the run its mean, k c / m. That is exact with equal
    draws; otherwise the mean varies less than the thinned counts beside it, so it errs towards 1.

    >>> from evals.stats.outcomes import Counts
    >>> before = Counts(successes=np.ones((1, 5), dtype=np.int64),
    ...                 draws=np.ones((1, 5), dtype=np.int64))
    >>> run = np.zeros(5, dtype=np.int64)
    >>> round(permutation_tails(before, run, np.ones(5, dtype=np.int64)).lower, 6)
    0.03125
    >>> round(permutation_tails(before, run, np.full(5, 3)).lower, 6)
    0.03125
    """
    answered = (baseline.draws > 0) & (draws > 0)
    fewest = np.where(answered, baseline.draws, draws).min(axis=0, initial=np.iinfo(np.int64).max)
    compared = np.where(answered.any(axis=0), np.minimum(fewest, draws), 0)
    mass = _exchangeable(
        np.vstack([baseline.successes, successes]),
        np.vstack([baseline.draws, draws]),
        np.vstack([answered, answered.any(axis=0)]),
        compared,
    )
    total = float((compared * successes / np.maximum(draws, 1)).sum())
    return Permutation(
        lower=tails_of_sum(mass, ceil(total - _ROUNDING)).lower,
        upper=tails_of_sum(mass, floor(total + _ROUNDING)).upper,
        draws=compared,
        passes=answered.sum(axis=0),
    )


def _exchangeable(successes: Ints, draws: Ints, counted: Bools, compared: Ints) -> Floats:
    """Return each item's mean distribution over passes, of ``compared`` answers of each."""
    width = int(compared.max(initial=0)) + 1
    mass = np.zeros((compared.size, width))
    mass[~counted.any(axis=0), 0] = 1.0
    cells = np.argwhere(counted)
    items = cells[:, 1]
    known = np.column_stack([successes[counted], draws[counted], compared[items]])
    kinds, which = np.unique(known, axis=0, return_inverse=True)
    c, m, k = (column[:, np.newaxis] for column in kinds.T)
    thinned = hypergeometric_mass(np.arange(width), drawn=k, marked=c, total=m)
    np.add.at(mass, items, thinned[which.ravel()])
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))
