"""Time in the life of a run: a confirmation that is due later, and clocks that jump."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

import service.pipeline
from evals.config import Config
from evals.golden_set import GoldenSet
from evals.policy import Policy
from evals.records import RunStatus
from evals.rounds import Stage, of_stage
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import suite_of_golden_set
from service.db.session import reading, writing
from service.errors import RunBusy
from service.jobs import pending, perform
from service.pipeline import perform as ask
from service.stages import claim
from service.store import claims, readings
from service.store.claims import Worker
from tests.databases import opened
from tests.integration.jobs_factories import Fixed, Workplace, a_workplace
from tests.integration.watch_factories import a_keeper, a_subject, asked_once, bless
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.records import RunRecord, SampleRecord
    from service.jobs import Job

ITEMS = tuple(sum_items(40))
POLICY: dict[str, Any] = {"smallest_effect_points": 40, "most_retests": 0}


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


def due(work: Workplace) -> tuple[Job, ...]:
    with reading(work.engine) as session:
        return pending(session, work.clock())


def watched_by_workers(folder: Path, engine: Engine, simulator: RunningSimulator) -> Workplace:
    """A workplace whose endpoint has a baseline, so that its runs are adaptive checks."""
    golden_set = GoldenSet(name="sums", version="1.0.0", items=ITEMS)
    suite = suite_of_golden_set("sums")
    subject, keeper = a_subject(simulator, golden_set, suite, **POLICY), a_keeper(folder, engine)
    work = a_workplace(folder, engine, simulator, ITEMS)
    bless(keeper, subject, asked_once(folder, simulator, subject))
    config = Config(endpoints={"sim": subject.endpoint}, policies={"default": Policy(**POLICY)})
    world = replace(work.world, keeper=keeper, configuration=Fixed(config))
    return replace(work, world=world, subject=subject)


def test_a_confirmation_is_taken_up_by_a_worker_when_it_is_due(
    tmp_path: Path, sqlite_url: str, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(sqlite_url) as engine:
        work = watched_by_workers(tmp_path, engine, simulator)
        monkeypatch.setattr(service.pipeline, "_now", work.clock)
        simulator.behave(skill_by_item={item.id: 0.0 for item in ITEMS[:4]})
        run = work.hand_over()
        (job,) = due(work)
        perform(job, work.world)
        assert work.run(run.id).status is RunStatus.RUNNING
        assert work.run(run.id).status_reason.startswith("confirmation due at ")
        waiting = work.unsettled(run.id)
        assert waiting is not None
        assert waiting.not_before is not None
        perform(job, work.world)
        assert due(work) == ()
        assert work.verdicts(run.id) == 0
        work.clock.ahead = waiting.not_before - work.clock() + timedelta(minutes=1)
        perform(due(work)[0], work.world)
        assert work.run(run.id).status is RunStatus.COMPLETED
        assert (work.verdicts(run.id), due(work)) == (1, ())
        with reading(engine) as session:
            stored = readings.load(session, [run.id])[run.id]
        assert of_stage(stored, Stage.REPEAT)


class JumpsAnHour:
    """At the fifth answer the clock of this machine jumps, and another finds its worker dead."""

    def __init__(self, work: Workplace, run: RunRecord) -> None:
        self.work, self.run, self.seen = work, run, 0

    def sample(self, record: SampleRecord) -> None:  # noqa: ARG002 - a Progress has it
        self.seen += 1
        if self.seen == 5:
            self.work.clock.ahead = timedelta(hours=1)
            assert [job.subject for job in due(self.work)] == [self.run.id]
            with writing(self.work.engine) as session:
                before = claims.claim_of(session, self.run.id)
                assert claims.claim(
                    session,
                    self.run.id,
                    Worker(host="elsewhere", pid=7),
                    instead_of=before,
                    now=self.work.clock(),
                )

    def tick(self) -> None: ...


def test_a_clock_that_jumps_while_a_run_is_asked_loses_and_doubles_nothing(
    tmp_path: Path, database: Engine, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = a_workplace(tmp_path, database, simulator, ITEMS)
    monkeypatch.setattr(service.pipeline, "_now", work.clock)
    run = work.hand_over()
    with pytest.raises(RunBusy, match="taken over"):
        ask(work.world.keeper, work.subject, run, JumpsAnHour(work, run))
    assert 0 < len(work.stored(run.id)) < 40
    work.clock.ahead = timedelta(hours=-1)  # the other machine's clock is right, or so it says
    monkeypatch.setattr(claim, "this_process", lambda: Worker(host="elsewhere", pid=7))
    with writing(database) as session:
        claims.release(
            session,
            run.id,
            Worker(host="elsewhere", pid=7),
            RunStatus.RUNNING,
            now=work.clock(),
        )
    for job in due(work):
        perform(job, work.world)
    assert work.run(run.id).status is RunStatus.COMPLETED
    assert (len(work.stored(run.id)), work.verdicts(run.id)) == (40, 1)
