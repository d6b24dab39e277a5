"""The worker inside a process: it finds what is to be done, does it, and stops in time."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from evals.records import RunStatus
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service.db.session import writing
from service.jobs import Job, JobKind
from service.queue import is_shared, queue_of
from service.queue.local import LocalQueue
from service.stages.claim import this_process
from service.store import claims
from service.worker import Manner, doing, local, shared, worker_of
from service.worker.drain import Drain
from service.worker.hands import SILENCE, Hands
from service.worker.shared import SharedWorker
from tests.databases import opened
from tests.integration.jobs_factories import Workplace, a_workplace
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.world import World

ITEMS = tuple(sum_items(12))


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def work(tmp_path: Path, sqlite_url: str, simulator: RunningSimulator) -> Iterator[Workplace]:
    with opened(sqlite_url) as engine:
        workplace = a_workplace(tmp_path, engine, simulator, ITEMS)
        yield workplace.with_world(queue=queue_of(engine))


@contextmanager
def working(work: Workplace, **manner: float) -> Iterator[Callable[[], None]]:
    worker = worker_of(work.world, Manner(sweep_seconds=0.1, **manner))  # type: ignore[arg-type]
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield worker.stop
    finally:
        worker.stop()
        worker.stop()
        thread.join()


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not condition() and monotonic() < end:
        sleep(0.05)
    assert condition()


def test_a_worker_finds_what_nobody_told_it_of(work: Workplace) -> None:
    run = work.hand_over()
    with working(work):
        until(lambda: work.unsettled(run.id) is None)
    assert work.run(run.id).status is RunStatus.COMPLETED
    assert (len(work.stored(run.id)), work.verdicts(run.id)) == (12, 1)


def test_told_to_stop_at_once_it_hands_back_and_the_next_worker_loses_nothing(
    work: Workplace, simulator: RunningSimulator
) -> None:
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.2}])
    run = work.hand_over()
    with working(work) as stop:
        until(lambda: work.run(run.id).status is RunStatus.RUNNING)
        stop()
    assert work.run(run.id).status_reason == "handed back by a worker that was stopped"
    simulator.behave(faults=[])
    with working(work.with_world(queue=LocalQueue())):
        until(lambda: work.unsettled(run.id) is None)
    assert (len(work.stored(run.id)), work.verdicts(run.id)) == (12, 1)


def test_what_a_process_holds_and_does_not_do_is_let_go(work: Workplace) -> None:
    run, hands = work.hand_over(), Hands()
    with writing(work.engine) as session:
        now = work.clock()
        assert claims.claim(session, run.id, this_process(), instead_of=None, now=now)
    hands.let_go(work.world)
    work.clock.ahead = SILENCE
    with hands.full_of(Job(kind=JobKind.RUN, subject=run.id)):
        hands.let_go(work.world)
    with writing(work.engine) as session:
        assert claims.claim_of(session, run.id) is not None
    hands.let_go(work.world)
    with writing(work.engine) as session:
        assert claims.claim_of(session, run.id) is None


class BreaksOnce:
    """A look that breaks by a bug, the first time."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, world: World) -> int:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("can't start new thread")
        return doing.sweep(world)


def test_a_look_that_breaks_is_told_and_the_worker_looks_again(
    work: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(local, "sweep", look := BreaksOnce())
    run = work.hand_over()
    with working(work):
        until(lambda: work.unsettled(run.id) is None)
    assert look.looks > 1
    [told] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.exc_info is not None


def test_a_look_of_a_shared_worker_that_breaks_is_told_and_looked_again(
    work: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared, "sweep", look := BreaksOnce())

    class Lonely(SharedWorker):
        async def _end_stalled(self, app: object) -> None:  # noqa: ARG002 - the worker's signature
            if self.looked_at is not None:
                raise asyncio.CancelledError  # as at its end

    worker = Lonely(work.world, Manner(sweep_seconds=0.01))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(worker._look_for_work(None))  # type: ignore[arg-type] # has no queue
    assert look.looks == 2
    assert [one.levelno for one in caplog.records] == [logging.ERROR]


def a_job(subject: str, kind: JobKind = JobKind.RUN, lock: str | None = None) -> Job:
    return Job(kind=kind, subject=subject, lock=lock)


def test_the_local_queue_gives_each_key_once_the_urgent_first_and_a_lock_to_one() -> None:
    queue = LocalQueue()
    first, second = a_job("a", lock="one"), a_job("b", lock="one")
    queue.put([first, second, first, a_job("a", JobKind.JUDGE)])
    with queue.taken(timeout_seconds=0) as urgent, queue.taken(timeout_seconds=0) as then:
        assert (urgent, then) == (a_job("a", JobKind.JUDGE), first)
        with queue.taken(timeout_seconds=0) as locked:
            assert locked is None
    with queue.taken(timeout_seconds=0) as last:
        assert last == second
    queue.close()
    with queue.taken(timeout_seconds=9) as nothing:
        assert nothing is None


def test_a_drain_gives_time_and_a_second_word_ends_it() -> None:
    drain = Drain(3600)
    assert not drain.must_leave()
    drain.begin()
    assert (drain.stopping.is_set(), drain.must_leave()) == (True, False)
    drain.begin()
    assert drain.must_leave()


def test_a_queue_belongs_to_its_database(work: Workplace) -> None:
    assert not is_shared(work.engine)
    assert isinstance(queue_of(work.engine), LocalQueue)
