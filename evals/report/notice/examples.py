"""Messages of invented checks: what Slack would show, before anything has happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from evals.condition import AlertSeverity, ConditionKind
from evals.golden_set import Severity
from evals.report.chart import Bar, ChartRow
from evals.report.marks import MARKS
from evals.report.notice.advice import first_advice
from evals.report.notice.digest import notice_of_week
from evals.report.notice.notice import (
    ACCURACY,
    Advice,
    ChangedItem,
    CheckLine,
    FingerprintLine,
    Notice,
    NoticeKind,
    Onset,
    SeriesLine,
)
from evals.report.notice.of_alert import of_alert
from evals.report.notice.of_condition import notice_of_condition, notice_of_test
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable

AT: Final = datetime(2026, 1, 5, 6, 4, tzinfo=UTC)
_WEEK: Final = timedelta(days=7)
_PLACE: Final[dict[str, Any]] = {"endpoint": "shop-answers", "suite": "weekly"}


def example(name: str) -> Notice:
    """Return the message of an invented case, one of `NAMES`."""
    return _EXAMPLES[name]()


def _regressed() -> Notice:
    mark = MARKS[VerdictKind.REGRESSED]
    return Notice(
        kind=NoticeKind.OPENED,
        condition=ConditionKind.SERIES,
        severity=AlertSeverity.PAGE,
        symbol=mark.symbol,
        word=mark.word,
        tone=mark.tone,
        headline="support-faq: accuracy fell from 92.4 % to 84.0 %: -8.3 points against "
        "what the baseline predicts (95 % interval -11.0 to -5.6 points), p < 0.001",
        at=AT,
        **_PLACE,
        model="openai/gpt-4o-2024-08-06",
        run_id="20260105-0600-4c1d",
        verdict=VerdictKind.REGRESSED,
        baseline="baseline january (16 passes)",
        confirmation="asked a second time on the same day, and both looks judged together (at "
        "2026-01-05 06:02 UTC)",
        budget="A series counts as moved at p < 0.0038: at most 1 false page a year over 5 series",
        series=(_series(),),
        changed_items=_items(),
        changed_items_in_all=14,
        states=("support-faq: 3 of 150 refused (2.0 %, baseline 0.1 %, p = 0.02)",),
        fingerprint=(FingerprintLine(what="system fingerprint", before="fp_a1c", after="fp_b7e"),),
        cost="Cost $0.42; 295 calls; 2 min 12 s (median latency 0.83 s); 36,120 tokens in, "
        "4,410 out",
        cost_usd=0.42,
        chart=(_row(mark.symbol, mark.word, mark.tone),),
        advice=(first_advice(ConditionKind.SERIES, AlertSeverity.PAGE),),
    )


def _series() -> SeriesLine:
    return SeriesLine(
        task="support-faq",
        measure=ACCURACY,
        verdict=VerdictKind.REGRESSED,
        moved=True,
        observed=0.84,
        baseline=0.924,
        change=-0.083,
        low=-0.11,
        high=-0.056,
        p=1e-9,
        p_weeks=4e-10,
        level=1 / 520,
        mde=0.041,
        items=150,
        draws=295,
        onset=Onset(run_id="20251229-0600-91fe", at=AT - _WEEK, runs=2),
    )


def _items() -> tuple[ChangedItem, ...]:
    return (
        ChangedItem(
            item="support-faq/refund-07",
            severity=Severity.HIGH,
            prompt="How many days may a customer return an opened headset?",
            before="30 days",
            after="14 days",
            before_pass_rate=1.0,
            after_pass_rate=0.0,
        ),
        ChangedItem(
            item="support-faq/warranty-02",
            severity=Severity.NORMAL,
            prompt="Is water damage covered by the two-year warranty?",
            before="No",
            after="Yes, water damage is covered for two years.",
            before_pass_rate=1.0,
            after_pass_rate=0.25,
        ),
        ChangedItem(
            item="support-faq/shipping-11",
            severity=Severity.NORMAL,
            prompt="What does express shipping to Norway cost?",
            before="19.90 EUR",
            after="I am sorry, but I do not have that information.",
            before_pass_rate=0.94,
            after_pass_rate=0.0,
        ),
    )


def _row(symbol: str, word: str, tone: str) -> ChartRow:
    return ChartRow(
        name="support-faq",
        symbol=symbol,
        word=word,
        tone=tone,
        sentence="support-faq: 84.0 % (77.3 to 89.0 %), baseline 92.4 % (87.1 to 95.7 %).",
        run=Bar(rate=0.84, low=0.773, high=0.89),
        baseline=Bar(rate=0.924, low=0.871, high=0.957),
    )


def _pin_broken() -> Notice:
    return notice_of_condition(
        ConditionKind.PIN_BROKEN,
        "the served model was gpt-4o-2024-08-06 and is gpt-4o-2024-11-20",
        severity=AlertSeverity.PAGE,
        at=AT,
        **_PLACE,
        fingerprint=(("served model", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),),
    )


def _not_measured() -> Notice:
    return notice_of_condition(
        ConditionKind.NOT_MEASURED,
        "only 18 of 150 samples could be graded (118 api_error, 14 never asked); accuracy needs "
        "95.0 %",
        severity=AlertSeverity.WARNING,
        at=AT,
        **_PLACE,
    )


def _missed() -> Notice:
    return notice_of_condition(
        ConditionKind.MISSED_CHECK,
        "the check of 2026-01-05 06:00 UTC did not run",
        severity=AlertSeverity.WARNING,
        at=AT,
        **_PLACE,
        commands=(("evals schedule list", "what is due, and what was missed"),),
    )


def _budget() -> Notice:
    return notice_of_condition(
        ConditionKind.BUDGET,
        "the month's budget of 100 USD is spent to 81%: $81.20",
        severity=AlertSeverity.WARNING,
        at=AT,
        purse="the month",
        commands=(("evals spend", "what the month has cost, by endpoint and schedule"),),
    )


def _delivery_failing() -> Notice:
    return notice_of_condition(
        ConditionKind.DELIVERY_FAILING,
        "channel oncall does not take messages: Slack refuses the message: not_in_channel",
        severity=AlertSeverity.PAGE,
        at=AT,
        channel="oncall",
        commands=(("evals alerts test oncall", "once it is mended: sends what it missed"),),
    )


def _suspected() -> Notice:
    found = _regressed()
    again = Advice(
        words="ask again today: a change that stands is then a page",
        command="evals schedule run nightly --leave --endpoint shop-answers",
    )
    return replace(
        found, severity=AlertSeverity.WARNING, confirmation="", advice=(*found.advice, again)
    )


def _well() -> Notice:
    line = replace(
        _series(),
        verdict=VerdictKind.OK,
        moved=False,
        observed=0.92,
        change=-0.004,
        low=-0.027,
        high=0.019,
        p=0.71,
        onset=None,
    )
    return replace(
        _regressed(), verdict=VerdictKind.OK, series=(line,), confirmation="", reasons=()
    )


def _quiet_week() -> Notice:
    checks = [
        CheckLine(
            endpoint=f"{team}-answers",
            suite=suite,
            verdict=VerdictKind.OK,
            at=AT,
            run_id=f"20260105-0600-{number:04x}",
            mde=0.012 + number / 1000,
        )
        for number, (team, suite) in enumerate(
            (team, suite) for team in ("shop", "search", "billing") for suite in ("weekly", "deep")
        )
    ]
    return notice_of_week(checks, since=AT - _WEEK, now=AT, cost_usd=2.52)


def _told(notice: Notice, kind: NoticeKind, *, days: int = 0, reason: str = "") -> Notice:
    return of_alert(
        notice,
        kind=kind,
        alert_id="17",
        at=AT + timedelta(days=days),
        opened_at=AT,
        reason=reason,
        actor="ann" if kind in (NoticeKind.ACKNOWLEDGED, NoticeKind.SILENCED) else "",
    )


_EXAMPLES: Final[dict[str, Callable[[], Notice]]] = {
    "regressed": lambda: _told(_regressed(), NoticeKind.OPENED),
    "suspected": lambda: _told(
        _suspected(), NoticeKind.OPENED, reason="not confirmed yet, so no page"
    ),
    "still-open": lambda: _told(
        _regressed(), NoticeKind.STILL_OPEN, days=2, reason="nobody acknowledged it"
    ),
    "acknowledged": lambda: _told(
        _regressed(), NoticeKind.ACKNOWLEDGED, reason="asking the provider"
    ),
    "silenced": lambda: _told(
        _regressed(), NoticeKind.SILENCED, reason="until 2026-01-06 06:12 UTC: pressed in Slack"
    ),
    "resolved": lambda: _told(
        _well(), NoticeKind.RESOLVED, days=14, reason="2 good checks of 2 in a row"
    ),
    "pin-broken": lambda: _told(_pin_broken(), NoticeKind.OPENED),
    "not-measured": lambda: _told(_not_measured(), NoticeKind.OPENED),
    "missed-check": lambda: _told(_missed(), NoticeKind.OPENED),
    "budget": lambda: _told(_budget(), NoticeKind.OPENED),
    "delivery-failing": lambda: _told(_delivery_failing(), NoticeKind.OPENED),
    "digest": _quiet_week,
    "test": lambda: notice_of_test(at=AT, channel="oncall"),
}
NAMES: Final = tuple(_EXAMPLES)
"""What there is to look at."""
