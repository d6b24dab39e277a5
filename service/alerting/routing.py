"""Who hears of what: the routes of `evals.yaml`, read as a function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evals.channels import Alerts
from evals.condition import ConditionKind
from service.alerting.leaving import watched_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.channels import Route
    from evals.condition import AlertSeverity
    from evals.config import Config
    from service.alerting.condition import Condition
    from service.alerting.leaving import Watched


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """The section ``alerts``, and the tags of each endpoint. An empty one tells nobody.

    ``watched`` is what alerts can be about; None where that is not known.
    """

    alerts: Alerts = field(default_factory=Alerts)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    watched: Watched | None = None

    def channels(self, condition: Condition, severity: AlertSeverity) -> tuple[str, ...]:
        """Return the names of the channels that hear of ``condition``, in the order of the file.

        Without routes, all. That a channel fails is never sent through that channel, and where no
        route takes it, through all others: silence about lost messages would be the worst of all.
        """
        takes = [route for route in self.alerts.routes if self._takes(route, condition, severity)]
        wanted = {name for route in takes for name in route.channels}
        failing = condition.kind is ConditionKind.DELIVERY_FAILING
        gone = {condition.name} if failing else set()
        if not self.alerts.routes or (failing and not wanted - gone):
            wanted = set(self.alerts.channels)
        return tuple(name for name in self.alerts.channels if name in wanted - gone)

    def _takes(self, route: Route, condition: Condition, severity: AlertSeverity) -> bool:
        tags = self.tags.get(condition.endpoint, ())
        return (
            (not route.severities or severity in route.severities)
            and (not route.conditions or condition.kind in route.conditions)
            and (not route.endpoints or condition.endpoint in route.endpoints)
            and (not route.suites or condition.suite in route.suites)
            and (not route.tags or bool(set(route.tags) & set(tags)))
        )


NOBODY = Routing()
"""Alerts are kept, and nobody is told."""


def routing_of(config: Config) -> Routing:
    """Return who hears of what by ``config``."""
    return Routing(
        alerts=config.alerts,
        tags={name: endpoint.tags for name, endpoint in config.endpoints.items()},
        watched=watched_by(config),
    )
