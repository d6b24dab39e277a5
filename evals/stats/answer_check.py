"""Did the answers change, right or wrong? Agreement with the baseline's usual answer."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.check import Check, check_counts
from evals.stats.outcomes import Counts, count_outcomes, sum_clusters
from evals.stats.permutation import permutation_tails
from evals.stats.reference import Support, fit_reference
from evals.stats.variance import SHOCK_PRIOR, RunShock

if TYPE_CHECKING:
    from evals.stats.arrays import Ints
    from evals.stats.permutation import Permutation

MISSING: Final = -1
"""The code of an answer that was not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCheck:
    """Whether a run answers differently. It says `changed`, never `regressed`.

    Attributes:
        p_changed: 2 min(p_sum, p_flip) of a drop in agreement, at most 1.
        p_sum: One-sided p-value of the total agreement.
        p_flip: One-sided p-value of the summed item evidence.
        changed: Items whose most frequent answer in the run is not the usual one.
        share_changed: Share of the run's answers that are not the usual one.
        expected_share: The same share as the unchanged endpoint would have it.
        low: Lower end of the 95 % interval of share_changed minus expected_share.
        high: Upper end of it.
        mde: Smallest additional share of changed answers that this check sees with 80 % power.
        items: Items compared, each by itself, whatever its cluster.
        draws: Answers of the run that were compared.
        passes: Baseline passes that the expected share rests on (half of the baseline).
        support: What the baseline can support; ``nothing_shared`` leaves every figure nan.
        reason: Why there is no figure, or None.
    """

    p_changed: float
    p_sum: float
    p_flip: float
    changed: tuple[int, ...]
    share_changed: float
    expected_share: float
    low: float
    high: float
    mde: float
    items: int
    draws: int
    passes: int
    support: Support
    reason: str | None


def check_answers(
    baseline: Ints,
    run: Ints,
    *,
    alpha: float,
    clusters: Ints | None = None,
    shock: RunShock = SHOCK_PRIOR,
) -> AnswerCheck:
    """Check whether the run's answers are still the usual ones.

    ``baseline`` is ``[passes, items, epochs]`` and ``run`` ``[items, epochs]`` of answer codes:
    equal codes, equal answers; -1 is missing. The usual answer of an item is its most frequent code
    in the passes of odd index; how often it is given is learned from the passes of even index, so
    that no answer votes for itself; y = [answer = usual answer] then takes the test of
    ``check_outcomes``. A small baseline is guarded by an exact permutation test over all its passes
    and the run, on agreement with the most frequent answer of all of them. It sees any change that
    changes a code, and nothing about which answer is better. Items of one of the ``clusters``, as
    in ``check_outcomes``, change their answers together: their agreement is summed first. Needs two
    passes, otherwise every figure is nan and ``reason`` says why.

    >>> codes = np.tile(np.arange(40)[:, np.newaxis], (4, 1, 1))
    >>> run = codes[0].copy()
    >>> run[:7] += 100
    >>> check = check_answers(codes, run, alpha=1 / 260)
    >>> check.p_changed < 0.001, check.changed, round(check.share_changed, 3)
    (True, (0, 1, 2, 3, 4, 5, 6), 0.175)
    """
    answered = baseline[(baseline != MISSING).any(axis=(1, 2))]
    if answered.shape[0] < 2:
        return _nothing("the baseline needs two passes with answers")
    usual = modal_answers(answered[1::2])
    before, now = _agreement(answered[0::2], usual), _agreement(run, usual)
    agreement = check_counts(
        fit_reference(_summed(before, clusters), shock=shock),
        _summed(now, clusters),
        alpha=alpha,
        floor=_permutation_floor(answered, run, clusters),
    )
    if agreement.support is Support.NOTHING_SHARED:
        return _nothing("no item was answered in both halves of the baseline and in the run")
    compared = int((before.seen & now.seen).sum())
    return _from_agreement(agreement, compared, _moved(run, usual))


def modal_answers(codes: Ints) -> Ints:
    """Return each item's most frequent code over ``[passes, items, epochs]``; -1 where none is.

    Of equally frequent codes the smallest wins.

    >>> modal_answers(np.array([[[3], [5]], [[3], [-1]], [[4], [-1]]])).tolist()
    [3, 5]
    """
    answers = np.moveaxis(codes, 1, 0).reshape(codes.shape[1], -1)
    votes = (answers[:, :, np.newaxis] == answers[:, np.newaxis, :]).sum(axis=2)
    votes = np.where(answers == MISSING, 0, votes)
    winners = (votes == votes.max(axis=1, keepdims=True)) & (answers != MISSING)
    codes_or_top = np.where(winners, answers, np.iinfo(np.int64).max)
    smallest = codes_or_top.min(axis=1)
    return np.where(winners.any(axis=1), smallest, MISSING)


def _agreement(codes: Ints, usual: Ints) -> Counts:
    usual = usual[:, np.newaxis]
    return count_outcomes(np.where((codes == MISSING) | (usual == MISSING), np.nan, codes == usual))


def _summed(counts: Counts, clusters: Ints | None) -> Counts:
    return counts if clusters is None else sum_clusters(counts, clusters)


def _permutation_floor(baseline: Ints, run: Ints, clusters: Ints | None) -> Permutation:
    """Return the exact tails of the run's agreement when every pass, the run too, has one vote.

    One each, however often it asked: a run that asks more than the passes would outvote them, and
    then agree with nobody but itself.
    """
    votes = np.array([modal_answers(one[np.newaxis]) for one in (*baseline, run)])
    usual = modal_answers(votes[:, :, np.newaxis])
    before, now = (_summed(_agreement(side, usual), clusters) for side in (baseline, run))
    return permutation_tails(before, now.successes[0], now.draws[0])


def _moved(run: Ints, usual: Ints) -> tuple[int, ...]:
    now = modal_answers(run[np.newaxis])
    return tuple(np.flatnonzero((now != usual) & (now != MISSING) & (usual != MISSING)).tolist())


def _from_agreement(agreement: Check, compared: int, changed: tuple[int, ...]) -> AnswerCheck:
    return AnswerCheck(
        p_changed=agreement.p_drop,
        p_sum=agreement.p_sum_drop,
        p_flip=agreement.p_flip_drop,
        changed=changed,
        share_changed=1 - agreement.run_rate,
        expected_share=1 - agreement.run_rate + agreement.effect,
        low=-agreement.high,
        high=-agreement.low,
        mde=agreement.mde,
        items=compared,
        draws=agreement.draws,
        passes=agreement.passes,
        support=agreement.support,
        reason=None,
    )


def _nothing(reason: str) -> AnswerCheck:
    return AnswerCheck(
        p_changed=nan,
        p_sum=nan,
        p_flip=nan,
        changed=(),
        share_changed=nan,
        expected_share=nan,
        low=nan,
        high=nan,
        mde=nan,
        items=0,
        draws=0,
        passes=0,
        support=Support.NOTHING_SHARED,
        reason=reason,
    )
