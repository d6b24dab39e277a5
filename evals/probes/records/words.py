"""Invented words: codes, people and names that differ by a letter."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final

from evals.probes.records.chance import pick, shuffled

if TYPE_CHECKING:
    from random import Random

CODE_LETTERS: Final = "ACDEFHJKLMNPQRTUVWXY"
CODE_DIGITS: Final = "34679"
_STARTS: Final = (
    "Bel", "Cor", "Dar", "Fen", "Gal", "Hal", "Jor", "Kel", "Lor", "Mar", "Nor", "Pel", "Ros",
    "Sel", "Tar", "Ul", "Vel", "Wen", "Yar", "Zel",
)  # fmt: skip
_VOWELS: Final = "aeiou"
_ENDS: Final = (
    "bric", "dan", "fell", "gard", "lin", "mont", "nor", "ris", "stad", "tov", "vik", "wen",
)  # fmt: skip
_GIVEN_ENDS: Final = ("a", "en", "is", "o", "ya")


def code(rng: Random) -> str:
    """Return a code of six characters, letters and digits in turn: 1 in a million to guess.

    Characters that are easily taken for another one do not occur.
    """
    return "".join(pick(rng, CODE_LETTERS) + pick(rng, CODE_DIGITS) for _ in range(3))


def word(rng: Random) -> str:
    """Return an invented word with a capital, such as a place or a surname."""
    return pick(rng, _STARTS) + pick(rng, _VOWELS) + pick(rng, _ENDS)


def person(rng: Random) -> str:
    """Return an invented name of two words."""
    return f"{pick(rng, _STARTS)}{pick(rng, _GIVEN_ENDS)} {word(rng)}"


def near_words(rng: Random, count: int) -> tuple[str, ...]:
    """Return up to 60 different words of one beginning; neighbours differ by one vowel.

    >>> from evals.probes.records.chance import seeded
    >>> len({name[:2] for name in near_words(seeded("n"), 5)})
    1
    """
    start = pick(rng, _STARTS)
    endings = product(shuffled(rng, _ENDS), shuffled(rng, _VOWELS))
    return tuple(islice((start + vowel + end for end, vowel in endings), count))


def near_numbers(rng: Random, count: int) -> tuple[str, ...]:
    """Return up to 28 different three-digit numbers that differ from the first by one digit."""
    first = f"{rng.randrange(100, 1000)}"
    changed = (
        first[:place] + digit + first[place + 1 :]
        for digit, place in product(shuffled(rng, "0123456789"), (1, 2, 0))
        if digit != first[place] and (place or digit != "0")
    )
    return (first, *islice(changed, count - 1))
