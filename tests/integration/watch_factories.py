"""The simulator, watched by one suite whose baseline is eight equal passes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from evals.compare.fingerprint import fingerprint_of
from evals.engine.plan import PlannedSample, PlannedTask
from evals.policy import Policy
from evals.records import RunStatus
from service.db.session import reading, writing
from service.keeper import Keeper
from service.pipeline import conclude, new_run, perform
from service.settings import Settings
from service.stages.plan import Options
from service.store import baselines, readings, runs, samples
from service.subject import Subject
from tests.databases import copied
from tests.unit.engine.factories_engine import a_plan, an_endpoint, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.golden_set import GoldenSet
    from evals.records import RunRecord, SampleRecord
    from evals.report.view import RunReport
    from evals.simulator.running import RunningSimulator
    from evals.suite import Suite

PASSES = 8
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Nobody:
    def sample(self, record: SampleRecord) -> None: ...

    def tick(self) -> None: ...


@dataclass(frozen=True)
class Watch:
    """The simulator, watched by one suite whose baseline is eight equal passes."""

    keeper: Keeper
    subject: Subject
    simulator: RunningSimulator

    def under(self, **policy: Any) -> Watch:
        return replace(self, subject=replace(self.subject, policy=Policy(**policy)))

    def check(self, progress: Any = None, *, at_once: bool = False) -> RunRecord:
        run = new_run(self.keeper, self.subject, Options())
        self.go_on(run, progress, at_once=at_once)
        return run

    def go_on(self, run: RunRecord, progress: Any = None, *, at_once: bool = False) -> None:
        perform(self.keeper, self.subject, run, progress or Nobody(), at_once=at_once)

    def report(self, run: RunRecord) -> RunReport:
        return conclude(self.keeper, self.subject, run.id)

    def stored(self, run: RunRecord) -> tuple[SampleRecord, ...]:
        with reading(self.keeper.engine) as session:
            return readings.load(session, [run.id])[run.id]

    def status(self, run: RunRecord) -> RunRecord:
        with reading(self.keeper.engine) as session:
            return runs.get(session, run.id)


def a_subject(
    simulator: RunningSimulator, golden_set: GoldenSet, suite: Suite, **policy: Any
) -> Subject:
    return Subject(
        endpoint_name="sim",
        endpoint=an_endpoint(simulator),
        suite_name="sums",
        suite=suite,
        golden_sets=(golden_set,),
        policy=Policy(**policy),
        judge=None,
    )


def a_keeper(folder: Path, engine: Engine) -> Keeper:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder / "data")})
    return Keeper(engine=engine, settings=settings)


@contextmanager
def blessed(url: str, folder: Path, simulator: RunningSimulator, subject: Subject) -> Iterator[str]:
    """Bless in a copy of the store at ``url``; nobody is connected to it, so it can be copied."""
    with copied(url, folder) as engine:
        bless(a_keeper(folder, engine), subject, asked_once(folder, simulator, subject))
        engine.dispose()
        yield engine.url.render_as_string(hide_password=False)


@contextmanager
def watched(
    url: str, folder: Path, simulator: RunningSimulator, subject: Subject
) -> Iterator[Watch]:
    """Watch over a copy of the store at ``url``; the simulator behaves as at first."""
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    with copied(url, folder) as engine:
        yield Watch(keeper=a_keeper(folder, engine), subject=subject, simulator=simulator)


def asked_once(
    folder: Path, simulator: RunningSimulator, subject: Subject
) -> tuple[SampleRecord, ...]:
    """What the simulator answers once it behaves as at first, whatever a test before staged."""
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    (golden_set,) = subject.golden_sets
    asked = tuple(PlannedSample(item=item, epoch=1) for item in golden_set.items)
    task = PlannedTask(name=golden_set.task, samples=asked)
    return tuple(rows_of(a_plan(folder, an_endpoint(simulator), (), tasks=(task,))))


def bless(keeper: Keeper, subject: Subject, answers: Sequence[SampleRecord]) -> None:
    """Bless the same answers as eight passes: nothing differs between them anyway."""
    pinned = {item.content_digest for one in subject.golden_sets for item in one.items}
    revealed = fingerprint_of(answers, requested_parameters={}, pinned_prompts=pinned)
    passes = []
    for _ in range(PASSES):
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


on_sqlite = pytest.mark.parametrize("template_url", ["sqlite"], indirect=True)
"""For a test in which the store is not what is tested: one kind of it is enough."""
