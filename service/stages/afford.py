"""Afford: the budgets of the month stand before a run, and over it while it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evals.budgets import Scope, affordable, smallest
from evals.errors import ConfigError
from evals.estimate import estimate
from evals.numbers import dollars
from evals.providers import provider_of
from service import telling
from service.alerting.of_pin import observations_of_budgets
from service.db.session import reading
from service.errors import BudgetRefused
from service.store import readings, runs, spending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.budgets import Budgets
    from evals.engine.plan import PlannedTask
    from evals.records import RunRecord, SampleRecord
    from service.alerting.routing import Routing
    from service.subject import Subject

_LOOK_AGAIN_AT = 0.05
"""Share of what was left at the last look that is spent before the store is asked again."""


def refuse_unaffordable(
    session: Session,
    subject: Subject,
    tasks: Sequence[PlannedTask],
    *,
    budget_usd: float | None,
    batch: bool,
    schedule: str | None,
    now: datetime,
) -> float | None:
    """Refuse a run that could break a budget of the month, before it is stored.

    A batch is refused, too, that could break the run's own budget: it cannot be stopped half way.
    Return what the run costs at most, in USD; None where nobody can tell.

    Raises:
        BudgetRefused: It could, or a budget that is meant for it cannot be kept: a price is
            unknown, or the largest cost of a batch.
        ConfigError: Its provider has no batch API.
    """
    purses = spending.purses(
        session, subject.budgets, now=now, endpoint=subject.endpoint_name, schedule=schedule
    )
    own = next((one for one in purses if one.scope is not Scope.MONTH), None)
    if own is not None and subject.without_price is not None:
        raise BudgetRefused(
            f"{own.name} of {own.limit_usd:g} USD cannot be kept: endpoint "
            f"{subject.without_price!r} has no price",
            fix="Add `price: {input: ..., output: ...}` in USD per million tokens.",
        )
    asked = at_batch_price(subject) if batch else subject
    most = estimate(asked.endpoint, tasks, judge=subject.judge).most_cost_usd
    if batch:
        _refuse_unstoppable(subject, most, budget_usd, limited=bool(purses))
    _refuse(affordable(purses, most))
    return most


def refuse_beside_batches(
    session: Session, subject: Subject, run: RunRecord, *, schedule: str | None
) -> None:
    """Refuse a batch again, in the transaction that stores it, beside those stored meanwhile.

    One transaction at a time does so: of two batches that fit the budget only one by one, the
    second sees what the first set aside.

    Raises:
        BudgetRefused: It could break a budget of the month.
    """
    most = run.options.get("batch_usd")
    if most is None or not subject.budgets.limits:
        return
    spending.lock(session)
    purses = spending.purses(
        session,
        subject.budgets,
        now=run.created_at,
        endpoint=subject.endpoint_name,
        schedule=schedule,
        besides=run.id,
    )
    _refuse(affordable(purses, most))


def _refuse(reason: str | None) -> None:
    if reason is not None:
        raise BudgetRefused(
            reason,
            fix="See `evals spend`; raise it under `budgets:` in evals.yaml, or wait for the "
            "next month.",
        )


def at_batch_price(subject: Subject) -> Subject:
    """Return ``subject`` with the price that its endpoint has in a batch; the judge's stays."""
    price = subject.endpoint.price
    batched = subject.endpoint.model_copy(update={"price": price and price.of_batch})
    return replace(subject, endpoint=batched)


def _refuse_unstoppable(
    subject: Subject, most: float | None, budget_usd: float | None, *, limited: bool
) -> None:
    model = subject.endpoint.model
    if not provider_of(model).batches:
        raise ConfigError(
            f"{model} has no batch API that can be used here",
            fix="Leave `batch: true` out of its schedule.",
        )
    if most is None and (limited or budget_usd is not None):
        raise BudgetRefused(
            "a batch cannot be stopped half way, and what it costs at most is unknown",
            fix="Set `max_tokens` under the endpoint's parameters, or leave `batch: true` out.",
        )
    if most is not None and budget_usd is not None and most > budget_usd:
        raise BudgetRefused(
            f"a batch of up to {most:.2f} USD would break its budget of {budget_usd:g} USD",
            fix="Raise the budget, ask less, or leave `batch: true` out.",
        )


def observe_budgets(session: Session, budgets: Budgets, routing: Routing, now: datetime) -> None:
    """Tell of every budget of the month that is spent or nearly so, and of those that are not."""
    purses = spending.purses(session, budgets, now=now)
    seen = observations_of_budgets(purses, warn_at=budgets.warn_at, now=now)
    telling.observe_in(session, seen, routing, now)


@dataclass(slots=True)
class SharedBudgets:
    """Watches, while a run is asked, the budgets that others spend from at the same time.

    These are the budgets of the month in which the run was planned, and the run's own, ``own_usd``,
    which its shards share. The store is asked anew whenever a share of what was left is spent, so
    that a budget is broken by no more than the batches that are under way.
    """

    engine: Engine
    subject: Subject
    run_id: str
    own_usd: float | None
    _left_usd: float = field(default=0.0, init=False)
    _spent_usd: float = field(default=0.0, init=False)

    def enough(self, batch: Sequence[SampleRecord]) -> str | None:
        """Return why asking must stop now that ``batch`` is stored; None while it need not."""
        if not self.subject.budgets.limits and self.own_usd is None:
            return None
        if self.subject.without_price is None and any(one.cost_usd is None for one in batch):
            return (
                "the budget of the month cannot be kept: a reply came without its token counts, "
                "so its cost is unknown"
            )
        self._spent_usd += sum(sample.cost_usd or 0.0 for sample in batch)
        if self._spent_usd < self._left_usd * _LOOK_AGAIN_AT:
            return None
        return self._look()

    def _look(self) -> str | None:
        with reading(self.engine) as session:
            of_month = spending.purses(
                session,
                self.subject.budgets,
                now=runs.get(session, self.run_id).created_at,
                endpoint=self.subject.endpoint_name,
                schedule=spending.schedule_of(session, self.run_id),
                besides=self.run_id,
            )
            of_run = readings.costs(session, self.run_id).known_cost_usd
        purse = smallest(of_month)
        if purse is not None and purse.remaining_usd <= 0:
            aside = f", {dollars(purse.reserved_usd)} set aside" if purse.reserved_usd else ""
            spent = f"is spent: {dollars(purse.spent_usd)}{aside}"
            return f"{purse.name} of {purse.limit_usd:g} USD {spent}"
        if self.own_usd is not None and of_run >= self.own_usd:
            return f"the budget of {self.own_usd:g} USD was spent: {of_run:.4f} USD"
        left = [*(one.remaining_usd for one in of_month)]
        left += [] if self.own_usd is None else [self.own_usd - of_run]
        self._left_usd, self._spent_usd = min(left, default=float("inf")), 0.0
        return None
