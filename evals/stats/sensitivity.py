"""What this check could have seen: the smallest drop that its own tests find in its own items."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special, stats

from evals.stats.beta_binomial import count_probabilities, pooled_rho
from evals.stats.flips import lattice_of, score_distribution
from evals.stats.lattice import total_distribution
from evals.stats.mde import USUAL_POWER
from evals.stats.prior import GRID

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.flips import Asked
    from evals.stats.item_model import ItemModel

_DROPS: Final = np.linspace(0.0, 1.0, 41)[1:] ** 1.5
_LEAST_VARIANCE: Final = 1e-9  # a fall to zero leaves no noise, and is found for certain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Mean and variance, over items and runs, of total and score at each drop of ``_DROPS``."""

    total: Floats
    total_variance: Floats
    score: Floats
    score_variance: Floats


def smallest_drop_seen(
    model: ItemModel, asked: Asked, *, alpha: float, permuted_passes: int | None = None
) -> float:
    """Return the drop of the rate, as a fraction, that a check at ``alpha`` finds with power 0.8.

    Every item's p falls to p (1 - d); the power of a drop is that of the better of the sum and the
    flip test, at the exact critical values of the unchanged endpoint and with normal moments of
    the changed one. ``permuted_passes`` is the size of a small baseline, whose permutation test
    must agree. inf when not even a fall to zero is found that often. A drop that is concentrated in
    a few items is found earlier than this says.

    >>> from evals.stats.flips import Asked
    >>> from evals.stats.item_model import fit_item_model
    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.variance import SHOCK_PRIOR
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> model = fit_item_model(Counts(successes=ones, draws=ones), rho=0.0)
    >>> asked = Asked(draws=ones[0], runs=1, shock=SHOCK_PRIOR)
    >>> 0.02 < smallest_drop_seen(model, asked, alpha=1 / 260) < 0.06
    True
    """
    lattice = lattice_of(model, asked, side="drop")
    moments = _moments(model, asked, lattice.steps)
    found = np.maximum(
        _sum_power(model, asked, moments, alpha),
        _flip_power(score_distribution(model, asked, lattice), moments, alpha),
    )
    if permuted_passes is not None:
        found = np.minimum(found, _permutation_power(model, asked, moments, alpha, permuted_passes))
    rates = _DROPS * float(asked.draws @ model.mean / asked.draws.sum())
    return _first_crossing(rates, np.maximum.accumulate(found))


def _moments(model: ItemModel, asked: Asked, steps: Ints) -> _Moments:
    rows = [_moments_at(model, asked, steps, float(drop)) for drop in _DROPS]
    columns = np.array(rows).T
    columns[1::2] = np.maximum(columns[1::2] * asked.shock.ratio, _LEAST_VARIANCE)
    return _Moments(
        total=columns[0], total_variance=columns[1], score=columns[2], score_variance=columns[3]
    )


def _moments_at(model: ItemModel, asked: Asked, steps: Ints, drop: float) -> list[float]:
    pmfs = np.zeros(steps.shape)
    for draws in np.unique(asked.draws):
        rows = asked.draws == draws
        rho = pooled_rho(model.rho, int(draws), asked.runs)
        table = count_probabilities(GRID * (1 - drop), int(draws), rho)
        pmfs[rows, : draws + 1] = model.posterior[rows] @ table
    moments: list[float] = []
    for values in (np.arange(steps.shape[1]), steps):
        mean = (pmfs * values).sum(axis=1)
        moments += [float(mean.sum()), float(((pmfs * values**2).sum(axis=1) - mean**2).sum())]
    return moments


def _sum_power(model: ItemModel, asked: Asked, moments: _Moments, alpha: float) -> Floats:
    shock = asked.shock
    level = stats.norm.sf(stats.t.isf(alpha / 2, shock.df) * shock.ratio**0.5)
    start, mass = total_distribution(model.predict(asked.draws, runs=asked.runs))
    critical = start + int(np.searchsorted(np.cumsum(mass), level, side="right")) - 1
    spread = np.sqrt(moments.total_variance)
    return np.asarray(special.ndtr((critical + 0.5 - moments.total) / spread))


def _flip_power(mass: Floats, moments: _Moments, alpha: float) -> Floats:
    upper = 1 - np.cumsum(mass) + mass
    critical = int(np.argmax(upper <= alpha / 2))
    spread = np.sqrt(moments.score_variance)
    return np.asarray(special.ndtr((moments.score - critical + 0.5) / spread))


def _permutation_power(
    model: ItemModel, asked: Asked, moments: _Moments, alpha: float, passes: int
) -> Floats:
    """Approximate how often the total is in the tail of its permutations among all passes."""
    kept = 1 - _DROPS[:, np.newaxis] / (passes + 1)
    pooled = model.mean * kept
    within = (asked.draws * (pooled - (model.mean - model.noise) * kept**2)).sum(axis=1)
    spread = np.sqrt(np.maximum(within, 0.0))
    shift = float(asked.draws @ model.mean) * _DROPS * passes / (passes + 1)
    margin = shift - 0.5 - stats.norm.isf(alpha / 2) * spread
    return np.asarray(special.ndtr(margin / np.sqrt(moments.total_variance)))


def _first_crossing(rates: Floats, found: Floats) -> float:
    if found[-1] < USUAL_POWER:
        return inf
    return float(np.interp(USUAL_POWER, found, rates))
