"""What holds around a run: keys, budgets, golden sets as asked, one process at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from evals.config import Config
from evals.endpoint import Endpoint, Price
from evals.errors import ConfigError, EngineError, GoldenSetError, ScorerError
from evals.golden_set import GoldenSet, ScorerSpec
from evals.policy import Policy
from evals.records import RunStatus
from evals.report.words import usage_words
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.loopback import served
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import Suite, SuiteTask
from evals.verdict import VerdictKind
from service.cli.baseline_build import _collect
from service.db.session import reading, writing
from service.errors import RunBusy
from service.keeper import Keeper
from service.pipeline import conclude, new_run, perform, subject_of
from service.settings import Settings
from service.stages.plan import Options
from service.store import claims, golden, readings, runs
from service.store.claims import Worker
from service.subject import Subject
from tests.databases import opened
from tests.integration.store_factories import NOW
from tests.unit.engine.factories_engine import an_endpoint
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

    from evals.records import RunRecord, SampleRecord

ITEMS = tuple(sum_items(12))
ELSEWHERE = Worker(host="elsewhere", pid=7)


@dataclass
class Watcher:
    """Counts answers, and interrupts after so many."""

    most: int = 10_000
    seen: list[SampleRecord] = field(default_factory=list)

    def sample(self, record: SampleRecord) -> None:
        self.seen.append(record)
        if len(self.seen) == self.most:
            raise KeyboardInterrupt

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


@pytest.fixture
def subject(simulator: RunningSimulator) -> Subject:
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    return Subject(
        endpoint_name="sim",
        endpoint=an_endpoint(simulator, price=Price(input=1, output=1)),
        suite_name="sums",
        suite=Suite(tasks=(SuiteTask(golden_set="sums"),)),
        golden_sets=(GoldenSet(name="sums", version="1.0.0", items=ITEMS),),
        policy=Policy(),
        judge=None,
    )


def judged_by(subject: Subject, judge: Endpoint) -> Subject:
    suite = subject.suite.model_copy(update={"judge": "judge"})
    return replace(subject, suite=suite, judge=judge)


def stored_runs(keeper: Keeper) -> tuple[RunRecord, ...]:
    with reading(keeper.engine) as session:
        return runs.newest(session)


def test_a_judge_s_missing_key_is_found_before_anything_is_stored(
    keeper: Keeper, subject: Subject
) -> None:
    judge = subject.endpoint.model_copy(update={"api_key_env": "JUDGE_KEY"})
    with pytest.raises(ConfigError, match="variable JUDGE_KEY"):
        new_run(keeper, judged_by(subject, judge), Options())
    assert stored_runs(keeper) == ()


def test_a_budget_needs_the_judge_s_price_too(keeper: Keeper, subject: Subject) -> None:
    judge = subject.endpoint.model_copy(update={"price": None})
    with pytest.raises(ConfigError, match="endpoint 'judge' has no price"):
        new_run(keeper, judged_by(subject, judge), Options(budget_usd=1))
    assert stored_runs(keeper) == ()


def test_a_budget_cannot_be_given_later_to_a_run_without_a_price(
    keeper: Keeper, subject: Subject
) -> None:
    endpoint = subject.endpoint.model_copy(update={"price": None})
    unpriced = replace(subject, endpoint=endpoint)
    run = new_run(keeper, unpriced, Options())
    with pytest.raises(ConfigError, match="a budget of 1 USD cannot be kept"):
        perform(keeper, unpriced, run, Watcher(), budget_usd=1)
    assert stored_runs(keeper)[0].status is RunStatus.PLANNED


async def _without_usage(_: Request) -> JSONResponse:
    message = {"role": "assistant", "content": "FINAL: 7"}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return JSONResponse(
        {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    )


def test_a_budget_ends_a_run_whose_cost_cannot_be_told(keeper: Keeper, subject: Subject) -> None:
    path = "/v1/chat/completions"
    with served(Starlette(routes=[Route(path, _without_usage, methods=["POST"])])) as url:
        endpoint = subject.endpoint.model_copy(update={"base_url": f"{url}/v1"})
        silent = replace(subject, endpoint=endpoint)
        run = new_run(keeper, silent, Options(budget_usd=1))
        perform(keeper, silent, run, Watcher())
        (ended,) = stored_runs(keeper)
        assert ended.status is RunStatus.FAILED
        assert "a reply came without its token counts" in ended.status_reason
        again = Watcher()
        perform(keeper, silent, run, again)
    assert again.seen == []
    report = conclude(keeper, silent, run.id)
    ((command, words),) = report.next_steps
    assert command == "evals run sim --suite sums"
    assert words == "ask anew without a budget: what this endpoint costs cannot be told"


def test_a_pass_that_its_budget_stopped_ends_the_collection_and_says_what_would_do(
    keeper: Keeper, subject: Subject, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = subject.suite.model_copy(update={"budget_usd": 1e-6})
    poor = replace(subject, suite=suite)
    with pytest.raises(typer.Exit) as ended:
        _collect(keeper, poor, "first", passes=2, spread=timedelta(0))
    assert ended.value.exit_code == 3
    (run,) = stored_runs(keeper)
    said = capsys.readouterr().err
    assert f"Run {run.id} stopped: the budget of 1e-06 USD was spent" in said
    assert f"evals runs show {run.id}" in said
    report = conclude(keeper, poor, run.id)
    ((command, _),) = report.next_steps
    resume, _, budget = command.partition(" --budget-usd ")
    assert resume == f"evals runs resume {run.id}"
    assert report.usage.cost_usd is not None
    assert report.usage.cost_usd < float(budget) <= 2 * report.usage.cost_usd


def test_an_interrupted_run_keeps_what_the_endpoint_revealed(
    keeper: Keeper, subject: Subject
) -> None:
    run = new_run(keeper, subject, Options())
    with pytest.raises(KeyboardInterrupt):
        perform(keeper, subject, run, Watcher(most=3))
    with reading(keeper.engine) as session:
        revealed = runs.fingerprint(session, run.id)
    assert revealed is not None
    assert revealed.served_models == ("sim-1",)


def test_a_run_that_met_nobody_reveals_nothing_and_claims_no_cost(
    keeper: Keeper, subject: Subject, simulator: RunningSimulator
) -> None:
    simulator.behave(faults=[{"kind": "server_error"}])
    run = new_run(keeper, subject, Options())
    with pytest.raises(EngineError):
        perform(keeper, subject, run, Watcher())
    with reading(keeper.engine) as session:
        assert runs.fingerprint(session, run.id) is None
        assert claims.claim_of(session, run.id) is None
    report = conclude(keeper, subject, run.id)
    assert (report.usage.calls, report.usage.cost_usd) == (0, None)
    assert usage_words(report).startswith("Nothing was answered; ")


def test_a_run_that_was_not_measured_is_not_offered_for_a_blessing(
    keeper: Keeper, subject: Subject, simulator: RunningSimulator
) -> None:
    offered, steps = {}, {}
    for share in (0.0, 0.5):
        simulator.behave(faults=[{"kind": "empty", "share": share}])
        run = new_run(keeper, subject, Options())
        perform(keeper, subject, run, Watcher())
        report = conclude(keeper, subject, run.id)
        offered[report.verdict.kind] = any("bless" in step for step, _ in report.next_steps)
        steps[report.verdict.kind] = report.next_steps
    assert offered == {VerdictKind.INCONCLUSIVE: True, VerdictKind.INVALID: False}
    ((command, words),) = steps[VerdictKind.INVALID]
    assert command.endswith(" --items")
    assert words == "every sample, with its state or error"


def test_the_median_latency_of_two_is_between_them(keeper: Keeper, subject: Subject) -> None:
    run = new_run(keeper, subject, Options(limit=2))
    watcher = Watcher()
    perform(keeper, subject, run, watcher)
    seen = [sample.latency_seconds or 0.0 for sample in watcher.seen]
    assert len(seen) == 2
    usage = conclude(keeper, subject, run.id).usage
    assert usage.median_latency_seconds == pytest.approx(sum(seen) / 2)


def test_a_run_that_another_process_performs_is_not_asked_twice(
    keeper: Keeper, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pipeline._now", lambda: NOW)
    run = new_run(keeper, subject, Options())
    with writing(keeper.engine) as session:
        claims.claim(session, run.id, ELSEWHERE, instead_of=None, now=NOW)
    watcher = Watcher()
    with pytest.raises(RunBusy, match="--take-over"):
        perform(keeper, subject, run, watcher)
    assert watcher.seen == []
    perform(keeper, subject, run, watcher, take_over=True)
    assert len(watcher.seen) == len(ITEMS)
    assert stored_runs(keeper)[0].status is RunStatus.COMPLETED


def test_a_resumed_run_asks_its_own_set_though_another_has_the_same_content(
    keeper: Keeper, subject: Subject
) -> None:
    twin = GoldenSet(name="a-twin", version="1.0.0", items=ITEMS)
    with writing(keeper.engine) as session:
        golden.save(session, twin, now=NOW)
    run = new_run(keeper, subject, Options())
    _, resumed = subject_of(keeper, _config(subject), run.id)
    assert [one.name for one in resumed.golden_sets] == ["sums"]
    perform(keeper, resumed, run, Watcher())
    with reading(keeper.engine) as session:
        assert len(readings.load(session, [run.id])[run.id]) == len(ITEMS)


def test_a_golden_set_that_the_store_lost_is_a_sentence(
    keeper: Keeper, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(keeper, subject, Options())
    monkeypatch.setattr("service.store.golden.load", _nothing)
    with pytest.raises(GoldenSetError, match=f"golden set 'sums' 1.0.0 as run {run.id} was to ask"):
        subject_of(keeper, _config(subject), run.id)


def test_a_resumed_run_may_not_run_code_that_its_suite_does_not_allow(
    keeper: Keeper, subject: Subject
) -> None:
    spec = ScorerSpec(name="code_tests", options={"entry": "f", "tests": ["assert f() == 1"]})
    item = replace(ITEMS[0], scorer=spec)
    code = GoldenSet(name="sums", version="1.0.0", items=(item,))
    run = new_run(keeper, replace(subject, golden_sets=(code,)), Options())
    with pytest.raises(ScorerError, match=r"sandbox: (docker|subprocess)"):
        subject_of(keeper, _config(subject), run.id)


def _nothing(*_: Any, **__: Any) -> None: ...


def _config(subject: Subject) -> Config:
    return Config(endpoints={"sim": subject.endpoint})
