"""Did all items together move? The exact distribution of the run's total, then the run shock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.stats.distributions import normal_quantile, t_tail
from evals.stats.lattice import SMALLEST_P, tails_of_sum

if TYPE_CHECKING:
    from evals.stats.arrays import Ints
    from evals.stats.prediction import Prediction
    from evals.stats.variance import RunShock


@dataclass(frozen=True, slots=True, kw_only=True)
class SumTest:
    """One-sided p-values of the run's total, each for its own direction."""

    p_drop: float
    p_rise: float


def compare_totals(prediction: Prediction, successes: Ints) -> SumTest:
    """Compare a run's total with its predicted distribution.

    The total is the suite's rate: sum_i w_i c_i / m_i, every item with the weight it has in one
    pass, however often this run asked it. p0 = P(total <= observed), exact for independent items
    (but for the rounding of the weights, where draws differ in many ways); with z = Phi^-1(1 - p0)
    the allowance for a shock common to the run is p = P(T_df > z / sqrt(lambda)) when z > 0, and p0
    otherwise. It sees many items that each move a little; three broken items of 150 it mostly
    misses. ``successes`` is ``[items]``.

    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.prediction import predict_run
    >>> from evals.stats.reference import fit_reference
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> known = fit_reference(Counts(successes=ones, draws=ones))
    >>> prediction = predict_run(known.model, ones[0], runs=1, shock=known.shock)
    >>> result = compare_totals(prediction, np.repeat([0, 1], [10, 140]))
    >>> result.p_drop < 1e-3, result.p_rise > 0.99
    (True, True)
    """
    observed = prediction.steps[np.arange(successes.size), successes].sum()
    tails = tails_of_sum(prediction.pmfs, int(observed), steps=prediction.steps)
    return SumTest(
        p_drop=allow_for_shock(tails.lower, prediction.shock),
        p_rise=allow_for_shock(tails.upper, prediction.shock),
    )


def allow_for_shock(p: float, shock: RunShock) -> float:
    """Widen a one-sided p-value by the run shock, with t tails; p above 1/2 stays as it is.

    >>> from evals.stats.variance import RunShock
    >>> round(allow_for_shock(0.001, RunShock(ratio=2.0, df=20.0)), 4)
    0.0205
    """
    z = normal_quantile(max(p, SMALLEST_P))
    if z <= 0:
        return p
    return t_tail(z / shock.ratio**0.5, shock.df)
