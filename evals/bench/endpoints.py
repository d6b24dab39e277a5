"""Endpoints whose truth is known: every promise is measured against them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.stats.arrays import Floats

ITEMS: Final = 150
_NEVER: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Answers items with known probabilities.

    Attributes:
        p: Success probability of every item.
        rho: Within-run correlation of an item's epochs.
        shock: Variance of a run's common shift over the variance that item noise gives a run.
    """

    p: Floats
    rho: float = 0.0
    shock: float = 0.0

    def answers(self, rng: np.random.Generator, passes: int, epochs: int = 1) -> Floats:
        """Answer every item, ``[passes, items, epochs]`` of 0 and 1."""
        p = np.broadcast_to(self.p, (passes, self.p.size))
        if self.shock:
            p = special.expit(special.logit(p) + self._shifts(rng, passes, epochs))
        if self.rho:
            k = (1 - self.rho) / self.rho
            p = rng.beta(np.maximum(p * k, 1e-9), np.maximum((1 - p) * k, 1e-9))
        return (rng.random((*p.shape, epochs)) < p[:, :, np.newaxis]).astype(float)

    def worse_by(self, drop: float) -> Endpoint:
        """Every item loses the same share of its probability; the mean falls by ``drop``."""
        return replace(self, p=self.p * (1 - min(1.0, drop / self.p.mean())))

    def broken(self, rng: np.random.Generator, items: int) -> Endpoint:
        """Break so many of the items that were mostly right: they now succeed in 2 %."""
        p = self.p.copy()
        p[rng.choice(np.flatnonzero(p > 0.8), items, replace=False)] = 0.02
        return replace(self, p=p)

    def _shifts(self, rng: np.random.Generator, passes: int, epochs: int) -> Floats:
        noise = float((self.p * (1 - self.p)).mean())
        spread = (self.shock * noise / (self.p.size * epochs)) ** 0.5 / noise
        return rng.normal(0.0, spread, (passes, 1))


def quiet_suite(rng: np.random.Generator, items: int = ITEMS) -> Floats:
    """As noisy as the median public suite: mean p (1 - p) about 0.017."""
    return _three_kinds(rng, items, shares=(0.70, 0.20, 0.10))


def typical_suite(rng: np.random.Generator, items: int = ITEMS) -> Floats:
    """Two thirds nearly always right, some nearly never, a fifth in between: about 0.033."""
    return _three_kinds(rng, items, shares=(0.65, 0.15, 0.20))


def noisy_suite(rng: np.random.Generator, items: int = ITEMS) -> Floats:
    """Most items vary from run to run: about 0.15, as long reasoning at temperature 1."""
    return np.clip(rng.beta(2.2, 0.8, items), _NEVER, 1 - _NEVER)


SUITES: Final[dict[str, Callable[[np.random.Generator], Floats]]] = {
    "quiet": quiet_suite,
    "typical": typical_suite,
    "noisy": noisy_suite,
}


def _three_kinds(
    rng: np.random.Generator, items: int, *, shares: tuple[float, float, float]
) -> Floats:
    kind = rng.choice(3, items, p=shares)
    rates = [rng.beta(60, 0.3, items), rng.beta(0.3, 60, items), rng.beta(0.8, 0.8, items)]
    return np.clip(np.choose(kind, rates), _NEVER, 1 - _NEVER)
