"""Digest: once a week, that all is well, or what is not; a week without news is news."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.numbers import moment
from evals.pooled import standing_out
from evals.report.notice.digest import notice_of_week
from service.db.session import reading, writing
from service.store import alerts, notifications, pooling, spending, weeks
from service.timetable.weekly import latest_week

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.channels import Alerts
    from evals.report.notice import Notice

LATE: Final = timedelta(hours=24)
"""A server that comes back later sends the digest of the next week, not of the last one."""


def write_digest(engine: Engine, configured: Alerts, now: datetime) -> int:
    """Write the digest of the week that has ended, for every channel that has none yet.

    Returns how many messages are new. Doing it again changes nothing: the key of a message is its
    week and its channel. Before the first check there is nothing to tell.
    """
    if configured.digest is None:
        return 0
    begin, end = latest_week(configured.digest, now)
    if now - end > LATE:
        return 0
    keys = {name: f"digest-{end:%Y-%m-%d}-{name}" for name in configured.digest_channels}
    with reading(engine) as session:
        keys = {name: key for name, key in keys.items() if not weeks.is_written(session, key)}
        if not keys or not weeks.anything_was_judged(session):
            return 0
        notice = _notice(session, begin, end)
    with writing(engine) as session:
        new = [
            notifications.write(
                session, key=key, channel=name, notice=notice, transitions=[], now=now
            )
            for name, key in keys.items()
        ]
    return sum(new)


def _notice(session: Session, begin: datetime, end: datetime) -> Notice:
    return notice_of_week(
        weeks.checks_between(session, begin, end),
        since=begin,
        now=end,
        missed=[
            *_lines(weeks.missed_between(session, begin, end)),
            *(f"{line}, given up" for line in _lines(weeks.given_up_between(session, begin, end))),
        ],
        open_alerts=[
            f"alert {alert.id}, {alert.condition.words}" for alert in alerts.unresolved(session)
        ],
        together=[one.words for one in standing_out(pooling.newest(session, now=end))],
        cost_usd=_cost(session, begin, end),
    )


def _lines(checks: tuple[tuple[str, str, datetime], ...]) -> list[str]:
    return [f"{endpoint} · {suite}: {moment(at)}" for endpoint, suite, at in checks]


def _cost(session: Session, begin: datetime, end: datetime) -> float | None:
    """Return what the week has cost; None when any call has no price."""
    found = spending.spent_between(session, begin, end)
    return None if any(one.unpriced for one in found) else sum(one.known_usd for one in found)
