"""The weekly digest: once a channel and week, whoever writes it, and never late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.channels import Alerts, Weekday, WeeklyDigest
from evals.numbers import moment
from evals.records import RunStatus
from evals.report.document import document
from evals.report.notice.title import title
from service.db.session import reading, writing
from service.stages.alert import observe
from service.stages.digest import write_digest
from service.store import handed, notifications, verdicts
from service.timetable.weekly import latest_week
from tests.databases import opened
from tests.integration.alert_factories import routing, seen
from tests.integration.store_factories import make_run, make_verdict, store_run
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from evals.report.notice import Notice
    from evals.report.view import RunReport

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    with opened(sqlite_url) as found:
        yield found


def configured(**digest: Any) -> Alerts:
    return Alerts.model_validate(
        {
            "channels": {
                "team": {"slack_webhook": {"url_env": "TEAM_HOOK"}},
                "oncall": {"slack_bot": {"token_env": "BOT", "channel": "C0123456789"}},
                "pager": {"apprise": {"url_env": "PAGER_URL"}},
            },
            "digest": digest,
        }
    )


def judged(engine: Engine, run_id: str, at: datetime, report: RunReport | None = None) -> None:
    """Store a run with a verdict of that moment."""
    found = report or make_report()
    run = make_run(run_id, status=RunStatus.COMPLETED, created_at=at)
    told = replace(found, run=replace(found.run, id=run_id))
    with writing(engine) as session:
        store_run(session, run)
        verdicts.add(
            session,
            run_id=run_id,
            verdict=make_verdict(found.verdict.kind),
            baseline=None,
            comparison=document(told),
            code_version="0.1.0",
            now=at,
        )


def written(engine: Engine) -> dict[str, Notice]:
    with reading(engine) as session:
        return {one.channel: one.notice for one in notifications.newest(session)}


def test_a_quiet_week_is_told_once_in_every_slack_channel(database: Engine) -> None:
    for day in range(3):
        judged(database, f"run-{day}", MONDAY - timedelta(days=1 + day))
    assert write_digest(database, configured(), MONDAY + HOUR) == 2
    assert write_digest(database, configured(), MONDAY + 2 * HOUR) == 0
    found = written(database)
    assert set(found) == {"team", "oncall"}
    assert title(found["team"]) == "\u2713 3 checks, all ok; could have seen >= 4.1 points"


def test_two_servers_write_one_message_a_channel(database: Engine) -> None:
    judged(database, "run-1", MONDAY - HOUR)
    with ThreadPoolExecutor(4) as servers:
        new = servers.map(lambda _: write_digest(database, configured(), MONDAY), range(4))
    assert sum(new) == 2


def test_a_week_is_what_was_judged_in_it_and_what_is_open(database: Engine) -> None:
    judged(database, "before", MONDAY - timedelta(days=8), regressed())
    judged(database, "bad", MONDAY - timedelta(days=2), regressed())
    judged(database, "good", MONDAY - timedelta(days=1))
    judged(database, "after", MONDAY + HOUR / 2, regressed())
    observe(database, [seen()], routing(), MONDAY - HOUR)
    write_digest(database, configured(channels=["team"]), MONDAY + HOUR)
    notice = written(database)["team"]
    assert title(notice) == "! 2 checks: 1 ok, 1 regressed, 1 alert open"
    assert notice.digest is not None
    assert [check.run_id for check in notice.digest.checks] == ["bad", "good"]
    assert notice.digest.open_alerts == ("alert 1, prod · weekly: the scores moved",)


def test_a_run_of_an_earlier_week_that_is_judged_again_is_no_check_of_this_one(
    engine: Engine,
) -> None:
    judged(engine, "run-1", MONDAY - timedelta(days=20), regressed())
    judged(engine, "run-2", MONDAY - HOUR)
    with writing(engine) as session:
        found = verdicts.latest(session, "run-1")
        assert found is not None
        verdicts.add(
            session,
            run_id="run-1",
            verdict=make_verdict(),
            baseline=None,
            comparison=found.comparison,
            code_version="0.1.0",
            now=MONDAY - HOUR,
        )
    write_digest(engine, configured(channels=["team"]), MONDAY + HOUR)
    digest = written(engine)["team"].digest
    assert digest is not None
    assert [check.run_id for check in digest.checks] == ["run-2"]


def test_a_run_that_was_given_up_without_a_verdict_is_told(engine: Engine) -> None:
    judged(engine, "run-1", MONDAY - 2 * HOUR)
    run = make_run("run-2", status=RunStatus.FAILED, created_at=MONDAY - HOUR)
    with writing(engine) as session:
        store_run(session, run)
        for run_id in ("run-1", "run-2"):
            handed.hand_over(session, run_id, now=MONDAY - HOUR)
            handed.settle(session, run_id, now=MONDAY - HOUR, reason="given up")
    write_digest(engine, configured(channels=["team"]), MONDAY + HOUR)
    digest = written(engine)["team"].digest
    assert digest is not None
    assert digest.missed == (f"{run.endpoint} · {run.suite}: {moment(MONDAY - HOUR)}, given up",)


def test_a_run_that_was_judged_again_counts_once(engine: Engine) -> None:
    judged(engine, "run-1", MONDAY - 2 * HOUR, regressed())
    with writing(engine) as session:
        found = verdicts.latest(session, "run-1")
        assert found is not None
        verdicts.add(
            session,
            run_id="run-1",
            verdict=make_verdict(),
            baseline=None,
            comparison=document(make_report()),
            code_version="0.1.0",
            now=MONDAY - HOUR,
        )
    write_digest(engine, configured(), MONDAY)
    assert title(written(engine)["team"]).startswith("\u2713 1 check, all ok")


def test_a_channel_of_later_hears_of_the_week_too(engine: Engine) -> None:
    judged(engine, "run-1", MONDAY - HOUR)
    assert write_digest(engine, configured(channels=["team"]), MONDAY) == 1
    assert write_digest(engine, configured(channels=["team", "oncall"]), MONDAY + HOUR) == 1


def test_nothing_is_told_before_the_first_check_nor_a_day_late(engine: Engine) -> None:
    assert write_digest(engine, configured(), MONDAY) == 0
    judged(engine, "run-1", MONDAY - HOUR)
    assert write_digest(engine, configured(), MONDAY + timedelta(hours=25)) == 0
    assert write_digest(engine, Alerts(digest=None), MONDAY) == 0


def test_a_week_in_which_nothing_was_watched_is_news(engine: Engine) -> None:
    judged(engine, "run-1", MONDAY - timedelta(days=20))
    write_digest(engine, configured(), MONDAY)
    assert title(written(engine)["team"]) == "! No check this week: nothing was watched"


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-28T12:00:00+00:00", "2026-03-27T15:00:00+00:00"),
        ("2026-03-27T14:59:59+00:00", "2026-03-20T15:00:00+00:00"),
        ("2026-04-03T14:00:00+00:00", "2026-04-03T14:00:00+00:00"),
    ],
)
def test_a_week_ends_on_the_wall_clock_of_its_zone(now: str, end: str) -> None:
    digest = WeeklyDigest(day=Weekday.FRI, hour=16, timezone="Europe/Berlin")
    begin, found = latest_week(digest, datetime.fromisoformat(now))
    assert found.isoformat() == end
    assert timedelta(days=6, hours=22) < found - begin < timedelta(days=7, hours=2)
