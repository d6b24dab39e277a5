"""The simulator, watched by one suite whose baseline is eight equal passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evals.policy import Policy
from evals.records import RunStatus
from service.db.session import reading, writing
from service.keeper import Keeper
from service.pipeline import conclude, new_run, perform
from service.settings import Settings
from service.stages.plan import Options
from service.store import baselines, readings, runs, samples
from service.subject import Subject
from tests.unit.engine.factories_engine import an_endpoint

if TYPE_CHECKING:
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


def watched(
    folder: Path,
    engine: Engine,
    simulator: RunningSimulator,
    golden_set: GoldenSet,
    suite: Suite,
    **policy: Any,
) -> Watch:
    """Bless eight passes of ``golden_set``, whose simulator behaves as at first."""
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    keeper = Keeper(
        engine=engine,
        settings=Settings.from_environment({"EVALS_DATA_DIR": str(folder / "data")}),
    )
    subject = Subject(
        endpoint_name="sim",
        endpoint=an_endpoint(simulator),
        suite_name="sums",
        suite=suite,
        golden_sets=(golden_set,),
        policy=Policy(**policy),
        judge=None,
    )
    _bless(keeper, subject)
    return Watch(keeper=keeper, subject=subject, simulator=simulator)


def _bless(keeper: Keeper, subject: Subject) -> None:
    """Ask once, and store the answers as eight passes: nothing differs between them anyway."""
    first = new_run(keeper, subject, Options(epochs=1))
    perform(keeper, subject, first, Nobody())
    with reading(keeper.engine) as session:
        answers = readings.load(session, [first.id])[first.id]
    passes = [first.id]
    for _ in range(PASSES - 1):
        run = new_run(keeper, subject, Options(epochs=1))
        with writing(keeper.engine) as session:
            samples.insert_all_absent(session, run.id, answers)
            runs.set_status(
                session, run.id, RunStatus.COMPLETED, expected=[RunStatus.PLANNED], now=NOW
            )
        passes.append(run.id)
    with writing(keeper.engine) as session:
        baselines.bless(session, name="first", run_ids=passes, who="me", why="test", now=NOW)
