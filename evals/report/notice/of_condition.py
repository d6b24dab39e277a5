"""Notices of conditions that no report of a run tells: a slot without a run, a dead channel..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice.advice import first_advice
from evals.report.notice.notice import Advice, FingerprintLine, Notice, NoticeKind
from evals.report.safe_text import block, pair, visible

if TYPE_CHECKING:
    from datetime import datetime

WORDS: Final = {
    ConditionKind.SERIES: "MOVED",
    ConditionKind.PIN_BROKEN: "PIN BROKEN",
    ConditionKind.NOT_MEASURED: "NOT MEASURED",
    ConditionKind.MISSED_CHECK: "CHECK MISSED",
    ConditionKind.JUDGE_MOVED: "JUDGE MOVED",
    ConditionKind.DELIVERY_FAILING: "DELIVERY FAILING",
    ConditionKind.BUDGET: "BUDGET SPENT",
    ConditionKind.SHUTDOWN: "SHUTDOWN AHEAD",
}
_NEARLY_SPENT: Final = "BUDGET NEARLY SPENT"
_BAD: Final = (ConditionKind.SERIES, ConditionKind.PIN_BROKEN)
_SENTENCE: Final = 500


def notice_of_condition(
    condition: ConditionKind,
    headline: str,
    *,
    severity: AlertSeverity,
    at: datetime,
    endpoint: str = "",
    suite: str = "",
    channel: str = "",
    purse: str = "",
    run_id: str = "",
    reasons: tuple[str, ...] = (),
    commands: tuple[tuple[str, str], ...] = (),
    fingerprint: tuple[tuple[str, str, str], ...] = (),
) -> Notice:
    """Return the notice of a condition that has no report.

    Args:
        condition: What is wrong.
        headline: Why that is said, in one sentence without a full stop.
        severity: How loud it is.
        at: When this was decided.
        endpoint: The endpoint that it is about; empty where it is about none.
        suite: The suite, likewise.
        channel: The channel that fails.
        purse: The budget, as in "schedule nightly".
        run_id: The run that showed it.
        reasons: Further sentences.
        commands: What to type next, each with a few words on what it does: (command, words).
        fingerprint: What the endpoint reports of itself and that breaks the pin: (what, before,
            after).

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-01-05T06:30:00+00:00")
    >>> notice = notice_of_condition(ConditionKind.MISSED_CHECK, "the check of 06:00 did not run",
    ...                              severity=AlertSeverity.WARNING, at=at, endpoint="shop")
    >>> notice.symbol, notice.word
    ('!', 'CHECK MISSED')
    """
    bad = condition in _BAD
    return Notice(
        kind=NoticeKind.OPENED,
        condition=condition,
        severity=severity,
        symbol="✗" if bad else "!",
        word=_word(condition, severity),
        tone="bad" if bad else "unknown",
        headline=_sentence(headline),
        at=at,
        endpoint=endpoint,
        suite=suite,
        channel=channel,
        purse=purse,
        run_id=run_id,
        reasons=tuple(_sentence(reason) for reason in reasons),
        fingerprint=tuple(_line(*change) for change in fingerprint),
        advice=(first_advice(condition, severity), *(_advice(*command) for command in commands)),
    )


def _word(condition: ConditionKind, severity: AlertSeverity) -> str:
    nearly = condition is ConditionKind.BUDGET and severity is not AlertSeverity.PAGE
    return _NEARLY_SPENT if nearly else WORDS[condition]


def notice_of_test(*, at: datetime, channel: str) -> Notice:
    """Return the message that proves a channel works, and cannot be taken for an alert."""
    return Notice(
        kind=NoticeKind.TEST,
        severity=AlertSeverity.INFO,
        symbol="✓",
        word="TEST",
        tone="good",
        headline="this channel works; nothing is wrong, and there is nothing to do",
        at=at,
        channel=channel,
    )


def _line(what: str, before: str, after: str) -> FingerprintLine:
    before, after = pair(before, after, _SENTENCE)
    return FingerprintLine(what=_sentence(what), before=before, after=after, breaks_pin=True)


def _advice(command: str, words: str) -> Advice:
    return Advice(words=visible(words), command=visible(command))


def _sentence(text: str) -> str:
    return visible(block(text, _SENTENCE))
