"""Any order of observations, orders, deliveries, deaths and repetitions keeps what is promised."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from evals.condition import AlertSeverity
from evals.report.notice import NoticeKind
from service.alerting.alert import State
from service.alerting.delivery import LEASE
from service.alerting.observation import NEEDS_CONFIRMATION
from service.alerting.orders import Order, Verb
from service.db.session import reading
from service.errors import AlertRefused
from service.notify.transport import DeliveryError
from service.posting import Post
from service.stages.alert import catch_up, observe, order
from service.stages.deliver import deliver_due, try_channel
from service.store import alerts, hearing, notifications
from tests.databases import opened
from tests.integration.alert_factories import (
    HOUR,
    MISSED,
    NOON,
    PIN,
    SCORES,
    UNMEASURED,
    routing,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from evals.report.notice import Notice
    from service.alerting.observation import Observation

CONDITIONS = (SCORES, PIN, UNMEASURED, MISSED)
NEWS = (NoticeKind.OPENED, NoticeKind.STILL_OPEN)
TABLES = (
    "notification_attempts",
    "notification_transitions",
    "notifications",
    "alert_transitions",
    "alerts",
)
OBSERVATIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "condition": st.sampled_from((SCORES, SCORES, *CONDITIONS)),
        "breached": st.sampled_from([True, True, False, False, None]),
        "confirmed": st.booleans(),
        "parts": st.sampled_from([("faq",), ("rules",), ("faq", "rules")]),
    }
)
DEATHS = st.none() | st.integers(0, 25)
EVENTS = st.one_of(
    st.tuples(st.just("a_run_ends"), OBSERVATIONS, DEATHS),
    st.tuples(st.just("a_run_ends"), OBSERVATIONS, DEATHS),
    st.tuples(st.just("an_observation_comes_again"), st.integers(0, 50)),
    st.tuples(st.just("messages_are_delivered"), DEATHS),
    st.tuples(st.just("time_passes"), st.integers(1, 50), DEATHS),
    st.tuples(st.just("a_channel_breaks_or_is_mended"), st.sampled_from(["chat", "mail"])),
    st.tuples(st.just("somebody_gives_an_order"), st.sampled_from(Verb), st.integers(0, 50)),
)


class Killed(BaseException):
    """The process is gone."""


class Alerting:
    """Everything that can happen to alerts, in any order, on a real database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with engine.begin() as connection:
            for table in TABLES:
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - constants
        self.now: datetime = NOON
        self.runs = 0
        self.deaths = 0
        self.made: list[Observation] = []
        self.received: list[tuple[str, str]] = []
        self.broken: set[str] = set()
        self.routing = routing("chat", "mail")
        self.countdown: int | None = None
        event.listen(self.engine, "before_cursor_execute", self._step)

    def close(self) -> None:
        event.remove(self.engine, "before_cursor_execute", self._step)

    def _step(self, *_: Any) -> None:
        if self.countdown is not None:
            self.countdown -= 1
            if self.countdown < 0:
                self.countdown = None
                raise Killed

    def do(self, job: Callable[[], object], dies_after: int | None) -> None:
        """Do a job, perhaps dying in its midst; the next process does it again."""
        self.countdown = dies_after
        try:
            job()
        except Killed:
            self.deaths += 1
            self.now += LEASE
            job()
        finally:
            self.countdown = None

    @property
    def post(self) -> Post:
        return Post(
            engine=self.engine,
            transport=lambda channel: Channel(self, channel),
            routing=self.routing,
            clock=lambda: self.now,
            rng=Random(1),  # noqa: S311 - it spreads attempts, and is no secret
        )

    def a_run_ends(self, drawn: dict[str, Any], dies: int | None) -> None:
        self.runs += 1
        self.now += HOUR
        breached = drawn["breached"]
        values = {
            **drawn,
            "parts": drawn["parts"] if breached else (),
            "well": ("faq", "rules") if breached is False else (),
            "at": self.now,
            "began_at": self.now - HOUR / 2,
        }
        self.made.append(seen(self.runs, **values))
        self.do(lambda: observe(self.engine, [self.made[-1]], self.routing, self.now), dies)

    def an_observation_comes_again(self, which: int) -> None:
        if not self.made:
            return
        again = self.made[-1 - which % min(5, len(self.made))]
        before = self.state()
        assert observe(self.engine, [again], self.routing, self.now) == ()
        assert self.state() == before

    def messages_are_delivered(self, dies: int | None) -> None:
        self.do(lambda: deliver_due(self.post), dies)

    def time_passes(self, hours: int, dies: int | None) -> None:
        self.now += timedelta(hours=hours)
        self.do(lambda: catch_up(self.engine, self.routing, self.now), dies)

    def a_channel_breaks_or_is_mended(self, channel: str) -> None:
        self.broken ^= {channel}

    def somebody_gives_an_order(self, verb: Verb, which: int) -> None:
        with reading(self.engine) as session:
            found = alerts.newest(session)
        if not found:
            return
        alert = found[which % len(found)]
        wanted = Order(verb=verb, actor="ana", why="because", until=self.now + 3 * HOUR)
        try:
            order(self.engine, alert.id, wanted, self.routing, self.now)
        except AlertRefused:
            assert alert.state is State.RESOLVED

    def state(self) -> list[tuple[int, int]]:
        with reading(self.engine) as session:
            return [(one.id, one.moves) for one in alerts.newest(session, limit=1000)]

    def every_change_is_a_transition_with_a_reason(self) -> None:
        with reading(self.engine) as session:
            for alert in alerts.newest(session, limit=1000):
                history = alerts.history(session, alert.id)
                assert len(history) == alert.moves
                assert history[-1].after is alert.state
                assert [one.before for one in history] == [
                    None,
                    *(one.after for one in history[:-1]),
                ]
                assert all(one.reason for one in history)
                assert all(one.after is not State.RESOLVED for one in history[:-1])

    def one_condition_has_one_open_alert(self) -> None:
        with reading(self.engine) as session:
            held = Counter(one.condition for one in alerts.unresolved(session))
        assert not held or max(held.values()) == 1

    def what_is_not_confirmed_pages_nobody(self) -> None:
        with reading(self.engine) as session:
            for message in notifications.newest(session, limit=1000):
                notice = message.notice
                if notice.condition in NEEDS_CONFIRMATION and notice.kind in NEWS:
                    alert = alerts.get(session, int(notice.alert_id))
                    assert notice.severity is not AlertSeverity.PAGE or alert.confirmed

    def every_message_was_written_to_whoever_is_to_hear_it(self) -> None:
        with reading(self.engine) as session:
            for alert in alerts.newest(session, limit=1000):
                heard = hearing.heard(session, alert.id, self.now)
                told = any(one.message in NEWS for one in alerts.history(session, alert.id))
                assert heard == (frozenset(self.audience(alert.condition.name)) if told else set())

    def audience(self, name: str) -> set[str]:
        return {"chat", "mail"} - {name}

    def nothing_arrives_twice_but_after_a_death(self) -> None:
        twice = sum(count - 1 for count in Counter(self.received).values())
        assert twice <= self.deaths

    def every_message_arrives_in_the_end(self) -> None:
        """Mend every channel, and see that each message arrives."""
        self.broken = set()
        for _ in range(3):
            self.now += 2 * HOUR
            deliver_due(self.post)
            for channel in ("chat", "mail"):
                try_channel(self.post, channel)
            deliver_due(self.post)
        with reading(self.engine) as session:
            for message in notifications.newest(session, limit=1000):
                over = alerts.get(session, int(message.notice.alert_id)).state is State.RESOLVED
                arrived = (message.channel, message.key) in self.received
                assert arrived or over, f"{message.key} is lost"


class Channel:
    def __init__(self, world: Alerting, name: str) -> None:
        self.world, self.name = world, name

    def send(
        self,
        notice: Notice,  # noqa: ARG002 - the shape of a transport
        *,
        key: str,
        now: datetime,  # noqa: ARG002 - likewise
        earlier: Any = None,  # noqa: ARG002 - likewise
    ) -> dict[str, Any]:
        if self.name in self.world.broken:
            raise DeliveryError("it is broken", permanent=key.endswith(("1-chat", "3-mail")))
        self.world.received.append((self.name, key))
        return {}


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(EVENTS, min_size=12, max_size=25))
def test_promises_hold_in_any_order(sqlite_url: str, events: list[tuple[Any, ...]]) -> None:
    with opened(sqlite_url) as engine:
        world = Alerting(engine)
        try:
            for what, *arguments in events:
                getattr(world, what)(*arguments)
                world.nothing_arrives_twice_but_after_a_death()
            world.what_is_not_confirmed_pages_nobody()
            world.every_change_is_a_transition_with_a_reason()
            world.one_condition_has_one_open_alert()
            world.every_message_was_written_to_whoever_is_to_hear_it()
            world.every_message_arrives_in_the_end()
        finally:
            world.close()
