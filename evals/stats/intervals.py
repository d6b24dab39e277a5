"""Intervals of a single rate."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from evals.stats.distributions import normal_quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Both ends of an interval, in the unit of the figure it belongs to."""

    low: float
    high: float


def wilson_interval(successes: float, draws: int, *, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of a rate; nan when nothing was drawn.

    (q + z^2/2n -+ z sqrt(q(1-q)/n + z^2/4n^2)) / (1 + z^2/n). For independent draws: answers of the
    same items run after run are not, and have ``check_outcomes``; the mean of their items' rates
    may count as ``draws`` items, ``successes`` then being their sum. Source: Wilson, JASA 22
    (1927).

    >>> interval = wilson_interval(0, 20)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.0, 0.161)
    """
    if not 0 <= successes <= draws:
        raise ValueError(f"{successes} successes of {draws} draws make no rate")
    if draws == 0:
        return Interval(low=nan, high=nan)
    z2 = normal_quantile((1 - confidence) / 2) ** 2
    rate = successes / draws
    centre = rate + z2 / (2 * draws)
    reach = (z2 * rate * (1 - rate) / draws + (z2 / (2 * draws)) ** 2) ** 0.5
    scale = 1 + z2 / draws
    return Interval(low=max(0.0, (centre - reach) / scale), high=min(1.0, (centre + reach) / scale))
