"""A bridge on the simulator and a real store: our change told from theirs, or left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer

from evals.bridge import BridgeOutcome
from evals.compare.fingerprint import fingerprint_of
from evals.config import Config
from evals.engine.plan import PlannedSample, PlannedTask
from evals.errors import EngineError
from evals.golden_set import GoldenSet
from evals.policy import Policy
from evals.records import RunStatus
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import suite_of_golden_set
from service.bridge import ask_passes, bridge_report, next_passes, plan_bridge
from service.cli import run as command
from service.cli.bridge import run_bridge
from service.db.session import reading, writing
from service.errors import BaselineNotFound, BridgeRefused
from service.keeper import Keeper
from service.pipeline import conclude, new_run, perform
from service.settings import Settings
from service.stages.plan import Options
from service.store import baselines, readings, runs, samples
from service.subject import Subject
from tests.databases import opened
from tests.unit.engine.factories_engine import a_plan, an_endpoint, rows_of
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.records import RunRecord, SampleRecord
    from service.bridge import Bridge

    Answers = list[SampleRecord]

ITEMS = tuple(sum_items(44))
ASKED_THEN = GoldenSet(name="sums", version="1.0.0", items=ITEMS[:40])
ASKED_NOW = GoldenSet(name="sums", version="1.1.0", items=ITEMS[2:])
NOW = datetime(2026, 11, 1, tzinfo=UTC)
PASSES = 2


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the pipeline that is tested reads it too


@dataclass
class Watcher:
    """Counts answers, and interrupts after so many."""

    most: int = 10_000
    seen: int = 0

    def sample(self, record: SampleRecord) -> None:  # noqa: ARG002 - a `Progress`
        self.seen += 1
        if self.seen == self.most:
            raise KeyboardInterrupt

    def tick(self) -> None: ...


@dataclass(frozen=True)
class Watch:
    """A simulator that was blessed in eight equal passes, under the name ``first``."""

    keeper: Keeper
    then: Subject
    simulator: RunningSimulator

    def changed(self, **endpoint: Any) -> Subject:
        """What we ask from now on: other parts of the pin, the same questions."""
        return replace(self.then, endpoint=self.then.endpoint.model_copy(update=endpoint))

    def plan(
        self, subject: Subject, *, passes: int = PASSES, later: timedelta = timedelta()
    ) -> Bridge:
        return plan_bridge(
            self.keeper,
            Config(endpoints={"sim": subject.endpoint}),
            subject,
            passes=passes,
            options=Options(),
            now=now() + later,
        )

    def ask(self, bridge: Bridge, watcher: Watcher | None = None) -> int:
        watcher = watcher or Watcher()
        while sides := next_passes(self.keeper, bridge):
            ask_passes(self.keeper, bridge, sides, watcher)
        return watcher.seen

    def in_force(self) -> str | None:
        with reading(self.keeper.engine) as session:
            found = baselines.find(session, endpoint="sim", suite="sums")
        return None if found is None else found.name


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture(scope="module")
def answers(simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What the simulator answers while nothing is staged, asked once for all tests."""
    asked = [PlannedSample(item=item, epoch=1) for item in ASKED_THEN.items]
    task = PlannedTask(name="sums", samples=tuple(asked))
    folder = tmp_path_factory.mktemp("answers")
    return rows_of(a_plan(folder, an_endpoint(simulator), (), tasks=(task,)))


@pytest.fixture
def watch(
    tmp_path: Path, sqlite_url: str, simulator: RunningSimulator, answers: Answers
) -> Iterator[Watch]:
    with opened(sqlite_url) as engine:
        yield _watch(tmp_path, engine, simulator, answers)


@pytest.fixture
def on_either(
    tmp_path: Path, database: Engine, simulator: RunningSimulator, answers: Answers
) -> Watch:
    return _watch(tmp_path, database, simulator, answers)


def _watch(folder: Path, engine: Engine, simulator: RunningSimulator, answers: Answers) -> Watch:
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder / "data")})
    keeper = Keeper(engine=engine, settings=settings)
    then = Subject(
        endpoint_name="sim",
        endpoint=an_endpoint(simulator),
        suite_name="sums",
        suite=suite_of_golden_set("sums"),
        golden_sets=(ASKED_THEN,),
        policy=Policy(smallest_effect_points=40),
        judge=None,
    )
    _bless(keeper, then, answers)
    return Watch(keeper=keeper, then=then, simulator=simulator)


def _bless(keeper: Keeper, subject: Subject, answers: Answers) -> None:
    """Bless the same answers as eight passes: nothing differs between them anyway."""
    passes = []
    pinned = {item.content_digest for item in ITEMS}
    revealed = fingerprint_of(answers, requested_parameters={}, pinned_prompts=pinned)
    for _ in range(8):
        run = new_run(keeper, subject, Options(epochs=1))
        with writing(keeper.engine) as session:
            samples.insert_all_absent(session, run.id, answers)
            runs.save_fingerprint(session, run.id, revealed)
            runs.set_status(
                session, run.id, RunStatus.COMPLETED, expected=[RunStatus.PLANNED], now=NOW
            )
        passes.append(run.id)
    with writing(keeper.engine) as session:
        baselines.bless(session, name="first", run_ids=passes, who="me", why="test", now=NOW)


def stored(watch: Watch, *run_ids: str) -> list[RunRecord]:
    with reading(watch.keeper.engine) as session:
        return [runs.get(session, run_id) for run_id in run_ids]


def by_command(
    watch: Watch,
    today: Subject,
    monkeypatch: pytest.MonkeyPatch,
    *,
    passes: int = PASSES,
    as_json: bool = False,
) -> int:
    monkeypatch.setattr("service.cli.bridge.open_keeper", lambda: watch.keeper)
    config = Config(endpoints={"sim": today.endpoint})
    with pytest.raises(typer.Exit) as ended:
        run_bridge(config, today, Options(), passes=passes, dry_run=False, as_json=as_json)
    return ended.value.exit_code


def test_our_change_is_told_from_theirs_and_the_series_goes_on_from_the_new_way(
    on_either: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = on_either
    today = replace(watch.changed(system_prompt="Be brief."), golden_sets=(ASKED_NOW,))
    code = by_command(watch, today, monkeypatch, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (code, said["outcome"], said["anchor"]) == (0, "holds", "first-bridge"), said
    assert said["changes"] == ["system prompt", "sums 1.0.0 -> 1.1.0: 4 items joined, 2 left"]
    (task,) = said["offset"]
    assert (task["items"], task["difference"]) == (38, 0.0)
    assert [len(left["item_ids"]) for left in task["excluded"]] == [4, 2]
    planned = [run.created_at for run in stored(watch, *said["meanwhile"]["runs"])]
    beside = [run.created_at for run in stored(watch, *said["new_runs"])]
    assert max(planned[0], beside[0]) < min(planned[1], beside[1])  # pass by pass
    with reading(watch.keeper.engine) as session:
        blessed = baselines.get(session, "first-bridge")
    assert list(blessed.run_ids) == said["new_runs"]
    assert blessed.why == (
        "bridge from first: system prompt; sums 1.0.0 -> 1.1.0: 4 items joined, 2 left; "
        "sums 0.0 points (-6.0 to +6.0 points)"
    )
    check = new_run(watch.keeper, today, Options(epochs=1))
    perform(watch.keeper, today, check, Watcher())
    comparison = conclude(watch.keeper, today, check.id).comparison
    assert comparison.baseline == "first-bridge"
    assert comparison.basis_changes == ()
    assert {memory.runs for memory in comparison.tasks[0].memory} == {1}


def test_an_endpoint_that_moved_meanwhile_is_not_re_anchored(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.simulator.behave(skill_by_item={item.id: 0.0 for item in ITEMS[:6]})
    today = watch.changed(system_prompt="Be brief.")
    assert by_command(watch, today, monkeypatch, passes=1) == 1
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("✗ NOT RE-ANCHORED: asked as for baseline first")
    assert lines[0] == "  Asked the old way, beside first: regressed"
    assert "    sums: 0.0 points (-5.7 to +5.7 points), 40 items" in "\n".join(lines)
    assert watch.in_force() == "first"


def test_a_model_that_is_gone_is_named_and_nothing_is_re_anchored(
    watch: Watch, simulator: RunningSimulator
) -> None:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as elsewhere:
        simulator.behave(faults=[{"kind": "server_error"}])
        bridge = watch.plan(watch.changed(base_url=elsewhere.openai_base_url))
        with pytest.raises(EngineError) as stopped:
            watch.ask(bridge)
    (note,) = stopped.value.__notes__
    assert note.startswith("Nothing was re-anchored: the old way, as for baseline first (openai-")
    assert watch.in_force() == "first"


def test_a_way_that_refuses_to_answer_ends_the_bridge_at_its_first_pass(watch: Watch) -> None:
    watch.simulator.behave(refusal_share=1.0)
    bridge = watch.plan(watch.changed(system_prompt="Be brief."))
    with pytest.raises(EngineError, match=r"the old way, as for baseline first .* too little"):
        watch.ask(bridge)


def test_an_interrupted_bridge_goes_on_the_same_day_and_asks_nothing_twice(watch: Watch) -> None:
    today = watch.changed(system_prompt="Be brief.")
    bridge = watch.plan(today)
    first = Watcher(most=100)
    with pytest.raises(KeyboardInterrupt):
        watch.ask(bridge, first)
    watch.ask(bridge)
    report = bridge_report(watch.keeper, bridge)
    with reading(watch.keeper.engine) as session:
        loaded = readings.load(session, [*report.old_runs, *report.new_runs])
        every = runs.newest(session, endpoint="sim", suite="sums")
    assert [len(one) for one in loaded.values()] == [40] * 2 * PASSES
    assert len(every) == 8 + 2 * PASSES
    assert not next_passes(watch.keeper, bridge)
    assert len(next_passes(watch.keeper, watch.plan(today, later=timedelta(days=2)))) == 2


def test_where_only_our_clients_changed_one_set_of_passes_stands_for_both(
    tmp_path: Path,
    sqlite_url: str,
    simulator: RunningSimulator,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with opened(sqlite_url) as engine:
        with monkeypatch.context() as then:
            then.setattr("service.subject.client_versions", lambda _: {"inspect-ai": "0.1"})
            watch = _watch(tmp_path, engine, simulator, answers)
        bridge = watch.plan(watch.then, passes=1)
        assert watch.ask(bridge) == 40
        report = bridge_report(watch.keeper, bridge)
    assert report.outcome is BridgeOutcome.HOLDS, report.verdict
    assert report.old_runs == report.new_runs
    assert report.offset is None
    assert report.changes[0].startswith("client versions: inspect-ai 0.1 -> ")


def test_what_cannot_be_bridged_is_refused_before_anything_is_asked(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BridgeRefused, match="nothing that we choose has changed"):
        watch.plan(watch.then)
    with pytest.raises(BaselineNotFound, match="no baseline of sim on other to bridge from"):
        watch.plan(replace(watch.then, suite_name="other"))
    today = watch.changed(system_prompt="Be brief.")
    with monkeypatch.context() as later:
        later.setattr("service.stages.plan.TASK_VERSION", "2")
        with pytest.raises(BridgeRefused, match="asks sums otherwise than baseline first"):
            watch.plan(today)
    monkeypatch.setattr("evals.scorers.number.Number.version", "99")
    with pytest.raises(BridgeRefused, match="evals runs rescore"):
        watch.plan(today)


def test_what_would_narrow_a_bridge_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="--limit has no place beside --bridge"):
        command.run("sim", bridge=True, limit=3)
    with pytest.raises(typer.BadParameter, match="--passes belongs to --bridge"):
        command.run("sim", passes=3)
