"""Did a state's rate move: refusals, unparsed answers, truncations?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.stats.check import check_outcomes
from evals.stats.variance import SHOCK_PRIOR, RunShock

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.reference import Support


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCheck:
    """Whether a rate moved, either way. Rates and effects are fractions; nan is "not measured".

    Attributes:
        p: Two-sided, 2 min(p_fall, p_rise), at most 1.
        p_rise: The state became more frequent.
        p_fall: The state became rarer.
        rate: Share of the run's samples in that state.
        baseline_rate: The baseline's share on the same items.
        effect: Rate minus what the baseline predicts.
        low: Lower end of the 95 % interval of the effect.
        high: Upper end of it.
        mde: Smallest rise, spread over all items, that this check sees with 80 % power.
        items: Items (or clusters) compared.
        draws: Samples compared in the run.
        passes: Baseline passes.
        rose: Items (or clusters) that newly came into the state.
        support: What the baseline can support.
    """

    p: float
    p_rise: float
    p_fall: float
    rate: float
    baseline_rate: float
    effect: float
    low: float
    high: float
    mde: float
    items: int
    draws: int
    passes: int
    rose: tuple[int, ...]
    support: Support


def check_rate(
    baseline: Floats,
    run: Floats,
    *,
    alpha: float,
    clusters: Ints | None = None,
    shock: RunShock = SHOCK_PRIOR,
) -> RateCheck:
    """Check whether a state became more or less frequent.

    Arrays are those of ``check_outcomes`` with 1 for "in that state" and 0 for "answered, but not
    in it"; nan for samples that never reached the endpoint. The same item model, clusters and
    tests, two sided.

    >>> never = np.zeros((4, 40, 1))
    >>> refused = np.zeros((40, 1))
    >>> refused[:6] = 1.0
    >>> check = check_rate(never, refused, alpha=1 / 260)
    >>> check.p < 0.01, round(check.rate, 2), check.rose
    (True, 0.15, (0, 1, 2, 3, 4, 5))
    """
    outside = check_outcomes(1 - baseline, 1 - run, alpha=alpha / 2, clusters=clusters, shock=shock)
    return RateCheck(
        p=float(np.minimum(1.0, 2 * min(outside.p_drop, outside.p_rise))),
        p_rise=outside.p_drop,
        p_fall=outside.p_rise,
        rate=1 - outside.run_rate,
        baseline_rate=1 - outside.baseline_rate,
        effect=-outside.effect,
        low=-outside.high,
        high=-outside.low,
        mde=outside.mde,
        items=outside.items,
        draws=outside.draws,
        passes=outside.passes,
        rose=outside.fell,
        support=outside.support,
    )
