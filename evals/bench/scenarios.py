"""What may be true of an endpoint while it is watched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from evals.bench.endpoints import SUITES, Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.stats.arrays import Floats

BAD_RUN_SHARE: Final = 1 / 20
BAD_RUN_DROP: Final = 0.10
PASSES: Final = 16
_SIMULATIONS_OF_RARE_EVENTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the table.

    Attributes:
        group: What is asked of the detectors here.
        words: How the endpoint behaves.
        suite: Name of the synthetic suite.
        rho: Within-run correlation of an item's epochs.
        shock: Variance of a run's common shift over that of item noise.
        bad_passes: Share of baseline passes that lost ten points.
        change: What became of the endpoint after the baseline.
        simulations: Independent simulations per seed.
    """

    group: str
    words: str
    suite: str
    rho: float = 0.0
    shock: float = 0.0
    bad_passes: float = 0.0
    change: Callable[[Endpoint, np.random.Generator], Endpoint] | None = None
    simulations: int = 1

    @property
    def key(self) -> str:
        """The name under which figures are recorded."""
        return f"{self.group} | {self.words} | {self.suite}"

    def rng(self, seed: int) -> np.random.Generator:
        """Return the generator of one simulation; adding scenarios changes no other."""
        return np.random.default_rng([crc32(self.key.encode()), seed])

    def before(self, rng: np.random.Generator) -> Endpoint:
        """Draw an endpoint: every simulation has items of its own."""
        return Endpoint(p=SUITES[self.suite](rng), rho=self.rho, shock=self.shock)

    def after(self, endpoint: Endpoint, rng: np.random.Generator) -> Endpoint:
        """Return what it has become."""
        return endpoint if self.change is None else self.change(endpoint, rng)

    def baseline(self, endpoint: Endpoint, rng: np.random.Generator, epochs: int) -> Floats:
        """Record a baseline of 16 passes, some of them bad."""
        answers = endpoint.answers(rng, PASSES, epochs)
        if self.bad_passes:
            bad = rng.random(PASSES) < self.bad_passes
            worse = endpoint.worse_by(BAD_RUN_DROP).answers(rng, PASSES, epochs)
            answers = np.where(bad[:, np.newaxis, np.newaxis], worse, answers)
        return answers


UNCHANGED: Final = "unchanged: false alarms"
FIVE_POINTS: Final = "five points worse: found"
THREE_ITEMS: Final = "3 of 150 items broken: found"
BAD_RUNS: Final = "one run in 20 ten points worse"


def _five_points(endpoint: Endpoint, _: np.random.Generator) -> Endpoint:
    return endpoint.worse_by(0.05)


def _three_items(endpoint: Endpoint, rng: np.random.Generator) -> Endpoint:
    return endpoint.broken(rng, 3)


def _bad_day(endpoint: Endpoint, _: np.random.Generator) -> Endpoint:
    return endpoint.worse_by(BAD_RUN_DROP)


def _scenarios() -> tuple[Scenario, ...]:
    rare = Scenario(group=UNCHANGED, words="", suite="", simulations=_SIMULATIONS_OF_RARE_EVENTS)
    bad = Scenario(group=BAD_RUNS, words="", suite="typical", bad_passes=BAD_RUN_SHARE)
    return (
        *(replace(rare, words="independent answers", suite=suite) for suite in SUITES),
        *(replace(rare, words="rho = 0.3", suite=s, rho=0.3) for s in ("typical", "noisy")),
        *(
            replace(rare, words="run shock = item noise", suite=s, shock=1.0)
            for s in ("typical", "noisy")
        ),
        *(
            Scenario(group=FIVE_POINTS, words="first check", suite=suite, change=_five_points)
            for suite in SUITES
        ),
        *(
            Scenario(group=THREE_ITEMS, words="first check", suite=suite, change=_three_items)
            for suite in SUITES
        ),
        replace(bad, words="a good day", simulations=_SIMULATIONS_OF_RARE_EVENTS),
        replace(bad, words="a bad day", change=_bad_day),
    )


SCENARIOS: Final = _scenarios()
