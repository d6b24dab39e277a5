"""The queue of many workers, on a real Postgres: locks, queueing locks, jobs of the dead."""

from __future__ import annotations

from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service.db.session import reading, writing
from service.errors import StoreUnavailable
from service.jobs import Job, JobKind
from service.queue import is_shared, queue_of
from service.queue.procrastinate import ProcrastinateQueue
from service.worker import Manner, worker_of
from service.worker.shared import SharedWorker
from tests.databases import opened
from tests.integration.jobs_factories import Workplace, a_workplace
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

_A_WORKER = text(
    "INSERT INTO procrastinate_workers (last_heartbeat)"
    " VALUES (now() - make_interval(secs => :ago))"
)
ITEMS = tuple(sum_items(12))
RUN = Job(kind=JobKind.RUN, subject="run-1", lock="ask:sim:sums")


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    with opened(postgres_url) as engine:
        yield engine


@pytest.fixture
def work(tmp_path: Path, engine: Engine, simulator: RunningSimulator) -> Workplace:
    workplace = a_workplace(tmp_path, engine, simulator, ITEMS)
    return workplace.with_world(queue=queue_of(engine))


def rows(engine: Engine) -> list[Any]:
    statement = "SELECT queueing_lock, lock, status::text FROM procrastinate_jobs ORDER BY id"
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_a_job_waits_once_and_keeps_its_lock(engine: Engine) -> None:
    queue = ProcrastinateQueue(engine)
    queue.put([RUN, RUN])
    queue.put([RUN, Job(kind=JobKind.JUDGE, subject="run-1")])
    assert rows(engine) == [
        ("run:run-1", "ask:sim:sums", "todo"),
        ("judge:run-1", None, "todo"),
    ]
    assert is_shared(engine)


def test_workers_that_gave_a_sign_of_life_are_counted(engine: Engine) -> None:
    queue = ProcrastinateQueue(engine)
    assert queue.workers() == 1
    with writing(engine) as session:
        for ago in (0, 5, 120):
            session.execute(_A_WORKER, {"ago": ago})
    assert queue.workers() == 2


def test_a_queue_whose_database_is_gone_says_so(engine: Engine) -> None:
    away = engine.url.set(query={"host": "/nowhere"})
    with (
        opened(away.render_as_string(hide_password=False)) as gone,
        pytest.raises(StoreUnavailable),
    ):
        ProcrastinateQueue(gone).put([RUN])


def test_a_worker_does_what_is_pending_and_ends_the_jobs_of_the_dead(work: Workplace) -> None:
    run = work.hand_over()
    with writing(work.engine) as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status)"
                " VALUES ('pinwatch', 'pinwatch', 'ask:sim:sums', 'doing')"
            )
        )
    worker = worker_of(work.world, Manner(heartbeat_seconds=0.5, sweep_seconds=0.2))
    assert isinstance(worker, SharedWorker)
    thread = Thread(target=worker.run)
    thread.start()
    end = monotonic() + 120
    while (work.unsettled(run.id) or rows(work.engine)) and monotonic() < end:
        sleep(0.05)
    worker.stop()
    worker.stop()
    thread.join()
    assert work.unsettled(run.id) is None
    assert (len(work.stored(run.id)), work.verdicts(run.id)) == (12, 1)
    assert rows(work.engine) == []
    with reading(work.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_workers")) == 0
