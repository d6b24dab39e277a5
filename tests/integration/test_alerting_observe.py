"""Observations become alerts and messages: in one transaction, once, whoever looks."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import TYPE_CHECKING

from evals.condition import AlertSeverity, ConditionKind
from service.alerting.alert import State
from service.alerting.leaving import Watched
from service.db.session import reading
from service.stages.alert import catch_up, observe
from service.store import alerts, notifications
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
    from sqlalchemy import Engine

    from service.store.notifications import Notification

CHAT = routing("chat")


def messages(database: Engine) -> list[Notification]:
    with reading(database) as session:
        return sorted(notifications.newest(session), key=lambda one: one.id)


def test_a_breach_opens_one_alert_and_writes_one_message_a_channel(database: Engine) -> None:
    for _ in range(2):
        observe(database, [seen()], routing("chat", "pager"), NOON)
    with reading(database) as session:
        (alert,) = alerts.unresolved(session)
    assert (alert.state, alert.severity, alert.moves) == (State.OPEN, AlertSeverity.PAGE, 1)
    assert [one.channel for one in messages(database)] == ["chat", "pager"]


def test_a_run_that_shows_two_things_is_one_message(database: Engine) -> None:
    missed = seen(condition=MISSED, severity=AlertSeverity.WARNING)
    fine = seen(condition=UNMEASURED, breached=False)
    observe(database, [seen(), missed, fine], CHAT, NOON)
    (message,) = messages(database)
    assert message.notice.notes == ("also: prod · weekly · daily: a check was missed (open)",)


def test_a_broken_pin_mutes_what_the_scores_say(database: Engine) -> None:
    observe(database, [seen(), seen(condition=PIN)], CHAT, NOON)
    (message,) = messages(database)
    assert message.notice.condition is PIN.kind
    with reading(database) as session:
        scores = alerts.newest_of(session, SCORES)
    assert scores is not None
    assert scores.told_at is None


def test_what_was_muted_is_told_once_nothing_mutes_it(database: Engine) -> None:
    observe(database, [seen(), seen(condition=PIN)], CHAT, NOON)
    for number in (2, 3):
        observe(database, [seen(number, condition=PIN, breached=False)], CHAT, NOON)
    assert [one.notice.kind.value for one in messages(database)] == ["opened", "resolved"]
    catch_up(database, CHAT, NOON)
    catch_up(database, CHAT, NOON)
    assert [one.notice.kind.value for one in messages(database)][2:] == ["opened"]


def test_a_channel_that_is_configured_later_hears_what_is_open(database: Engine) -> None:
    observe(database, [seen()], CHAT, NOON)
    for _ in range(2):
        catch_up(database, routing("chat", "mail"), NOON + HOUR)
    assert [one.channel for one in messages(database)] == ["chat", "mail"]
    assert messages(database)[1].notice.kind.value == "still_open"


def test_the_end_goes_to_whoever_heard_of_the_beginning(database: Engine) -> None:
    observe(database, [seen()], CHAT, NOON)
    for number in (2, 3):
        observe(database, [seen(number, breached=False)], routing("mail"), NOON + number * HOUR)
    assert [(one.channel, one.notice.kind.value) for one in messages(database)] == [
        ("chat", "opened"),
        ("chat", "resolved"),
    ]


def test_an_alert_about_what_left_the_configuration_is_over_and_says_so(database: Engine) -> None:
    channel = a_condition(ConditionKind.DELIVERY_FAILING, endpoint="", suite="", name="chat")
    budget = a_condition(ConditionKind.BUDGET, endpoint="", suite="", name="month")
    judge = a_condition(ConditionKind.JUDGE_MOVED)
    gone = (channel, budget, judge, a_condition(endpoint="former"))
    everything = routing("mail")
    observe(database, [seen(condition=one) for one in (*gone, SCORES, MISSED)], everything, NOON)
    watched = Watched(
        endpoints=frozenset({"prod"}),
        channels=frozenset({"mail"}),
        budgets=frozenset({"endpoint prod"}),
        unjudged=frozenset({"weekly"}),
    )
    catch_up(database, replace(everything, watched=watched), NOON)
    with reading(database) as session:
        left = {one.condition for one in alerts.unresolved(session)}
        reasons = [one.notice.reason for one in notifications.newest(session, limit=4)]
    assert left == {SCORES, MISSED}
    assert sorted(reasons) == [
        "channel chat is not configured any more",
        "endpoint former is not configured any more",
        "suite weekly has no judge any more",
        "there is no budget 'month' any more",
    ]


def test_alerts_are_always_changed_in_one_order(database: Engine) -> None:
    conditions = [a_condition(ConditionKind.BUDGET, suite="", name=name) for name in "ba"]
    for one in conditions:
        observe(database, [seen(condition=one)], routing("chat"), NOON)
    late = NOON + 40 * HOUR
    reminders = catch_up(database, routing("chat"), late)
    again = [seen(40, condition=one) for one in conditions]
    for moved in (reminders, observe(database, again, routing("chat"), late)):
        assert [one.transition.after.condition.name for one in moved] == ["a", "b"]


def test_history_says_why_each_time(database: Engine) -> None:
    for number, breached in enumerate([True, True, False, False], start=1):
        observe(database, [seen(number, breached=breached)], CHAT, NOON + number * HOUR)
    with reading(database) as session:
        alert = alerts.newest_of(session, SCORES)
        assert alert is not None
        history = alerts.history(session, alert.id)
    assert [one.after.value for one in history] == ["open", "open", "open", "resolved"]
    assert history[2].reason == "1 good check of 2 in a row: as run 3 shows"


def test_of_many_that_see_the_same_one_opens_and_all_are_counted(database: Engine) -> None:
    barrier, problems = Barrier(5), list[BaseException]()

    def work(number: int) -> None:
        barrier.wait()
        try:
            for one in (number, number + 10):
                observe(database, [seen(one)], CHAT, NOON + one * HOUR)
        except BaseException as problem:  # noqa: BLE001 - told by the assertion below
            problems.append(problem)

    threads = [Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with reading(database) as session:
        (alert,) = alerts.unresolved(session)
        history = alerts.history(session, alert.id)
    assert len(history) == alert.moves
    assert alert.source == "run-14"
    assert [one.notice.kind.value for one in messages(database)] == ["opened"]
