"""Budgets of a month around real runs: refused before, stopped within a batch while they go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from evals.budgets import Budgets
from evals.endpoint import Price
from evals.golden_set import GoldenSet
from evals.policy import Policy
from evals.records import RunStatus
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import Suite, SuiteTask
from service.db.session import reading, writing
from service.errors import BudgetRefused
from service.keeper import Keeper
from service.pipeline import new_run, perform
from service.settings import Settings
from service.stages.afford import SharedBudgets, refuse_beside_batches
from service.stages.plan import Options
from service.store import readings, runs, samples
from service.subject import Subject
from tests.databases import opened
from tests.integration.store_factories import make_run, make_sample, store_run
from tests.unit.engine.factories_engine import an_endpoint
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.records import SampleRecord

ITEMS = tuple(sum_items(60))


@dataclass
class SpendsElsewhere:
    """At the first answer, another run of the endpoint spends ``usd``."""

    keeper: Keeper
    now: datetime
    usd: float
    seen: int = 0

    def sample(self, record: SampleRecord) -> None:  # noqa: ARG002 - the shape of a progress
        self.seen += 1
        if self.seen == 1:
            with writing(self.keeper.engine) as session:
                store_run(session, make_run("elsewhere", endpoint="sim", created_at=self.now))
                paid = make_sample(cost_usd=self.usd)
                samples.insert_all_absent(session, "elsewhere", [paid])

    def tick(self) -> None: ...


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def keeper(tmp_path: Path, sqlite_url: str) -> Iterator[Keeper]:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(tmp_path / "data")})
    with opened(sqlite_url) as engine:
        yield Keeper(engine=engine, settings=settings)


def a_subject(simulator: RunningSimulator, budgets: Budgets, **overrides: Any) -> Subject:
    endpoint = an_endpoint(simulator, price=Price(input=1, output=1))
    subject = Subject(
        endpoint_name="sim",
        endpoint=endpoint,
        suite_name="sums",
        suite=Suite(tasks=(SuiteTask(golden_set="sums"),)),
        golden_sets=(GoldenSet(name="sums", version="1.0.0", items=ITEMS),),
        policy=Policy(),
        judge=None,
        budgets=budgets,
    )
    return replace(subject, **overrides)


def test_a_run_that_could_break_the_month_s_budget_is_not_even_stored(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(endpoints={"sim": 1e-6}))
    limited = subject.endpoint.parameters.model_copy(update={"max_tokens": 16})
    endpoint = subject.endpoint.model_copy(update={"parameters": limited})
    with pytest.raises(BudgetRefused, match="would break the monthly budget of endpoint sim"):
        new_run(keeper, replace(subject, endpoint=endpoint), Options())
    with reading(keeper.engine) as session:
        assert runs.newest(session) == ()


def test_a_budget_of_an_endpoint_needs_its_price(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(endpoints={"sim": 5}))
    unpriced = subject.endpoint.model_copy(update={"price": None})
    with pytest.raises(BudgetRefused, match="endpoint 'sim' has no price"):
        new_run(keeper, replace(subject, endpoint=unpriced), Options())


def test_the_month_s_budget_lets_endpoints_without_a_price_run(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(month_usd=5))
    unpriced = subject.endpoint.model_copy(update={"price": None})
    assert new_run(keeper, replace(subject, endpoint=unpriced), Options()).id


def batching(monkeypatch: pytest.MonkeyPatch, subject: Subject) -> Subject:
    """Return ``subject`` as if its provider had a batch API, and with a largest cost."""
    monkeypatch.setattr(
        "service.stages.afford.provider_of", lambda _: SimpleNamespace(batches=True)
    )
    limited = subject.endpoint.parameters.model_copy(update={"max_tokens": 16})
    return replace(subject, endpoint=subject.endpoint.model_copy(update={"parameters": limited}))


def test_what_a_batch_may_cost_is_set_aside_until_it_has_ended(
    keeper: Keeper, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = batching(monkeypatch, a_subject(simulator, Budgets()))
    run = new_run(keeper, free, Options(batch=True))
    most = run.options["batch_usd"]
    limited = replace(free, budgets=Budgets(month_usd=1.5 * most))
    with pytest.raises(BudgetRefused, match="set aside"):
        new_run(keeper, limited, Options(batch=True))
    with writing(keeper.engine) as session:
        ended, planned = RunStatus.CANCELLED, RunStatus.PLANNED
        runs.set_status(session, run.id, ended, expected=[planned], now=run.created_at)
    assert new_run(keeper, limited, Options(batch=True)).id


def test_of_two_batches_planned_at_once_one_is_refused(
    keeper: Keeper, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = batching(monkeypatch, a_subject(simulator, Budgets()))
    run = new_run(keeper, free, Options(batch=True))
    limited = replace(free, budgets=Budgets(month_usd=1.5 * run.options["batch_usd"]))
    beside = replace(run, id="beside")
    with writing(keeper.engine) as session, pytest.raises(BudgetRefused, match="set aside"):
        refuse_beside_batches(session, limited, beside, schedule=None)
    with writing(keeper.engine) as session:
        refuse_beside_batches(session, limited, run, schedule=None)


def test_a_run_counts_in_the_month_in_which_it_was_planned_to_its_end(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(month_usd=1))
    long_ago = datetime(2026, 10, 31, 23, 50, tzinfo=UTC)
    with writing(keeper.engine) as session:
        store_run(session, make_run("october", endpoint="sim", created_at=long_ago))
        paid = make_sample(cost_usd=2.0)
        samples.insert_all_absent(session, "october", [paid])
    budgets = SharedBudgets(engine=keeper.engine, subject=subject, run_id="october", own_usd=None)
    assert budgets.enough([paid]) == "the month's budget of 1 USD is spent: $2.00"


def test_a_judge_without_a_price_stops_no_run_as_if_tokens_were_missing(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(month_usd=1))
    judge = subject.endpoint.model_copy(update={"price": None})
    suite = subject.suite.model_copy(update={"judge": "judge"})
    judged = replace(subject, judge=judge, suite=suite)
    with writing(keeper.engine) as session:
        store_run(session, make_run("judged", endpoint="sim"))
    budgets = SharedBudgets(engine=keeper.engine, subject=judged, run_id="judged", own_usd=None)
    assert budgets.enough([make_sample(cost_usd=None)]) is None


def test_what_others_spend_meanwhile_stops_a_run_within_a_batch(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, Budgets(month_usd=1))
    run = new_run(keeper, subject, Options(max_connections=1))
    perform(keeper, subject, run, SpendsElsewhere(keeper=keeper, now=run.created_at, usd=2))
    with reading(keeper.engine) as session:
        stopped = runs.get(session, run.id)
        asked = readings.costs(session, run.id).samples
    assert stopped.status is RunStatus.FAILED
    assert stopped.status_reason == "the month's budget of 1 USD is spent: $2.00"
    assert asked < len(ITEMS)
