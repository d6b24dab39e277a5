"""The first line of a message: what is wrong where, or that nothing is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.condition import AlertSeverity, ConditionKind
from evals.report.marks import MARKS, PIN_BROKEN
from evals.report.notice.notice import NoticeKind
from evals.report.safe_text import one_line
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from datetime import timedelta

    from evals.report.marks import Mark
    from evals.report.notice.notice import CheckLine, Digest, Notice

_NAME: Final = 36
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_WORST_FIRST: Final = (
    VerdictKind.REGRESSED,
    VerdictKind.CHANGED,
    VerdictKind.INVALID,
    VerdictKind.INCONCLUSIVE,
    VerdictKind.IMPROVED,
)


def title(notice: Notice) -> str:
    """Return the first line, at most 150 characters: symbol, verdict, where.

    >>> from datetime import datetime
    >>> from evals.report.notice.of_condition import notice_of_test
    >>> title(notice_of_test(at=datetime.fromisoformat("2026-01-05T06:30:00Z"), channel="team"))
    '✓ TEST of channel team: nothing is wrong'
    """
    if notice.digest is not None:
        return digest_title(notice.digest)
    if notice.kind is NoticeKind.TEST:
        return f"✓ TEST of channel {_cut(notice.channel)}: nothing is wrong"
    return f"{_state(notice)}: {subject(notice)}"


def subject(notice: Notice) -> str:
    """Return what the notice is about: endpoint and suite, or the channel, or the budget."""
    parts = (notice.purse or notice.endpoint or notice.channel, notice.suite)
    return " · ".join(_cut(part) for part in parts if part) or "Pinwatch"


def digest_title(digest: Digest) -> str:
    """Say how many checks there were, and whether all of them are ok."""
    others = _others(digest)
    if not digest.checks_in_all and not others:
        return "! No check this week: nothing was watched"
    said = numbers.plural(digest.checks_in_all, "check")
    if others:
        return f"! {said}: {', '.join([f'{_ok(digest)} ok', *others])}"
    if digest.mde is None:
        return f"✓ {said}, all ok; how small a change could have been seen is not known"
    return f"✓ {said}, all ok; could have seen {numbers.smallest_seen(digest.mde)}"


def _ok(digest: Digest) -> int:
    bad = [check for check in digest.checks if check.verdict is not VerdictKind.OK]
    return digest.checks_in_all - len(bad)


def mark_of_check(check: CheckLine) -> Mark:
    """Return the mark of one check of a digest."""
    return PIN_BROKEN if check.pin_broken else MARKS[check.verdict]


def span(between: timedelta) -> str:
    """Write how long something has lasted, in its largest unit.

    >>> from datetime import timedelta
    >>> span(timedelta(hours=50)), span(timedelta(minutes=5)), span(timedelta(hours=1))
    ('2 days', '5 min', '1 h')
    """
    seconds = between.total_seconds()
    if seconds >= 2 * _DAY:
        return f"{seconds // _DAY:.0f} days"
    return (
        f"{seconds // _HOUR:.0f} h" if seconds >= _HOUR else f"{max(0, seconds) // _MINUTE:.0f} min"
    )


def _state(notice: Notice) -> str:
    word, lasted = f"{notice.symbol} {notice.word}{_unconfirmed(notice)}", _lasted(notice)
    if notice.kind is NoticeKind.RESOLVED:
        return f"✓ RESOLVED{lasted}"
    if notice.kind is NoticeKind.STILL_OPEN:
        return f"{word.replace(' ', ' STILL ', 1)}{lasted}"
    if notice.kind is NoticeKind.ACKNOWLEDGED:
        return f"{word}, acknowledged"
    return f"{word}, silenced" if notice.kind is NoticeKind.SILENCED else word


def _unconfirmed(notice: Notice) -> str:
    """Say that fresh answers have not confirmed it: scores that moved page only once they have."""
    scores = notice.condition is ConditionKind.SERIES
    return " (not confirmed)" if scores and notice.severity is not AlertSeverity.PAGE else ""


def _lasted(notice: Notice) -> str:
    return "" if notice.opened_at is None else f" after {span(notice.at - notice.opened_at)}"


def _others(digest: Digest) -> list[str]:
    """Count what is not ok, the worst first."""
    broken = sum(check.pin_broken for check in digest.checks)
    kinds = Counter(check.verdict for check in digest.checks if not check.pin_broken)
    found = [f"{broken} pin broken"] if broken else []
    found += [f"{kinds[kind]} {kind.value}" for kind in _WORST_FIRST if kinds[kind]]
    found += [f"{digest.missed_in_all:,} missed"] if digest.missed_in_all else []
    alerts = numbers.plural(len(digest.open_alerts), "alert")
    return found + ([f"{alerts} open"] if digest.open_alerts else [])


def _cut(name: str) -> str:
    return one_line(name, _NAME)
