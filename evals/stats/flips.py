"""Did a few items break? Each item's evidence against its own history, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.beta_binomial import count_table, pooled_rho
from evals.stats.lattice import clip_p, sum_modulo
from evals.stats.prior import CHANGE_KERNELS, GRID, Side

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.item_model import ItemModel

SHARE_EXPECTED_TO_CHANGE: Final = 0.05
_STEP: Final = 0.05
_LOG_TAIL: Final = 36.0  # Markov: P(log E >= 36) <= exp(-36), far below what is reported
_NEVER: Final = 1e-13  # a count less probable than this cannot happen


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


def weigh_flips(
    model: ItemModel, predicted: Floats, successes: Ints, draws: Ints, *, side: Side, runs: int = 1
) -> FlipTest:
    """Score every item's count by how much better "it changed" explains it.

    score_i(c) = log((1 - eps) + eps BF_i(c)), eps = 0.05, BF_i(c) = P(c | p moved to ``side``) /
    P(c | p unchanged), where a moved p follows Beta(.5, .5) cut to the side. The sum is an e-value
    on the log scale; its p-value is exact on a lattice of 0.05. It sees three broken items of 150;
    it knows nothing of shocks common to the run, which the sum test allows for.
    ``successes`` and ``draws`` are ``[items]`` and belong to the rows of ``model`` and
    ``predicted``.

    >>> from evals.stats.item_model import fit_item_model
    >>> from evals.stats.outcomes import Counts
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> model = fit_item_model(Counts(successes=ones, draws=ones), rho=0.0)
    >>> broken, asked = np.repeat([0, 1], [5, 145]), ones[0]
    >>> result = weigh_flips(model, model.predict(asked), broken, asked, side="drop")
    >>> result.p < 1e-3, result.log_e > 3
    (True, True)
    """
    ratio = _bayes_factors(model, predicted, draws, side=side, runs=runs)
    mixed = 1 - SHARE_EXPECTED_TO_CHANGE + SHARE_EXPECTED_TO_CHANGE * ratio
    scores = np.log(mixed)
    rows = np.arange(successes.size)
    seen = mixed[rows, successes]
    return FlipTest(
        p=_lattice_p(predicted, scores, successes),
        log_e=float(scores[rows, successes].sum()),
        changed=1 - (1 - SHARE_EXPECTED_TO_CHANGE) / seen,
    )


def _bayes_factors(
    model: ItemModel, predicted: Floats, draws: Ints, *, side: Side, runs: int
) -> Floats:
    moved = model.posterior @ CHANGE_KERNELS[side]
    ratio = np.ones_like(predicted)
    for asked in np.unique(draws):
        rows = np.flatnonzero(draws == asked)
        table = count_table(int(asked), pooled_rho(model.rho, int(asked), runs))
        known = np.maximum(predicted[rows, : asked + 1], np.finfo(float).tiny)
        ratio[rows, : asked + 1] = (moved[rows] @ table) / known
    return ratio


def _lattice_p(predicted: Floats, scores: Floats, successes: Ints) -> float:
    items, outcomes = predicted.shape
    if items == 0:
        return 1.0
    lowest = np.where(predicted > 0, scores, np.inf).min(axis=1, keepdims=True)
    steps = np.rint((scores - lowest) / _STEP).astype(np.int64)
    rows = np.arange(items)
    observed = int(steps[rows, successes].sum())
    length = int((_LOG_TAIL - lowest.sum()) / _STEP + items / 2) + 1
    if observed <= 0:
        return 1.0
    if observed >= length:
        return clip_p(0.0)
    mass = np.zeros((items, length))
    for outcome in range(outcomes):
        kept = (predicted[:, outcome] > _NEVER) & (steps[:, outcome] < length)
        mass[rows[kept], steps[kept, outcome]] += predicted[kept, outcome]
    return clip_p(1.0 - float(sum_modulo(mass, length)[:observed].sum()))


def noise_after(side: Side) -> Floats:
    """Return E[p (1 - p)] of an item that moved to ``side``, for each old p of the grid."""
    return CHANGE_KERNELS[side] @ (GRID * (1 - GRID))
