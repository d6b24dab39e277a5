"""What was spent in a month, and the budgets that are measured by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from evals.budgets import Budgets, Scope
from evals.records import RunStatus
from evals.schedule import Schedule
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.store import samples, schedules, slots
from service.store.spending import lock, month_of, purses, schedule_of, spent_between
from service.timetable.slot import NewSlot
from service.timetable.states import SlotState
from tests.databases import opened
from tests.integration.store_factories import make_run, make_sample, store_run

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def paid_run(session: Session, run_id: str, *costs: float | None, **overrides: Any) -> None:
    store_run(session, make_run(run_id, **{"created_at": NOW, **overrides}))
    records = [make_sample(epoch=n, cost_usd=cost) for n, cost in enumerate(costs, start=1)]
    samples.insert_all_absent(session, run_id, records)


def scheduled(session: Session, run_id: str) -> None:
    plan = Schedule(endpoint=("prod",), suite="weekly")
    schedules.create(session, "mondays", plan, source=ScheduleSource.FILE, now=NOW)
    slot = NewSlot(
        schedule="mondays",
        endpoint="prod",
        suite="weekly",
        due_at=NOW,
        starts_at=NOW,
        deadline_at=NOW,
        state=SlotState.CLAIMED,
    )
    slots.insert(session, [slot], now=NOW)
    (found,) = slots.claimed(session)
    slots.link(session, found.id, run_id, SlotState.STARTED, reason="", now=NOW)


@pytest.fixture
def spent(database: Engine) -> Engine:
    with writing(database) as session:
        paid_run(session, "by-hand", 1.0, 0.5)
        paid_run(session, "by-schedule", 2.0)
        scheduled(session, "by-schedule")
        paid_run(session, "other", 4.0, None, endpoint="staging")
        paid_run(session, "last-month", 100.0, created_at=NOW - timedelta(days=22))
    return database


def test_a_month_is_summed_up_by_endpoint_and_schedule(spent: Engine) -> None:
    with reading(spent) as session:
        found = spent_between(session, *month_of(NOW))
    shown = [(one.endpoint, one.schedule, one.known_usd, one.unpriced) for one in found]
    assert shown == [
        ("prod", None, 1.5, 0),
        ("prod", "mondays", 2.0, 0),
        ("staging", None, 4.0, 1),
    ]
    assert [one.samples for one in found] == [2, 1, 2]


def test_a_run_is_paid_from_every_budget_that_covers_it(spent: Engine) -> None:
    budgets = Budgets(month_usd=10, endpoints={"prod": 5, "staging": 5}, schedules={"mondays": 3})
    with reading(spent) as session:
        schedule = schedule_of(session, "by-schedule")
        found = purses(session, budgets, now=NOW, endpoint="prod", schedule=schedule)
        by_hand = purses(session, budgets, now=NOW, endpoint="prod")
        everything = purses(session, budgets, now=NOW)
    assert [(one.scope, one.remaining_usd) for one in found] == [
        (Scope.MONTH, 2.5),
        (Scope.ENDPOINT, 1.5),
        (Scope.SCHEDULE, 1.0),
    ]
    assert [one.scope for one in by_hand] == [Scope.MONTH, Scope.ENDPOINT]
    assert len(everything) == 4


def test_a_batch_under_way_sets_aside_what_it_may_still_cost(spent: Engine) -> None:
    budgets = Budgets(month_usd=20)
    with writing(spent) as session:
        lock(session)
        paid_run(session, "batch", 0.25, options={"batch_usd": 2.0}, status=RunStatus.RUNNING)
        (whole,) = purses(session, budgets, now=NOW)
        (others,) = purses(session, budgets, now=NOW, besides="batch")
    assert (whole.reserved_usd, others.reserved_usd) == (1.75, 0)
    assert whole.remaining_usd == 20 - 7.75 - 1.75


def test_the_next_month_begins_with_nothing_spent(spent: Engine) -> None:
    with reading(spent) as session:
        (whole,) = purses(session, Budgets(month_usd=10), now=NOW + timedelta(days=9))
    assert whole.spent_usd == 0


def test_what_was_spent_is_summed_up_without_reading_samples(sqlite_url: str) -> None:
    asked: list[tuple[str, Any]] = []

    def keep(*of_statement: Any) -> None:
        asked.append(of_statement[2:4])

    with opened(sqlite_url) as engine, reading(engine) as session:
        event.listen(engine, "before_cursor_execute", keep)
        spent_between(session, *month_of(NOW))
        purses(session, Budgets(month_usd=10), now=NOW)
        event.remove(engine, "before_cursor_execute", keep)
        plans = [
            " ".join(
                str(row[3])
                for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {what}", of)
            )
            for what, of in asked
            if "samples" in what
        ]
    assert len(plans) == 3
    assert all("samples USING COVERING INDEX ix_samples_spending" in plan for plan in plans)


def test_samples_without_a_cost_are_told_and_cost_nothing(spent: Engine) -> None:
    with reading(spent) as session:
        (whole,) = purses(session, Budgets(month_usd=10), now=NOW)
    assert (whole.spent_usd, whole.unpriced) == (7.5, 1)
