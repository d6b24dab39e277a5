"""Tails, quantiles and masses of the few distributions that the checks need.

They stand on `scipy.special` alone: loading `scipy.stats` takes most of a second of every command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints


def normal_tail(z: float) -> float:
    """Return P(Z > z) of a standard normal Z.

    >>> round(normal_tail(1.6449), 4)
    0.05
    """
    return float(special.ndtr(-z))


def normal_quantile(tail: float) -> float:
    """Return the z with P(Z > z) = ``tail``; inf for 0.

    >>> round(normal_quantile(0.025), 2)
    1.96
    """
    return float(-special.ndtri(tail))


def t_tail(t: float, df: float) -> float:
    """Return P(T > t) of Student's t with ``df`` degrees of freedom.

    >>> round(t_tail(2.086, 20), 3)
    0.025
    """
    return float(special.stdtr(df, -t))


def t_quantile(tail: float, df: float) -> float:
    """Return the t with P(T > t) = ``tail``.

    >>> round(t_quantile(0.025, 20), 3)
    2.086
    """
    return float(-special.stdtrit(df, tail))


def beta_density(x: Floats, a: float, b: float) -> Floats:
    """Return the density of Beta(a, b) at ``x``, in (0, 1).

    >>> beta_density(np.array([0.25]), 2, 2).round(4).tolist()
    [1.125]
    """
    log = special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b)
    return np.asarray(np.exp(log))


def hypergeometric_mass(found: Ints, *, drawn: Ints, marked: Ints, total: Ints) -> Floats:
    """Return P(``found`` of ``drawn`` are marked), drawn without replacement; shapes broadcast.

    Counts may be large: ways are counted in logarithms.

    >>> one, two, four = np.array([1]), np.array([2]), np.array([4])
    >>> hypergeometric_mass(one, drawn=two, marked=two, total=four).round(4).tolist()
    [0.6667]
    """
    others, missed = total - marked, drawn - found
    possible = (found >= 0) & (found <= marked) & (missed >= 0) & (missed <= others)
    chosen, left = np.where(possible, found, 0), np.where(possible, missed, 0)
    log = _log_ways(marked, chosen) + _log_ways(others, left) - _log_ways(total, drawn)
    return np.where(possible, np.exp(log), 0.0)


def _log_ways(of: Ints, choose: Ints) -> Floats:
    return np.asarray(-np.log1p(of) - special.betaln(of - choose + 1, choose + 1))
