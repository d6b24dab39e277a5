"""Outcomes become counts: how often an item was asked and succeeded; missing stays missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evals.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Successes and draws per pass and item, both ``[passes, items]``.

    An item that was not answered in a pass has zero draws there, and says nothing.
    """

    successes: Ints
    draws: Ints

    @property
    def passes(self) -> int:
        """How many passes hold at least one answer."""
        return int((self.draws.sum(axis=1) > 0).sum())

    @property
    def items(self) -> int:
        """How many items there are, answered or not."""
        return int(self.draws.shape[1])

    @property
    def seen(self) -> Bools:
        """Which items were answered in at least one pass, ``[items]``."""
        return np.asarray(self.draws.sum(axis=0) > 0)

    @property
    def sizes(self) -> Ints:
        """How many answers of each column make one pass, ``[items]``: 1, its epochs, its cluster.

        The lower quintile of its draws over the passes that answered it (at least 1): a few missing
        answers do not shrink it, and later runs that asked some items more often do not raise it.
        """
        ordered = np.sort(self.draws, axis=0)
        empty = (ordered == 0).sum(axis=0)
        answered = np.maximum(self.draws.shape[0] - empty, 1)
        position = np.minimum(empty + (answered - 1) // 5, self.draws.shape[0] - 1)
        return np.asarray(np.maximum(ordered[position, np.arange(self.items)], 1))

    def pooled(self) -> Counts:
        """Sum all passes into one."""
        return Counts(
            successes=self.successes.sum(axis=0, keepdims=True),
            draws=self.draws.sum(axis=0, keepdims=True),
        )

    def of_items(self, items: Ints) -> Counts:
        """Keep the columns ``items``, in that order."""
        return Counts(successes=self.successes[:, items], draws=self.draws[:, items])

    def of_passes(self, passes: Ints) -> Counts:
        """Keep the rows ``passes``, in that order."""
        return Counts(successes=self.successes[passes], draws=self.draws[passes])

    def rates(self) -> Floats:
        """Return each item's share of successes over all passes; nan where it never answered."""
        draws = self.draws.sum(axis=0)
        rates = np.full(self.items, np.nan)
        np.divide(self.successes.sum(axis=0), draws, out=rates, where=draws > 0)
        return rates


def count_outcomes(outcomes: Floats) -> Counts:
    """Count an outcome array ``[passes, items, epochs]`` (or ``[items, epochs]``, one pass).

    Values are 1 (success), 0 (failure) or nan (not measured). Anything else raises ValueError:
    partial credit has to be cut into right and wrong by the scorer, not by rounding here.

    >>> counts = count_outcomes(np.array([[1.0, 0.0], [1.0, np.nan], [np.nan, np.nan]]))
    >>> counts.successes.tolist(), counts.draws.tolist()
    ([[1, 1, 0]], [[2, 1, 0]])
    """
    values = np.asarray(outcomes, dtype=float)
    if values.ndim == 2:
        values = values[np.newaxis]
    if values.ndim != 3:
        raise ValueError(f"outcomes need the axes [passes, items, epochs], got {values.ndim} axes")
    measured = ~np.isnan(values)
    filled = np.where(measured, values, 0.0)
    if not np.isin(filled, (0.0, 1.0)).all():
        raise ValueError("outcomes are 0, 1 or nan")
    return Counts(
        successes=filled.sum(axis=2).astype(np.int64), draws=measured.sum(axis=2).astype(np.int64)
    )


def sum_clusters(counts: Counts, clusters: Ints) -> Counts:
    """Add up the items of one cluster (a document, a paraphrase family): they move together.

    ``clusters[i]`` is the cluster of item i, 0 to C - 1; the result has C columns. The members of a
    cluster are then modelled like correlated epochs of one item.

    >>> counts = count_outcomes(np.array([[1.0], [0.0], [1.0]]))
    >>> sum_clusters(counts, np.array([0, 0, 1])).draws.tolist()
    [[2, 1]]
    """
    size = int(clusters.max(initial=-1)) + 1
    membership = np.zeros((counts.items, size), dtype=np.int64)
    membership[np.arange(counts.items), clusters] = 1
    return Counts(successes=counts.successes @ membership, draws=counts.draws @ membership)
