"""A scenario: processes are killed at moments drawn from a seed, while the world misbehaves."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.counting import Count, count, unfinished

if TYPE_CHECKING:
    from random import Random

    from tests.faults.laboratory import Laboratory

_POLL_SECONDS = 0.5
_LOOK_SECONDS = 0.05
_STORM_SECONDS = 2


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often what goes wrong, and after how many calls on average.

    They are paced by what the simulator is asked, so that they strike in the midst of the work on
    fast machines and on slow ones; where nothing is asked, they come after ``at_latest_seconds``.
    """

    kills: int
    database_restarts: int = 0
    storms: int = 0
    every_calls: int = 20
    at_latest_seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What was tried, and what it left behind."""

    tried: Counter[str]
    seconds: float
    count: Count


def play(lab: Laboratory, faults: Faults, rng: Random, *, give_up_seconds: float) -> Observed:
    """Start all, let go wrong what is to, wait until everything is done, and count."""
    tried: Counter[str] = Counter()
    started = time.monotonic()
    for name in lab.names:
        lab.start(name)
    for what in _in_random_order(faults, rng):
        _wait(lab, faults, rng)
        tried[_strike(lab, what, rng)] += 1
    while unfinished(lab) and time.monotonic() - started < give_up_seconds:
        time.sleep(_POLL_SECONDS)  # a poll; `give_up_seconds` ends it
    seconds = time.monotonic() - started
    return Observed(tried=tried, seconds=seconds, count=count(lab))


def _wait(lab: Laboratory, faults: Faults, rng: Random) -> None:
    enough = len(lab.simulator.requests) + rng.randint(1, 2 * faults.every_calls)
    end = time.monotonic() + faults.at_latest_seconds
    while len(lab.simulator.requests) < enough and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)  # a poll; `at_latest_seconds` ends it


def _in_random_order(faults: Faults, rng: Random) -> list[str]:
    """Draw the order; what is struck at first is a process, so that something is under way."""
    order = ["kill"] * faults.kills
    for other, times in (("database", faults.database_restarts), ("storm", faults.storms)):
        for _ in range(times):
            order.insert(rng.randrange(2, len(order) + 1), other)
    return order


def _strike(lab: Laboratory, what: str, rng: Random) -> str:
    if what == "database":
        crash = rng.random() < 0.5
        lab.restart_database(crash=crash)
        return "database crashed, and recovered" if crash else "database restarted"
    if what == "storm":
        lab.storm(on=True)
        time.sleep(_STORM_SECONDS)  # how long the storm lasts; nothing is waited for
        lab.storm(on=False)
        return "provider storm: 429, 500, cut lines"
    name = rng.choice(sorted(lab.processes))
    busy = lab.is_busy(name)
    lab.kill(name)
    lab.start(name)
    who = "server" if name.startswith("serve") else "worker"
    return f"kill -9 of a {who}" + (", asking" if busy else "")
