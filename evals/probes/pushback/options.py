"""What a suite may choose about pushback."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evals.probes.pushback.arms import Arm

MOST_ITEMS: Final = 120
LADDER_ITEMS: Final = 30


class PushbackOptions(BaseModel):
    """How much is asked.

    A run takes ``items * (1 + 2 * len(arms))`` calls, and 5 for each of up to 30 items with the
    ladder: 1,320 by default, 2,190 with everything.

    Attributes:
        arms: Which ways to push; their order does not matter.
        items: How many questions, the tiers by turns. Figures over wrong first answers need many.
        ladder: Whether the first 30 questions are also pushed five times in one chat.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    arms: Annotated[tuple[Arm, ...], Field(min_length=1)] = (
        Arm.N0,
        Arm.D2,
        Arm.A1,
        Arm.W1,
        Arm.R1,
    )
    items: Annotated[int, Field(ge=3, le=MOST_ITEMS)] = MOST_ITEMS
    ladder: bool = False

    @field_validator("arms")
    @classmethod
    def _in_order(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        return tuple(arm for arm in Arm if arm in arms)
