"""Notices of known content, by name: what every form must show well."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evals.compare.since import Moment, SeriesMemory, Since
from evals.condition import AlertSeverity, ConditionKind
from evals.policy import Policy, Series
from evals.report.notice import CheckLine, NoticeKind
from evals.report.notice.digest import notice_of_week
from evals.report.notice.of_alert import of_alert
from evals.report.notice.of_condition import notice_of_condition, notice_of_test
from evals.report.notice.of_report import notice_of_report
from evals.verdict import VerdictKind
from tests.unit.report.factories_hostile import HOSTILE, hostile
from tests.unit.report.factories_moved import changed, regressed
from tests.unit.report.factories_report import NOW, make_report
from tests.unit.report.factories_several import several
from tests.unit.report.factories_unmeasured import pin_broken, storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.report.notice import Notice
    from evals.report.view import RunReport

LATER = NOW + timedelta(days=3, hours=2)
POLICY = Policy()


def a_notice(report: RunReport | None = None, **overrides: Any) -> Notice:
    """A notice of a run that moved, as alert 17 opens."""
    values: dict[str, Any] = {
        "policy": POLICY,
        "condition": ConditionKind.SERIES,
        "severity": AlertSeverity.PAGE,
        "at": NOW,
    }
    return notice_of_report(report or regressed(), **(values | overrides))


def alert(notice: Notice, **overrides: Any) -> Notice:
    """``notice``, told of alert 17."""
    values: dict[str, Any] = {
        "kind": NoticeKind.OPENED,
        "alert_id": "17",
        "at": NOW,
        "opened_at": NOW,
    }
    return of_alert(notice, **(values | overrides))


def since_two_runs() -> Notice:
    """Accuracy fell, and the memory says since when."""
    found = regressed()
    task = found.comparison.tasks[0]
    memory = SeriesMemory(
        series=Series.ACCURACY,
        runs=12,
        fell=Since(p_week=4e-10, window=2, onset=Moment(run_id="r-0104", at=NOW)),
        rose=Since(p_week=1.0),
        shift=-0.08,
    )
    tasks = (replace(task, memory=(memory,)),)
    return a_notice(replace(found, comparison=replace(found.comparison, tasks=tasks)))


def a_check(endpoint: str = "shop-answers", **overrides: Any) -> CheckLine:
    values: dict[str, Any] = {
        "endpoint": endpoint,
        "suite": "weekly",
        "verdict": VerdictKind.OK,
        "at": NOW,
        "run_id": "r-0105",
        "mde": 0.025,
    }
    return CheckLine(**(values | overrides))


def quiet_week() -> Notice:
    checks = [a_check(f"endpoint-{number}", mde=0.014 + number / 1000) for number in range(12)]
    return notice_of_week(checks, since=NOW - timedelta(days=7), now=NOW, cost_usd=5.04)


def mixed_week() -> Notice:
    checks = [
        a_check("shop-answers"),
        a_check("search", verdict=VerdictKind.REGRESSED, words="accuracy fell by 8.3 points"),
        a_check("support", verdict=VerdictKind.INVALID, mde=None, words="only 18 of 150 graded"),
        a_check("summaries", verdict=VerdictKind.INVALID, pin_broken=True, mde=None),
    ]
    return notice_of_week(
        checks,
        since=NOW - timedelta(days=7),
        now=NOW,
        missed=("billing · weekly: 2026-01-03 06:00 UTC",),
        open_alerts=("alert 17, search · weekly: the scores moved",),
        cost_usd=None,
    )


def acknowledged() -> Notice:
    return alert(
        a_notice(),
        kind=NoticeKind.ACKNOWLEDGED,
        at=NOW + timedelta(minutes=12),
        actor="ann",
        reason="asking the provider",
    )


def silenced() -> Notice:
    return alert(
        a_notice(),
        kind=NoticeKind.SILENCED,
        at=NOW + timedelta(minutes=12),
        actor="ann",
        reason="until 2026-01-06 06:12 UTC: pressed in Slack",
    )


def missed_check(at: datetime = NOW) -> Notice:
    return notice_of_condition(
        ConditionKind.MISSED_CHECK,
        "the check of 06:00 UTC did not run by 12:00 UTC",
        severity=AlertSeverity.WARNING,
        at=at,
        endpoint="shop-answers",
        suite="weekly",
        reasons=("no worker took it",),
        commands=(("evals schedule list", "what is due, and what was missed"),),
    )


def delivery_failing() -> Notice:
    return notice_of_condition(
        ConditionKind.DELIVERY_FAILING,
        "4 attempts at one message failed: Slack refuses the message: not_in_channel",
        severity=AlertSeverity.PAGE,
        at=NOW,
        channel="oncall",
    )


def budget() -> Notice:
    return notice_of_condition(
        ConditionKind.BUDGET,
        "the month has cost $101.20 of $100.00",
        severity=AlertSeverity.WARNING,
        at=NOW,
    )


NOTICES: dict[str, Callable[[], Notice]] = {
    "opened": lambda: alert(since_two_runs()),
    "suspected": lambda: replace(
        alert(
            a_notice(),
            reason=f"support-faq: {a_notice().headline}; not confirmed yet, so no page",
        ),
        severity=AlertSeverity.WARNING,
    ),
    "changed": lambda: alert(a_notice(changed())),
    "several": lambda: alert(a_notice(several())),
    "pin_broken": lambda: alert(a_notice(pin_broken(), condition=ConditionKind.PIN_BROKEN)),
    "not_measured": lambda: alert(
        a_notice(storm(), condition=ConditionKind.NOT_MEASURED, severity=AlertSeverity.WARNING)
    ),
    "still_open": lambda: alert(
        a_notice(), kind=NoticeKind.STILL_OPEN, at=LATER, reason="nobody acknowledged it"
    ),
    "acknowledged": acknowledged,
    "silenced": silenced,
    "resolved": lambda: alert(
        a_notice(make_report()),
        kind=NoticeKind.RESOLVED,
        at=LATER,
        reason="2 good checks of 2 in a row: run r-0108: no change beyond noise",
    ),
    "resolved_by_hand": lambda: alert(
        a_notice(),
        kind=NoticeKind.RESOLVED,
        at=LATER,
        reason="baseline february was blessed: the new answers are right",
        actor="ann",
    ),
    "missed_check": lambda: alert(missed_check()),
    "delivery_failing": lambda: alert(delivery_failing()),
    "budget": lambda: alert(budget()),
    "quiet_week": quiet_week,
    "mixed_week": mixed_week,
    "test": lambda: notice_of_test(at=NOW, channel="oncall"),
    "hostile": lambda: alert(a_notice(hostile()), reason=HOSTILE, actor=HOSTILE),
}
