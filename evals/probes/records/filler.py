"""Plain sentences that answer nothing, as many as a long text needs."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, Final

from evals.probes.records.chance import pick, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_WHO: Final = (
    "The night watch", "An old fisherman", "The ferry crew", "A group of pupils", "The baker",
    "Someone from the council", "The lamp keeper", "A travelling musician", "The harbour master",
    "Two cousins", "The new gardener", "A painter from the south", "The choir", "The road crew",
    "A woman with a red umbrella", "The clock mender",
)  # fmt: skip
_DID: Final = (
    "waited", "talked at length", "had a cup of tea", "looked for a lost glove", "swept the steps",
    "listened to the rain", "repaired a wooden chair", "watched the boats come in",
    "read the newspaper aloud", "sorted apples into baskets", "hung up wet coats",
    "counted the swallows", "argued about the weather", "fed the geese", "polished the brass lamps",
    "hummed a slow tune",
)  # fmt: skip
_WHERE: Final = (
    "near the mill", "behind the chapel", "under the arcade", "at the foot of the tower",
    "beside the canal", "in the empty market hall", "on the long pier", "by the orchard wall",
    "in front of the bakery", "at the edge of the meadow", "below the stone bridge",
    "outside the old theatre", "in the narrow lane", "along the tram line",
    "on the terrace of the inn", "next to the pump",
)  # fmt: skip
_WHEN: Final = (
    "until the bells rang", "before the fog lifted", "while the kettle warmed",
    "as the light went out of the sky", "for most of the afternoon", "though it was getting cold",
    "after the last tram had left", "and nobody minded", "as on any other day",
    "because the door was still locked", "without saying why", "in spite of the wind",
    "and then went home", "to pass the time", "for the third day running", "as if nothing mattered",
)  # fmt: skip


def filler(*name: str) -> Iterator[str]:
    """Yield the sentences that belong to ``name``, without an end and in the same order always.

    They hold no digit and nothing that a record could say.

    >>> next(filler("a")) == next(filler("a"))
    True
    """
    rng = seeded("filler", *name)
    while True:
        yield _sentence(rng)


def filling(room: int, *name: str) -> tuple[str, ...]:
    """Return the beginning of `filler` that takes ``room`` characters, a separator after each.

    Its last few sentences are chosen so that it is exactly ``room``. Raises ValueError for a room
    that no sentences fill, which is one under about 100 characters.

    >>> sum(len(sentence) + 1 for sentence in filling(1000, "a"))
    1000
    """
    found: list[str] = []
    left = room
    for sentence in filler(*name):
        if left - len(sentence) - 1 < _LEFT_FOR_LAST:
            break
        found.append(sentence)
        left -= len(sentence) + 1
    return (*found, *_last(left, *name))


_LEFT_FOR_LAST: Final = 190
_CANDIDATES: Final = 200


def _last(room: int, *name: str) -> tuple[str, ...]:
    """Return two to four sentences that take ``room`` characters, a separator after each."""
    rng = seeded("filler ends", *name)
    drawn = [_sentence(rng) for _ in range(_CANDIDATES)]
    by_length = {len(sentence): sentence for sentence in drawn}
    for some in chain.from_iterable(product(drawn, repeat=count) for count in (1, 2, 3)):
        last = by_length.get(room - len(some) - 1 - sum(map(len, some)))
        if last is not None and len({*some, last}) > len(some):
            return (*some, last)
    raise ValueError(f"no sentences fill {room} characters")


def _sentence(rng: Random) -> str:
    return f"{pick(rng, _WHO)} {pick(rng, _DID)} {pick(rng, _WHERE)} {pick(rng, _WHEN)}."
