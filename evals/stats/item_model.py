"""What is known of every item: a posterior over its success probability, learned from all items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from evals.stats.beta_binomial import count_probabilities, count_table, log_count_table, pooled_rho
from evals.stats.prior import DEFAULT_PRIOR, GRID

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints
    from evals.stats.outcomes import Counts

_LOG_ODDS: Final = special.logit(GRID)
_EM_STEPS: Final = 15
_PRIOR_ITEMS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemModel:
    """Posterior of every item's success probability on the grid.

    Attributes:
        posterior: ``[items, grid]``; an item that never answered has the suite's prior.
        rho: Within-run correlation of an item's epochs.
    """

    posterior: Floats
    rho: float

    @property
    def mean(self) -> Floats:
        """Return E[p_i], ``[items]``."""
        return self.posterior @ GRID

    @property
    def noise(self) -> Floats:
        """Return E[p_i (1 - p_i)], ``[items]``: the variance of a single answer, never zero."""
        return self.posterior @ (GRID * (1 - GRID))

    @property
    def uncertainty(self) -> Floats:
        """Return Var(p_i), ``[items]``: what the baseline leaves unknown."""
        return np.asarray(self.posterior @ GRID**2 - self.mean**2)

    def of_items(self, items: Ints) -> ItemModel:
        """Keep the rows ``items``, in that order."""
        return ItemModel(posterior=self.posterior[items], rho=self.rho)

    def table(self, draws: int, *, runs: int, rates: Floats = GRID) -> Floats:
        """Return P(c of ``draws`` | p) for every p of ``rates``, with this model's correlation."""
        rho = float(pooled_rho(self.rho, np.array(draws), runs))
        if rates is GRID:
            return count_table(draws, rho)
        return count_probabilities(rates, draws, rho)

    def predict(self, draws: Ints, *, runs: int = 1, shift: float = 0.0) -> Floats:
        """Return P(item i succeeds c times of ``draws[i]``), ``[items, max(draws) + 1]``.

        ``runs`` is the number of runs that the draws come from: only epochs of the same run are
        correlated. ``shift`` moves every item's log odds, as a good or a bad run does. Rows sum to
        1; counts above ``draws[i]`` have probability 0.
        """
        predicted = np.zeros((draws.size, int(draws.max(initial=0)) + 1))
        rates = special.expit(_LOG_ODDS + shift) if shift else GRID
        for asked in np.unique(draws):
            rows = draws == asked
            table = self.table(int(asked), runs=runs, rates=rates)
            predicted[rows, : asked + 1] = self.posterior[rows] @ table
        return np.asarray(predicted / predicted.sum(axis=1, keepdims=True))


def fit_item_model(counts: Counts, rho: float) -> ItemModel:
    """Fit the suite's prior by EM and return every item's posterior.

    posterior_i(g) is proportional to prior(g) times the product over passes of
    BetaBinomial(c_bi; m_bi, g, rho); the prior is the mean of all posteriors plus 5 pseudo-items of
    the default prior, iterated 15 times. Items never answered do not shape the prior. It takes
    items as exchangeable: an item known to be hard gains nothing from being known. Source:
    empirical Bayes on a grid (Efron, Large-Scale Inference, 2010, chapter 1).

    >>> from evals.stats.outcomes import Counts
    >>> always_right = Counts(successes=np.full((16, 50), 1), draws=np.full((16, 50), 1))
    >>> model = fit_item_model(always_right, rho=0.0)
    >>> bool(0.99 < model.mean[0] < 1.0)
    True
    """
    loglik = log_likelihood(counts, rho)
    likelihood = np.exp(loglik - loglik.max(axis=1, keepdims=True))
    prior = _fit_prior(likelihood[counts.seen])
    joint = likelihood * prior
    return ItemModel(posterior=joint / joint.sum(axis=1, keepdims=True), rho=rho)


def log_likelihood(counts: Counts, rho: float) -> Floats:
    """Return the log-likelihood of each item at each grid point, ``[items, grid]``."""
    if counts.draws.max(initial=0) <= 1:
        right = counts.successes.sum(axis=0)[:, np.newaxis]
        wrong = counts.draws.sum(axis=0)[:, np.newaxis] - right
        return np.asarray(right * np.log(GRID) + wrong * np.log1p(-GRID))
    total = np.zeros((counts.items, GRID.size))
    for asked in np.unique(counts.draws[counts.draws > 0]).tolist():
        rows, items = np.nonzero(counts.draws == asked)
        width = asked + 1
        cells = items * width + counts.successes[rows, items]
        times = np.bincount(cells, minlength=counts.items * width).reshape(-1, width)
        total += times @ log_count_table(asked, rho).T
    return total


def _fit_prior(likelihood: Floats) -> Floats:
    prior = DEFAULT_PRIOR
    for _ in range(_EM_STEPS):
        joint = likelihood * prior
        responsibility = joint / joint.sum(axis=1, keepdims=True)
        mass = _PRIOR_ITEMS * DEFAULT_PRIOR + responsibility.sum(axis=0)
        prior = mass / mass.sum()
    return prior
