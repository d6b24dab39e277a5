"""What an unchanged endpoint would answer this time: counts per item, in ordinary and odd runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.stats.beta_binomial import pooled_rho

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.item_model import ItemModel
    from evals.stats.variance import RunShock


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The distribution of one run's counts, or of a window of several runs.

    Attributes:
        model: What is known of the items.
        draws: Answers per item, ``[items]``.
        runs: How many runs the draws come from.
        shock: How much runs differ as a whole.
        pmfs: P(item i succeeds c times), ``[items, counts]``, in an ordinary run.
    """

    model: ItemModel
    draws: Ints
    runs: int
    shock: RunShock
    pmfs: Floats

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

    def shifted(self, log_odds: float) -> Floats:
        """Return the distributions in a run whose items' log odds are all shifted."""
        return self.model.predict(self.draws, runs=self.runs, shift=log_odds)


def predict_run(model: ItemModel, draws: Ints, *, runs: int, shock: RunShock) -> Prediction:
    """Predict the counts of ``draws`` answers per item, spread over ``runs`` runs."""
    return Prediction(
        model=model, draws=draws, runs=runs, shock=shock, pmfs=model.predict(draws, runs=runs)
    )
