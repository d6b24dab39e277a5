"""Did a few items break? Each item's evidence against its own history, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.lattice import clip_p, sum_of_scores
from evals.stats.prior import CHANGE_KERNELS, GRID, Side

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.prediction import Prediction

SHARE_EXPECTED_TO_CHANGE: Final = 0.05
_STEP: Final = 0.05
_LOG_TAIL: Final = 30.0  # Markov: P(log E >= 30) <= exp(-30), below what is reported
_NEVER: Final = 1e-13  # a count less probable than this cannot happen
_GOOD_AND_BAD_RUNS: Final = np.polynomial.hermite_e.hermegauss(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipTest:
    """Evidence that some items moved to one side.

    Attributes:
        p: P(sum of scores >= observed) if nothing changed.
        log_e: Natural logarithm of the e-value, the observed sum of scores.
        changed: Posterior probability that item i changed, ``[items]``.
    """

    p: float
    log_e: float
    changed: Floats


def weigh_flips(prediction: Prediction, successes: Ints, *, side: Side) -> FlipTest:
    """Score every item's count by how much better "it changed" explains it.

    score_i(c) = log((1 - eps) + eps BF_i(c)), eps = 0.05, BF_i(c) = P(c | p moved to ``side``) /
    P(c | p unchanged), where a moved p follows Beta(.5, .5) cut to the side. The sum is an e-value
    on the log scale for independent items. Its p-value is exact on a lattice of 0.05, averaged over
    good and bad runs: a normal shift of all log odds whose effect on the total has the variance
    lambda - 1 times item noise. It sees three broken items of 150. Items that always fail together
    (a document, a tool) must be summed into a cluster first, or they look like many.

    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.prediction import predict_run
    >>> from evals.stats.reference import fit_reference
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> known = fit_reference(Counts(successes=ones, draws=ones))
    >>> prediction = predict_run(known.model, ones[0], runs=1, shock=known.shock)
    >>> result = weigh_flips(prediction, np.repeat([0, 1], [6, 144]), side="drop")
    >>> result.p < 1e-3, result.log_e > 3
    (True, True)
    """
    scores = score_items(prediction, side=side)
    seen = scores.log_ratios[np.arange(successes.size), successes]
    return FlipTest(
        p=flip_p(prediction, scores, successes),
        log_e=float(seen.sum()),
        changed=1 - (1 - SHARE_EXPECTED_TO_CHANGE) * np.exp(-seen),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScores:
    """The score of every count an item may have, ``[items, counts]``.

    Attributes:
        log_ratios: log((1 - eps) + eps BF_i(c)).
        steps: The same, in steps of 0.05 above the item's lowest one.
        length: A number of steps that the sum all but never reaches.
    """

    log_ratios: Floats
    steps: Ints
    length: int

    def observed(self, successes: Ints) -> int:
        """Return the summed steps of the observed counts."""
        return int(self.steps[np.arange(successes.size), successes].sum())


def score_items(prediction: Prediction, *, side: Side) -> ItemScores:
    """Score every possible count; one of probability below 1e-13 sets no lowest score."""
    scores = np.log(_ratios(prediction, side))
    lowest = np.where(prediction.pmfs > _NEVER, scores, np.inf).min(axis=1, keepdims=True)
    steps = np.maximum(np.rint((scores - lowest) / _STEP), 0).astype(np.int64)
    length = int((_LOG_TAIL - lowest.sum()) / _STEP + scores.shape[0] / 2) + 1
    return ItemScores(log_ratios=scores, steps=steps, length=length)


def _ratios(prediction: Prediction, side: Side) -> Floats:
    """Return (1 - eps) + eps BF_i(c), ``[items, counts]``; 1 for counts that cannot be."""
    moved = prediction.model.posterior @ CHANGE_KERNELS[side]
    factors = np.ones_like(prediction.pmfs)
    for draws in np.unique(prediction.draws):
        rows = np.flatnonzero(prediction.draws == draws)
        table = prediction.model.table(int(draws), runs=prediction.runs)
        known = np.maximum(prediction.pmfs[rows, : draws + 1], np.finfo(float).tiny)
        factors[rows, : draws + 1] = (moved[rows] @ table) / known
    return np.asarray(1 - SHARE_EXPECTED_TO_CHANGE + SHARE_EXPECTED_TO_CHANGE * factors)


def flip_p(prediction: Prediction, scores: ItemScores, successes: Ints) -> float:
    """Return P(summed steps >= observed) if nothing changed."""
    observed = scores.observed(successes)
    if observed <= 0:
        return 1.0
    if observed >= scores.length:
        return clip_p(0.0)
    return clip_p(1.0 - float(score_distribution(prediction, scores)[:observed].sum()))


def score_distribution(prediction: Prediction, scores: ItemScores) -> Floats:
    """Return the distribution of the summed steps if nothing changed, over good and bad runs."""
    spread = prediction.log_odds_spread
    if spread == 0:
        return sum_of_scores(prediction.pmfs, scores.steps, scores.length)
    nodes, weights = _GOOD_AND_BAD_RUNS
    return np.asarray(
        sum(
            weight * sum_of_scores(prediction.shifted(node * spread), scores.steps, scores.length)
            for node, weight in zip(nodes.tolist(), weights / weights.sum(), strict=True)
        )
    )


def noise_after(side: Side) -> Floats:
    """Return E[p (1 - p)] of an item that moved to ``side``, for each old p of the grid."""
    return CHANGE_KERNELS[side] @ (GRID * (1 - GRID))
