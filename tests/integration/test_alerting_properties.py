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
from evals.report.notice.of_condition import notice_of_condition
from service.alerting.alert import State
from service.alerting.delivery import LEASE, MOST_REVIVALS, REVIVED_FOR, Standing
from service.alerting.observation import NEEDS_CONFIRMATION
from service.alerting.orders import Order, Verb
from service.db.session import reading
from service.errors import AlertRefused
from service.notify.transport import DeliveryError
from service.posting import Post
from service.stages.alert import catch_up, observe, order
from service.stages.deliver import deliver_due
from service.store import alerts, hearing, notifications
from tests.databases import opened
from tests.integration.alert_factories import (
    HOUR,
    MISSED,
    NOON,
    PIN,
    SCORES,
    UNMEASURED,
    a_condition,
    routing,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from evals.report.notice import Notice
    from service.alerting.observation import Observation
    from service.store.notifications import Notification

CHANNELS = ("chat", "mail")
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
    st.tuples(st.just("a_channel_breaks_or_is_mended"), st.sampled_from(CHANNELS)),
    st.tuples(st.just("a_channel_leaves_or_returns")),
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
        self.received: list[tuple[str, str, str, NoticeKind]] = []
        self.sent: Counter[str] = Counter()
        self.broken: set[str] = set()
        self.routing = routing(*CHANNELS)
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
            "notice": notice_of_condition(
                drawn["condition"].kind,
                " ".join(drawn["parts"]),
                severity=AlertSeverity.PAGE,
                at=self.now,
            ),
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

    def a_channel_leaves_or_returns(self) -> None:
        gone = len(self.routing.alerts.channels) < len(CHANNELS)
        self.routing = routing(*(CHANNELS if gone else CHANNELS[1:]))

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
        """A page about scores says what was found of a task that is confirmed."""
        with reading(self.engine) as session:
            for message in notifications.newest(session, limit=1000):
                notice = message.notice
                tested = notice.condition in NEEDS_CONFIRMATION and notice.kind in NEWS
                if tested and notice.severity is AlertSeverity.PAGE:
                    alert = alerts.get(session, int(notice.alert_id))
                    assert alert.confirmed
                    assert {*notice.headline.split()} & {*alert.parts}

    def what_is_told_to_nobody_has_no_message(self) -> None:
        with reading(self.engine) as session:
            for alert in alerts.newest(session, limit=1000):
                if not any(one.message in NEWS for one in alerts.history(session, alert.id)):
                    assert hearing.heard(session, alert.id, self.now) == frozenset()

    def nothing_arrives_twice_but_after_a_death(self) -> None:
        twice = sum(count - 1 for count in Counter(self.received).values())
        assert twice <= self.deaths

    def every_channel_learns_how_it_stands_in_the_end(self) -> None:
        """Mend every channel by nothing but another message, and see that each hears the rest."""
        self.broken, self.routing = set(), routing(*CHANNELS)
        for number in range(4):
            self.now += 2 * HOUR
            other = seen(condition=a_condition(name=f"other {number}"), at=self.now)
            observe(self.engine, [other], self.routing, self.now)
            catch_up(self.engine, self.routing, self.now)
            deliver_due(self.post)
        with reading(self.engine) as session:
            for alert in alerts.newest(session, limit=1000):
                wanted = {*CHANNELS} - {alert.condition.name}
                told = alert.state is State.OPEN and alert.told_at is not None
                for channel in wanted:
                    heard = self.heard(alert.id, channel)
                    assert heard or not told, f"{alert.id} is lost"
                    assert NoticeKind.RESOLVED not in heard[:-1], f"{alert.id} began after its end"
                for one in notifications.of_alert(session, alert.id):
                    ends = one.notice.kind is NoticeKind.RESOLVED
                    if ends and not self.is_past(one) and self.heard(alert.id, one.channel):
                        assert one.standing is Standing.DELIVERED, f"the end of {alert.id} is lost"

    def is_past(self, one: Notification) -> bool:
        """Whether a message was dropped with its channel, or refused too often or too long ago."""
        too_often = one.attempts > MOST_REVIVALS
        refused = one.standing is Standing.FAILED
        old = self.now - one.created_at > REVIVED_FOR
        return one.standing is Standing.DROPPED or (refused and (too_often or old))

    def heard(self, alert_id: int, channel: str) -> list[NoticeKind]:
        """What arrived at a channel about an alert, in its order, repetitions left out."""
        about = {
            key: kind for to, key, of, kind in self.received if (to, of) == (channel, str(alert_id))
        }
        return list(about.values())


class Channel:
    def __init__(self, world: Alerting, name: str) -> None:
        self.world, self.name = world, name

    def send(
        self,
        notice: Notice,
        *,
        key: str,
        now: datetime,  # noqa: ARG002 - the shape of a transport
        earlier: Any = None,  # noqa: ARG002 - likewise
    ) -> dict[str, Any]:
        world = self.world
        if self.name in world.broken:
            world.sent[key] += 1
            permanent = (len(key) + world.sent[key]) % 3 == 0
            raise DeliveryError("it is broken", permanent=permanent)
        world.received.append((self.name, key, notice.alert_id, notice.kind))
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
            world.what_is_told_to_nobody_has_no_message()
            world.every_channel_learns_how_it_stands_in_the_end()
        finally:
            world.close()
