"""Asking through a provider's batch API: what goes out, what comes back, what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from evals.budgets import Budgets
from evals.endpoint import Parameters, Price
from evals.engine.engine import start
from evals.engine.plan import PlannedSample, PlannedTask
from evals.errors import ConfigError
from evals.golden_set import GoldenSet
from evals.policy import Policy
from evals.rounds import Stage, epoch_of
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import Suite, SuiteTask
from service.asking import Asking
from service.errors import BudgetRefused
from service.keeper import Keeper
from service.pipeline import new_run
from service.settings import Settings
from service.stages.plan import Options
from service.subject import Subject
from tests.databases import opened
from tests.integration.store_factories import NOW
from tests.unit.engine.factories_engine import OPENAI, a_plan, an_endpoint, rows_of
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ITEMS = tuple(sum_items(12))
QUICKLY = 0.2


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def keeper(tmp_path: Path, sqlite_url: str) -> Iterator[Keeper]:
    settings = Settings.from_environment(
        {"EVALS_DATA_DIR": str(tmp_path / "data"), "OPENAI_API_KEY": "sk-0123456789"}
    )
    with opened(sqlite_url) as engine:
        yield Keeper(engine=engine, settings=settings)


def a_subject(simulator: RunningSimulator, **overrides: Any) -> Subject:
    endpoint = an_endpoint(
        simulator,
        model=OPENAI,
        price=Price(input=1000, output=1000),
        parameters=Parameters(max_tokens=64),
    )
    subject = Subject(
        endpoint_name="sim",
        endpoint=endpoint,
        suite_name="sums",
        suite=Suite(tasks=(SuiteTask(golden_set="sums"),)),
        golden_sets=(GoldenSet(name="sums", version="1.0.0", items=ITEMS),),
        policy=Policy(),
        judge=None,
    )
    return replace(subject, **overrides)


def test_a_batch_that_was_left_is_asked_anew_whole_and_each_sample_comes_back_once(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoint = an_endpoint(simulator, model=OPENAI, limits={"max_connections": 1})
    plan = a_plan(tmp_path, endpoint, ITEMS, batch_poll_seconds=QUICKLY)
    with start(plan) as running:
        for _ in running.exchanges():
            if simulator.requests:
                break  # submitted, and not fetched yet
    rows = rows_of(plan)
    assert sorted(row.key.item_id for row in rows) == sorted(item.id for item in ITEMS)
    assert all(row.score.passed and row.input_tokens for row in rows)
    assert len(simulator.requests) == 2 * len(ITEMS)  # both batches are paid for


def test_the_first_look_goes_as_a_batch_at_its_price_and_a_confirmation_does_not(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator)
    run = new_run(keeper, subject, Options(batch=True))
    asking = Asking(keeper=keeper, subject=subject, run=run, budget_usd=None, clock=lambda: NOW)
    first = PlannedTask(name="sums", samples=(PlannedSample(item=ITEMS[0], epoch=1),))
    again = PlannedSample(item=ITEMS[0], epoch=epoch_of(Stage.REPEAT, 1))
    plan = asking._plan(subject, (first,))
    assert plan.batch_poll_seconds == 15
    assert plan.target.endpoint.price == Price(input=500, output=500, batch_share=1)
    direct = asking._plan(subject, (replace(first, samples=(again,)),))
    assert direct.batch_poll_seconds is None
    assert direct.target.endpoint.price == subject.endpoint.price


def test_a_provider_without_a_batch_api_is_named(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator, endpoint=an_endpoint(simulator))
    with pytest.raises(ConfigError, match="openai-api/sim/sim-1 has no batch API"):
        new_run(keeper, subject, Options(batch=True))


def test_a_batch_that_could_break_a_budget_is_never_submitted(
    keeper: Keeper, simulator: RunningSimulator
) -> None:
    subject = a_subject(simulator)
    with pytest.raises(BudgetRefused, match=r"would break its budget of 0\.01 USD"):
        new_run(keeper, subject, Options(batch=True, budget_usd=0.01))
    endless = subject.endpoint.model_copy(update={"parameters": Parameters()})
    monthly = replace(subject, endpoint=endless, budgets=Budgets(month_usd=100))
    with pytest.raises(BudgetRefused, match="what it costs at most is unknown"):
        new_run(keeper, monthly, Options(batch=True))
    assert simulator.requests == []
