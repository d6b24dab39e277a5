"""Follow: what a run shows becomes alerts and messages, in the transaction of its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.pooled import p_values_to_pool, standing_out
from evals.records import RunStatus
from service import telling
from service.alerting.of_run import observations_of_run
from service.store import pooling

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.policy import Policy
    from evals.pooled import StandingOut
    from evals.report.view import RunReport
    from service.alerting.observation import Observation
    from service.alerting.routing import Routing


def observe_run(
    session: Session, report: RunReport, policy: Policy, routing: Routing, now: datetime
) -> None:
    """Follow what a run shows, in the transaction that keeps its verdict.

    Where there is something to tell, it says, too, whether the endpoint stands out among all.
    """
    seen = observations_of_run(report, policy, now)
    run = report.run
    if run.completed_at is not None and run.status is RunStatus.COMPLETED:
        pooling.add(
            session,
            run_id=run.id,
            endpoint=run.endpoint,
            suite=run.suite,
            completed_at=run.completed_at,
            p_values=p_values_to_pool(report.comparison, policy),
        )
    if any(one.breached for one in seen):
        found = advice_on(session, now)
        seen = tuple(_advised(one, found) for one in seen)
    telling.observe_in(session, seen, routing, now)


def advice_on(session: Session, now: datetime) -> tuple[StandingOut, ...]:
    """Return the endpoints whose newest checks together fell; told, and never paged."""
    return standing_out(pooling.newest(session, now=now))


def _advised(seen: Observation, found: tuple[StandingOut, ...]) -> Observation:
    words = [one.words for one in found if one.endpoint == seen.condition.endpoint]
    if seen.notice is None or not words:
        return seen
    return replace(seen, notice=replace(seen.notice, notes=(*words, *seen.notice.notes)))
