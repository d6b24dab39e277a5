"""Policy: the thresholds that turn numbers into a verdict."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from evals.digest import digest_of

CHECKS_PER_YEAR = 52


class Policy(BaseModel):
    """What counts as news. Its digest is kept with every verdict that it led to.

    Attributes:
        false_pages_per_year: How many pages a year unchanged endpoints may cause, over all series
            together.
        smallest_effect_points: The smallest drop that matters, in percentage points. An ``ok`` that
            could not have seen it is ``inconclusive``.
        minimum_coverage: The share of planned samples that must end ``ok`` for accuracy to count.
        informative_items: How many items of each task an adaptive check asks more often.
        extra_rounds: How often it asks those again in its first round.
        most_retests: How often it asks an item again that fell, 0 to 3.
        repeat_at_p: A drop at this p-value or below is asked anew, later the same day.
        repeat_after_minutes: How much later, at least.
        most_calls_per_item: Calls of one adaptive check, over the items of its task; at least 1.
        page_at_points: A drop of so many percentage points needs no confirmation when its p-value
            is at most a tenth of alpha.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    false_pages_per_year: Annotated[float, Field(gt=0, le=52)] = 1.0
    smallest_effect_points: Annotated[float, Field(gt=0, le=100)] = 10.0
    minimum_coverage: Annotated[float, Field(gt=0, le=1)] = 0.95
    informative_items: Annotated[int, Field(ge=0)] = 40
    extra_rounds: Annotated[int, Field(ge=0, le=20)] = 3
    most_retests: Annotated[int, Field(ge=0, le=3)] = 3
    repeat_at_p: Annotated[float, Field(ge=0, le=1)] = 0.10
    repeat_after_minutes: Annotated[int, Field(ge=0, le=1440)] = 240
    most_calls_per_item: Annotated[float, Field(ge=1)] = 6.0
    page_at_points: Annotated[float, Field(gt=0, le=100)] = 20.0

    @property
    def digest(self) -> str:
        """The sha256 of the thresholds."""
        return digest_of(self.model_dump(mode="json"))

    def alpha(self, series: int) -> float:
        """Return the level of one weekly check when ``series`` series share the budget.

        ``alpha = false_pages_per_year / (52 * series)``; ``series`` is at least 1.

        >>> round(Policy().alpha(5), 5)
        0.00385
        """
        return min(1.0, self.false_pages_per_year / (CHECKS_PER_YEAR * series))
