"""Notices of known content, by name: what every form must show well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evals.budgets import Purse, Scope
from evals.compare.since import Moment, SeriesMemory, Since
from evals.condition import AlertSeverity, ConditionKind
from evals.judgement import judge
from evals.listing import ListedModel, Listing
from evals.pin_check import PinFacts, check_pin
from evals.policy import Policy, Series
from evals.report.notice import CheckLine, NoticeKind
from evals.report.notice.digest import notice_of_week
from evals.report.notice.of_alert import of_alert
from evals.report.notice.of_condition import notice_of_test
from evals.report.notice.of_report import notice_of_report
from evals.verdict import VerdictKind
from service.alerting.decide import decide
from service.alerting.of_pin import observations_of_budgets, observations_of_look
from service.alerting.of_run import observations_of_run
from service.alerting.policy import DEFAULT
from service.notify.slack_errors import of_error
from service.scheduler.dead_man import _condition, _missing
from service.stages.deliver import _observation as refusal
from service.stages.follow import naming_what_confirms
from service.store.outbox import _notice
from service.timetable.overdue import Expected, overdue
from service.timetable.slot import Slot
from service.timetable.states import SlotState
from tests.unit.report.factories_hostile import HOSTILE, hostile
from tests.unit.report.factories_moved import changed, regressed
from tests.unit.report.factories_report import NOW, make_report
from tests.unit.report.factories_several import several
from tests.unit.report.factories_unmeasured import pin_broken, storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.report.notice import Notice
    from evals.report.view import RunReport
    from service.alerting.observation import Observation

LATER = NOW + timedelta(days=3, hours=2)
POLICY = Policy()
STEPS = (
    ("evals runs show r-0105 -o report.html", "changed items, before and after"),
    ("evals runs show r-0105 --items", "every sample: its state, score and answer"),
    ("evals runs export r-0105 -o transcripts", "the transcripts, for inspect view"),
)
"""What `service.next_steps` says after a run that has a baseline and changed items."""


def a_notice(report: RunReport | None = None, **overrides: Any) -> Notice:
    """A notice of a run that moved, as alert 17 opens."""
    values: dict[str, Any] = {
        "policy": POLICY,
        "condition": ConditionKind.SERIES,
        "severity": AlertSeverity.PAGE,
        "at": NOW,
    }
    found = replace(regressed(), next_steps=STEPS) if report is None else report
    return notice_of_report(found, **(values | overrides))


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
    found = replace(regressed(), next_steps=STEPS)
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


def told(seen: Observation) -> Notice:
    """What the outbox writes when ``seen`` opens an alert."""
    opened = decide(None, seen, DEFAULT, NOW)
    assert opened is not None
    assert opened.message is not None
    alert = replace(opened.after, id=17)
    return _notice(alert, opened.message, reason=opened.reason, actor="", now=NOW)


def missed_check() -> Notice:
    slot = Slot(
        id=1,
        schedule="nightly",
        endpoint="shop-answers",
        suite="weekly",
        due_at=NOW - timedelta(hours=6),
        starts_at=NOW - timedelta(hours=6),
        deadline_at=NOW - timedelta(minutes=1),
        state=SlotState.CLAIMED,
        reason="",
        decided_at=NOW - timedelta(hours=6),
        run_id=None,
    )
    (one,) = overdue([Expected(slot=slot)], NOW)
    return told(_missing(_condition(one), one))


def delivery_failing() -> Notice:
    why = of_error("not_in_channel")
    return told(
        refusal("oncall", f"channel oncall does not take messages: {why}", NOW, breached=True)
    )


def budget(spent_usd: float) -> Notice:
    purse = Purse(scope=Scope.ENDPOINT, of="shop-answers", limit_usd=100, spent_usd=spent_usd)
    (seen,) = observations_of_budgets([purse], warn_at=0.8, now=NOW)
    return told(seen)


def shutdown() -> Notice:
    soon = Listing(model=ListedModel(name="m-1", shutdown_on=NOW.date() + timedelta(days=19)))
    check = check_pin(PinFacts(model="m-1", listing=soon), today=NOW.date())
    _, end = observations_of_look("shop-answers", check, source="look 1", now=NOW)
    return told(end)


def judge_moved() -> Notice:
    """The judge agrees less with people than it did: what it graded is held back."""
    guard, found = "judge/agreement", regressed()
    found = replace(found, next_steps=STEPS)
    (task,), (judged,) = found.comparison.tasks, found.verdict.tasks
    comparison = replace(found.comparison, tasks=(replace(task, task=guard),))
    verdict = judge(comparison, POLICY)
    assert verdict.tasks[0].kind is judged.kind
    report = replace(found, comparison=comparison, verdict=verdict)
    return told(of_kind(ConditionKind.JUDGE_MOVED, report))


def suspected() -> Notice:
    """A check that a schedule asked for moved, and nothing has confirmed it yet."""
    seen = of_kind(ConditionKind.SERIES, replace(regressed(), next_steps=STEPS))
    return told(naming_what_confirms(seen, schedule="nightly", server=None))


def of_kind(kind: ConditionKind, report: RunReport) -> Observation:
    """What a run says of one condition."""
    return next(
        one for one in observations_of_run(report, POLICY, NOW) if one.condition.kind is kind
    )


NOTICES: dict[str, Callable[[], Notice]] = {
    "opened": lambda: alert(since_two_runs()),
    "suspected": suspected,
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
    "missed_check": missed_check,
    "delivery_failing": delivery_failing,
    "budget_nearly_spent": lambda: budget(81.2),
    "budget_spent": lambda: budget(101.2),
    "shutdown": shutdown,
    "judge_moved": judge_moved,
    "quiet_week": quiet_week,
    "mixed_week": mixed_week,
    "test": lambda: notice_of_test(at=NOW, channel="oncall"),
    "hostile": lambda: alert(a_notice(hostile()), reason=HOSTILE, actor=HOSTILE),
}
