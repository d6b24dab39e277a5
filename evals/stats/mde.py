"""What a suite can see: smallest detectable change, power, and the size it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evals.stats.distributions import normal_quantile, normal_tail

USUAL_POWER: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a check asks.

    Attributes:
        items: How many items are asked (N).
        epochs: How often each is asked in one run (K).
        passes: How many passes the baseline has (B).
        noise: Mean item noise vbar = mean of p_i (1 - p_i), 0 to 0.25.
        rho: Within-run correlation of an item's epochs.
        shock: Standard deviation of the run shock tau, as a fraction of the rate.
    """

    items: int
    epochs: int
    passes: int
    noise: float
    rho: float = 0.0
    shock: float = 0.0

    @property
    def effective_epochs(self) -> float:
        """Return Ke = K / (1 + (K - 1) rho)."""
        return self.epochs / (1 + (self.epochs - 1) * self.rho)

    @property
    def standard_error(self) -> float:
        """Return the standard deviation of run minus baseline, as a fraction."""
        item_noise = self.noise / (self.items * self.effective_epochs)
        return float(((item_noise + self.shock**2) * (1 + 1 / self.passes)) ** 0.5)


def smallest_detectable_drop(plan: Plan, *, alpha: float, power: float = USUAL_POWER) -> float:
    """Return the drop, as a fraction, that one check at ``alpha`` sees with ``power``.

    z sqrt((vbar / (N Ke) + tau^2)(1 + 1/B)) + z^2 / (8 N Ke), z = z_{1-alpha/2} + z_power. The
    second term is the extra noise of items that the drop itself makes noisy. It describes a drop
    spread over many items; a few broken items are seen earlier, by the flip test.

    >>> plan = Plan(items=150, epochs=4, passes=16, noise=0.03)
    >>> round(smallest_detectable_drop(plan, alpha=1 / 260), 4)
    0.0301
    """
    z = _z(alpha, power)
    return float(z * plan.standard_error + _curvature(plan, z))


def power_at(plan: Plan, drop: float, *, alpha: float) -> float:
    """Return the probability that one check at ``alpha`` sees ``drop``; the inverse of the MDE.

    >>> plan = Plan(items=150, epochs=4, passes=16, noise=0.03)
    >>> round(power_at(plan, 0.0302, alpha=1 / 260), 2)
    0.8
    """
    quadratic, linear = _curvature(plan, 1.0), plan.standard_error
    z = (-linear + (linear**2 + 4 * quadratic * drop) ** 0.5) / (2 * quadratic)
    return normal_tail(normal_quantile(alpha / 2) - z)


def items_needed(plan: Plan, drop: float, *, alpha: float, power: float = USUAL_POWER) -> int:
    """Return how many items, asked as ``plan`` asks, see ``drop`` with ``power``.

    Only item noise shrinks with items: when the run shock alone hides the drop no number of items
    helps and ValueError is raised.

    >>> plan = Plan(items=1, epochs=4, passes=16, noise=0.03)
    >>> items_needed(plan, 0.0302, alpha=1 / 260)
    150
    """
    from scipy import optimize  # loads slowly, and no check needs it

    z = _z(alpha, power)
    floor = z * plan.shock * (1 + 1 / plan.passes) ** 0.5
    if floor >= drop:
        raise ValueError("the run shock alone is larger than this drop: no number of items sees it")

    def excess(items: float) -> float:
        variance = plan.noise / (items * plan.effective_epochs) + plan.shock**2
        spread = (variance * (1 + 1 / plan.passes)) ** 0.5
        return float(z * spread + z**2 / (8 * items * plan.effective_epochs) - drop)

    most = 1.0
    while excess(most) > 0:
        most *= 2
    return 1 if most == 1.0 else _ceil(optimize.brentq(excess, most / 2, most))


def _ceil(items: float) -> int:
    return int(-(-(items - 1e-9) // 1))


def _z(alpha: float, power: float) -> float:
    return normal_quantile(alpha / 2) + normal_quantile(1 - power)


def _curvature(plan: Plan, z: float) -> float:
    return z**2 / (8 * plan.items * plan.effective_epochs)
