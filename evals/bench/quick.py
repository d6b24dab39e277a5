"""The check's p-value without its interval, its rise and its smallest drop: a third of the time.

Thousands of simulations need nothing else; a test holds it equal to ``check_counts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.flips import flip_p, score_items
from evals.stats.prediction import predict_run
from evals.stats.totals import compare_totals

if TYPE_CHECKING:
    from evals.stats.outcomes import Counts
    from evals.stats.reference import Reference

_DISCORDANT: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """What ``check_counts`` says of a drop, for a baseline of full support that saw every item."""

    p_drop: float
    fell: tuple[int, ...]


def quick_check(reference: Reference, run: Counts) -> Quick:
    """Return p_drop and the fallen items of ``check_counts``; every item must have an answer."""
    window = run.pooled()
    successes, draws = window.successes[0], window.draws[0]
    prediction = predict_run(
        reference.model,
        draws,
        runs=run.passes,
        shock=reference.shock,
        sizes=reference.counts.sizes,
    )
    p_sum = compare_totals(prediction, successes).p_drop
    p_flip = flip_p(prediction, score_items(prediction, side="drop"), successes)
    below = prediction.pmfs.cumsum(axis=1)[np.arange(draws.size), successes]
    return Quick(
        p_drop=min(1.0, 2 * min(p_sum, p_flip)),
        fell=tuple(np.flatnonzero(below <= _DISCORDANT).tolist()),
    )
