"""Whatever step a process dies at, every message arrives, and twice only with the same key."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from evals.condition import ConditionKind
from service.alerting.delivery import LEASE, Outcome
from service.db.session import reading
from service.notify.transport import DeliveryError
from service.posting import Post
from service.stages.alert import catch_up, observe
from service.stages.deliver import deliver, deliver_due
from service.store import alerts, notifications
from tests.integration.alert_factories import HOUR, NOON, a_condition, routing, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Engine

    from evals.report.notice import Notice
    from service.alerting.routing import Routing


MISSED, SHUTDOWN = ConditionKind.MISSED_CHECK, ConditionKind.SHUTDOWN
DOWN = DeliveryError("no connection", permanent=False)
GONE = DeliveryError("no such channel", permanent=True)


class Killed(BaseException):
    """What `kill -9` is to the code: nothing after it runs."""


@dataclass
class Fuse:
    """Counts the steps of each job that change anything, and dies at one of them in every job."""

    at: int | None = None
    jobs: list[list[str]] = field(default_factory=lambda: [[]])
    armed: bool = True

    def step(self, what: str) -> None:
        self.jobs[-1].append(what)
        if self.armed and len(self.jobs[-1]) == self.at:
            self.armed = False
            raise Killed(what)


@contextmanager
def burning(engine: Engine, fuse: Fuse) -> Iterator[None]:
    """A step is any statement that writes, and any end of a transaction that did."""
    dirty: set[int] = set()

    def statement(connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            fuse.step(sql.split("(")[0].strip()[:40])
            dirty.add(id(connection))

    def commit(connection: Any) -> None:
        if id(connection) in dirty:
            dirty.discard(id(connection))
            fuse.step("commit")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


@dataclass
class World:
    """A channel that fails as it is told to, one that hears of that; a clock."""

    engine: Engine
    name: str
    fuse: Fuse = field(default_factory=Fuse)
    now: datetime = NOON
    received: list[tuple[str, str, str]] = field(default_factory=list)
    fault: DeliveryError | None = None

    @property
    def chat(self) -> str:
        return f"chat-{self.name}"

    @property
    def mail(self) -> str:
        return f"mail-{self.name}"

    @property
    def routing(self) -> Routing:
        ops = {"channels": [self.mail], "conditions": ["delivery_failing"]}
        return routing(self.chat, self.mail, routes=[{"channels": [self.chat]}, ops])

    @property
    def post(self) -> Post:
        return Post(
            engine=self.engine,
            transport=lambda channel: Channel(self, channel),
            routing=self.routing,
            clock=lambda: self.now,
            rng=Random(1),  # noqa: S311 - it spreads attempts, and is no secret
        )

    def sees(self, number: int, *kinds: ConditionKind, breached: bool) -> None:
        conditions = [a_condition(kind, endpoint=self.name) for kind in kinds]
        found = [seen(number, breached=breached, condition=one) for one in conditions]
        observe(self.engine, found, self.routing, self.now)


@dataclass
class Channel:
    world: World
    name: str

    def send(
        self,
        notice: Notice,
        *,
        key: str,
        now: datetime,  # noqa: ARG002 - the shape of a transport
        earlier: Mapping[str, Any] | None = None,  # noqa: ARG002 - likewise
    ) -> dict[str, Any]:
        world = self.world
        world.fuse.step("send")
        if self.name == world.chat and world.fault is not None:
            raise world.fault
        condition = notice.condition.value if notice.condition else ""
        world.received.append((self.name, f"{condition} {notice.kind.value}", key))
        world.fuse.step("sent")
        return {}


def story(world: World) -> list[Callable[[], object]]:
    """Two breaches in one message, a channel that fails, its repair, a reminder, and each end.

    It fails in a way that may pass, then for good, and refuses the first end, too. These are jobs,
    one by one: whoever runs jobs runs one again that did not end.
    """

    def later(hours: int, fault: DeliveryError | None) -> Callable[[], None]:
        def change() -> None:
            world.fault, world.now = fault, max(world.now, NOON + hours * HOUR)

        return change

    def deliver_all() -> None:
        deliver_due(world.post)

    return [
        lambda: world.sees(1, MISSED, SHUTDOWN, breached=True),
        later(1, DOWN),
        deliver_all,
        later(2, GONE),
        deliver_all,
        later(30, None),
        lambda: catch_up(world.engine, world.routing, world.now),
        deliver_all,
        lambda: world.sees(2, MISSED, breached=False),
        later(31, GONE),
        deliver_all,
        later(32, None),
        lambda: world.sees(3, SHUTDOWN, breached=False),
        deliver_all,
    ]


def live_through(world: World) -> int:
    """Do every job, again after a death; return how many deaths there were."""
    deaths = 0
    with burning(world.engine, world.fuse):
        for job in story(world):
            world.fuse.jobs.append([])
            world.fuse.armed = True
            try:
                job()
            except Killed:
                deaths += 1
                world.now += LEASE + timedelta(seconds=1)
                job()
    return deaths


def kinds(world: World) -> Counter[tuple[str, str]]:
    """How many different messages arrived, by channel and kind; a repetition has the same key."""
    return Counter((channel.split("-")[0], kind) for channel, kind, _ in set(world.received))


def changes(world: World) -> list[tuple[str, int]]:
    """How often each of the four alerts of this world, the newest there are, changed."""
    with reading(world.engine) as session:
        found = alerts.newest(session, limit=4)
    assert {one.condition.endpoint or one.condition.name[5:] for one in found} == {world.name}
    return sorted((one.condition.kind.value, one.moves) for one in found)


def published() -> dict[str, int]:
    """The figures of docs/alerting.md."""
    text = (Path(__file__).parents[2] / "docs/alerting.md").read_text(encoding="utf-8")
    rows = {"steps": "steps at which", "messages": "messages of", "twice": "deaths after which"}
    found = {name: re.search(rf"\| {words}[^|]*\| (\d+)", text) for name, words in rows.items()}
    return {name: int(match[1]) for name, match in found.items() if match}


def between_sending_and_record(steps: Sequence[str]) -> set[int]:
    """The steps after a message has left and before that is known."""
    open_, found = False, set()
    for number, step in enumerate(steps, start=1):
        open_ = open_ or step == "sent"
        if open_:
            found.add(number)
        open_ = open_ and step != "commit"
    return found


def test_a_death_at_any_step_loses_nothing(
    database: Engine, record_property: Callable[[str, object], None]
) -> None:
    whole = World(engine=database, name="whole")
    assert live_through(whole) == 0
    assert set(Counter(whole.received).values()) == {1}
    expected, moves, jobs = kinds(whole), changes(whole), whole.fuse.jobs
    # The steps are the same on both, and the store settles the same races: a fifth has to do.
    every = 1 if database.dialect.name == "sqlite" else 5
    deaths = twice = 0
    for at in range(1, max(map(len, jobs)) + 1, every):
        world = World(engine=database, name=f"e{at}", fuse=Fuse(at=at))
        died = live_through(world)
        assert died == sum(len(steps) >= at for steps in jobs)
        assert kinds(world) == expected, f"died at step {at} of each job"
        assert changes(world) == moves
        again = len(world.received) - len(set(world.received))
        assert again == sum(at in between_sending_and_record(steps) for steps in jobs)
        deaths, twice = deaths + died, twice + again
    figures = {"steps": deaths, "messages": sum(expected.values()), "twice": twice}
    record_property(database.dialect.name, figures)
    if every == 1:
        assert figures == published()


def test_of_many_workers_one_sends(database: Engine) -> None:
    world = World(engine=database, name="many")
    world.sees(1, MISSED, breached=True)
    with reading(database) as session:
        (first,) = notifications.due(session, now=world.now)
    barrier, outcomes = Barrier(4), list[Outcome | None]()

    def work() -> None:
        barrier.wait()
        outcomes.append(deliver(world.post, first))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["None", "None", "None", "delivered"]
    assert len(world.received) == 1
