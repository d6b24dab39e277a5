"""What is scraped, in Prometheus' words: from the store, and from this process. Bounded labels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from evals.call_state import CallState
from evals.pin_check import PinState
from evals.records import RunStatus
from evals.verdict import VerdictKind
from evals.versions import code_version
from service.alerting.delivery import Outcome, Standing
from service.db.session import reading
from service.store import overview, spending
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from enum import StrEnum

    from prometheus_client import Metric
    from sqlalchemy.orm import Session

    from evals.budgets import Purse
    from service.store.overview import Waiting
    from service.store.spending import Spent
    from service.world import World

KEPT: Final = timedelta(seconds=15)
"""How long the answer to a scrape is kept, so that no scraper can press the database."""

MOST_ENDPOINTS: Final = 200
"""Endpoints that have a label of their own; the rest is summed up under ``other``."""

OTHER: Final = "other"


class Metrics:
    """The metrics of one application."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._registry = CollectorRegistry()
        self._kept: tuple[datetime, bytes] | None = None
        self._requests = Counter(
            "pinwatch_api_requests",
            "Requests to this process since it began, by method and by class of answer.",
            ["method", "answer"],
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_Store(world))

    def count_request(self, method: str, status: int) -> None:
        """Count one request; unknown methods share a label."""
        known = method if method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"} else OTHER
        self._requests.labels(known, f"{status // 100}xx").inc()

    def text(self) -> bytes:
        """Return everything, in the text format; the store is asked every 15 seconds at most.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        now = self._world.clock()
        if self._kept is None or now - self._kept[0] >= KEPT:
            self._kept = now, generate_latest(self._registry)
        return self._kept[1]


class _Store(Collector):
    """Reads the store at each scrape."""

    def __init__(self, world: World) -> None:
        self._world = world

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: the store is asked at a scrape, not when this is made."""
        return ()

    def collect(self) -> Iterator[Metric]:
        now = self._world.clock()
        config, _ = self._world.configuration.current()
        yield _one("pinwatch_build_info", "The version that runs.", {"version": code_version()})
        with reading(self._world.keeper.engine) as session:
            yield from _of_checks(session, now)
            yield from _of_asked(session, now)
            yield from _of_work(session, now)
            yield from _of_situation(session, now)
            spent = spending.spent_between(session, *spending.month_of(now))
            purses = spending.purses(session, config.budgets, now=now)
        yield from _of_money(spent, purses)


def _of_checks(session: Session, now: datetime) -> Iterator[Metric]:
    found = overview.checks(session, now=now)
    words = "Runs planned within 30 days, by status."
    yield _by("pinwatch_runs", words, "status", RunStatus, found.runs)
    words = "Newest verdicts on runs planned within 30 days, by kind."
    yield _by("pinwatch_verdicts", words, "kind", VerdictKind, found.verdicts)
    words = "How many of those verdicts say that the pin is broken."
    yield _gauge("pinwatch_verdicts_pin_broken", words, found.broken_pins)
    words = "Slots that were due within 30 days, by state."
    yield _by("pinwatch_slots", words, "state", SlotState, found.slots)


def _of_asked(session: Session, now: datetime) -> Iterator[Metric]:
    found = overview.asked(session, now=now)
    words = "Samples of runs planned within a day, by state; all but ok and unparsed are errors."
    yield _by("pinwatch_samples_last_day", words, "state", CallState, found.samples)
    words = "Calls of those runs, retries included."
    yield _gauge("pinwatch_calls_last_day", words, found.calls)
    tokens = GaugeMetricFamily(
        "pinwatch_tokens_last_day", "Tokens of those runs.", labels=["direction"]
    )
    tokens.add_metric(["input"], found.input_tokens)
    tokens.add_metric(["output"], found.output_tokens)
    yield tokens


def _of_work(session: Session, now: datetime) -> Iterator[Metric]:
    found = overview.work(session, now=now)
    depth = GaugeMetricFamily(
        "pinwatch_queue_depth", "Work that is due and that nobody does yet.", labels=["kind"]
    )
    age = GaugeMetricFamily(
        "pinwatch_queue_oldest_seconds", "How long the oldest of it waits.", labels=["kind"]
    )
    for kind, waiting in (("run", found.runs), ("slot", found.slots)):
        depth.add_metric([kind], waiting.depth)
        age.add_metric([kind], _age(waiting, now))
    yield depth
    yield age
    yield _gauge("pinwatch_runs_held", "Runs that some process performs now.", found.running)


def _of_situation(session: Session, now: datetime) -> Iterator[Metric]:
    found = overview.situation(session, now=now)
    alerts = GaugeMetricFamily(
        "pinwatch_alerts_open",
        "Alerts that are not resolved.",
        labels=["kind", "severity", "state"],
    )
    for labels, count in sorted(found.alerts.items()):
        alerts.add_metric(labels, count)
    yield alerts
    yield _by(
        "pinwatch_pins", "Endpoints by how their pin was last seen.", "state", PinState, found.pins
    )
    words = "Messages written within 30 days, by where they stand."
    yield _by("pinwatch_notifications", words, "standing", Standing, found.messages)
    words = "Attempts to send a message within a day, by outcome; all but delivered failed."
    yield _by("pinwatch_deliveries_last_day", words, "outcome", Outcome, found.attempts)
    ends = GaugeMetricFamily(
        "pinwatch_pin_shutdown_days",
        "Days until a model is shut down, where that is announced; the soonest 200.",
        labels=["endpoint"],
    )
    today = now.date()
    soonest = sorted(found.shutdowns.items(), key=lambda pair: (pair[1], pair[0]))
    for endpoint, on in soonest[:MOST_ENDPOINTS]:
        ends.add_metric([endpoint], (on - today).days)
    yield ends


def _of_money(spent: Iterable[Spent], purses: Iterable[Purse]) -> Iterator[Metric]:
    by_endpoint: dict[str, float] = {}
    unpriced = 0
    for one in spent:
        by_endpoint[one.endpoint] = by_endpoint.get(one.endpoint, 0.0) + one.known_usd
        unpriced += one.unpriced
    cost = GaugeMetricFamily(
        "pinwatch_month_cost_usd", "Known cost of this month's runs.", labels=["endpoint"]
    )
    dearest = sorted(by_endpoint.items(), key=lambda pair: (-pair[1], pair[0]))
    for endpoint, usd in dearest[:MOST_ENDPOINTS]:
        cost.add_metric([endpoint], usd)
    if dearest[MOST_ENDPOINTS:]:
        cost.add_metric([OTHER], sum(usd for _, usd in dearest[MOST_ENDPOINTS:]))
    yield cost
    words = "Samples of this month's runs whose cost is unknown."
    yield _gauge("pinwatch_month_unpriced_samples", words, unpriced)
    yield from _of_budgets(purses)


def _of_budgets(purses: Iterable[Purse]) -> Iterator[Metric]:
    limits = GaugeMetricFamily(
        "pinwatch_budget_limit_usd", "Budgets of the month.", labels=["scope", "of"]
    )
    used = GaugeMetricFamily(
        "pinwatch_budget_spent_usd", "What is spent of them.", labels=["scope", "of"]
    )
    for purse in purses:
        limits.add_metric([purse.scope.value, purse.of], purse.limit_usd)
        used.add_metric([purse.scope.value, purse.of], purse.spent_usd)
    yield limits
    yield used


def _age(waiting: Waiting, now: datetime) -> float:
    return 0.0 if waiting.since is None else max(0.0, (now - waiting.since).total_seconds())


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _one(name: str, words: str, labels: Mapping[str, str]) -> GaugeMetricFamily:
    metric = GaugeMetricFamily(name, words, labels=list(labels))
    metric.add_metric(list(labels.values()), 1)
    return metric


def _by(
    name: str, words: str, label: str, members: type[StrEnum], counts: Mapping[Any, int]
) -> GaugeMetricFamily:
    """Return one value for every member, 0 included: what is absent cannot be alerted on."""
    metric = GaugeMetricFamily(name, words, labels=[label])
    for member in members:
        metric.add_metric([member.value], counts.get(member, 0))
    return metric
