"""What follows from the verdict on a run: alerts, advice on all endpoints, and a new baseline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evals.policy import Policy
from evals.records import RunStatus
from evals.schedule import Schedule
from service.alerting.alert import State
from service.alerting.orders import Order, Verb
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.stages.alert import order
from service.stages.follow import advice_on, observe_run
from service.store import alerts, baselines, notifications, pooling, samples, schedules, slots
from service.timetable.slot import NewSlot
from service.timetable.states import SlotState
from tests.integration.alert_factories import SCORES, routing
from tests.integration.store_factories import NOW, make_run, make_sample, store_run
from tests.unit.report.factories_moved import regressed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from evals.report.view import RunReport

CHAT = routing("chat")
POLICY = Policy()


def a_report(database: Engine, run_id: str, **overrides: Any) -> RunReport:
    """A stored run that fell, with a report of its own."""
    done: dict[str, Any] = {"status": RunStatus.COMPLETED, "completed_at": NOW, **overrides}
    run = make_run(run_id, **done)
    with writing(database) as session:
        store_run(session, run)
        samples.insert_all_absent(
            session, run.id, [make_sample("capital-fr"), make_sample("capital-de")]
        )
    return replace(regressed(), run=run)


def follow(database: Engine, report: RunReport) -> None:
    with writing(database) as session:
        observe_run(session, report, POLICY, CHAT, NOW)


def test_a_verdict_is_told_once_however_often_it_is_concluded(database: Engine) -> None:
    report = a_report(database, "run-1")
    for _ in range(3):
        follow(database, report)
    with reading(database) as session:
        (alert,) = alerts.unresolved(session)
        (message,) = notifications.newest(session)
    assert (alert.condition, alert.moves) == (SCORES, 1)
    assert message.notice.run_id == "run-1"


def test_a_suspicion_of_a_schedule_names_the_command_that_confirms_it(database: Engine) -> None:
    report = a_report(database, "run-1")
    plan = Schedule(cron="0 6 * * *", endpoint=("prod",), suite="weekly")
    slot = NewSlot(
        schedule="nightly",
        endpoint="prod",
        suite="weekly",
        due_at=NOW,
        starts_at=NOW,
        deadline_at=NOW,
        state=SlotState.CLAIMED,
    )
    with writing(database) as session:
        schedules.create(session, "nightly", plan, source=ScheduleSource.FILE, now=NOW)
        (slot_id,) = slots.insert(session, [slot], now=NOW)
        slots.link(session, slot_id, "run-1", SlotState.STARTED, reason="", now=NOW)
    follow(database, report)
    with reading(database) as session:
        (message,) = notifications.newest(session)
    commands = [one.command for one in message.notice.advice]
    assert "evals schedule run nightly --leave --endpoint prod" in commands


def test_blessing_anew_resolves_the_alert_and_says_so(database: Engine) -> None:
    follow(database, a_report(database, "run-1"))
    with writing(database) as session:
        baselines.bless(
            session, name="second", run_ids=["run-1"], who="ana", why="better prompts", now=NOW
        )
    with reading(database) as session:
        alert = alerts.newest_of(session, SCORES)
        newest, _ = notifications.newest(session)
    assert alert is not None
    assert alert.state is State.RESOLVED
    assert newest.notice.kind.value == "resolved"
    assert newest.notice.reason == "baseline second was blessed: better prompts"
    assert newest.notice.actor == "ana"


def test_blessing_runs_of_another_pin_closes_nothing_that_was_found_since(
    database: Engine,
) -> None:
    earlier = {"pin_digest": "f" * 64, "created_at": NOW - timedelta(days=9)}
    a_report(database, "run-0", **earlier)
    follow(database, a_report(database, "run-1"))
    with writing(database) as session:
        baselines.bless(session, name="old", run_ids=["run-0"], who="ana", why="late", now=NOW)
        (alert,) = alerts.unresolved(session)
        assert alert.state is State.OPEN


def test_what_was_found_beside_a_baseline_that_is_retired_is_over(database: Engine) -> None:
    report = a_report(database, "run-1")
    with writing(database) as session:
        for name in ("first", "second"):
            baselines.bless(session, name=name, run_ids=["run-1"], who="ana", why="v1", now=NOW)
    follow(database, report)
    for name, still_open in (("first", 1), ("second", 0)):
        with writing(database) as session:
            assert baselines.retire(session, name, who="ana", why="wrong items", now=NOW)
            assert len(alerts.unresolved(session)) == still_open
    with reading(database) as session:
        newest, _ = notifications.newest(session)
    assert newest.notice.reason == "baseline second was retired: wrong items"


def keep(
    database: Engine, endpoint: str, *p_values: float, suite: str = "weekly", hours: int = 0
) -> None:
    run_id = f"{endpoint}-{suite}-{hours}"
    a_report(database, run_id, endpoint=endpoint, suite=suite)
    with writing(database) as session:
        pooling.add(
            session,
            run_id=run_id,
            endpoint=endpoint,
            suite=suite,
            completed_at=NOW - timedelta(hours=hours),
            p_values=p_values,
        )


def advised(database: Engine) -> list[tuple[str, int]]:
    with reading(database) as session:
        return [(one.endpoint, one.series) for one in advice_on(session, NOW)]


def test_an_endpoint_that_stands_out_among_all_is_told_and_pages_nobody(database: Engine) -> None:
    for number in range(3):
        keep(database, f"quiet-{number}", 0.3, 0.6, 0.9)
    keep(database, "prod", 0.9, 0.9, hours=1)
    assert advised(database) == []
    keep(database, "prod", 0.001, 0.002)
    assert advised(database) == [("prod", 2)]
    with reading(database) as session:
        assert alerts.unresolved(session) == ()


def test_what_is_acknowledged_or_blessed_anew_leaves_the_batch(database: Engine) -> None:
    for number in range(3):
        keep(database, f"quiet-{number}", 0.3, 0.6, 0.9)
    keep(database, "prod", 0.0001, 0.0002, suite="daily")
    follow(database, a_report(database, "run-1"))
    with reading(database) as session:
        (alert,) = alerts.unresolved(session)
        notes = notifications.newest(session)[0].notice.notes
    assert "the 3 series of prod together fell" in notes[0]
    mine = Order(verb=Verb.ACKNOWLEDGE, actor="ana", why="mine")
    order(database, alert.id, mine, CHAT, NOW)
    assert advised(database) == [("prod", 2)]
    later = NOW + timedelta(minutes=1)
    with writing(database) as session:
        baselines.bless(session, name="new", run_ids=["run-1"], who="ana", why="so", now=later)
    assert advised(database) == [("prod", 2)]
