"""A week in lines: what was not ok first, and what was, with what it could have missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.report.notice.lines import Line, Section, name, plain, strong
from evals.report.notice.title import mark_of_check
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evals.report.notice.notice import CheckLine, Digest

_MOST: Final = 15


def digest_sections(digest: Digest, until: datetime) -> list[Section]:
    """Return the week up to ``until``."""
    bad = [_check(check) for check in digest.checks if check.verdict is not VerdictKind.OK]
    fine = [_check(check) for check in digest.checks if check.verdict is VerdictKind.OK]
    week = f"{digest.since:%Y-%m-%d} to {until:%Y-%m-%d}; cost {numbers.dollars(digest.cost_usd)}"
    return [
        _listed("Not ok", bad),
        _listed("Missed", [plain(words) for words in digest.missed], of=digest.missed_in_all),
        _listed("Still open", [plain(words) for words in digest.open_alerts]),
        _listed("Together", [plain(words) for words in digest.together]),
        _listed("Ok", fine),
        Section(lines=(plain(week),), quiet=True),
    ]


def _listed(title: str, lines: Sequence[Line], *, of: int = 0) -> Section:
    """Return the first of ``lines``, and how many there are more; ``of`` where not all are here."""
    if not lines:
        return Section(lines=())
    left = max(len(lines), of) - _MOST
    more = [plain(f"and {left:,} more")] if left > 0 else []
    return Section(lines=(strong(title), *lines[:_MOST], *more))


def _check(check: CheckLine) -> Line:
    mark = mark_of_check(check)
    place = " · ".join(name(part) for part in (check.endpoint, check.suite))
    seen = "" if check.mde is None else f"could see {numbers.smallest_seen(check.mde)}"
    return plain(f"{mark.symbol} {place}: {check.words or seen or mark.meaning}")
