"""Figures that most probes share: a share, a mean of differences, each with its interval."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from scipy import stats

from evals.probes.probe import Figure, Unit
from evals.stats.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def share(
    name: str, outcomes: Collection[bool], *, headline: bool = False, says: str = ""
) -> Figure:
    """Return the share of outcomes that are true, with its Wilson interval.

    >>> figure = share("flip D1", [True] * 5 + [False] * 15)
    >>> figure.value, round(figure.low, 3), figure.n
    (0.25, 0.112, 20)
    """
    n = len(outcomes)
    if n == 0:
        return Figure(name=name, value=None, n=0, headline=headline, says=says)
    interval = wilson_interval(sum(outcomes), n)
    return Figure(
        name=name,
        value=sum(outcomes) / n,
        low=interval.low,
        high=interval.high,
        n=n,
        headline=headline,
        says=says,
    )


def mean_difference(
    name: str, values: Sequence[float], *, headline: bool = False, says: str = ""
) -> Figure:
    """Return the mean of per-question differences in [-1, 1], in points.

    The interval is t's, over the questions and two pseudo-questions at +1 and -1: a difference that
    never varied is not known exactly.

    >>> figure = mean_difference("net_c2w A1", [0.0] * 10 + [1.0] * 10)
    >>> round(figure.value, 2), round(figure.low, 2), round(figure.high, 2)
    (0.5, 0.19, 0.72)
    """
    n = len(values)
    if n == 0:
        return Figure(name=name, value=None, n=0, unit=Unit.POINTS, headline=headline, says=says)
    padded = [*values, 1.0, -1.0]
    centre = sum(padded) / (n + 2)
    spread = sqrt(sum((value - centre) ** 2 for value in padded) / (n + 1))
    reach = float(stats.t.isf(0.025, n + 1)) * spread / sqrt(n + 2)
    return Figure(
        name=name,
        value=sum(values) / n,
        low=max(-1.0, centre - reach),
        high=min(1.0, centre + reach),
        n=n,
        unit=Unit.POINTS,
        headline=headline,
        says=says,
    )
