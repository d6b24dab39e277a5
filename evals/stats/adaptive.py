"""The adaptive check: few calls while nothing is odd, more where something is.

Round 1 asks every item once; rounds 2 to 4 ask the informative items again; then the odd ones are
asked again (see retest), and a suspicious total is repeated later the same day. Each round is a
pass of its own in ``Counts``: rounds are spread in time, so their answers are not correlated.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from evals.stats.outcomes import Counts

if TYPE_CHECKING:
    from evals.stats.reference import Reference
    from evals.stats.retest import Retest

EXTRA_ROUNDS: Final = 3
_MOST_INFORMATIVE: Final = 40
_OF_ITEMS: Final = 150  # a look of 40 in 150 costs 1.8 calls an item, and leaves 0.2 for retests
_SUSPICIOUS: Final = 0.10
_NOISE_DECIMALS: Final = 9


class Suspect(Protocol):
    """A check of the first rounds, of which only the p-value of a drop matters here."""

    @property
    def p_drop(self) -> float:
        """2 min(p_sum, p_flip)."""


class NextStep(StrEnum):
    """What follows the first rounds and their retests."""

    ALARM = "alarm"
    REPEAT_LATER = "repeat_later"
    QUIET = "quiet"


def informative_items(reference: Reference, *, most: int = _MOST_INFORMATIVE) -> tuple[int, ...]:
    """Return the items worth asking three times more: the noisiest, at most 40 in every 150.

    Their answers vary, so one answer says least. The share keeps an unchanged check below half of
    four full passes at any size. The choice is made from the baseline alone, and the model is not
    refitted to it. In ascending order of index.

    >>> from evals.stats.reference import fit_reference
    >>> successes = np.ones((8, 9), dtype=np.int64)
    >>> successes[::2, 4] = 0
    >>> known = fit_reference(Counts(successes=successes, draws=np.ones_like(successes)))
    >>> informative_items(known, most=1)
    (4,)
    """
    seen = np.flatnonzero(reference.counts.seen)
    wanted = min(most, seen.size * _MOST_INFORMATIVE // _OF_ITEMS)
    # Equal histories differ in the last bit, by machine; a resumed run must choose as it began.
    noise = reference.model.noise[seen].round(_NOISE_DECIMALS)
    noisiest = np.argsort(-noise, kind="stable")[:wanted]
    return tuple(sorted(seen[noisiest].tolist()))


def next_step(first: Suspect, retest: Retest, *, suspicious: float = _SUSPICIOUS) -> NextStep:
    """Say what follows the first rounds: alarm on repeated failures, repeat a suspicious total.

    Alarm when E >= 2 / alpha; repeat the same rounds later when p_drop <= 0.10, and judge both
    together by ``check_counts`` on ``join_rounds`` at alpha. Retests enter the e-value only. The
    trigger heeds the flip test too, so that a drop among items that were always right is followed
    up.

    >>> from evals.stats.check import check_outcomes
    >>> from evals.stats.retest import Retest
    >>> same = check_outcomes(np.ones((16, 40, 1)), np.ones((40, 1)), alpha=1 / 260)
    >>> next_step(same, Retest(log_e=-1.0, needed=6.3, alarm=False))
    <NextStep.QUIET: 'quiet'>
    """
    if retest.alarm:
        return NextStep.ALARM
    return NextStep.REPEAT_LATER if first.p_drop <= suspicious else NextStep.QUIET


def join_rounds(*rounds: Counts) -> Counts:
    """Put rounds below one another: what was asked in each stays a pass of its own.

    >>> one = Counts(successes=np.array([[1]]), draws=np.array([[1]]))
    >>> join_rounds(one, one).passes
    2
    """
    return Counts(
        successes=np.vstack([counts.successes for counts in rounds]),
        draws=np.vstack([counts.draws for counts in rounds]),
    )
