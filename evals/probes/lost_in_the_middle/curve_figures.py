"""Figures of the curve as a whole: its deficit, its gap, its slope, what is left of the oracle."""

from __future__ import annotations

from itertools import permutations
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING

from scipy import stats

from evals.probes.figures import mean_difference
from evals.probes.probe import Figure, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence


def mid_deficit(curves: Sequence[Sequence[float]]) -> Figure:
    """Return (first + last)/2 - mean of the middle, over questions asked at every position.

    >>> mid_deficit([(1.0, 0.0, 0.0, 1.0)] * 20).value
    1.0
    """
    values = [(one[0] + one[-1]) / 2 - fmean(one[1:-1]) for one in curves if len(one) > 2]
    return mean_difference(
        "mid_deficit", values, headline=True, says="accuracy at the ends less that between them"
    )


def slope(curves: Sequence[Sequence[float]]) -> Figure:
    """Return last - first: above 0, the end is found better than the beginning."""
    values = [one[-1] - one[0] for one in curves if len(one) > 1]
    return mean_difference("slope", values, says="accuracy at the last position less the first")


def gap(curves: Sequence[Sequence[float]]) -> Figure:
    """Return the accuracy of the best position less that of the worst.

    The best and the worst are chosen by the same answers, so the interval is that of the largest of
    all paired differences at once (Bonferroni over the ordered pairs); it starts at 0. The value
    itself is above the truth on average, the more so the fewer the questions.

    >>> gap([(1.0, 0.0, 1.0)] * 20).value
    1.0
    """
    says = "accuracy at the best position less the worst; too large on average"
    if not curves or len(curves[0]) < 2:
        return Figure(name="gap", value=None, n=0, unit=Unit.POINTS, says=says)
    pairs = list(permutations(range(len(curves[0])), 2))
    differences = [
        mean_difference("", [one[a] - one[b] for one in curves], confidence=1 - 0.05 / len(pairs))
        for a, b in pairs
    ]
    return Figure(
        name="gap",
        value=max(one.value or 0.0 for one in differences),
        low=max(0.0, *(one.low or 0.0 for one in differences)),
        high=max(one.high or 0.0 for one in differences),
        n=len(curves),
        unit=Unit.POINTS,
        says=says,
    )


def context_use(name: str, triples: Sequence[Sequence[float]]) -> Figure:
    """Return (a - c)/(o - c) over questions asked at a position (a), closed book (c), oracle (o).

    1 is as good as with the evidence alone, 0 as bad as without it; it may be beyond both. The
    interval is Fieller's: the ratios r at which the mean of (a - c) - r (o - c) could be 0, with
    two pseudo-questions at +1 and -1 as in `evals.probes.figures.mean_difference`. It has no ends
    where the oracle is not surely better than the closed book.

    >>> context_use("context_use 1", [(1.0, 0.0, 1.0)] * 10 + [(0.0, 0.0, 1.0)] * 10).value
    0.5
    """
    says = "share of what the evidence alone brings"
    gained = [a - c for a, c, _ in triples]
    possible = [o - c for _, c, o in triples]
    if not triples or sum(possible) <= 0:
        return Figure(name=name, value=None, n=len(triples), says=says)
    low, high = _fieller([*gained, 1.0, -1.0], [*possible, 0.0, 0.0])
    return Figure(
        name=name, value=sum(gained) / sum(possible), low=low, high=high, n=len(triples), says=says
    )


def _fieller(tops: Sequence[float], bottoms: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the ends of the 95 % interval of mean(tops)/mean(bottoms); None where it has none."""
    n = len(tops)
    k = float(stats.t.isf(0.025, n - 1)) ** 2 / n
    top, bottom = fmean(tops), fmean(bottoms)
    a = bottom**2 - k * _covariance(bottoms, bottoms)
    b = top * bottom - k * _covariance(tops, bottoms)
    c = top**2 - k * _covariance(tops, tops)
    inside = b * b - a * c
    if a <= 0 or inside < 0:
        return None, None
    return (b - sqrt(inside)) / a, (b + sqrt(inside)) / a


def _covariance(ones: Sequence[float], others: Sequence[float]) -> float:
    one, other = fmean(ones), fmean(others)
    return sum((x - one) * (y - other) for x, y in zip(ones, others, strict=True)) / (len(ones) - 1)
