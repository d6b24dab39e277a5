"""A model swap: is B, on these items, not worse than A by more than a margin?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.distributions import normal_quantile, t_quantile
from evals.stats.outcomes import count_outcomes

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

_CONFIDENCE: Final = 0.95
_POWER: Final = 0.8


class SwapVerdict(StrEnum):
    """What the items say about a swap."""

    SAFE = "safe"
    NOT_SAFE = "not safe"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """B against A on shared items; rates, differences and margins are fractions.

    Attributes:
        verdict: ``safe`` when low > -margin, ``not safe`` when high < -margin.
        difference: Mean over items of rate B minus rate A, as observed.
        low: Lower one-sided 95 % bound of the difference.
        high: Upper one-sided 95 % bound of it.
        provable_margin: The smallest margin these answers prove, -low (0 when B is better).
        items: Shared items.
        share_differing: Share of items whose rates differ.
        items_needed: Items that would prove the margin with 80 % power if A and B were equal; None
            when nothing is shared.
    """

    verdict: SwapVerdict
    difference: float
    low: float
    high: float
    provable_margin: float
    items: int
    share_differing: float
    items_needed: int | None


def compare_models(a: Floats, b: Floats, *, margin: float) -> Swap:
    """Compare two models' answers ``[items, epochs]`` (1, 0, nan) to the same items.

    d_i = mean_B - mean_A, with two pseudo-items +1 and -1 added, so that 20 equal answers prove
    little: B is not worse by ``margin`` if dbar - t_{.95, N+1} s / sqrt(N + 2) > -margin. It speaks
    of these items, not of the traffic, and treats items as independent: sum clusters first.

    >>> equal = np.ones((150, 4))
    >>> swap = compare_models(equal, equal, margin=0.05)
    >>> swap.verdict, round(swap.provable_margin, 3)
    (<SwapVerdict.SAFE: 'safe'>, 0.015)
    """
    if margin <= 0:
        raise ValueError("a margin is a positive fraction, for instance 0.05")
    rates_a = count_outcomes(_as_passes(a)).rates()
    rates_b = count_outcomes(_as_passes(b)).rates()
    d = (rates_b - rates_a)[~np.isnan(rates_b - rates_a)]
    if d.size == 0:
        return _nothing_shared()
    padded = np.concatenate([d, [1.0, -1.0]])
    centre = float(padded.mean())
    reach = float(
        t_quantile(1 - _CONFIDENCE, d.size + 1) * padded.std(ddof=1) / np.sqrt(padded.size)
    )
    low, high = centre - reach, centre + reach
    return Swap(
        verdict=_verdict(low, high, margin),
        difference=float(d.mean()),
        low=low,
        high=high,
        provable_margin=max(0.0, -low),
        items=d.size,
        share_differing=float((d != 0).mean()),
        items_needed=items_to_prove(float(padded.var(ddof=1)), margin),
    )


def items_to_prove(variance: float, margin: float) -> int:
    """Return N = 6.18 Var(d_i) / margin^2: 95 % one-sided confidence, 80 % power, equal models.

    Var(d_i) = omega^2 + 2 vbar / K; omega^2 is about the share of items whose rates differ.

    >>> items_to_prove(0.05, 0.05)
    124
    """
    z = normal_quantile(1 - _CONFIDENCE) + normal_quantile(1 - _POWER)
    return ceil(z**2 * variance / margin**2)


def _as_passes(outcomes: Floats) -> Floats:
    return np.asarray(outcomes, dtype=float)[np.newaxis]


def _verdict(low: float, high: float, margin: float) -> SwapVerdict:
    if low > -margin:
        return SwapVerdict.SAFE
    return SwapVerdict.NOT_SAFE if high < -margin else SwapVerdict.CANNOT_TELL


def _nothing_shared() -> Swap:
    return Swap(
        verdict=SwapVerdict.CANNOT_TELL,
        difference=nan,
        low=nan,
        high=nan,
        provable_margin=nan,
        items=0,
        share_differing=nan,
        items_needed=None,
    )
