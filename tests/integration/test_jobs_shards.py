"""A large run is asked in shards by several workers, and joined once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from evals.config import Config
from evals.endpoint import Price
from evals.records import RunStatus
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service import sharding
from service.db.session import reading, writing
from service.db.tables import RunShardRow, ShardState
from service.errors import RunBusy
from service.jobs import JobKind, pending, perform, sharing
from service.pipeline import perform as perform_run
from service.stages import divide
from service.stages.claim import take_shard
from service.store import claims, readings, shards
from tests.databases import opened
from tests.integration.jobs_factories import Fixed, Workplace, a_workplace
from tests.integration.watch_factories import Nobody
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.records import RunRecord, SampleRecord
    from service.jobs import Job

ITEMS = tuple(sum_items(12))
COST_USD = 0.437
"""What all of them cost at the prices of these tests."""
DEAD = claims.Worker(host="elsewhere", pid=7)


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(divide, "SMALLEST_SHARD", 4)


@pytest.fixture
def either(tmp_path: Path, database: Engine, simulator: RunningSimulator) -> Workplace:
    """On both databases, where the database settles something."""
    return a_workplace(tmp_path, database, simulator, ITEMS, workers=3)


@pytest.fixture
def work(tmp_path: Path, sqlite_url: str, simulator: RunningSimulator) -> Iterator[Workplace]:
    with opened(sqlite_url) as engine:
        yield a_workplace(tmp_path, engine, simulator, ITEMS, workers=3)


def due(work: Workplace) -> tuple[Job, ...]:
    with reading(work.engine) as session:
        return pending(session, work.clock())


def breaks(error: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise error

    return broken


def divided(work: Workplace, **options: object) -> RunRecord:
    run = work.hand_over(**options)
    perform(due(work)[0], work.world)
    return run


def test_a_large_run_is_divided_among_the_workers_and_joined_by_one(either: Workplace) -> None:
    run = divided(either)
    jobs = due(either)
    assert [job.key for job in jobs] == [f"shard:{run.id}/{number}" for number in (1, 2, 3)]
    assert jobs == tuple(either.queue.put_so_far)
    for asked, job in enumerate(jobs, start=1):
        perform(job, either.world)
        perform(job, either.world)
        assert len(either.stored(run.id)) == 4 * asked
    assert [job.kind for job in either.queue.put_so_far[3:]] == [JobKind.RUN]
    (joining,) = due(either)
    perform(joining, either.world)
    perform(joining, either.world)
    assert either.run(run.id).status is RunStatus.COMPLETED
    assert (len(either.stored(run.id)), either.verdicts(run.id)) == (12, 1)
    assert due(either) == ()


def test_while_shards_are_asked_nobody_takes_the_run_unless_he_insists(work: Workplace) -> None:
    run = divided(work)
    with pytest.raises(RunBusy):
        perform_run(work.world.keeper, work.subject, work.run(run.id), Nobody())
    perform_run(work.world.keeper, work.subject, work.run(run.id), Nobody(), take_over=True)
    assert {one.state for one in work.shards(run.id)} == {ShardState.LEFT}
    assert len(work.stored(run.id)) == 12


def test_a_shard_is_one_worker_s_until_it_dies(either: Workplace) -> None:
    run = divided(either)
    shard, *_ = either.shards(run.id)
    long_ago = either.clock() - timedelta(minutes=5)
    with writing(either.engine) as session:
        assert shards.claim(session, shard, DEAD, now=long_ago)
        assert not shards.claim(session, shard, DEAD, now=long_ago)
    held, *_ = either.shards(run.id)
    assert len(due(either)) == 3
    taken = take_shard(either.engine, held, clock=either.clock)
    assert taken is not None
    assert take_shard(either.engine, held, clock=either.clock) is None
    assert len(due(either)) == 2


def test_a_cancelled_run_stops_its_shards_at_their_next_sign_of_life(work: Workplace) -> None:
    run = divided(work)
    shard, *_ = work.shards(run.id)
    held = take_shard(work.engine, shard, clock=work.clock)
    assert held is not None
    with writing(work.engine) as session:
        claims.ask_to_cancel(session, run.id, who="anna", now=work.clock())
    work.clock.ahead = timedelta(seconds=11)
    with pytest.raises(RunBusy, match="the run was ended"):
        held.beat()
    assert [job.kind for job in due(work)] == [JobKind.JUDGE]


def test_what_a_shard_cannot_ask_is_left_to_whoever_joins(work: Workplace) -> None:
    run = divided(work)
    first, *others = due(work)
    for job in others:
        perform(job, work.world)
    keyless = work.subject.endpoint.model_copy(update={"api_key_env": "NOT_SET_ANYWHERE"})
    away = replace(work.world, configuration=Fixed(Config(endpoints={"sim": keyless})))
    for _ in range(sharing.MOST_ATTEMPTS):
        assert first in due(work)
        perform(first, away)
    assert work.shards(run.id)[0].state is ShardState.LEFT
    assert len(work.stored(run.id)) == 8
    perform(due(work)[0], work.world)
    assert len(work.stored(run.id)) == 12
    assert work.run(run.id).status is RunStatus.COMPLETED


def test_a_shard_that_breaks_is_left_to_whoever_joins_after_some_attempts(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = divided(work)
    first, *_ = due(work)
    with monkeypatch.context() as broken:
        broken.setattr(sharding, "_missing", breaks(RuntimeError("a bug")))
        for _ in range(sharing.MOST_ATTEMPTS):
            with pytest.raises(RuntimeError):
                perform(first, work.world)
    assert work.shards(run.id)[0].state is ShardState.LEFT
    with reading(work.engine) as session:
        [reason] = session.scalars(select(RunShardRow.reason).where(RunShardRow.shard == 1))
    assert reason == "broke: RuntimeError: a bug"


def test_a_shard_that_ends_its_worker_each_time_is_left_to_whoever_joins(work: Workplace) -> None:
    run = divided(work)
    first, *_ = due(work)
    for _ in range(sharing.MOST_ATTEMPTS):
        with writing(work.engine) as session:
            shards.begin_attempt(session, work.shards(run.id)[0])
            shards.claim(session, work.shards(run.id)[0], DEAD, now=work.clock())
    perform(first, work.world)
    assert work.shards(run.id)[0].state is ShardState.RUNNING, "its worker is seen to live"
    work.clock.ahead = timedelta(minutes=2)
    perform(first, work.world)
    assert work.shards(run.id)[0].state is ShardState.LEFT


def test_shards_share_the_connections_and_the_budget(
    tmp_path: Path, work: Workplace, simulator: RunningSimulator
) -> None:
    priced = a_workplace(
        tmp_path, work.engine, simulator, ITEMS, workers=3, price=Price(input=1000, output=1000)
    )
    run = divided(priced, budget_usd=0.02)
    for job in due(priced):
        perform(job, priced.world)
    assert 0 < len(priced.stored(run.id)) < 12
    perform(due(priced)[0], priced.world)
    ended = priced.run(run.id)
    assert ended.status is RunStatus.FAILED
    assert "budget of 0.02 USD" in ended.status_reason


class Meanwhile:
    """Watches one shard; when that has its first answer, all others are asked to their end."""

    def __init__(self, work: Workplace, others: Sequence[Job]) -> None:
        self.work, self.others = work, list(others)

    def sample(self, _: SampleRecord) -> None:
        others, self.others = self.others, []
        for job in others:
            perform(job, self.work.world)

    def tick(self) -> None: ...


def test_shards_that_are_asked_at_once_stop_at_the_budget_of_the_whole_run(
    tmp_path: Path, work: Workplace, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced = a_workplace(
        tmp_path, work.engine, simulator, ITEMS, workers=3, price=Price(input=1000, output=1000)
    )
    run = divided(priced, budget_usd=1.5 * COST_USD)
    first, *others = due(priced)
    monkeypatch.setattr(sharing, "QUIET", Meanwhile(priced, others))
    perform(first, priced.world)
    assert [one.state for one in priced.shards(run.id)] == [ShardState.DONE] * 3
    with reading(priced.engine) as session:
        assert readings.costs(session, run.id).cost_usd == pytest.approx(COST_USD)


def test_a_shard_that_must_leave_is_open_again(work: Workplace) -> None:
    run = divided(work)
    perform(due(work)[0], replace(work.world, must_leave=lambda: True))
    first = work.shards(run.id)[0]
    assert (first.state, first.attempts) == (ShardState.OPEN, 0)
    assert len(due(work)) == 3
