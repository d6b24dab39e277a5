"""An `evals run` that dies at any moment is resumed: each sample once, on either store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from inspect_ai.log import read_eval_log

from evals.config import load_config
from evals.errors import EngineError
from evals.records import RunRecord, RunStatus
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.verdict import VerdictKind
from service.db.engine import create_engine
from service.db.session import reading
from service.keeper import Keeper
from service.pipeline import conclude, new_run, perform, subject_of
from service.settings import Settings
from service.stages.plan import Options
from service.store import readings, runs
from service.subject import Subject, resolve
from tests.unit.engine.factories_engine import KEY
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evals.records import SampleRecord

ITEMS = sum_items(30)
EPOCHS = 2
CONNECTIONS = 4
WAIT_SECONDS = 400
COMMAND = (sys.executable, "-c", "from service.cli.main import main; main()")

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


class Nobody:
    def sample(self, record: SampleRecord) -> None: ...

    def tick(self) -> None: ...


@dataclass(frozen=True)
class Project:
    """A folder with an evals.yaml and a golden set, a store, and the simulator that is watched."""

    folder: Path
    simulator: RunningSimulator
    keeper: Keeper

    @property
    def subject(self) -> Subject:
        config = load_config(self.folder / "evals.yaml")
        return resolve(config, endpoint="sim", suite="twice", search_paths=[self.folder / "sets"])

    @property
    def the_run(self) -> RunRecord:
        with reading(self.keeper.engine) as session:
            (run,) = runs.newest(session)
        return run

    @property
    def samples(self) -> list[SampleRecord]:
        run = self.the_run
        with reading(self.keeper.engine) as session:
            return list(readings.load(session, [run.id])[run.id])

    def started(self) -> subprocess.Popen[bytes]:
        """Start `evals run` as a process, and a session, of its own."""
        settings = self.keeper.settings
        environment = os.environ | {  # noqa: TID251 - what a shell would hand on
            "EVALS_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
            "EVALS_DATA_DIR": str(settings.data_dir),
            "SIM_KEY": KEY,
        }
        return subprocess.Popen(
            [*COMMAND, "run"],
            cwd=self.folder,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def resume(self, **more: Any) -> None:
        run, subject = subject_of(
            self.keeper, load_config(self.folder / "evals.yaml"), self.the_run.id
        )
        perform(self.keeper, subject, run, Nobody(), **more)


def _write(folder: Path, url: str, **suite: Any) -> None:
    golden = folder / "sets" / "sums"
    golden.mkdir(parents=True)
    (golden / "manifest.yaml").write_text("name: sums\nversion: 1.0.0\nscorer: number\n")
    lines = [
        {"id": item.id, "input": item.messages[0].content, "target": item.targets[0]}
        for item in ITEMS
    ]
    (golden / "items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    endpoint = {
        "model": "openai-api/sim/sim-1",
        "base_url": url,
        "api_key_env": "SIM_KEY",
        "price": {"input": 1000, "output": 1000},
        "limits": {"max_connections": CONNECTIONS, "max_retries": 0, "timeout_seconds": 30},
    }
    twice = {"tasks": [{"golden_set": "sums"}], "epochs": EPOCHS, **suite}
    document = {"golden_sets": ["sets"], "endpoints": {"sim": endpoint}, "suites": {"twice": twice}}
    (folder / "evals.yaml").write_text(json.dumps(document))  # JSON is YAML


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


def _project(folder: Path, simulator: RunningSimulator, url: str) -> Iterator[Project]:
    _write(folder, simulator.openai_base_url)
    environ = {"EVALS_DATABASE_URL": url, "EVALS_DATA_DIR": str(folder / "data"), "SIM_KEY": KEY}
    settings = Settings.from_environment(environ)
    engine = create_engine(settings.database_url)
    yield Project(folder, simulator, Keeper(engine=engine, settings=settings))
    engine.dispose()


@pytest.fixture
def project(tmp_path: Path, simulator: RunningSimulator, sqlite_url: str) -> Iterator[Project]:
    yield from _project(tmp_path, simulator, sqlite_url)


@pytest.fixture
def on_either(tmp_path: Path, simulator: RunningSimulator, database_url: str) -> Iterator[Project]:
    yield from _project(tmp_path, simulator, database_url)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)  # a poll; the deadline above ends it


def _alive_in_session(session: int) -> list[str]:
    """Name the processes of a session that still run; ended ones may wait to be collected."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            _, _, fields = (folder / "stat").read_text().rpartition(") ")
        except OSError:
            continue
        state, _, _, its_session = fields.split()[:4]
        if its_session == str(session) and state != "Z":
            found.append(folder.name)
    return found


def _killed_when(project: Project, true: Callable[[], bool], *, by: int = signal.SIGKILL) -> None:
    process = project.started()
    try:
        _until(true)
    finally:
        process.send_signal(by)
        process.wait(WAIT_SECONDS)
    _until(lambda: not _alive_in_session(process.pid))


def _assert_each_exactly_once(project: Project) -> None:
    run = project.the_run
    assert (run.status, run.status_reason) == (RunStatus.COMPLETED, "")
    asked = Counter((row.key.item_id, row.key.epoch) for row in project.samples)
    expected = {(item.id, epoch) for item in ITEMS for epoch in (1, 2)}
    assert asked == Counter(dict.fromkeys(expected, 1))


@needs_proc
def test_a_run_that_is_killed_in_the_middle_is_resumed_and_leaves_no_orphan(
    on_either: Project,
) -> None:
    simulator = on_either.simulator
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.1}])
    _killed_when(on_either, lambda: len(simulator.requests) >= 25)
    kept, asked = len(on_either.samples), len(simulator.requests)
    assert on_either.the_run.status is RunStatus.RUNNING
    # Beyond the calls under way, at most one round had finished and was not stored yet.
    assert asked - 2 * CONNECTIONS <= kept < len(ITEMS) * EPOCHS
    simulator.behave(faults=[])
    on_either.resume()
    _assert_each_exactly_once(on_either)
    assert len(simulator.requests) == asked + len(ITEMS) * EPOCHS - kept
    logs = (on_either.folder / "data").rglob("*.eval")
    statuses = Counter(read_eval_log(str(log), header_only=True).status for log in logs)
    assert statuses == {"cancelled": 1, "success": 1}
    scratch = list((on_either.folder / "data").rglob("scratch"))
    assert scratch == []


@needs_proc
def test_a_run_that_is_killed_before_its_first_answer_is_resumed_from_nothing(
    project: Project,
) -> None:
    simulator = project.simulator
    simulator.behave(faults=[{"kind": "timeout"}])
    _killed_when(project, lambda: bool(simulator.requests))
    assert project.samples == []
    simulator.behave(faults=[])
    project.resume()
    _assert_each_exactly_once(project)


@needs_proc
def test_a_run_that_is_terminated_near_its_end_asks_only_the_rest(project: Project) -> None:
    simulator = project.simulator
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.1}])
    whole = len(ITEMS) * EPOCHS
    _killed_when(project, lambda: len(simulator.requests) >= whole - 2, by=signal.SIGTERM)
    kept, asked = len(project.samples), len(simulator.requests)
    simulator.behave(faults=[])
    project.resume()
    _assert_each_exactly_once(project)
    assert len(simulator.requests) - asked == whole - kept <= 2 * CONNECTIONS + 2


def test_a_spent_budget_is_invalid_and_a_higher_one_completes_the_run(project: Project) -> None:
    new_run(project.keeper, project.subject, Options(budget_usd=0.5))
    project.resume()
    run = project.the_run
    assert run.status is RunStatus.FAILED
    assert "the budget of 0.5 USD was spent" in run.status_reason
    verdict = conclude(project.keeper, project.subject, run.id).verdict
    assert (verdict.kind, verdict.exit_code) == (VerdictKind.INVALID, 3)
    assert any("budget" in reason for reason in verdict.reasons)
    before = len(project.samples)
    assert 0 < before < len(ITEMS) * EPOCHS
    project.resume()  # with the same budget nothing more is asked
    assert len(project.samples) == before
    project.resume(budget_usd=100.0)
    _assert_each_exactly_once(project)


def test_a_run_that_met_a_dead_endpoint_asks_everything_when_it_is_back(project: Project) -> None:
    project.simulator.behave(faults=[{"kind": "server_error"}])
    new_run(project.keeper, project.subject, Options())
    with pytest.raises(EngineError, match="8 calls in a row have failed"):
        project.resume()
    assert project.the_run.status is RunStatus.FAILED
    assert "8 calls in a row have failed" in project.the_run.status_reason
    assert project.samples == []
    project.simulator.behave(faults=[])
    project.resume()
    _assert_each_exactly_once(project)


def test_the_key_is_in_no_file_of_the_store_or_the_logs(project: Project) -> None:
    new_run(project.keeper, project.subject, Options(limit=3))
    project.resume()
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
