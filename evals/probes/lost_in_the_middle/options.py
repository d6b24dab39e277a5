"""What a suite may choose."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evals.probes.records.record import MOST_RECORDS


class Variant(StrEnum):
    """What is looked for among what."""

    PLAIN = "plain"
    """A record by its name."""
    PARAPHRASED = "paraphrased"
    """A record by other words than its own: the key must be understood, not matched."""
    NEAR_DUPLICATES = "near_duplicates"
    """A record by its name; two others tell the same story in the same words."""
    KEY_VALUE = "key_value"
    """The value of a key among random pairs."""


class MiddleOptions(BaseModel):
    """The options of the probe.

    Attributes:
        variant: What is looked for among what.
        documents: Records that are told in one prompt; 20, 60 and 150 are the usual sizes.
        pairs: Pairs in one prompt of the variant ``key_value``; usually 75, 140 or 300.
        items: Questions; each is asked once a position, once alone and once without documents.
        positions: Places of the evidence, counted from 1; empty takes the first, the last, and
            three evenly between them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant: Variant = Variant.PLAIN
    documents: Annotated[int, Field(ge=3, le=MOST_RECORDS)] = 20
    pairs: Annotated[int, Field(ge=3, le=1000)] = 75
    items: Annotated[int, Field(ge=1, le=300)] = 30
    positions: tuple[Annotated[int, Field(ge=1)], ...] = ()

    @property
    def size(self) -> int:
        """How much is told in one prompt."""
        return self.pairs if self.variant is Variant.KEY_VALUE else self.documents

    @property
    def places(self) -> tuple[int, ...]:
        """The positions that are asked, ascending.

        >>> MiddleOptions().places, MiddleOptions(variant="key_value").places
        ((1, 5, 10, 15, 20), (1, 19, 38, 56, 75))
        """
        if self.positions:
            return self.positions
        spread = {max(1 + step, (self.size * step + 2) // 4) for step in range(5)}
        return tuple(sorted(place for place in spread if place <= self.size))

    @model_validator(mode="after")
    def _has_a_middle(self) -> MiddleOptions:
        if len(self.places) < 3 or list(self.places) != sorted(set(self.places)):
            msg = "positions must be at least three, ascending and different"
            raise ValueError(msg)
        if self.places[-1] > self.size:
            msg = f"position {self.places[-1]} is beyond the {self.size} that are told"
            raise ValueError(msg)
        return self
