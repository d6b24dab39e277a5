"""How often an item succeeds in one run, when its epochs may resemble each other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from evals.stats.prior import GRID

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints

_INDEPENDENT = 1e-3
_IDENTICAL = 0.999
_NEVER = 1e-9  # a beta distribution needs positive parameters, even for p = 0 or 1


def count_probabilities(rates: Floats, draws: int, rho: float) -> Floats:
    """Return P(c successes of ``draws`` | p) for every p of ``rates``, ``[rates, draws + 1]``.

    Beta-binomial with within-run correlation ``rho`` (0 to 1, used to three decimals): a = p k,
    b = (1 - p) k, k = (1 - rho) / rho; binomial at rho < 0.001 or a single draw. Wrong where epochs
    are correlated unevenly (a cache that serves the first answer to some of them only).

    >>> count_probabilities(np.array([0.5]), 2, 0.0).round(6).tolist()
    [[0.25, 0.5, 0.25]]
    """
    successes = np.arange(draws + 1)
    p = rates[:, np.newaxis]
    choices = special.binom(draws, successes)
    if rho < _INDEPENDENT or draws <= 1:
        return np.asarray(choices * p**successes * (1 - p) ** (draws - successes))
    concentration = (1 - min(rho, _IDENTICAL)) / min(rho, _IDENTICAL)
    a = np.maximum(p * concentration, _NEVER)
    b = np.maximum((1 - p) * concentration, _NEVER)
    ratio = special.betaln(successes + a, draws - successes + b) - special.betaln(a, b)
    return np.asarray(choices * np.exp(ratio))


def count_table(draws: int, rho: float) -> Floats:
    """Return :func:`count_probabilities` for every p of the grid, ``[grid, draws + 1]``; kept.

    >>> table = count_table(4, 0.3)
    >>> table.shape, bool(np.allclose(table.sum(axis=1), 1.0))
    ((29, 5), True)
    """
    return _cached_table(int(draws), round(float(rho), 3))


@lru_cache(maxsize=4096)
def _cached_table(draws: int, rho: float) -> Floats:
    table = count_probabilities(GRID, draws, rho)
    table.setflags(write=False)
    return table


def log_count_table(draws: int, rho: float) -> Floats:
    """Return the logarithm of :func:`count_table`, with impossible counts at a finite floor."""
    return _cached_log_table(int(draws), round(float(rho), 3))


@lru_cache(maxsize=4096)
def _cached_log_table(draws: int, rho: float) -> Floats:
    table = np.log(_cached_table(draws, rho) + np.finfo(float).tiny)
    table.setflags(write=False)
    return table


def pooled_rho(rho: float, draws: Ints, runs: int) -> Floats:
    """Return the correlation of ``draws`` epochs that come from ``runs`` runs in equal parts.

    Only pairs of the same run are correlated: rho (draws / runs - 1) / (draws - 1).

    >>> pooled_rho(0.3, np.array([8, 1]), 2).round(3).tolist()
    [0.129, 0.0]
    """
    pairs = np.maximum(draws / runs - 1, 0.0)
    return np.asarray(rho * pairs / np.maximum(draws - 1, 1))
