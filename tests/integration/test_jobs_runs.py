"""The jobs of a run: found from facts, asked, tried again within bounds, judged exactly once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from evals.condition import ConditionKind
from evals.config import Config
from evals.errors import ConfigError
from evals.records import RunStatus, SampleKey
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service.db.session import reading, writing
from service.jobs import JobKind, pending, perform, running
from service.jobs.running import MOST_ATTEMPTS, MOST_DEATHS
from service.store import alerts, claims, handed, leases, runs, samples
from tests.databases import opened
from tests.integration.jobs_factories import Fixed, Workplace, a_workplace, claim_of_the_dead
from tests.integration.store_factories import make_sample
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from service.jobs import Job

ITEMS = tuple(sum_items(12))


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def either(tmp_path: Path, database: Engine, simulator: RunningSimulator) -> Workplace:
    """On both databases, where the database settles something."""
    return a_workplace(tmp_path, database, simulator, ITEMS)


@pytest.fixture
def work(tmp_path: Path, sqlite_url: str, simulator: RunningSimulator) -> Iterator[Workplace]:
    with opened(sqlite_url) as engine:
        yield a_workplace(tmp_path, engine, simulator, ITEMS)


def due(work: Workplace) -> tuple[Job, ...]:
    with reading(work.engine) as session:
        return pending(session, work.clock())


def do_all(work: Workplace) -> int:
    """Do what is pending until nothing is; return how many jobs that took."""
    count = 0
    while jobs := due(work):
        count += len(jobs)
        assert count < 50, jobs
        for job in jobs:
            perform(job, work.world)
    return count


def test_a_run_that_is_handed_over_is_asked_and_judged_once(either: Workplace) -> None:
    run = either.hand_over()
    (job,) = due(either)
    assert (job.kind, job.subject, job.lock) == (JobKind.RUN, run.id, "ask:sim:sums")
    perform(job, either.world)
    perform(job, either.world)
    assert either.run(run.id).status is RunStatus.COMPLETED
    assert len(either.stored(run.id)) == 12
    assert either.verdicts(run.id) == 1
    assert due(either) == ()


def test_a_run_of_the_command_line_is_nobody_else_s(work: Workplace) -> None:
    from service.pipeline import new_run
    from service.stages.plan import Options

    new_run(work.world.keeper, work.subject, Options())
    assert due(work) == ()


def test_one_run_of_a_suite_asks_an_endpoint_at_a_time(either: Workplace) -> None:
    first, second = either.hand_over(), either.hand_over()
    assert [job.subject for job in due(either)] == [first.id]
    perform(due(either)[0], either.world)
    assert [job.subject for job in due(either)] == [second.id]


def test_a_run_whose_worker_died_is_taken_up_and_one_that_lives_is_left_alone(
    either: Workplace,
) -> None:
    run = either.hand_over()
    claim_of_the_dead(either, run.id)
    assert [job.subject for job in due(either)] == [run.id]
    with writing(either.engine) as session:
        claims.beat(session, run.id, claims.Worker(host="elsewhere", pid=7), now=either.clock())
    assert due(either) == ()
    either.clock.ahead = timedelta(minutes=2)
    assert [job.subject for job in due(either)] == [run.id]


def test_a_run_that_ended_without_a_verdict_is_judged(work: Workplace) -> None:
    run = work.hand_over()
    with writing(work.engine) as session:
        assert claims.ask_to_cancel(session, run.id, who="anna", now=work.clock())
    (job,) = due(work)
    assert job.kind is JobKind.JUDGE
    perform(job, work.world)
    assert (work.verdicts(run.id), due(work)) == (1, ())
    assert work.run(run.id).status is RunStatus.CANCELLED


@pytest.mark.parametrize("left", ["another pin", "nothing"])
def test_a_run_whose_endpoint_was_edited_after_it_was_asked_is_judged(
    work: Workplace, left: str
) -> None:
    run = work.hand_over()
    with writing(work.engine) as session:
        for now, then in pairwise((RunStatus.PLANNED, RunStatus.RUNNING, RunStatus.COMPLETED)):
            runs.set_status(session, run.id, then, expected=[now], now=work.clock())
    changed = work.subject.endpoint.model_copy(update={"system": "Be brief."})
    endpoints = {"sim": changed} if left == "another pin" else {}
    today = Fixed(Config(endpoints=endpoints))
    perform(due(work)[0], work.with_world(configuration=today).world)
    assert (work.verdicts(run.id), due(work)) == (1, ())


def test_an_endpoint_that_is_away_is_tried_again_later_and_then_the_run_has_failed(
    tmp_path: Path, work: Workplace, simulator: RunningSimulator
) -> None:
    place = "http://127.0.0.1:9/v1"
    away = a_workplace(tmp_path, work.engine, simulator, ITEMS, base_url=place)
    run = away.hand_over()
    for attempt in range(1, MOST_ATTEMPTS):
        perform(due(away)[0], away.world)
        assert away.run(run.id).status is RunStatus.RUNNING
        waiting = away.unsettled(run.id)
        assert waiting is not None
        assert waiting.attempts == attempt
        assert due(away) == ()
        away.clock.ahead += timedelta(hours=2)
    perform(due(away)[0], away.world)
    assert away.run(run.id).status is RunStatus.FAILED
    assert (away.verdicts(run.id), due(away)) == (1, ())


def test_new_samples_start_the_count_of_attempts_anew(work: Workplace) -> None:
    run = work.hand_over()
    with writing(work.engine) as session:
        assert [handed.begin_attempt(session, run.id) for _ in range(3)] == [1, 2, 3]
        key = SampleKey(task="sums", item_id=ITEMS[0].id, epoch=1)
        one = make_sample(key=key, item_digest=ITEMS[0].content_digest)
        samples.insert_all_absent(session, run.id, [one])
        assert handed.begin_attempt(session, run.id) == 1


def test_what_cannot_be_configured_is_given_up_with_its_reason_and_told(work: Workplace) -> None:
    run = work.hand_over()

    class Broken:
        def current(self) -> None:
            raise ConfigError("the file is broken")

    broken = work.with_world(configuration=Broken())
    for _ in range(MOST_ATTEMPTS):
        perform(due(broken)[0], broken.world)
        broken.clock.ahead += timedelta(hours=2)
    ended = work.run(run.id)
    assert ended.status is RunStatus.FAILED
    assert ended.status_reason == "given up after 6 attempts: the file is broken."
    assert due(work) == ()
    with reading(work.engine) as session:
        (alert,) = alerts.unresolved(session)
    assert (alert.condition.kind, alert.source) == (ConditionKind.NOT_MEASURED, run.id)


class DiedError(BaseException):
    """The process is gone: nothing of it runs any more."""


def dies(*_: object, **__: object) -> None:
    raise DiedError


def test_a_run_that_ends_its_worker_each_time_is_given_up(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = work.hand_over()
    monkeypatch.setattr(running, "_performed", dies)
    for _ in range(MOST_DEATHS):
        with pytest.raises(DiedError):
            perform(due(work)[0], work.world)
    perform(due(work)[0], work.world)
    ended = work.run(run.id)
    assert ended.status is RunStatus.FAILED
    assert ended.status_reason.startswith("given up after 20 attempts: its worker ended")
    assert due(work) == ()


def test_a_judgement_that_ends_its_worker_each_time_is_given_up_after_attempts_of_its_own(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = work.hand_over()
    with writing(work.engine) as session:
        for _ in range(MOST_ATTEMPTS):
            handed.begin_attempt(session, run.id)
        assert claims.ask_to_cancel(session, run.id, who="anna", now=work.clock())
    monkeypatch.setattr(running, "conclude_and_tell", dies)
    for _ in range(MOST_DEATHS):
        with pytest.raises(DiedError):
            perform(due(work)[0], work.world)
    perform(due(work)[0], work.world)
    assert due(work) == ()
    with reading(work.engine) as session:
        assert "given up after 20 attempts" in handed.reasons(session, [run.id])[run.id]


def test_a_run_that_somebody_performs_is_left_alone_and_nothing_is_counted(work: Workplace) -> None:
    run = work.hand_over()
    elsewhere, now = claims.Worker(host="elsewhere", pid=7), work.clock()
    (job,) = due(work)
    with writing(work.engine) as session:
        assert claims.claim(session, run.id, elsewhere, instead_of=None, now=now)
        for _ in range(MOST_ATTEMPTS):
            handed.begin_attempt(session, run.id)
    perform(job, work.world)
    left = work.unsettled(run.id)
    assert left is not None
    assert (left.status, left.attempts) == (RunStatus.RUNNING, MOST_ATTEMPTS)


def test_a_worker_that_must_leave_hands_its_run_back_and_another_goes_on(work: Workplace) -> None:
    run = work.hand_over()
    perform(due(work)[0], work.with_world(must_leave=lambda: True).world)
    left = work.run(run.id)
    assert left.status is RunStatus.RUNNING
    assert left.status_reason == "handed back by a worker that was stopped"
    assert [job.subject for job in due(work)] == [run.id]
    do_all(work)
    assert len(work.stored(run.id)) == 12
    unsettled = work.unsettled(run.id)
    assert unsettled is None


def test_a_run_waits_while_others_use_every_connection_of_its_key(work: Workplace) -> None:
    run, now = work.hand_over(), work.clock()
    key = str(work.subject.endpoint.base_url)
    with writing(work.engine) as session:
        later = now + timedelta(minutes=1)
        taken = leases.take(session, key, "another", wanted=9, limit=4, now=now, expires_at=later)
    assert taken == 4
    perform(due(work)[0], work.world)
    assert work.stored(run.id) == frozenset()
    assert due(work) == ()
    work.clock.ahead = timedelta(seconds=6)
    with writing(work.engine) as session:
        leases.give_back(session, "another")
    do_all(work)
    assert len(work.stored(run.id)) == 12
    with reading(work.engine) as session:
        assert leases.in_use(session, now=work.clock()) == {}
