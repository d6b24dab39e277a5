"""Did a few items break? Each item's evidence against its own history, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.beta_binomial import count_table, pooled_rho
from evals.stats.lattice import clip_p, sum_of_scores
from evals.stats.prior import CHANGE_KERNELS, GRID, Side

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.item_model import ItemModel
    from evals.stats.variance import RunShock

SHARE_EXPECTED_TO_CHANGE: Final = 0.05
_STEP: Final = 0.05
_LOG_TAIL: Final = 36.0  # Markov: P(log E >= 36) <= exp(-36), far below what is reported
_NEVER: Final = 1e-13  # a count less probable than this cannot happen
_GOOD_AND_BAD_RUNS: Final = np.polynomial.hermite_e.hermegauss(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the items of a model were asked: in one run, or in a window of several.

    Attributes:
        draws: Answers per item, ``[items]``.
        runs: How many runs they come from.
        shock: How much runs differ as a whole.
    """

    draws: Ints
    runs: int
    shock: RunShock


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


def weigh_flips(model: ItemModel, asked: Asked, successes: Ints, *, side: Side) -> FlipTest:
    """Score every item's count by how much better "it changed" explains it.

    score_i(c) = log((1 - eps) + eps BF_i(c)), eps = 0.05, BF_i(c) = P(c | p moved to ``side``) /
    P(c | p unchanged), where a moved p follows Beta(.5, .5) cut to the side. The sum is an e-value
    on the log scale for independent items. Its p-value is exact on a lattice of 0.05, averaged over
    good and bad runs: a normal shift of all log odds whose effect on the total has the variance
    lambda - 1 times item noise. It sees three broken items of 150. Items that always fail together
    (a document, a tool) must be summed into a cluster first, or they look like many.

    >>> from evals.stats.item_model import fit_item_model
    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.variance import SHOCK_PRIOR
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> model = fit_item_model(Counts(successes=ones, draws=ones), rho=0.0)
    >>> asked = Asked(draws=ones[0], runs=1, shock=SHOCK_PRIOR)
    >>> result = weigh_flips(model, asked, np.repeat([0, 1], [6, 144]), side="drop")
    >>> result.p < 1e-3, result.log_e > 3
    (True, True)
    """
    mixed = _likelihood_ratios(model, asked, side=side)
    lattice = lattice_of(model, asked, side=side)
    rows = np.arange(successes.size)
    seen = mixed[rows, successes]
    return FlipTest(
        p=_p_value(model, asked, lattice, int(lattice.steps[rows, successes].sum())),
        log_e=float(np.log(seen).sum()),
        changed=1 - (1 - SHARE_EXPECTED_TO_CHANGE) / seen,
    )


def _likelihood_ratios(model: ItemModel, asked: Asked, *, side: Side) -> Floats:
    """Return (1 - eps) + eps BF_i(c), ``[items, counts]``; 1 for counts that cannot be."""
    predicted = model.predict(asked.draws, runs=asked.runs)
    moved = model.posterior @ CHANGE_KERNELS[side]
    ratio = np.ones_like(predicted)
    for draws in np.unique(asked.draws):
        rows = np.flatnonzero(asked.draws == draws)
        table = count_table(int(draws), pooled_rho(model.rho, int(draws), asked.runs))
        known = np.maximum(predicted[rows, : draws + 1], np.finfo(float).tiny)
        ratio[rows, : draws + 1] = (moved[rows] @ table) / known
    return np.asarray(1 - SHARE_EXPECTED_TO_CHANGE + SHARE_EXPECTED_TO_CHANGE * ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Scores as whole steps above each item's lowest one, and where nothing lies any more."""

    steps: Ints
    length: int


def lattice_of(model: ItemModel, asked: Asked, *, side: Side) -> Lattice:
    """Round the scores of every count to steps of 0.05 above the item's lowest one.

    A count of probability below 1e-13 sets no lowest score.
    """
    scores = np.log(_likelihood_ratios(model, asked, side=side))
    possible = model.predict(asked.draws, runs=asked.runs) > _NEVER
    lowest = np.where(possible, scores, np.inf).min(axis=1, keepdims=True)
    steps = np.maximum(np.rint((scores - lowest) / _STEP), 0).astype(np.int64)
    length = int((_LOG_TAIL - lowest.sum()) / _STEP + scores.shape[0] / 2) + 1
    return Lattice(steps=steps, length=length)


def _p_value(model: ItemModel, asked: Asked, lattice: Lattice, observed: int) -> float:
    if observed <= 0:
        return 1.0
    if observed >= lattice.length:
        return clip_p(0.0)
    below = score_distribution(model, asked, lattice)[:observed].sum()
    return clip_p(1.0 - float(below))


def score_distribution(model: ItemModel, asked: Asked, lattice: Lattice) -> Floats:
    """Return the distribution of the summed steps if nothing changed, over good and bad runs."""
    nodes, weights = _GOOD_AND_BAD_RUNS
    spread = _log_odds_spread(model, asked)
    if spread == 0:
        nodes, weights = np.zeros(1), np.ones(1)
    total = np.zeros(1)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        pmfs = model.predict(asked.draws, runs=asked.runs, shift=float(node) * spread)
        total = total + weight * sum_of_scores(pmfs, lattice.steps, lattice.length)
    return total


def _log_odds_spread(model: ItemModel, asked: Asked) -> float:
    """Return the standard deviation of a run's common shift, on the scale of log odds."""
    rho = np.array([pooled_rho(model.rho, int(draws), asked.runs) for draws in asked.draws])
    noise = model.noise * asked.draws
    item_variance = float((noise * (1 + (asked.draws - 1) * rho)).sum())
    total = float(noise.sum())
    if total == 0:
        return 0.0
    return float(np.sqrt((asked.shock.ratio - 1) * item_variance)) / total


def noise_after(side: Side) -> Floats:
    """Return E[p (1 - p)] of an item that moved to ``side``, for each old p of the grid."""
    return CHANGE_KERNELS[side] @ (GRID * (1 - GRID))
