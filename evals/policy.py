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
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    false_pages_per_year: Annotated[float, Field(gt=0, le=52)] = 1.0
    smallest_effect_points: Annotated[float, Field(gt=0, le=100)] = 10.0
    minimum_coverage: Annotated[float, Field(gt=0, le=1)] = 0.95

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
