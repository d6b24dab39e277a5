"""Everything the bench measures, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.bench.compare_detectors import measure_detectors
from evals.bench.confirmation import measure_confirmation
from evals.bench.fleet import measure_fleet
from evals.bench.lag import measure_lag
from evals.bench.printed_mde import measure_printed_mde
from evals.bench.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.bench.figures import Figure


def measure(seeds: int, *, say: Callable[[str], None] = lambda _: None) -> dict[str, Figure]:
    """Measure every figure; the same ``seeds`` give the same figures.

    Args:
        seeds: Simulations of a row; rare events take four times as many, long ones a fifth.
        say: Told what is measured next.
    """
    figures: dict[str, Figure] = {}
    for scenario in SCENARIOS:
        say(scenario.key)
        figures |= measure_detectors(scenario, seeds * scenario.simulations)
    for name, part in (
        ("bad days", measure_confirmation),
        ("printed smallest drops", measure_printed_mde),
        ("lag", measure_lag),
        ("a fleet", measure_fleet),
    ):
        say(name)
        figures |= part(seeds)
    return figures
