"""Ask the odd ones again: evidence from items that failed where failing was improbable."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.flips import score_items
from evals.stats.prediction import predict_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.stats.outcomes import Counts
    from evals.stats.reference import Reference

MOST_RETESTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest:
    """What first answers and repeated ones say together.

    Attributes:
        log_e: Natural logarithm of the e-value for a drop; nan when nothing is shared.
        needed: The logarithm of 2 / alpha, at which it alarms.
        alarm: Whether it does.
    """

    log_e: float
    needed: float
    alarm: bool


def items_to_ask_again(fell: Sequence[int], again: Counts) -> tuple[int, ...]:
    """Return which of the fallen items still need an answer: none clean yet, and fewer than three.

    ``fell`` is Check.fell of the first answers, ``again`` the counts of the repeated ones so far.

    >>> from evals.stats.outcomes import Counts
    >>> again = Counts(successes=np.array([[0, 1, 0]]), draws=np.array([[1, 1, 3]]))
    >>> items_to_ask_again((0, 1, 2), again)
    (0,)
    """
    so_far = again.pooled()
    return tuple(
        item
        for item in fell
        if so_far.successes[0, item] == 0 and so_far.draws[0, item] < MOST_RETESTS
    )


def weigh_retests(reference: Reference, first: Counts, again: Counts, *, alpha: float) -> Retest:
    """Weigh first and repeated answers as one e-value; alarm at E >= 2 / alpha.

    E is the product over items of (1 - eps) + eps BF_i at the item's counts over both. Its mean is
    1 if nothing changed, and it stays so whichever items are asked again and whenever that stops,
    because a likelihood ratio does not depend on the stopping rule: choosing the odd ones is fair
    here, and nowhere else. So repeated answers enter this and no p-value. The factor 2 shares alpha
    with the first check. Each row of ``again`` is one round of asking; answers of one round to one
    item count as correlated. A run shock is not allowed for: ask later, not at once.

    >>> from evals.stats.outcomes import Counts
    >>> from evals.stats.reference import fit_reference
    >>> ones = np.ones((16, 150), dtype=np.int64)
    >>> reference = fit_reference(Counts(successes=ones, draws=ones))
    >>> first = Counts(successes=np.repeat([[0, 1]], [3, 147], axis=1), draws=ones[:1])
    >>> again = Counts(successes=0 * ones[:1], draws=np.repeat([[3, 0]], [3, 147], axis=1))
    >>> weigh_retests(reference, first, again, alpha=1 / 260).alarm
    True
    """
    needed = log(2 / alpha)
    before, after = first.pooled(), again.pooled()
    draws = (before.draws + after.draws)[0]
    successes = (before.successes + after.successes)[0]
    shared = np.flatnonzero(reference.counts.seen & (draws > 0))
    if shared.size == 0:
        return Retest(log_e=nan, needed=needed, alarm=False)
    prediction = predict_run(
        reference.model.of_items(shared),
        draws[shared],
        runs=first.passes + again.passes,
        shock=reference.shock,
    )
    scores = score_items(prediction, side="drop").log_ratios
    log_e = float(scores[np.arange(shared.size), successes[shared]].sum())
    return Retest(log_e=log_e, needed=needed, alarm=log_e >= needed)
