"""What left the configuration is watched no more: an alert about it is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.condition import ConditionKind
from service.alerting.orders import Order, Verb, carry_out

if TYPE_CHECKING:
    from datetime import datetime

    from evals.config import Config
    from service.alerting.alert import Alert, Transition
    from service.alerting.condition import Condition


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """What can have an alert.

    Attributes:
        endpoints: The names of all endpoints.
        channels: The names of all channels.
        budgets: The endpoint and the name of every budget, as a condition names them.
        unjudged: The suites of the file that have no judge.
    """

    endpoints: frozenset[str]
    channels: frozenset[str]
    budgets: frozenset[str]
    unjudged: frozenset[str]


def watched_by(config: Config) -> Watched:
    """Return what ``config`` watches."""
    return Watched(
        endpoints=frozenset(config.endpoints),
        channels=frozenset(config.alerts.channels),
        budgets=frozenset(f"{one.scope} {one.of}".strip() for one in config.budgets.limits),
        unjudged=frozenset(name for name, suite in config.suites.items() if suite.judge is None),
    )


def leave(alert: Alert, watched: Watched, now: datetime) -> Transition | None:
    """Resolve an alert about what is watched no more; None where it is, or where that is unknown.

    That a check was missed is for the schedule to say, and whether a suite is known, for its
    files.
    """
    why = _why_over(alert.condition, watched)
    if why is None:
        return None
    return carry_out(alert, Order(verb=Verb.RESOLVE, actor="", why=why), now)


def _why_over(condition: Condition, watched: Watched) -> str | None:
    kind, name = condition.kind, condition.name
    if kind is ConditionKind.MISSED_CHECK:
        return None
    if kind is ConditionKind.DELIVERY_FAILING:
        gone = name not in watched.channels
        return f"channel {name} is not configured any more" if gone else None
    if kind is ConditionKind.BUDGET:
        return None if name in watched.budgets else f"there is no budget {name!r} any more"
    if condition.endpoint not in watched.endpoints:
        return f"endpoint {condition.endpoint} is not configured any more"
    if kind is ConditionKind.JUDGE_MOVED and condition.suite in watched.unjudged:
        return f"suite {condition.suite} has no judge any more"
    return None
