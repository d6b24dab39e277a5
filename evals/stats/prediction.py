"""What an unchanged endpoint would answer this time: counts per item, in ordinary and odd runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.beta_binomial import pooled_rho

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.item_model import ItemModel
    from evals.stats.variance import RunShock

_MOST_PARTS: Final = 60  # how finely an item's weight is cut when draws have no small multiple


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The distribution of one run's counts, or of a window of several runs.

    Attributes:
        model: What is known of the items.
        draws: Answers per item, ``[items]``.
        runs: How many runs the draws come from.
        shock: How much runs differ as a whole.
        pmfs: P(item i succeeds c times), ``[items, counts]``, in an ordinary run.
        sizes: How much an item weighs in the suite's rate, ``[items]``, however often it was asked.
        steps: What c successes add to the total, in equal steps, ``[items, counts]``.
    """

    model: ItemModel
    draws: Ints
    runs: int
    shock: RunShock
    pmfs: Floats
    sizes: Ints
    steps: Ints

    @property
    def inflation(self) -> Floats:
        """Return 1 + (m - 1) rho per item: correlated epochs over independent ones, in variance."""
        return 1 + (self.draws - 1) * pooled_rho(self.model.rho, self.draws, self.runs)

    @property
    def log_odds_spread(self) -> float:
        """Return the standard deviation of a run's common shift, on the scale of log odds.

        Its effect on the total has the variance lambda - 1 times item noise.
        """
        noise = self.model.noise * self.draws
        variance = (self.shock.ratio - 1) * float(noise @ self.inflation)
        return float(np.sqrt(variance) / max(noise.sum(), np.finfo(float).tiny))

    def rate(self, rates: Floats) -> float:
        """Return the suite's rate from every item's."""
        return float(self.sizes @ rates / self.sizes.sum())

    def shifted(self, log_odds: float) -> Floats:
        """Return the distributions in a run whose items' log odds are all shifted."""
        return self.model.predict(self.draws, runs=self.runs, shift=log_odds)


def predict_run(
    model: ItemModel, draws: Ints, *, runs: int, shock: RunShock, sizes: Ints | None = None
) -> Prediction:
    """Predict the counts of ``draws`` answers per item, spread over ``runs`` runs.

    The suite's rate weighs an item by its ``sizes`` (1 each when not given), however often this run
    asked it: an item that was asked four times for its noise must not bring four times its noise.
    """
    sizes = np.ones_like(draws) if sizes is None else sizes
    return Prediction(
        model=model,
        draws=draws,
        runs=runs,
        shock=shock,
        pmfs=model.predict(draws, runs=runs),
        sizes=sizes,
        steps=_steps(draws, sizes),
    )


def _steps(draws: Ints, sizes: Ints) -> Ints:
    """Return size x parts x c / draws in whole steps; exact when draws share a small multiple."""
    counts = np.minimum(np.arange(int(draws.max(initial=0)) + 1), draws[:, np.newaxis])
    asked = np.maximum(draws, 1)
    divided = np.unique(asked // np.gcd(asked, sizes))
    parts = min(int(np.lcm.reduce(divided)), max(_MOST_PARTS, int(asked.max(initial=1))))
    weight = sizes * parts / asked
    return np.asarray(np.rint(weight[:, np.newaxis] * counts).astype(np.int64))
