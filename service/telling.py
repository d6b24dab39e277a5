"""From observations to messages in the outbox, inside the caller's transaction.

Stages share it: what a run, a slot, a pin check or a delivery shows becomes transitions, and each
transition that people are told of becomes one message a channel, in the same transaction.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.condition import ConditionKind
from service.alerting.alert import State
from service.alerting.decide import decide
from service.alerting.inhibition import mute, muted_by
from service.alerting.leaving import leave
from service.alerting.passing import pass_time
from service.alerting.policy import AlertingPolicy
from service.store import alerts, hearing, reviving
from service.store.outbox import NEWS, followers, write_message, write_to_newcomer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.alerting.alert import Alert, Transition
    from service.alerting.condition import Condition
    from service.alerting.observation import Observation
    from service.alerting.routing import Routing
    from service.store.alerts import Moved

_log = logging.getLogger(__name__)

KEPT_FOR: Final = timedelta(days=1)
"""How long messages wait for a channel that is not configured any more."""
_FIRST: Final = (ConditionKind.PIN_BROKEN, ConditionKind.NOT_MEASURED)
"""What mutes others is settled before them."""


def observe_in(
    session: Session, observations: Iterable[Observation], routing: Routing, now: datetime
) -> tuple[Moved, ...]:
    """Follow ``observations`` and write what is to be told; return the transitions.

    Observations of one source, such as a run, become one message.
    """
    policy = policy_of(routing)
    moved = []
    for seen in sorted(observations, key=lambda one: _order(one.condition)):

        def follow(alert: Alert | None, seen: Observation = seen) -> Transition | None:
            return decide(alert, seen, policy, now)

        one = _moved(session, seen.condition, follow)
        if one is not None:
            moved.append(one)
    tell(session, moved, routing, now)
    return tuple(moved)


def change_in(
    session: Session,
    condition: Condition,
    change: Callable[[Alert], Transition | None],
    routing: Routing,
    now: datetime,
) -> Moved | None:
    """Change the newest alert about ``condition``, if there is one, and write what is to be told.

    ``change`` is asked again when somebody else changed the alert meanwhile.
    """
    one = _moved(session, condition, lambda alert: None if alert is None else change(alert))
    if one is not None:
        tell(session, [one], routing, now)
    return one


def catch_up(session: Session, routing: Routing, now: datetime) -> tuple[Moved, ...]:
    """Do what time has brought: reminders, ends of silences, channels that came and went.

    Alerts about what left the configuration are over.
    """
    policy = policy_of(routing)
    found = alerts.unresolved(session)
    beside: dict[str, list[Alert]] = defaultdict(list)
    for alert in found:
        beside[alert.condition.endpoint].append(alert)

    def follow(newest: Alert | None) -> Transition | None:
        if newest is None or newest.state is State.RESOLVED:
            return None
        over = None if routing.watched is None else leave(newest, routing.watched, now)
        muted = muted_by(newest, beside[newest.condition.endpoint]) is not None
        return over or pass_time(newest, policy, now, muted=muted)

    # Nearly nothing changes nearly always: only then is the alert read once more.
    stale = (alert for alert in found if follow(alert) is not None)
    ordered = sorted(stale, key=lambda alert: _order(alert.condition))
    moved = [_moved(session, alert.condition, follow) for alert in ordered]
    changed = tuple(one for one in moved if one is not None)
    tell(session, changed, routing, now)
    _tell_newcomers(session, routing, now)
    if routing.alerts.channels:
        _drop(session, routing, now)
    return changed


def _drop(session: Session, routing: Routing, now: datetime) -> None:
    known, left_before = list(routing.alerts.channels), now - KEPT_FOR
    for dropped, channel in reviving.drop(session, known=known, left_before=left_before, now=now):
        _log.warning("message %s is dropped: no channel is named %s", dropped, channel)


def tell(session: Session, moved: Sequence[Moved], routing: Routing, now: datetime) -> None:
    """Write one message a channel for all that one source brought about."""
    sources: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        if one.transition.message is not None:
            sources[one.transition.source or str(one.id)].append(one)
    for together in sources.values():
        channels: dict[str, list[Moved]] = defaultdict(list)
        for one in together:
            for channel in _audience(session, one, routing, now):
                channels[channel].append(one)
        for channel, told in channels.items():
            write_message(session, channel, told, now)


def policy_of(routing: Routing) -> AlertingPolicy:
    """Return the patience that `evals.yaml` asks for."""
    hours = routing.alerts.renotify_hours
    return AlertingPolicy(remind_after=None if hours is None else timedelta(hours=hours))


def _order(condition: Condition) -> tuple[bool, str]:
    """Sort the same for everybody, so that two transactions never wait for each other."""
    return condition.kind not in _FIRST, condition.key


def _moved(
    session: Session,
    condition: Condition,
    follow: Callable[[Alert | None], Transition | None],
) -> Moved | None:
    """Store what ``follow`` decides on the newest alert; whoever was slower decides again."""
    while True:
        transition = follow(alerts.newest_of(session, condition))
        if transition is None:
            return None
        if transition.message in NEWS:
            transition = mute(transition, alerts.unresolved(session, endpoint=condition.endpoint))
        one = alerts.move(session, transition)
        if one is not None:
            return one


def _audience(session: Session, one: Moved, routing: Routing, now: datetime) -> tuple[str, ...]:
    """News go to whom the routes name; what follows goes to whoever heard the news."""
    after = one.transition.after
    if one.transition.message in NEWS:
        return routing.channels(after.condition, one.transition.severity)
    return followers(session, one, now)


def _tell_newcomers(session: Session, routing: Routing, now: datetime) -> None:
    """Tell what is open to channels that the routes name and that never heard of it.

    Where what was written to one is lost, it is told once more.
    """
    told = [
        alert
        for alert in alerts.unresolved(session)
        if alert.state is State.OPEN and alert.told_at is not None
    ]
    heard = hearing.hearings(session, [alert.id for alert in told], now)
    for alert in told:
        wanted = routing.channels(alert.condition, alert.severity)
        before = {one: heard[alert.id].get(one, hearing.Hearing()) for one in wanted}
        new = {one: each.lost for one, each in before.items() if not each.arrives}
        if not new:
            continue
        news = [one for one in alerts.history(session, alert.id) if one.message in NEWS]
        said = max(news, key=lambda one: (one.severity is alert.severity, one.id))
        for channel, lost in new.items():
            write_to_newcomer(session, channel, alert, said, now, lost=lost)
