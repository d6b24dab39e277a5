"""The notice of a week: that all was well, or what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evals.condition import AlertSeverity
from evals.report.notice.notice import CheckLine, Digest, Notice, NoticeKind
from evals.report.notice.title import digest_title
from evals.report.safe_text import one_line
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_WORDS: Final = 120
_MOST: Final = 500
"""Checks, and lines of each other kind, that a document keeps."""


def notice_of_week(
    checks: Sequence[CheckLine],
    *,
    since: datetime,
    now: datetime,
    missed: Sequence[str] = (),
    open_alerts: Sequence[str] = (),
    together: Sequence[str] = (),
    cost_usd: float | None = None,
) -> Notice:
    """Return the digest of the week from ``since`` to ``now``.

    Args:
        checks: Every check that was judged, the newest first; `check_of_document` makes one of a
            report.
        since: When the week began.
        now: When it ends.
        missed: Checks that were due and did not run, in words.
        open_alerts: What is open still, in words.
        together: What no check alone could say, in words.
        cost_usd: Of all runs; None when any price is unknown.
    """
    digest = Digest(
        since=since,
        checks=_told(checks),
        checks_in_all=len(checks),
        mde=_reach([check.mde for check in checks]),
        missed=tuple(missed[:_MOST]),
        missed_in_all=len(missed),
        open_alerts=tuple(open_alerts[:_MOST]),
        together=tuple(together[:_MOST]),
        cost_usd=cost_usd,
    )
    symbol, _, words = digest_title(digest).partition(" ")
    return Notice(
        kind=NoticeKind.DIGEST,
        severity=AlertSeverity.INFO,
        symbol=symbol,
        word="WEEK",
        tone="good" if symbol == "✓" else "unknown",
        headline=words,
        at=now,
        digest=digest,
    )


def check_of_document(report: Mapping[str, Any], *, at: datetime) -> CheckLine:
    """Return a check of a week from its report's document, see `evals.report.document`.

    ``at`` is when it was judged. What it could see is the largest of its tasks' own; series that
    are a part of a probe are asked for nothing but a change.
    """
    run, verdict = report["run"], report["verdict"]
    kind = VerdictKind(verdict["kind"])
    reasons = verdict["reasons"]
    well = kind is VerdictKind.OK
    return CheckLine(
        endpoint=run["endpoint"],
        suite=run["suite"],
        verdict=kind,
        at=at,
        run_id=run["id"],
        mde=_mde(report["tasks"]),
        words="" if well or not reasons else one_line(reasons[0], _WORDS),
        pin_broken=verdict["pin_broken"],
    )


def _told(checks: Sequence[CheckLine]) -> tuple[CheckLine, ...]:
    """Return all that is not ok, then the newest of what is, once an endpoint and suite."""
    bad = [check for check in checks if check.verdict is not VerdictKind.OK]
    fine: dict[tuple[str, str], CheckLine] = {}
    for check in checks:
        if check.verdict is VerdictKind.OK:
            fine.setdefault((check.endpoint, check.suite), check)
    return (*bad, *fine.values())[:_MOST]


def _mde(tasks: Sequence[Mapping[str, Any]]) -> float | None:
    return _reach([task["check"]["mde"] for task in tasks if task["check"] and not task["part"]])


def _reach(mdes: Sequence[float | None]) -> float | None:
    """Return what all of them could have seen: the bluntest decides, and one unknown spoils it."""
    known = [mde for mde in mdes if mde is not None]
    return max(known) if known and len(known) == len(mdes) else None
