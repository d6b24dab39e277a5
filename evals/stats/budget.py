"""How many false pages a fleet may send, and what that leaves for each check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evals.stats.distributions import normal_quantile, normal_tail
from evals.stats.lattice import SMALLEST_P

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.stats.arrays import Floats


def level_per_check(
    *, false_pages_per_year: float, series: int, checks_per_year: float = 52
) -> float:
    """Return alpha for each check, so that the fleet stays within its budget of false pages.

    alpha = false pages per year / (checks per year x series). Valid however the series depend on
    one another. Raises ValueError when there is no series or no check.

    >>> level_per_check(false_pages_per_year=1, series=5) == 1 / 260
    True
    """
    if series < 1 or checks_per_year <= 0:
        raise ValueError("a budget needs at least one series and one check a year")
    return min(1.0, false_pages_per_year / (checks_per_year * series))


def pool_stouffer(p_values: Sequence[float]) -> float:
    """Pool one-sided p-values of one endpoint's series: many of them moved a little.

    p = P(Z > sum z_i / sqrt(k)); series not measured (nan) take no part; nan when none was.
    Assumes independent series: two metrics of the same answers must be given as one.

    >>> round(pool_stouffer([0.05, 0.05, 0.05]), 4)
    0.0022
    """
    known = _measured(p_values)
    if known.size == 0:
        return float("nan")
    return normal_tail(sum(map(normal_quantile, known.tolist())) / known.size**0.5)


def pool_smallest(p_values: Sequence[float]) -> float:
    """Pool p-values of one endpoint's series: one of them moved a lot.

    p = k min p, at most 1; valid under any dependence; nan when nothing was measured.

    >>> pool_smallest([0.001, 0.5])
    0.002
    """
    known = _measured(p_values)
    if known.size == 0:
        return float("nan")
    return float(min(1.0, known.size * known.min()))


def pool_endpoint(p_values: Sequence[float]) -> float:
    """Pool an endpoint's series both ways: 2 min(Stouffer, smallest), at most 1.

    >>> round(pool_endpoint([0.04, 0.03, 0.06, 0.5]), 4)
    0.0095
    """
    return float(np.minimum(1.0, 2 * np.minimum(pool_stouffer(p_values), pool_smallest(p_values))))


def benjamini_hochberg(p_values: Sequence[float], *, q: float) -> tuple[bool, ...]:
    """Say which endpoints of one batch stand out, at a false discovery rate of ``q``.

    The largest k with p_(k) <= q k / n, and every p up to it; nan never stands out, and does not
    count. For a weekly batch q = 1/52 keeps a fleet in which nothing changed at one false page a
    year; q = 0.1 would page 5 times. Series that are acknowledged and re-blessed are left out by
    the caller. Valid for independent or positively dependent p-values. Source: Benjamini and
    Hochberg, JRSS B 57 (1995).

    >>> benjamini_hochberg([0.001, 0.02, 0.9, float("nan")], q=0.05)
    (True, True, False, False)
    """
    values = np.asarray(p_values, dtype=float)
    ordered = np.sort(values[~np.isnan(values)])
    within = np.flatnonzero(ordered <= q * np.arange(1, ordered.size + 1) / max(ordered.size, 1))
    if within.size == 0:
        return (False,) * values.size
    return tuple((values <= ordered[within[-1]]).tolist())


def _measured(p_values: Sequence[float]) -> Floats:
    values = np.asarray(p_values, dtype=float)
    return np.asarray(np.clip(values[~np.isnan(values)], SMALLEST_P, 1 - SMALLEST_P))
