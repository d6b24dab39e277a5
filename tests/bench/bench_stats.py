"""Print how long the statistics take: ``python -m tests.bench.bench_stats``. Never a test."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from evals.bench.endpoints import Endpoint, noisy_suite
from evals.stats import scan
from evals.stats.check import check_outcomes
from evals.stats.outcomes import count_outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
from functools import partial


def best_of(repeats: int, work: Callable[[], object]) -> float:
    """Return the shortest duration in milliseconds."""
    durations = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        durations.append(time.perf_counter() - begun)
    return min(durations) * 1000


def main() -> None:
    rng = np.random.default_rng(1)
    endpoint = Endpoint(p=noisy_suite(rng))
    for epochs in (1, 4):
        answers = endpoint.answers(rng, 17, epochs)
        check = partial(check_outcomes, answers[:16], answers[16], alpha=1 / 260)
        spent = best_of(20, check)
        sys.stdout.write(f"check, 150 items x {epochs}, 16 passes: {spent:.1f} ms (goal 50)\n")
    weeks = [count_outcomes(run) for run in endpoint.answers(rng, 52)]
    begin = scan.start(count_outcomes(endpoint.answers(rng, 16)))

    def year() -> None:
        state = begin
        for week in weeks:
            state = scan.step(state, week)

    sys.stdout.write(f"scan, 52 weeks of 150 items: {best_of(3, year):.0f} ms (goal 1000)\n")


if __name__ == "__main__":
    main()
