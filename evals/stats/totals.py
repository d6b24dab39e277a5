"""Did all items together move? The exact distribution of the run's total, then the run shock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy import stats

from evals.stats.lattice import SMALLEST_P, tails_of_sum

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.variance import RunShock


@dataclass(frozen=True, slots=True, kw_only=True)
class SumTest:
    """One-sided p-values of the run's total, each for its own direction."""

    p_drop: float
    p_rise: float


def compare_totals(predicted: Floats, successes: Ints, shock: RunShock) -> SumTest:
    """Compare a run's total with its predicted distribution.

    p0 = P(sum of counts <= observed), exact for independent items; with z = Phi^-1(1 - p0) the
    allowance for a shock common to the run is p = P(T_df > z / sqrt(lambda)) when z > 0, and p0
    otherwise. It sees many items that each move a little; three broken items of 150 it mostly
    misses. ``predicted`` is ``[items, counts]``, see ItemModel.predict.

    >>> import numpy as np
    >>> from evals.stats.variance import RunShock
    >>> coins = np.full((100, 2), 0.5)
    >>> shock = RunShock(ratio=1.15, df=20.0)
    >>> result = compare_totals(coins, np.repeat([1, 0], [35, 65]), shock)
    >>> round(result.p_drop, 4), round(result.p_rise, 4)
    (0.0066, 0.9991)
    """
    tails = tails_of_sum(predicted, int(successes.sum()))
    return SumTest(
        p_drop=allow_for_shock(tails.lower, shock), p_rise=allow_for_shock(tails.upper, shock)
    )


def allow_for_shock(p: float, shock: RunShock) -> float:
    """Widen a one-sided p-value by the run shock, with t tails; p above 1/2 stays as it is.

    >>> from evals.stats.variance import RunShock
    >>> round(allow_for_shock(0.001, RunShock(ratio=2.0, df=20.0)), 4)
    0.0205
    """
    z = float(stats.norm.isf(max(p, SMALLEST_P)))
    if z <= 0:
        return p
    return float(stats.t.sf(z / shock.ratio**0.5, shock.df))
