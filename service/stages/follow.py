"""Follow: what a run shows becomes alerts and messages, in the transaction of its verdict."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING

from evals.pooled import p_values_to_pool, standing_out
from evals.records import RunStatus
from evals.report.notice import Advice
from service import telling
from service.alerting.of_run import observation_of_given_up, observations_of_run
from service.store import pooling, slots

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.policy import Policy
    from evals.pooled import StandingOut
    from evals.records import RunRecord
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
        slot, server = slots.of_run(session, run.id), routing.alerts.public_url
        schedule = slot.schedule if slot is not None else None
        named = (naming_what_confirms(one, schedule=schedule, server=server) for one in seen)
        seen = tuple(_advised(one, found) for one in named)
    telling.observe_in(session, seen, routing, now)


def observe_given_up(session: Session, run: RunRecord, routing: Routing, now: datetime) -> None:
    """Tell that a run was given up without a verdict, in the transaction that settles it."""
    if run.status is not RunStatus.CANCELLED:
        telling.observe_in(session, [observation_of_given_up(run, now)], routing, now)


def advice_on(session: Session, now: datetime) -> tuple[StandingOut, ...]:
    """Return the endpoints whose newest checks together fell; told, and never paged."""
    return standing_out(pooling.newest(session, now=now))


def naming_what_confirms(
    seen: Observation, *, schedule: str | None, server: str | None
) -> Observation:
    """Return ``seen``, where it is a suspicion with the command that asks again the same day.

    Args:
        seen: What a run shows.
        schedule: The one that asked for the run, if one did.
        server: Where people reach the server; None where that is not known.
    """
    if not seen.breached or seen.may_page or seen.notice is None:
        return seen
    place = seen.condition
    command = f"evals run {quote(place.endpoint)} --suite {quote(place.suite)} --server {server}"
    if schedule is not None:
        command = f"evals schedule run {quote(schedule)} --leave"
        command += f" --endpoint {quote(place.endpoint)}"
    elif server is None:
        return seen
    again = Advice(words="ask again today: a change that stands is then a page", command=command)
    first, *others = seen.notice.advice
    return replace(seen, notice=replace(seen.notice, advice=(first, again, *others)))


def _advised(seen: Observation, found: tuple[StandingOut, ...]) -> Observation:
    words = [one.words for one in found if one.endpoint == seen.condition.endpoint]
    if seen.notice is None or not words:
        return seen
    return replace(seen, notice=replace(seen.notice, notes=(*words, *seen.notice.notes)))
