"""Exact distribution of a sum of independent integers, by Fourier transform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

SMALLEST_P: Final = 1e-12
"""Below this the transform's rounding error shows, so no smaller probability is ever reported."""

_ROWS_AT_ONCE: Final = 256
_LOG_TAIL: Final = 34.5  # exp(-34.5) = 1e-15: probability that may wrap around unnoticed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """P(sum <= observed) and P(sum >= observed); both include the observed value."""

    lower: float
    upper: float


def tails_of_sum(pmfs: Floats, observed: int) -> Tails:
    """Return both tail probabilities of the sum of independent counts.

    ``pmfs[i, c]`` is P(item i contributes c). Exact up to 1e-12, where it is cut off: the sum is
    taken modulo a length beyond which Bernstein's inequality leaves less than 1e-15.

    >>> coins = np.full((10, 2), 0.5)
    >>> abs(tails_of_sum(coins, 2).lower - (1 + 10 + 45) / 1024) < SMALLEST_P
    True
    """
    if pmfs.shape[0] == 0:
        return Tails(lower=1.0, upper=1.0)
    start, length = _window(pmfs)
    position = observed - start
    if position < 0:
        return Tails(lower=SMALLEST_P, upper=1.0)
    if position >= length:
        return Tails(lower=1.0, upper=SMALLEST_P)
    mass = sum_modulo(pmfs, length)
    mass = np.roll(mass, -(start % mass.size))
    return Tails(lower=clip_p(mass[: position + 1].sum()), upper=clip_p(mass[position:].sum()))


def _window(pmfs: Floats) -> tuple[int, int]:
    """Return where the sum's mass starts and how long it is, leaving out less than 1e-15."""
    largest = pmfs.shape[1] - 1
    values = np.arange(largest + 1)
    mean = pmfs @ values
    variance = float((pmfs @ values**2 - mean**2).sum())
    linear = largest * _LOG_TAIL / 3
    reach = int(np.ceil(linear + np.sqrt(linear**2 + 2 * variance * _LOG_TAIL)))
    everything = pmfs.shape[0] * largest + 1
    if everything <= 2 * reach + 1:
        return 0, everything
    return int(mean.sum()) - reach, 2 * reach + 1


def sum_modulo(pmfs: Floats, length: int) -> Floats:
    """Return the distribution of the sum of the rows' integers modulo at least ``length``.

    Rows longer than ``length`` are cut: the caller knows that nothing lies there.
    """
    size = int(fft.next_fast_len(length, real=True))
    product = np.ones(size // 2 + 1, dtype=complex)
    for first in range(0, pmfs.shape[0], _ROWS_AT_ONCE):
        rows = pmfs[first : first + _ROWS_AT_ONCE]
        product *= np.multiply.reduce(fft.rfft(rows, n=size, axis=1), axis=0)
    return np.clip(fft.irfft(product, n=size), 0.0, None)


def clip_p(p: float) -> float:
    """Keep a probability between the smallest that can be computed and 1."""
    return float(min(max(p, SMALLEST_P), 1.0))
