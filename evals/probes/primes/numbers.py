"""Primes, and composites that look like them. Pure, and the same on every machine."""

from __future__ import annotations

import random

SMALLEST_FACTOR = 11
_LOWEST, _HIGHEST = 1_000, 20_000
_SEED = 20_230_719


def least_factor(number: int) -> int:
    """Return the smallest factor above 1 of a number above 1; a prime's is itself.

    >>> least_factor(10_403), least_factor(7_919)
    (101, 7919)
    """
    factor = 2
    while factor * factor <= number:
        if number % factor == 0:
            return factor
        factor += 1
    return number


def number_pairs(count: int) -> tuple[tuple[int, int], ...]:
    """Return ``count`` primes, each with a composite near it; fewer pairs are a prefix of more.

    >>> number_pairs(2) == number_pairs(3)[:2]
    True
    """
    rng = random.Random(_SEED)  # noqa: S311 - a pinned choice, no secret
    pairs: dict[int, int] = {}
    while len(pairs) < count:
        prime = rng.randrange(_LOWEST, _HIGHEST)
        if least_factor(prime) != prime or prime in pairs:
            continue
        composite = _composite_near(prime, taken=frozenset(pairs.values()))
        pairs[prime] = composite
    return tuple(pairs.items())


def _composite_near(prime: int, *, taken: frozenset[int]) -> int:
    """Return the next number with the same last digit that only looks prime."""
    number = prime + 10
    while number in taken or not SMALLEST_FACTOR <= least_factor(number) < number:
        number += 10
    return number
