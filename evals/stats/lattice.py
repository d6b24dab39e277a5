"""Exact distribution of a sum of independent integers, by Fourier transform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from evals.stats.arrays import Floats, Ints, Waves

SMALLEST_P: Final = 1e-12
"""Below this the transform's rounding error shows, so no smaller probability is ever reported."""

_ROWS_AT_ONCE: Final = 32  # keeps the work inside the processor's cache
_SAME_ROW_DECIMALS: Final = 12
_WIDE: Final = 8  # with more counts than this, hardly two items are alike
_LOG_TAIL: Final = 34.5  # exp(-34.5) = 1e-15: probability that may wrap around unnoticed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """P(sum <= observed) and P(sum >= observed); both include the observed value."""

    lower: float
    upper: float


def tails_of_sum(pmfs: Floats, observed: int, *, steps: Ints | None = None) -> Tails:
    """Return both tail probabilities of the sum of independent counts.

    ``pmfs[i, c]`` is P(item i contributes ``steps[i, c]``, or c when there are no steps). Exact up
    to 1e-12, where it is cut off: the sum is taken modulo a length beyond which Bernstein's
    inequality leaves less than 1e-15.

    >>> coins = np.full((10, 2), 0.5)
    >>> abs(tails_of_sum(coins, 2).lower - (1 + 10 + 45) / 1024) < SMALLEST_P
    True
    """
    if pmfs.shape[0] == 0:
        return Tails(lower=1.0, upper=1.0)
    start, mass = total_distribution(pmfs, steps)
    position = observed - start
    if position < 0:
        return Tails(lower=SMALLEST_P, upper=1.0)
    if position >= mass.size:
        return Tails(lower=1.0, upper=SMALLEST_P)
    return Tails(lower=clip_p(mass[: position + 1].sum()), upper=clip_p(mass[position:].sum()))


def total_distribution(pmfs: Floats, steps: Ints | None = None) -> tuple[int, Floats]:
    """Return the smallest total worth naming, and the probabilities of it and the following ones.

    >>> start, mass = total_distribution(np.full((2, 2), 0.5))
    >>> start, mass.round(6).tolist()
    (0, [0.25, 0.5, 0.25])
    """
    if steps is None:
        steps = np.broadcast_to(np.arange(pmfs.shape[1]), pmfs.shape)
    start, length = _window(pmfs, steps)
    mass = sum_of_scores(pmfs, steps, length)
    return start, np.roll(mass, -(start % mass.size))


def _window(pmfs: Floats, steps: Ints) -> tuple[int, int]:
    """Return where the sum's mass starts and how long it is, leaving out less than 1e-15."""
    mean = (pmfs * steps).sum(axis=1)
    variance = float(((pmfs * steps**2).sum(axis=1) - mean**2).sum())
    most = steps.max(axis=1)
    linear = int(most.max()) * _LOG_TAIL / 3
    reach = int(np.ceil(linear + np.sqrt(linear**2 + 2 * variance * _LOG_TAIL)))
    everything = int(most.sum()) + 1
    if everything <= 2 * reach + 1:
        return 0, everything
    return int(mean.sum()) - reach, 2 * reach + 1


def sum_of_scores(pmfs: Floats, positions: Ints, length: int) -> Floats:
    """Return the distribution of the sum over items of ``positions[i, c]``, c drawn from pmfs[i].

    Modulo at least ``length``; a position beyond it is left out, since the caller knows that nearly
    nothing lies there. Items with the same row are transformed once.
    """
    size = int(fft.next_fast_len(length, real=True))
    rows, same = _distinct(pmfs, positions)
    waves = _waves(pmfs[rows], positions[rows], size, length)
    product = np.ones(size // 2 + 1, dtype=complex)
    for first in range(0, same.size, _ROWS_AT_ONCE):
        product *= np.multiply.reduce(waves[same[first : first + _ROWS_AT_ONCE]], axis=0)
    return np.clip(fft.irfft(product, n=size), 0.0, None)


def _distinct(pmfs: Floats, positions: Ints) -> tuple[Ints, Ints]:
    """Return the index of one row of each kind, and every row's kind."""
    if pmfs.shape[1] > _WIDE:
        return np.arange(pmfs.shape[0]), np.arange(pmfs.shape[0])
    keys = np.hstack([np.round(pmfs, _SAME_ROW_DECIMALS), positions])
    order = np.lexsort(keys.T)
    new = np.ones(order.size, dtype=bool)
    new[1:] = (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    same = np.empty(order.size, dtype=np.int64)
    same[order] = np.cumsum(new) - 1
    return order[new], same


def _waves(pmfs: Floats, positions: Ints, size: int, length: int) -> Waves:
    kept = positions < length
    cells = (np.arange(pmfs.shape[0])[:, np.newaxis] * size + positions)[kept]
    mass = np.bincount(cells, weights=pmfs[kept], minlength=pmfs.shape[0] * size)
    return np.asarray(fft.rfft(mass.reshape(-1, size), axis=1))


def clip_p(p: float) -> float:
    """Keep a probability between the smallest that can be computed and 1."""
    return float(min(max(p, SMALLEST_P), 1.0))
