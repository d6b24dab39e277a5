"""Worlds for jobs: a keeper, a configuration of one simulated endpoint, a queue, a clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evals.config import Config
from evals.golden_set import GoldenSet
from evals.policy import Policy
from evals.suite import suite_of_golden_set
from service.db.session import reading, writing
from service.keeper import Keeper
from service.pipeline import new_run
from service.settings import Settings
from service.stages.plan import Options
from service.store import handed, runs, samples, shards, verdicts
from service.subject import Subject
from service.world import World
from tests.unit.engine.factories_engine import an_endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.golden_set import Item
    from evals.records import RunRecord, SampleKey
    from evals.simulator.running import RunningSimulator
    from service.jobs import Job
    from service.store.handed import HandedRun
    from service.store.shards import Shard


@dataclass
class Pocket:
    """A queue that only remembers what was put into it."""

    others: int = 1
    put_so_far: list[Job] = field(default_factory=list)

    def put(self, jobs: Sequence[Job]) -> None:
        self.put_so_far += jobs

    def workers(self) -> int:
        return self.others


@dataclass
class Clock:
    """A real clock that can be moved."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead  # noqa: TID251 - the world's edge, in tests


@dataclass(frozen=True)
class Fixed:
    config: Config

    def current(self) -> tuple[Config, list[Path]]:
        return self.config, []


@dataclass(frozen=True)
class Workplace:
    """A world, the subject that its runs ask, and looks at what came of them."""

    world: World
    subject: Subject
    queue: Pocket
    clock: Clock

    @property
    def engine(self) -> Engine:
        return self.world.keeper.engine

    def hand_over(self, **options: Any) -> RunRecord:
        now = self.clock()
        return new_run(
            self.world.keeper,
            self.subject,
            Options(**options),
            linked=lambda session, run: handed.hand_over(session, run.id, now=now),
        )

    def run(self, run_id: str) -> RunRecord:
        with reading(self.engine) as session:
            return runs.get(session, run_id)

    def unsettled(self, run_id: str) -> HandedRun | None:
        with reading(self.engine) as session:
            return handed.get(session, run_id)

    def shards(self, run_id: str) -> tuple[Shard, ...]:
        with reading(self.engine) as session:
            return shards.of_runs(session, [run_id]).get(run_id, ())

    def stored(self, run_id: str) -> frozenset[SampleKey]:
        with reading(self.engine) as session:
            return samples.done_keys(session, run_id)

    def verdicts(self, run_id: str) -> int:
        with reading(self.engine) as session:
            return verdicts.count(session, run_id)

    def with_world(self, **changes: Any) -> Workplace:
        return replace(self, world=replace(self.world, **changes))


def a_workplace(
    folder: Path,
    engine: Engine,
    simulator: RunningSimulator,
    items: Sequence[Item],
    *,
    workers: int = 1,
    **endpoint: Any,
) -> Workplace:
    """A world whose only endpoint is the simulator, and a suite that asks ``items`` once."""
    simulator.endpoint.behaviour = simulator.endpoint.config.behaviour
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder / "data")})
    asked = an_endpoint(simulator, **endpoint)
    suite = suite_of_golden_set("sums")
    queue, clock = Pocket(others=workers), Clock()
    return Workplace(
        world=World(
            keeper=Keeper(engine=engine, settings=settings),
            configuration=Fixed(Config(endpoints={"sim": asked}, suites={"sums": suite})),
            clock=clock,
            queue=queue,
        ),
        subject=Subject(
            endpoint_name="sim",
            endpoint=asked,
            suite_name="sums",
            suite=suite,
            golden_sets=(GoldenSet(name="sums", version="1.0.0", items=tuple(items)),),
            policy=Policy(),
            judge=None,
        ),
        queue=queue,
        clock=clock,
    )


def claim_of_the_dead(workplace: Workplace, run_id: str) -> None:
    """Leave a run as a process does that was killed: running, held, without a sign of life."""
    from service.store import claims

    long_ago = workplace.clock() - timedelta(minutes=5)
    with writing(workplace.engine) as session:
        elsewhere = claims.Worker(host="elsewhere", pid=7)
        assert claims.claim(session, run_id, elsewhere, instead_of=None, now=long_ago)
