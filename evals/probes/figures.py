"""Figures that most probes share: a share, a mean of differences, each with its interval."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING

from scipy import stats

from evals.probes.probe import Figure, Unit
from evals.stats.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


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


def share_of_questions(
    name: str, outcomes: Iterable[tuple[str, bool]], *, headline: bool = False, says: str = ""
) -> Figure:
    """Return the share of outcomes that are true, where a question may have several.

    ``outcomes`` name their question. Each question counts once, with the share of its own outcomes:
    its repeats are no new evidence about other questions.

    >>> figure = share_of_questions("a", [("q1", True), ("q1", False), ("q2", True)])
    >>> figure.value, figure.n
    (0.75, 2)
    """
    found: dict[str, list[bool]] = defaultdict(list)
    for question, outcome in outcomes:
        found[question].append(outcome)
    n = len(found)
    if n == 0:
        return Figure(name=name, value=None, n=0, headline=headline, says=says)
    total = sum(sum(of_one) / len(of_one) for of_one in found.values())
    interval = wilson_interval(total, n)
    return Figure(
        name=name,
        value=total / n,
        low=interval.low,
        high=interval.high,
        n=n,
        headline=headline,
        says=says,
    )


def mean_difference(
    name: str,
    values: Sequence[float],
    *,
    confidence: float = 0.95,
    headline: bool = False,
    says: str = "",
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
    reach = float(stats.t.isf((1 - confidence) / 2, n + 1)) * spread / sqrt(n + 2)
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
