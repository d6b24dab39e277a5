"""The A/A report: what passes over an unchanged endpoint say of its noise, and of the items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.rounds import Stage
from evals.sampling import counts_of, plan_look
from evals.stats.check import check_counts
from evals.stats.outcomes import Counts
from evals.stats.reference import fit_reference
from evals.stats.variance import estimate_rho

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.terms import Terms
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.stats.arrays import Ints
    from evals.stats.reference import Support

_COIN: Final = (0.35, 0.65)
"""Shares of right answers between which an item says as little as a coin."""
_ENOUGH_ANSWERS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """What the passes over one task say. Rates are fractions.

    Attributes:
        items: Items with an answer.
        passes: Passes with an answer.
        rate: Share of right answers.
        vbar: Mean item noise, mean of p (1 - p).
        rho: Within-run correlation of an item's epochs; None where no pass asked an item twice.
        shock_ratio: Run-shock ratio lambda, at least 1.
        mde: Smallest drop that an adaptive check's first look sees 4 times in 5.
        support: What these passes can support.
        always: Items that were always right.
        never: Ids of items that were never right: too hard, or a wrong target.
        coins: Ids of items that were right about every other time: noisy, or ambiguous.
        missing: Answers that could not be graded.
    """

    task: str
    items: int
    passes: int
    rate: float
    vbar: float
    rho: float | None
    shock_ratio: float
    mde: float
    support: Support
    always: int
    never: tuple[str, ...]
    coins: tuple[str, ...]
    missing: int


def report_unchanged(
    task: str, items: Sequence[Item], passes: Sequence[Sequence[SampleRecord]], terms: Terms
) -> Unchanged:
    """Report on unchanged ``passes`` over one task; ``terms`` are those of the checks to come."""
    counts = counts_of(items, passes)
    reference = fit_reference(counts)
    look = plan_look(items, passes, terms)
    position = {item.id: index for index, item in enumerate(items)}
    asked = [(one.epoch - 1, position[one.item.id]) for one in look.samples(Stage.FIRST)]
    seen = check_counts(reference, _all_right(asked, len(items)), alpha=terms.alpha)
    rates = counts.rates()
    known = counts.draws.sum(axis=0) >= _ENOUGH_ANSWERS
    low, high = _COIN
    return Unchanged(
        task=task,
        items=int(counts.seen.sum()),
        passes=counts.passes,
        rate=float(counts.successes.sum() / max(1, counts.draws.sum())),
        vbar=float(reference.model.noise[counts.seen].mean()) if counts.seen.any() else 0.0,
        rho=estimate_rho(counts) if (counts.draws > 1).any() else None,
        shock_ratio=reference.shock.ratio,
        mde=seen.mde,
        support=seen.support,
        always=int((rates == 1).sum()),
        never=_ids(items, np.flatnonzero(rates == 0)),
        coins=_ids(items, np.flatnonzero(known & (rates >= low) & (rates <= high))),
        missing=sum(s.score.passed is None for samples in passes for s in samples),
    )


def _ids(items: Sequence[Item], indices: Ints) -> tuple[str, ...]:
    return tuple(items[index].id for index in indices.tolist())


def _all_right(asked: Sequence[tuple[int, int]], items: int) -> Counts:
    """Return counts of a look; only how often each item was asked matters to what it can see."""
    draws = np.zeros((1 + max(row for row, _ in asked), items), dtype=np.int64)
    for row, item in asked:
        draws[row, item] += 1
    return Counts(successes=draws, draws=draws)
