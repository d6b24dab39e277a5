"""What a suite may choose."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

BASE: Final = 1000
"""The length, in nominal tokens, whose accuracy the longer ones are held against."""
CHARACTERS_PER_TOKEN: Final = 4

Length = Literal[500, 1000, 4000, 16000, 64000, 128000]


class LengthOptions(BaseModel):
    """The options of the probe.

    Attributes:
        lengths: Sizes of the prompt in nominal tokens of four characters; the base of 1000 is
            always among them. One question costs as many tokens as all lengths together.
        items: Questions a family, of which there are five; each is asked once a length.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lengths: tuple[Length, ...] = (500, 1000, 4000, 16000)
    items: Annotated[int, Field(ge=1, le=100)] = 6

    @field_validator("lengths")
    @classmethod
    def _hold_the_base(cls, lengths: tuple[int, ...]) -> tuple[int, ...]:
        if BASE not in lengths or list(lengths) != sorted(set(lengths)):
            msg = f"lengths must be ascending, different, and hold the base of {BASE}"
            raise ValueError(msg)
        return lengths


def length_arm(length: int) -> str:
    """Return the arm of a length.

    >>> length_arm(500), length_arm(128000)
    ('0.5K', '128K')
    """
    return f"{length / 1000:g}K"


def length_of(arm: str) -> int:
    """Return the length, in nominal tokens, of an arm.

    >>> length_of("0.5K")
    500
    """
    return round(float(arm.removesuffix("K")) * 1000)
