"""What this check could have seen: the smallest drop that its own tests find in its own items."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from evals.stats.distributions import normal_quantile, normal_tail, t_quantile
from evals.stats.flips import score_distribution, score_items
from evals.stats.lattice import total_distribution
from evals.stats.mde import USUAL_POWER
from evals.stats.prior import GRID

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.permutation import Permutation
    from evals.stats.prediction import Prediction

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
    prediction: Prediction, *, alpha: float, floor: Permutation | None = None
) -> float:
    """Return the drop of the rate, as a fraction, that a check at ``alpha`` finds with power 0.8.

    Every item's p falls to p (1 - d); the power of a drop is that of the better of the sum and the
    flip test, at the exact critical values of the unchanged endpoint and with normal moments of
    the changed one. ``floor`` is the permutation test that guards a small baseline and must agree,
    at the draws and passes that it really compares. inf when not even a fall to zero is found that
    often. A drop that is concentrated in a few items is found earlier than this says.

    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.prediction import predict_run
    >>> from evals.stats.reference import fit_reference
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> known = fit_reference(Counts(successes=ones, draws=ones))
    >>> prediction = predict_run(known.model, ones[0], runs=1, shock=known.shock)
    >>> 0.02 < smallest_drop_seen(prediction, alpha=1 / 260) < 0.06
    True
    """
    scores = score_items(prediction, side="drop")
    moments = _moments(prediction, scores.steps)
    found = np.maximum(
        _sum_power(prediction, moments, alpha),
        _flip_power(score_distribution(prediction, scores), moments, alpha),
    )
    if floor is not None:
        found = np.minimum(found, _permutation_power(prediction, alpha, floor))
    rates = _DROPS * prediction.rate(prediction.model.mean)
    return _first_crossing(rates, np.maximum.accumulate(found))


def _moments(prediction: Prediction, steps: Ints) -> _Moments:
    pmfs = _after_drops(prediction)
    total, total_variance = _mean_and_variance(pmfs, prediction.steps)
    score, score_variance = _mean_and_variance(pmfs, steps)
    ratio = prediction.shock.ratio
    return _Moments(
        total=total,
        total_variance=np.maximum(total_variance * ratio, _LEAST_VARIANCE),
        score=score,
        score_variance=np.maximum(score_variance * ratio, _LEAST_VARIANCE),
    )


def _after_drops(prediction: Prediction) -> Floats:
    """Return the predicted distributions after each drop, ``[drops, items, counts]``."""
    model = prediction.model
    pmfs = np.zeros((_DROPS.size, *prediction.pmfs.shape))
    rates = (GRID * (1 - _DROPS[:, np.newaxis])).ravel()
    for draws in np.unique(prediction.draws):
        rows = prediction.draws == draws
        table = model.table(int(draws), runs=prediction.runs, rates=rates)
        table = table.reshape(_DROPS.size, GRID.size, -1)
        pmfs[:, rows, : draws + 1] = model.posterior[rows] @ table
    return pmfs


def _mean_and_variance(pmfs: Floats, values: Ints | Floats) -> tuple[Floats, Floats]:
    mean = (pmfs * values).sum(axis=2)
    variance = (pmfs * values**2).sum(axis=2) - mean**2
    return mean.sum(axis=1), variance.sum(axis=1)


def _sum_power(prediction: Prediction, moments: _Moments, alpha: float) -> Floats:
    shock = prediction.shock
    level = normal_tail(t_quantile(alpha / 2, shock.df) * shock.ratio**0.5)
    start, mass = total_distribution(prediction.pmfs, prediction.steps)
    critical = start + int(np.searchsorted(np.cumsum(mass), level, side="right")) - 1
    spread = np.sqrt(moments.total_variance)
    return np.asarray(special.ndtr((critical + 0.5 - moments.total) / spread))


def _flip_power(mass: Floats, moments: _Moments, alpha: float) -> Floats:
    upper = 1 - np.cumsum(mass) + mass
    critical = int(np.argmax(upper <= alpha / 2))
    spread = np.sqrt(moments.score_variance)
    return np.asarray(special.ndtr((moments.score - critical + 0.5) / spread))


def _permutation_power(prediction: Prediction, alpha: float, floor: Permutation) -> Floats:
    """Approximate how often the run's total is in the tail of its permutations among passes.

    Each item is k answers of the run or of one of B passes, its rate p (1 - d) once and p B times.
    """
    model, k = prediction.model, floor.draws
    drops, others = _DROPS[:, np.newaxis], 1 / (floor.passes + 1)
    squared = model.mean - model.noise
    pooled = model.mean * (1 - drops * others)
    pooled_square = squared * (1 - (2 * drops - drops**2) * others)
    ordinary = k * (pooled - pooled_square) * (1 + (k - 1) * model.rho * (k > 1))
    between = k**2 * squared * drops**2 * others * (1 - others)
    within_spread = np.sqrt(np.maximum((ordinary + between).sum(axis=1), 0.0))
    shift = (k * model.mean * drops * (1 - others)).sum(axis=1)
    margin = shift - _lost_to_rounding(prediction, k) - normal_quantile(alpha / 2) * within_spread
    share = k / np.maximum(prediction.draws, 1)
    counts = share[:, np.newaxis] * np.arange(prediction.pmfs.shape[1])
    _, variance = _mean_and_variance(_after_drops(prediction), counts)
    spread = np.sqrt(np.maximum(variance * prediction.shock.ratio, _LEAST_VARIANCE))
    return np.asarray(special.ndtr(margin / spread))


def _lost_to_rounding(prediction: Prediction, compared: Ints) -> float:
    """Return half a step of the lattice, and another half where the run's total lies between."""
    return 0.5 if np.array_equal(prediction.draws, compared) else 1.0


def _first_crossing(rates: Floats, found: Floats) -> float:
    if found[-1] < USUAL_POWER:
        return inf
    return float(np.interp(USUAL_POWER, found, rates))
