"""The slope of a per-question difference along the places of a list. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

_PRIOR = ((0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (1.0, -1.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Slope:
    """Least-squares slope with its 95 % interval, per unit of the axis."""

    value: float
    low: float
    high: float


def slope(points: Sequence[tuple[float, float]]) -> Slope | None:
    """Fit a line through points (x in [0, 1], y in [-1, 1]); None where x never varies.

    The interval is t's, over the points and four pseudo-points at +1 and -1 at both ends: a line
    on which all points lie is not known exactly.

    >>> found = slope([(0.0, 0.0), (0.5, 0.0), (1.0, 0.0)])
    >>> found.value, found.low < 0 < found.high
    (0.0, True)
    """
    if len({x for x, _ in points}) < 2:
        return None
    padded = [*points, *_PRIOR]
    centre, spread = _fit(padded)
    reach = float(stats.t.isf(0.025, len(padded) - 2)) * spread
    return Slope(value=_fit(points)[0], low=centre - reach, high=centre + reach)


def _fit(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope and its standard error (0 for fewer than three points)."""
    n = len(points)
    x_mean = sum(x for x, _ in points) / n
    y_mean = sum(y for _, y in points) / n
    xx = sum((x - x_mean) ** 2 for x, _ in points)
    found = sum((x - x_mean) * (y - y_mean) for x, y in points) / xx
    rest = sum((y - y_mean - found * (x - x_mean)) ** 2 for x, y in points)
    return found, sqrt(rest / (n - 2) / xx) if n > 2 else 0.0
