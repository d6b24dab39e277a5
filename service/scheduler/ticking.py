"""Ticking: APScheduler as the clock that makes a server look. Reads the clock."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import httpx
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

from evals.errors import EvalsError
from service.alerting.routing import routing_of
from service.scheduler.claiming import claim_due
from service.scheduler.confirming import confirm_suspicions
from service.scheduler.dead_man import watch
from service.scheduler.pings import ping_due
from service.stages.alert import catch_up
from service.stages.digest import write_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.configuration import Configuration
    from service.keeper import Keeper

LOOK_EVERY = timedelta(seconds=15)
WATCH_EVERY = timedelta(seconds=60)
PING_EVERY = timedelta(seconds=30)

_log = logging.getLogger(__name__)
# It writes several lines at each tick, which say nothing that our own do not.
logging.getLogger("apscheduler").setLevel(logging.WARNING)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the scheduler is where the clock is read


class Scheduler:
    """Looks every few seconds, in threads of its own; a look that fails is told, and looked again.

    Attributes:
        looked_at: When slots were last looked at to the end; None before the first time.
    """

    def __init__(self, keeper: Keeper, configuration: Configuration) -> None:
        self.looked_at: datetime | None = None
        self._keeper = keeper
        self._configuration = configuration
        self._client = httpx.Client()
        self._clock: Any = BackgroundScheduler(timezone=UTC)
        self._ended = Event()
        self._guard = Thread(target=self._watch_the_clock, name="clock guard", daemon=True)
        self._problems: dict[str, str] = {}

    def start(self) -> None:
        """Begin to look, at once and then again and again."""
        self._every(LOOK_EVERY, "look", self._look)
        self._every(WATCH_EVERY, "watch", self._watch)
        self._every(PING_EVERY, "ping", self._ping)
        self._clock.start()
        self._guard.start()

    def stop(self) -> None:
        """End after the look that is under way."""
        self._ended.set()
        self._clock.shutdown(wait=True)
        self._guard.join()
        self._client.close()

    def _every(self, interval: timedelta, name: str, look: Callable[[], None]) -> None:
        self._clock.add_job(
            self._safely(name, look),
            "interval",
            id=name,
            seconds=interval.total_seconds(),
            next_run_time=_now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def _safely(self, name: str, look: Callable[[], None]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                look()
            except EvalsError as error:
                self._tell(name, str(error))
            except Exception:  # noqa: BLE001 - told with its traceback; the next look is another chance
                _log.exception("the look %r broke", name)
            else:
                self._tell(name, None)

        return guarded

    def _tell(self, what: str, problem: str | None) -> None:
        """Say what is wrong once, and once that it is over."""
        if problem == self._problems.get(what):
            return
        if problem is None:
            _log.info("%s: it goes on", what)
            del self._problems[what]
        else:
            _log.warning("%s: %s", what, problem)
            self._problems[what] = problem

    def _look(self) -> None:
        now = _now()
        claims = claim_due(self._keeper, self._configuration, now)
        problem = self._configuration.problem
        told = None if problem is None else str(problem)
        self._tell("the configuration stays as it was", told)
        self._tell("schedules that wait", "; ".join(claims.unreadable.values()) or None)
        for state, slots in claims.moved.items():
            _log.info("slots %s: %d", state.value, slots)
        if claims.followed:
            _log.info("schedules changed after the configuration: %d", claims.followed)
        self.looked_at = now

    def _watch(self) -> None:
        config, _ = self._configuration.current()
        watch(self._keeper, config, _now())
        catch_up(self._keeper.engine, routing_of(config), _now())
        confirm_suspicions(self._keeper, _now())
        write_digest(self._keeper.engine, config.alerts, _now())

    def _ping(self) -> None:
        config, _ = self._configuration.current()
        pinged = ping_due(self._keeper, config, _now(), client=self._client)
        for name, problem in pinged.problems.items():
            _log.warning("the ping of schedule %s did not arrive: %s", name, problem)

    def _watch_the_clock(self) -> None:
        """Wake the library after the clock went back: it would sleep until the old time comes."""
        while not self._ended.wait(LOOK_EVERY.total_seconds()):
            self._wake_whatever_oversleeps()

    def _wake_whatever_oversleeps(self) -> None:
        now = _now()
        for job in self._clock.get_jobs():
            if job.next_run_time > now + 2 * job.trigger.interval:
                _log.warning("the clock went back: %s looks now", job.id)
                job.modify(next_run_time=now)
