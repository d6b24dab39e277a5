"""Invented reports, whole and without the sentence that was asked for."""

from __future__ import annotations

import re
from typing import Final

from evals.probes.abstention.pair import Kind, Pair
from evals.probes.records.kind import KINDS
from evals.probes.records.record import near_records

MOST_TEXTS: Final = 20
_SENTENCE_END: Final = re.compile(r"(?<=\.) ")


def texts() -> tuple[Pair, ...]:
    """Generate the pairs; kinds and attributes of the reports take turns."""
    return tuple(_pair(number) for number in range(MOST_TEXTS))


def without(passage: str, value: str) -> str:
    """Return ``passage`` without the sentences that hold ``value``.

    >>> without("It is old. Its code is A3. It is red.", "A3")
    'It is old. It is red.'
    """
    return " ".join(told for told in _SENTENCE_END.split(passage) if value not in told)


def _pair(number: int) -> Pair:
    kind = KINDS[number % len(KINDS)]
    attribute = number // len(KINDS) % len(kind.attributes)
    name = f"text-{kind.name}-{number + 1:02}"
    (record,) = near_records(kind, 1, seed=f"abstention {name}")
    value = record.values[attribute]
    question = f"{{}}\n\nQuestion on this text: {record.question(attribute)}"
    return Pair(
        id=name,
        kind=Kind.TEXT,
        answerable=question.format(record.passage),
        unanswerable=question.format(without(record.passage, value)),
        answers=(value,),
    )
