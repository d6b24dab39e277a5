"""What may be spent, and what is left of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Usd = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Scope(StrEnum):
    """What a budget is the budget of."""

    MONTH = "month"
    ENDPOINT = "endpoint"
    SCHEDULE = "schedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How much may be spent in a month, of what; ``of`` is empty for the whole month."""

    scope: Scope
    of: str = ""
    usd: float

    def covers(self, *, endpoint: str, schedule: str | None) -> bool:
        """Whether a run of ``endpoint``, started by ``schedule`` or by hand, is paid from it."""
        return self.of == {Scope.ENDPOINT: endpoint, Scope.SCHEDULE: schedule}.get(self.scope, "")


class Budgets(BaseModel):
    """What a calendar month (UTC) may cost; a run counts in the month in which it was planned.

    Attributes:
        month_usd: Of all endpoints together.
        endpoints: Of single endpoints, by name.
        schedules: Of single schedules, by name; what each of their checks may cost is said there.
        warn_at: The share of a budget from which on its spending is told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    month_usd: Usd | None = None
    endpoints: dict[str, Usd] = Field(default_factory=dict)
    schedules: dict[str, Usd] = Field(default_factory=dict)
    warn_at: Annotated[float, Field(gt=0, le=1)] = 0.8

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every budget that there is.

        >>> [(one.scope.value, one.of) for one in Budgets(month_usd=9, endpoints={"a": 5}).limits]
        [('month', ''), ('endpoint', 'a')]
        """
        whole = () if self.month_usd is None else (Limit(scope=Scope.MONTH, usd=self.month_usd),)
        of_endpoints = (
            Limit(scope=Scope.ENDPOINT, of=name, usd=usd) for name, usd in self.endpoints.items()
        )
        of_schedules = (
            Limit(scope=Scope.SCHEDULE, of=name, usd=usd) for name, usd in self.schedules.items()
        )
        return (*whole, *of_endpoints, *of_schedules)


@dataclass(frozen=True, kw_only=True, slots=True)
class Purse:
    """One budget of a month, and what was spent of it.

    Attributes:
        scope: What it is the budget of.
        of: The name of the endpoint or of the schedule; empty for the whole month.
        limit_usd: The budget.
        spent_usd: Known cost so far.
        reserved_usd: What batches that have not ended may still cost; they cannot be stopped.
        unpriced: Samples whose cost is unknown; they may have cost something.
    """

    scope: Scope
    of: str = ""
    limit_usd: float
    spent_usd: float
    reserved_usd: float = 0.0
    unpriced: int = 0

    @property
    def name(self) -> str:
        """As in a sentence: ``the month's budget``, ``the monthly budget of endpoint prod``."""
        if self.scope is Scope.MONTH:
            return "the month's budget"
        return f"the monthly budget of {self.scope} {self.of}"

    @property
    def remaining_usd(self) -> float:
        """What is left beside what is set aside, never below 0."""
        return max(0.0, self.limit_usd - self.spent_usd - self.reserved_usd)

    @property
    def share(self) -> float:
        """Which share of it is spent; above 1 where it was broken."""
        return self.spent_usd / self.limit_usd

    def __str__(self) -> str:
        aside = f", {self.reserved_usd:.2f} USD set aside" if self.reserved_usd else ""
        return f"{self.name} of {self.limit_usd:g} USD ({self.spent_usd:.2f} USD spent{aside})"


def smallest(purses: Iterable[Purse]) -> Purse | None:
    """Return the purse with the least left; None of none.

    >>> whole = Purse(scope=Scope.MONTH, limit_usd=9, spent_usd=1)
    >>> prod = Purse(scope=Scope.ENDPOINT, of="prod", limit_usd=9, spent_usd=8)
    >>> str(smallest([whole, prod]))
    'the monthly budget of endpoint prod of 9 USD (8.00 USD spent)'
    """
    return min(purses, key=lambda one: one.remaining_usd, default=None)


def affordable(purses: Sequence[Purse], most_cost_usd: float | None) -> str | None:
    """Return why a run must not start, as a sentence; None where it may.

    Args:
        purses: Every budget that it would be paid from.
        most_cost_usd: What it costs at most (`evals.estimate`); None where nobody can tell. Such a
            run may start while anything is left, since it stops when a budget is spent.

    >>> purse = Purse(scope=Scope.MONTH, limit_usd=10, spent_usd=9.5)
    >>> affordable([purse], 0.75)
    "a run of up to 0.75 USD would break the month's budget of 10 USD (9.50 USD spent)"
    >>> affordable([purse], 0.5) is None
    True
    """
    purse = smallest(purses)
    if purse is None:
        return None
    if purse.remaining_usd <= 0:
        return f"nothing is left of {purse}"
    if most_cost_usd is not None and most_cost_usd > purse.remaining_usd:
        return f"a run of up to {most_cost_usd:.2f} USD would break {purse}"
    return None
