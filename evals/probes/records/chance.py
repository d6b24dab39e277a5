"""Seeded chance, the same on every machine and Python version."""

from __future__ import annotations

import hashlib
from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def seeded(*name: str | int) -> Random:
    """Return the generator that belongs to ``name``.

    Only ``randrange`` and what rests on it is used of it, so that its draws are stable.

    >>> seeded("a", 1).randrange(1000) == seeded("a", 1).randrange(1000)
    True
    """
    digest = hashlib.sha256(repr(name).encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - questions, not secrets


def pick(rng: Random, options: Sequence[T]) -> T:
    """Return one of ``options``, which must not be empty."""
    return options[rng.randrange(len(options))]


def shuffled(rng: Random, options: Sequence[T]) -> tuple[T, ...]:
    """Return ``options`` in another order, each order equally likely.

    >>> sorted(shuffled(seeded("cards"), (1, 2, 3)))
    [1, 2, 3]
    """
    left = list(options)
    return tuple(left.pop(rng.randrange(len(left))) for _ in options)


def distinct(count: int, draw: Callable[[], T]) -> tuple[T, ...]:
    """Return ``count`` different draws; ``draw`` must be able to yield that many."""
    found: dict[T, None] = {}
    while len(found) < count:
        found[draw()] = None
    return tuple(found)
