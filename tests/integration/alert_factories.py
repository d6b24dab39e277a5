"""Observations and routings, each with overrides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evals.channels import Alerts
from evals.condition import AlertSeverity, ConditionKind
from service.alerting.condition import Condition
from service.alerting.observation import Observation
from service.alerting.routing import Routing

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCORES = Condition(kind=ConditionKind.SERIES, endpoint="prod", suite="weekly")
PIN = Condition(kind=ConditionKind.PIN_BROKEN, endpoint="prod", suite="weekly")
UNMEASURED = Condition(kind=ConditionKind.NOT_MEASURED, endpoint="prod", suite="weekly")
MISSED = Condition(kind=ConditionKind.MISSED_CHECK, endpoint="prod", suite="weekly", name="daily")


def a_condition(kind: ConditionKind = ConditionKind.SERIES, **overrides: Any) -> Condition:
    return Condition(**{"kind": kind, "endpoint": "prod", "suite": "weekly", **overrides})


def seen(number: int = 1, *, breached: bool | None = True, **overrides: Any) -> Observation:
    """What run ``number`` shows, an hour after the one before it."""
    at = NOON + number * HOUR
    return Observation(
        **{
            "condition": SCORES,
            "breached": breached,
            "reason": f"as run {number} shows",
            "source": f"run-{number}",
            "at": at,
            "began_at": at - HOUR / 2,
            "severity": AlertSeverity.PAGE,
            "confirmed": True,
            "parts": ("faq",) if breached else (),
            "well": () if breached else ("faq",),
            **overrides,
        }
    )


def routing(*channels: str, routes: Sequence[dict[str, Any]] = (), **overrides: Any) -> Routing:
    """Channels that are never called: only their names matter here."""
    alerts = Alerts.model_validate(
        {
            "channels": {name: {"apprise": {"url_env": "SOME_URL"}} for name in channels},
            "routes": list(routes),
            **overrides,
        }
    )
    return Routing(alerts=alerts, tags={"prod": ("search-team",)})
