"""Records of one kind with near names, each told in a short passage."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isqrt
from typing import TYPE_CHECKING, Final

from evals.probes.records.chance import distinct, pick, seeded, shuffled
from evals.probes.records.kind import Form, KeyStyle
from evals.probes.records.words import code, near_numbers, near_words, person

if TYPE_CHECKING:
    from random import Random

    from evals.probes.records.kind import Kind

MOST_RECORDS: Final = 150
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_PLACES: Final = (
    "Ridge", "Reach", "Ledge", "Head", "Point", "Spit", "Bluff", "Ness", "Cairn", "Fell", "Holm",
    "Sound", "Rock",
)  # fmt: skip
_FIRST_YEAR: Final = 1951
_YEARS: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Date:
    """A day; its month and year are unique among the records that are told together."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.day} {_MONTHS[self.month - 1]} {self.year}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One invented record.

    Attributes:
        kind: Its type.
        name: Two words; those of its neighbours share one of them.
        date: Told in its first sentence.
        values: Of the kind's attributes, in their order; unique among all that is told together.
        wording: Which sentences tell it; records of one wording differ in name, date and values.
    """

    kind: Kind
    name: str
    date: Date
    values: tuple[str, ...]
    wording: str

    @property
    def passage(self) -> str:
        """All that it says, in 60 to 110 words."""
        rng = seeded("wording", self.wording)
        kind = self.kind
        opening = pick(rng, kind.opens).format(name=self.name, date=self.date)
        told = [
            pick(rng, attribute.tells).format(value=value)
            for attribute, value in zip(kind.attributes, self.values, strict=True)
        ]
        asides = shuffled(rng, kind.asides)[:1]
        return " ".join([opening, *shuffled(rng, (*told, *asides))])

    def question(self, attribute: int, *, paraphrased: bool = False) -> str:
        """Return the question for the value of that attribute, by name or in other words."""
        key = self.kind.key.format(name=self.name)
        if paraphrased:
            month = _ORDINALS[self.date.month - 1]
            key = self.kind.paraphrase.format(month=month, year=self.date.year)
        return self.kind.attributes[attribute].asks.format(key=key)


def near_records(kind: Kind, count: int, *, seed: str) -> tuple[Record, ...]:
    """Return up to 150 records of one kind; names share a word, or differ by a letter or digit.

    No two share a name, a value, or the month and year of their date.
    """
    rng = seeded("records", kind.name, seed)
    names = _near_names(rng, kind.key_style, count)
    codes = distinct(count * 2, lambda: code(rng))
    people = distinct(count * 2, lambda: person(rng))
    months = distinct(count, lambda: rng.randrange(_YEARS * 12))
    return tuple(
        Record(
            kind=kind,
            name=names[place],
            date=Date(
                year=_FIRST_YEAR + months[place] // 12,
                month=months[place] % 12 + 1,
                day=rng.randrange(1, 29),
            ),
            values=_values(kind, codes[2 * place :], people[2 * place :]),
            wording=f"{seed}:{place}",
        )
        for place in range(count)
    )


def _values(kind: Kind, codes: tuple[str, ...], people: tuple[str, ...]) -> tuple[str, ...]:
    left = {Form.CODE: iter(codes), Form.PERSON: iter(people)}
    return tuple(next(left[attribute.form]) for attribute in kind.attributes)


def _near_names(rng: Random, style: KeyStyle, count: int) -> tuple[str, ...]:
    """Cross a few first words with a few second ones, so that each name has neighbours in both."""
    across = isqrt(count - 1) + 1
    down = ceil(count / across)
    seconds = {
        KeyStyle.PLACE: lambda: shuffled(rng, _PLACES)[:across],
        KeyStyle.NUMBER: lambda: near_numbers(rng, across),
        KeyStyle.SURNAME: lambda: near_words(rng, across),
    }[style]()
    names = [f"{one} {other}" for one in near_words(rng, down) for other in seconds]
    return shuffled(rng, names)[:count]
