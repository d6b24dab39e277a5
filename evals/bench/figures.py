"""Measured figures, each with the interval that the number of simulations leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from evals.stats.intervals import Interval, wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of so many independent simulations ended in an alarm."""

    hits: int
    simulations: int

    @property
    def value(self) -> float:
        """Return the share; nan before the first simulation."""
        return self.hits / self.simulations if self.simulations else nan

    @property
    def interval(self) -> Interval:
        """Return the 95 % Wilson interval of the share."""
        return wilson_interval(self.hits, self.simulations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """The mean of independent simulations, with its 95 % t interval."""

    value: float
    low: float
    high: float
    simulations: int

    @property
    def interval(self) -> Interval:
        """Return both ends."""
        return Interval(low=self.low, high=self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """The median of independent simulations, with the 95 % interval of its order statistics.

    An end is inf where the simulations were stopped before the event.
    """

    value: float
    low: float
    high: float
    simulations: int


Figure = Rate | Mean | Median


def rate_of(outcomes: Iterable[bool]) -> Rate:
    """Count.

    >>> rate_of([True, False, False]).interval.high > 0.5
    True
    """
    found = list(outcomes)
    return Rate(hits=sum(map(bool, found)), simulations=len(found))


def mean_of(values: Iterable[float]) -> Mean:
    """Average; the interval is nan when there are fewer than two values.

    >>> mean_of([1.0, 3.0]).value
    2.0
    """
    found = np.array(list(values), dtype=float)
    if found.size < 2:
        return Mean(value=float(found.mean()), low=nan, high=nan, simulations=found.size)
    reach = stats.t.ppf(0.975, found.size - 1) * found.std(ddof=1) / found.size**0.5
    centre = float(found.mean())
    return Mean(
        value=centre,
        low=float(centre - reach),
        high=float(centre + reach),
        simulations=found.size,
    )


def median_of(values: Iterable[float]) -> Median:
    """Take the median, between the order statistics that hold it in 95 % of cases.

    >>> median_of([3.0, 1.0, 2.0]).value
    2.0
    """
    found = np.sort(np.array(list(values), dtype=float))
    below = int(stats.binom.ppf(0.025, found.size, 0.5))
    return Median(
        value=float(found[(found.size - 1) // 2]),
        low=float(found[max(below - 1, 0)]),
        high=float(found[min(found.size - below, found.size - 1)]),
        simulations=found.size,
    )
