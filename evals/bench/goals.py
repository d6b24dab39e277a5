"""What the detectors promise, and whether the measured figure keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final

from evals.bench.compare_detectors import CALLS
from evals.bench.figures import Median, Rate
from evals.bench.fleet import BY_POOLING, BY_SERIES
from evals.bench.printed_mde import MDE
from evals.bench.scenarios import FIVE_POINTS, THREE_ITEMS, UNCHANGED

if TYPE_CHECKING:
    from evals.bench.figures import Figure

_NOMINAL: Final = 0.0046
_TWICE: Final = 0.0077


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound on a figure.

    Attributes:
        key: The figure.
        bound: What it may reach at most, or at least.
        at_least: Which of the two.
    """

    key: str
    bound: float
    at_least: bool = False

    def verdict(self, figure: Figure) -> str:
        """Return ``reached`` (by the whole interval or not), or ``short``.

        >>> Goal(key="", bound=0.5).verdict(Rate(hits=1, simulations=10))
        'reached, and its interval too'
        """
        low, high = ends(figure)
        worst = low if self.at_least else high
        if not self._keeps(figure.value):
            return "short"
        return "reached, and its interval too" if self._keeps(worst) else "reached"

    def _keeps(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def ends(figure: Figure) -> tuple[float, float]:
    """Return both ends of a figure's interval."""
    if isinstance(figure, Median):
        return figure.low, figure.high
    if isinstance(figure, Rate) and not figure.simulations:
        return nan, nan
    return figure.interval.low, figure.interval.high


def _goals() -> tuple[Goal, ...]:
    """Return what is promised: false alarms of every suite, power up to twice the usual noise."""
    ours, both, usual = ("fixed", "adaptive"), ("typical", "noisy"), ("quiet", "typical")
    found = (FIVE_POINTS, 0.93), (THREE_ITEMS, 0.97)
    return (
        *(
            Goal(key=f"{UNCHANGED} | independent answers | {suite} | {plan}", bound=_NOMINAL)
            for suite in ("quiet", *both)
            for plan in ours
        ),
        *(
            Goal(key=f"{UNCHANGED} | {words} | {suite} | {plan}", bound=_TWICE)
            for words in ("rho = 0.3", "run shock = item noise")
            for suite in both
            for plan in ours
        ),
        *(
            Goal(key=f"{group} | first check | {suite} | {plan}", bound=bound, at_least=True)
            for group, bound in found
            for suite in usual
            for plan in ours
        ),
        *(Goal(key=f"{CALLS} | independent answers | {suite}", bound=300.0) for suite in usual),
        *(Goal(key=f"{MDE} | {suite} | 0.85", bound=0.8) for suite in ("quiet", *both)),
        *(
            Goal(key=f"{MDE} | {suite} | 1.15", bound=0.8, at_least=True)
            for suite in ("quiet", *both)
        ),
        Goal(key=BY_SERIES, bound=1.0),
        Goal(key=BY_POOLING, bound=1.0),
    )


GOALS: Final = _goals()
