"""What makes answers of one run resemble each other: epochs of an item, and the run as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.stats.arrays import Bools, Floats
    from evals.stats.item_model import ItemModel
    from evals.stats.outcomes import Counts

_RHO_UNKNOWN: Final = 0.5
_RHO_PRIOR_ITEMS: Final = 3.0
_FLEET_DF_MOST: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunShock:
    """How much more a run's mean varies than independent items would make it.

    Attributes:
        ratio: lambda = 1 + tau^2 / s^2, at least 1: tau is the run shock's standard deviation, s
            the standard deviation of a run's mean from item noise alone.
        df: How many degrees of freedom that estimate is worth.
    """

    ratio: float
    df: float


SHOCK_PRIOR: Final = RunShock(ratio=1.15, df=20.0)
"""What is believed of an endpoint before its own passes are seen."""


def estimate_rho(counts: Counts) -> float:
    """Estimate the within-run correlation of an item's epochs, 0 to 1.

    Between-pass variance of an item's rate, less what its epochs alone explain, over the total;
    pooled over items asked more than once in at least two passes, and shrunk to 0.5 with the weight
    of three informative items (neither always right nor always wrong). 0.5 when the passes cannot
    say: nothing was asked twice in a pass, or in one pass only. Blind to correlation between items.

    >>> from evals.stats.outcomes import Counts
    >>> same = np.array([[2, 0], [0, 2], [2, 2], [0, 0]])
    >>> estimate_rho(Counts(successes=same, draws=np.full((4, 2), 2)))
    0.7
    """
    repeated = counts.draws > 1
    passes = repeated.sum(axis=0)
    usable = passes >= 2
    if not usable.any():
        return _RHO_UNKNOWN
    between, within = _variances(counts, usable)
    shared = max(0.0, between - within / counts.draws[repeated].mean())
    raw = shared / (shared + within) if shared + within > 0 else 0.0
    informative = _informative_items(counts)
    weighed = informative * raw + _RHO_PRIOR_ITEMS * _RHO_UNKNOWN
    return float(weighed / (informative + _RHO_PRIOR_ITEMS))


def _variances(counts: Counts, usable: Bools) -> Floats:
    """Return the mean variance of an item's rate between passes, and of one epoch within a pass."""
    draws = counts.draws[:, usable]
    repeated = draws > 1
    passes = repeated.sum(axis=0)
    rate = counts.successes[:, usable] / np.maximum(draws, 1)
    mean = (rate * repeated).sum(axis=0) / passes
    between = ((rate - mean) ** 2 * repeated).sum(axis=0) / (passes - 1)
    unbiased = rate * (1 - rate) * draws / np.maximum(draws - 1, 1)
    within = (unbiased * repeated).sum(axis=0) / passes
    return np.array([between.mean(), within.mean()])


def _informative_items(counts: Counts) -> int:
    right, asked = counts.successes.sum(axis=0), counts.draws.sum(axis=0)
    return int(((right > 0) & (right < asked)).sum())


def estimate_run_shock(
    counts: Counts, model: ItemModel, *, prior: RunShock = SHOCK_PRIOR
) -> RunShock:
    """Estimate the run shock from repeated, unchanged passes.

    Each pass gives z_b^2 = (sum_i c_bi - m_bi q_i)^2 / sum_i v_i m_bi (1 + (m_bi - 1) rho), with
    q_i the item's rate over all passes; their sum has (passes - 1) lambda as its mean. The prior's
    degrees of freedom are added to passes - 1. A drift inside the baseline inflates it, which makes
    later checks blunter, never falser.

    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.item_model import fit_item_model
    >>> counts = Counts(successes=np.full((8, 30), 1), draws=np.full((8, 30), 1))
    >>> estimate_run_shock(counts, fit_item_model(counts, 0.0)).ratio
    1.0
    """
    if counts.passes < 2:
        return prior
    seen = counts.seen
    draws = counts.draws[:, seen]
    excess = (counts.successes[:, seen] - draws * counts.rates()[seen]).sum(axis=1)
    variance = (draws * (1 + np.maximum(draws - 1, 0) * model.rho)) @ model.noise[seen]
    squares = float((excess[variance > 0] ** 2 / variance[variance > 0]).sum())
    df = prior.df + counts.passes - 1
    return RunShock(ratio=max(1.0, (prior.df * prior.ratio + squares) / df), df=df)


def pool_run_shocks(shocks: Sequence[RunShock]) -> RunShock:
    """Pool the shocks of many endpoints' unchanged passes into the prior of the next one.

    The mean of their ratios, weighed by degrees of freedom, worth at most 60: endpoints differ, and
    a fleet cannot make one of them certain. Without any the default prior is returned.

    >>> pool_run_shocks([RunShock(ratio=1.2, df=50.0), RunShock(ratio=1.4, df=50.0)])
    RunShock(ratio=1.3, df=60.0)
    """
    df = sum(shock.df for shock in shocks)
    if df <= 0:
        return SHOCK_PRIOR
    ratio = sum(shock.ratio * shock.df for shock in shocks) / df
    return RunShock(ratio=ratio, df=min(df, _FLEET_DF_MOST))
