"""A message is tried until it arrives, no sooner than is polite, and a dead channel is told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.condition import AlertSeverity, ConditionKind
from service.alerting.delivery import (
    FAILING_AFTER,
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Outcome,
    Standing,
    wait_before,
)
from service.alerting.orders import Order, Verb
from service.db.session import reading
from service.notify.transport import DeliveryError
from service.posting import Post
from service.stages.alert import catch_up, observe, order
from service.stages.deliver import deliver_due, try_channel
from service.store import alerts, notifications
from tests.databases import opened
from tests.integration.alert_factories import HOUR, NOON, UNMEASURED, a_condition, routing, seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from evals.report.notice import Notice
    from service.alerting.observation import Observation
    from service.alerting.routing import Routing
    from service.store.notifications import Notification

BUSY = DeliveryError("busy", permanent=False, retry_after_seconds=300)
DOWN = DeliveryError("no connection", permanent=False)
GONE = DeliveryError("no such channel", permanent=True)


@dataclass
class Office:
    """A post whose channels fail as they are told to."""

    engine: Engine
    now: datetime = NOON
    fails: dict[str, Exception] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    received: list[tuple[str, str]] = field(default_factory=list)
    routing: Routing = field(default_factory=lambda: routing("chat", "mail"))

    @property
    def post(self) -> Post:
        return Post(
            engine=self.engine,
            transport=lambda name: Channel(self, name),
            routing=self.routing,
            clock=lambda: self.now,
            rng=Random(1),  # noqa: S311 - it spreads attempts, and is no secret
        )

    def sees(self, number: int, *, breached: bool = True, endpoint: str = "prod") -> None:
        one = seen(number, breached=breached, condition=a_condition(endpoint=endpoint))
        observe(self.engine, [one], self.post.routing, self.now)

    def sees_all(self, *observations: Observation) -> None:
        observe(self.engine, observations, self.routing, self.now)

    def told(self, channel: str = "chat") -> list[str]:
        return [what for name, what in self.received if name == channel]

    def deliver(self) -> list[str]:
        return [outcome.value for outcome in deliver_due(self.post)]

    def to(self, channel: str) -> list[Notification]:
        with reading(self.engine) as session:
            found = notifications.newest(session, channel=channel)
        return sorted(found, key=lambda one: one.id)

    def open_conditions(self) -> list[str]:
        with reading(self.engine) as session:
            return [one.condition.words for one in alerts.unresolved(session)]


@dataclass
class Channel:
    office: Office
    name: str

    def send(
        self,
        notice: Notice,
        *,
        key: str,
        now: datetime,  # noqa: ARG002 - the shape of a transport
        earlier: Any = None,  # noqa: ARG002 - likewise
    ) -> dict[str, Any]:
        if self.name in self.office.fails:
            raise self.office.fails[self.name]
        if key in self.office.refuses:
            raise DOWN
        self.office.received.append((self.name, f"{notice.endpoint} {notice.kind.value}".strip()))
        return {"ts": str(len(self.office.received))}


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    with opened(sqlite_url) as engine:
        yield Office(engine)


def test_what_is_busy_is_left_alone_for_as_long_as_it_asks(office: Office) -> None:
    office.fails = {"chat": BUSY}
    office.sees(1)
    assert sorted(office.deliver()) == ["delivered", "passing"]
    (waiting,) = office.to("chat")
    assert waiting.next_attempt_at == NOON + timedelta(seconds=300)
    office.fails = {}
    assert office.deliver() == []
    office.now += timedelta(seconds=300)
    assert office.deliver() == ["delivered"]


def test_a_channel_that_fails_again_and_again_is_told_on_the_others(office: Office) -> None:
    office.fails = {"chat": DOWN}
    office.sees(1)
    for attempt in range(FAILING_AFTER):
        assert len(office.open_conditions()) == 1, attempt
        office.deliver()
        office.now += HOUR
    assert "chat: messages do not arrive" in office.open_conditions()
    office.deliver()
    assert ("mail", "opened") in office.received
    office.fails = {}
    office.now += HOUR
    office.deliver()
    assert office.received[-2:] == [("chat", "prod opened"), ("mail", "resolved")]


def test_what_is_refused_for_good_is_not_tried_again_until_the_channel_is_mended(
    office: Office,
) -> None:
    office.fails = {"chat": GONE}
    office.sees(1)
    office.deliver()
    office.now += 20 * HOUR
    assert office.deliver() == []
    assert [one.standing for one in office.to("chat")] == [Standing.FAILED]
    assert try_channel(office.post, "chat").outcome is Outcome.PERMANENT
    office.fails = {}
    tried = try_channel(office.post, "chat")
    assert (tried.outcome, tried.sent_again) == (Outcome.DELIVERED, 1)
    office.deliver()
    assert ("chat", "prod opened") in office.received
    assert office.open_conditions() == ["prod · weekly: the scores moved"]


def test_what_is_over_is_not_sent_after_its_end(office: Office) -> None:
    office.fails = {"chat": GONE}
    office.sees(1)
    office.deliver()
    for number in (2, 3):
        office.sees(number, breached=False)
    office.fails = {}
    office.deliver()
    assert [what for name, what in office.received if name == "chat"] == ["prod resolved"]


def test_a_channel_takes_its_messages_in_order(office: Office) -> None:
    office.fails = {"chat": DOWN}
    office.sees(1)
    office.deliver()
    office.sees(1, endpoint="other")
    office.fails = {}
    office.deliver()
    assert [what for name, what in office.received if name == "chat"] == []
    office.now += FIRST_WAIT
    office.deliver()
    told = [what for name, what in office.received if name == "chat"]
    assert told == ["prod opened", "other opened"]


def test_a_message_that_never_arrives_makes_way_after_a_day(office: Office) -> None:
    office.fails = {"chat": DOWN}
    office.sees(1)
    for _ in range(MOST_ATTEMPTS):
        office.deliver()
        office.now += LONGEST_WAIT
    assert office.to("chat")[0].standing is Standing.FAILED
    office.sees(1, endpoint="other")
    office.fails = {}
    office.deliver()
    told = [what for name, what in office.received if name == "chat"]
    assert told == ["other opened", "prod opened"]


def test_a_resolution_that_was_refused_is_told_to_whoever_heard_of_the_beginning(
    office: Office,
) -> None:
    office.sees(1)
    office.deliver()
    office.fails = {"chat": GONE}
    for number in (2, 3):
        office.sees(number, breached=False)
    office.deliver()
    office.fails = {}
    assert try_channel(office.post, "chat").sent_again == 1
    office.deliver()
    assert office.told() == ["prod opened", "test", "prod resolved"]


def test_an_outage_of_any_mixture_loses_no_beginning(office: Office) -> None:
    office.sees(1)
    faults = [DOWN] * 4 + [GONE]
    for fault in faults:
        office.fails = {"chat": fault}
        office.deliver()
        office.now += HOUR
    assert office.to("chat")[0].standing is Standing.FAILED
    office.fails = {}
    office.sees(1, endpoint="other")
    office.deliver()
    assert office.told() == ["other opened", "prod opened"]


def test_a_message_that_is_sent_after_all_is_tried_as_often_as_a_new_one(office: Office) -> None:
    office.fails = {"chat": DOWN}
    office.sees(1)
    for _ in range(MOST_ATTEMPTS):
        office.deliver()
        office.now += LONGEST_WAIT
    office.fails = {}
    try_channel(office.post, "chat")
    office.fails = {"chat": BUSY}
    office.deliver()
    assert office.to("chat")[0].standing is Standing.PENDING
    office.fails, office.now = {}, office.now + HOUR
    office.deliver()
    assert office.told() == ["test", "prod opened"]


def test_a_channel_that_works_takes_what_it_refused_whoever_closed_the_alert_about_it(
    office: Office,
) -> None:
    office.fails = {"chat": GONE}
    office.sees(1)
    office.deliver()
    mended = Order(verb=Verb.RESOLVE, actor="ana", why="a new token")
    order(office.engine, 2, mended, office.routing, office.now)
    office.fails = {}
    office.sees(1, endpoint="other")
    office.deliver()
    assert office.told() == ["other opened", "prod opened"]


def test_what_holds_is_told_though_its_message_began_with_what_is_over(office: Office) -> None:
    office.fails = {"chat": GONE}
    unmeasured = seen(condition=UNMEASURED, severity=AlertSeverity.WARNING, parts=("rules",))
    office.sees_all(seen(confirmed=False), unmeasured)
    office.deliver()
    office.fails = {}
    office.sees_all(seen(2, condition=UNMEASURED, breached=False))
    office.deliver()
    catch_up(office.engine, office.routing, office.now)
    office.deliver()
    about = [one.notice.condition for one in office.to("chat") if one.standing.value == "delivered"]
    assert about == [ConditionKind.NOT_MEASURED, ConditionKind.SERIES]
    assert office.told() == ["prod resolved", "prod still_open"]


def test_a_message_that_is_stuck_holds_up_only_its_own_alert(office: Office) -> None:
    office.sees(1)
    office.fails = {"chat": DOWN}
    for _ in range(FAILING_AFTER):
        office.deliver()
        office.now += HOUR
    stuck = office.to("chat")[0].key
    for number in (2, 3):
        office.sees(number, breached=False)
    office.sees(1, endpoint="other")
    office.fails, office.refuses = {}, {stuck}
    office.deliver()
    assert office.told() == ["other opened"]
    office.refuses, office.now = set(), office.now + HOUR
    office.deliver()
    assert office.told() == ["other opened", "prod opened", "prod resolved"]


def test_a_channel_that_comes_back_after_its_messages_were_dropped_is_told_anew(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.sees(1)
    only_mail = routing("mail", renotify_hours=None)
    for hours in (30, 31, 56):
        catch_up(office.engine, only_mail, NOON + hours * HOUR)
    assert office.to("chat")[0].standing is Standing.DROPPED
    assert "message 1 is dropped: no channel is named chat" in caplog.text
    office.routing = routing("chat", "mail", renotify_hours=None)
    office.now += 60 * HOUR
    catch_up(office.engine, office.routing, office.now)
    office.deliver()
    assert office.told() == ["prod still_open"]


def test_a_transport_that_breaks_loses_nothing_and_tells_no_secret(office: Office) -> None:
    office.fails = {"chat": RuntimeError("https://hooks.example/secret")}
    office.sees(1)
    assert "passing" in office.deliver()
    (waiting,) = office.to("chat")
    with reading(office.engine) as session:
        (attempt,) = notifications.attempts(session, waiting.id)
    assert attempt.reason == "RuntimeError while sending"


def test_what_waits_for_a_channel_that_is_gone_is_dropped_after_a_day(office: Office) -> None:
    office.sees(1)
    only_mail = routing("mail")
    for hours, standing in [(30, Standing.PENDING), (50, Standing.PENDING), (55, Standing.DROPPED)]:
        catch_up(office.engine, only_mail, NOON + hours * HOUR)
        assert office.to("chat")[0].standing is standing


@given(attempt=st.integers(1, 1000), asked=st.none() | st.integers(0, 10_000), seed=st.integers())
def test_waits_grow_to_an_hour_and_respect_what_is_asked(
    attempt: int, asked: int | None, seed: int
) -> None:
    wanted = None if asked is None else timedelta(seconds=asked)
    wait = wait_before(attempt, asked=wanted, rng=Random(seed))  # noqa: S311 - as above
    assert FIRST_WAIT / 2 <= wait <= max(LONGEST_WAIT, wanted or LONGEST_WAIT)
    assert wait >= (wanted or timedelta())
