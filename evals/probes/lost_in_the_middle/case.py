"""One question with its evidence and what stands around it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from evals.probes.lost_in_the_middle.options import Variant
from evals.probes.records.chance import distinct, seeded
from evals.probes.records.kind import KINDS
from evals.probes.records.record import near_records

if TYPE_CHECKING:
    from random import Random

    from evals.probes.lost_in_the_middle.options import MiddleOptions
    from evals.probes.records.record import Record

_DUPLICATES: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A question that exactly one of the documents answers.

    Attributes:
        id: Unique within the probe.
        kind: What the documents are.
        question: Asked of all of them.
        answer: What the gold document says, and no other one.
        gold: The document with the evidence.
        others: The documents without it, in their order.
    """

    id: str
    kind: str
    question: str
    answer: str
    gold: str
    others: tuple[str, ...]

    def documents(self, position: int) -> tuple[str, ...]:
        """Return all documents with the gold one at ``position``, counted from 1."""
        return (*self.others[: position - 1], self.gold, *self.others[position - 1 :])


def cases(options: MiddleOptions) -> tuple[Case, ...]:
    """Generate the questions: kinds and attributes take turns."""
    make = _pairs_case if options.variant is Variant.KEY_VALUE else _records_case
    return tuple(make(number, options) for number in range(options.items))


def _records_case(number: int, options: MiddleOptions) -> Case:
    kind = KINDS[number % len(KINDS)]
    attribute = number // len(KINDS) % len(kind.attributes)
    name = f"{kind.name}-{number + 1:02}"
    gold, *others = near_records(kind, options.documents, seed=f"lost_in_the_middle {name}")
    if options.variant is Variant.NEAR_DUPLICATES:
        others = _with_duplicates(gold, others)
    paraphrased = options.variant is Variant.PARAPHRASED
    return Case(
        id=name,
        kind=kind.name,
        question=gold.question(attribute, paraphrased=paraphrased),
        answer=gold.values[attribute],
        gold=gold.passage,
        others=tuple(record.passage for record in others),
    )


def _with_duplicates(gold: Record, others: list[Record]) -> list[Record]:
    """Let the two records whose names are nearest tell the gold one's story in its very words."""
    by_nearness = sorted(others, key=lambda record: _unlike(record.name, gold.name))
    nearest = {record.name for record in by_nearness[:_DUPLICATES]}
    return [
        replace(record, wording=gold.wording, date=gold.date) if record.name in nearest else record
        for record in others
    ]


def _unlike(one: str, other: str) -> int:
    """Count the places at which two names differ."""
    differing = sum(a != b for a, b in zip(one, other, strict=False))
    return differing + abs(len(one) - len(other))


def _pairs_case(number: int, options: MiddleOptions) -> Case:
    name = f"pair-{number + 1:02}"
    rng = seeded("lost_in_the_middle", name)
    drawn = distinct(2 * options.pairs, lambda: _uuid(rng))
    keys, values = drawn[::2], drawn[1::2]
    lines = [f'"{key}": "{value}"' for key, value in zip(keys, values, strict=True)]
    return Case(
        id=name,
        kind="pair",
        question=f'What is the value of the key "{keys[0]}"?',
        answer=values[0],
        gold=lines[0],
        others=tuple(lines[1:]),
    )


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.randrange(1 << 128), version=4))
