"""B against A on one group of items: a task, or a tag of it."""

from __future__ import annotations

from math import ceil, isnan, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals import numbers
from evals.compare.basis import Basis, clusters, outcomes
from evals.compare.task import estimate
from evals.stats.noninferiority import SwapVerdict, compare_models
from evals.swap.swap import SwapRow

if TYPE_CHECKING:
    from evals.stats.arrays import Bools, Floats, Ints
    from evals.stats.noninferiority import Swap

_MOST_ITEMS: Final = 1_000_000
"""An answer beyond this is no plan any more."""


def compare_group(name: str, basis: Basis, *, margin: float, missing: str | None) -> SwapRow:
    """Compare the items of ``basis``, whose only pass is A and whose run is B.

    An item that one side never answered takes no part. ``missing`` says why nothing can be decided,
    whatever the numbers are.
    """
    (before, *_), after = outcomes(basis) if basis.items else _no_outcomes()
    both = ~(np.isnan(before).all(axis=1) | np.isnan(after).all(axis=1))
    groups = clusters(basis) if basis.items else None
    swap = compare_models(_rows(before, both, groups), _rows(after, both, groups), margin=margin)
    needed = _items_needed(swap, margin) if missing is None else None
    verdict = SwapVerdict.CANNOT_TELL if missing is not None else swap.verdict
    chosen = np.flatnonzero(both)
    return SwapRow(
        name=name,
        verdict=verdict,
        reason=missing or _reason(swap, margin, needed),
        a=estimate(s for i in chosen for s in basis.passes[0][i]),
        b=estimate(s for i in chosen for s in basis.run[i]),
        difference=swap.difference,
        low=max(swap.low, -1.0) if swap.items else nan,
        high=min(swap.high, 1.0) if swap.items else nan,
        provable_margin=min(swap.provable_margin, 1.0) if swap.items else nan,
        items=swap.items,
        share_differing=swap.share_differing,
        items_needed=needed,
    )


def tags_of(basis: Basis) -> tuple[str, ...]:
    """Return the tags of the shared items, in order; one that every item has is left out."""
    found = sorted({tag for item in basis.items for tag in item.tags})
    return tuple(tag for tag in found if not all(tag in item.tags for item in basis.items))


def of_tag(basis: Basis, tag: str) -> Basis:
    """Keep the items that have ``tag``."""
    kept = [index for index, item in enumerate(basis.items) if tag in item.tags]
    return Basis(
        items=tuple(basis.items[index] for index in kept),
        run=tuple(basis.run[index] for index in kept),
        passes=tuple(tuple(one[index] for index in kept) for one in basis.passes),
        excluded=(),
    )


def _no_outcomes() -> tuple[Floats, Floats]:
    return np.empty((1, 0, 1)), np.empty((0, 1))


def _rows(values: Floats, both: Bools, groups: Ints | None) -> Floats:
    """Blank what one side never answered; put the items of a cluster into one row."""
    shared = np.where(both[:, np.newaxis], values, np.nan)
    if groups is None:
        return shared
    members = [shared[groups == group].ravel() for group in range(int(groups.max()) + 1)]
    table = np.full((len(members), max(row.size for row in members)), np.nan)
    for row, answers in zip(table, members, strict=True):
        row[: answers.size] = answers
    return table


def _items_needed(swap: Swap, margin: float) -> int | None:
    """Return about how many items settle it: for equal models, or else for the observed difference.

    The formula for equal models may ask for no more items than there were; then B was unlucky or
    is worse, and what separates the observed difference from the margin says how many it takes.
    """
    if swap.verdict is not SwapVerdict.CANNOT_TELL or swap.items_needed is None:
        return None
    if swap.items_needed > swap.items:
        return swap.items_needed
    distance = abs((swap.low + swap.high) / 2 + margin)
    needed = swap.items_needed * (margin / distance) ** 2 if distance > 0 else _MOST_ITEMS
    return max(swap.items + 1, ceil(needed)) if needed < _MOST_ITEMS else None


def _reason(swap: Swap, margin: float, needed: int | None) -> str:
    if isnan(swap.difference):
        return "no item was answered by both"
    wanted = numbers.size(margin)
    if swap.verdict is SwapVerdict.SAFE:
        worse = "no worse" if swap.low >= 0 else f"at most {numbers.size(swap.low)} worse"
        return f"B is {worse} than A, with 95 % confidence; {wanted} would be acceptable"
    if swap.verdict is SwapVerdict.NOT_SAFE:
        return (
            f"B is at least {numbers.size(swap.high)} worse than A, with 95 % confidence; "
            f"{wanted} would be acceptable"
        )
    proven = numbers.size(swap.provable_margin) if swap.provable_margin < 1 else "nothing"
    count = f"about {numbers.count(needed)} items needed" if needed else "no number of items helps"
    sentence = f"{count} for a margin of {wanted}; these {swap.items} prove {proven}"
    worse = "; B is worse than A, perhaps by less than the margin" if swap.high < 0 else ""
    return sentence + worse
