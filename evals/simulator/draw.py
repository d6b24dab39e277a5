"""Chance without state: a draw is a hash of its name, so order and concurrency cannot move it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def uniform(*name: str | int) -> float:
    """Return the number in [0, 1) that belongs to ``name``, the same on every machine.

    >>> uniform("seed", 1) == uniform("seed", 1) != uniform("seed", 2)
    True
    """
    digest = hashlib.blake2b(repr(name).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dice:
    """The draws of one ask: which item, by which persona, for which time.

    Attributes:
        seed: Seed of the simulator.
        persona: Name of the simulated weights; another name is another model.
        item: Id of the item, or a digest of the conversation when the item is unknown.
        occurrence: How often this conversation was answered before, from 0.
        noise: Share of asks whose `settled` draws are drawn afresh, in [0, 1].
    """

    seed: int
    persona: str
    item: str
    occurrence: int
    noise: float = 0.0

    def fresh(self, kind: str) -> float:
        """Draw anew at every ask, in [0, 1)."""
        return uniform(self.seed, self.persona, self.item, kind, self.occurrence)

    def settled(self, kind: str) -> float:
        """Draw once an item, except in the share ``noise`` of asks, which draw afresh.

        The chance of any event stays the same whatever the noise is; noise only decides how much
        of it is the item's and how much the ask's.

        >>> quiet = [Dice(seed=1, persona="p", item="i", occurrence=k) for k in range(9)]
        >>> len({dice.settled("skill") for dice in quiet})
        1
        """
        if self.fresh("noise") < self.noise:
            return self.fresh(kind)
        return uniform(self.seed, self.persona, self.item, kind)

    def pick(self, kind: str, options: Sequence[T]) -> T:
        """Pick one of ``options``, which must not be empty, with a settled draw."""
        return options[int(self.settled(kind) * len(options))]
