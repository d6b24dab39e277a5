"""One task of a run beside its baseline."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evals.call_state import CallState
from evals.compare.basis import (
    answer_codes,
    clusters,
    in_state,
    outcomes,
    outcomes_by_round,
    shared_basis,
)
from evals.compare.comparison import ANSWERED_STATES, Estimate, StateRate, TaskComparison
from evals.compare.flips import flips_of
from evals.compare.voice import compare_voice
from evals.rounds import round_of
from evals.stats.answer_check import check_answers
from evals.stats.check import check_counts, check_outcomes
from evals.stats.intervals import wilson_interval
from evals.stats.outcomes import count_outcomes, sum_clusters
from evals.stats.rate_check import check_rate
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.compare.basis import Basis
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.stats.check import Check
    from evals.stats.outcomes import Counts
    from evals.stats.reference import Reference


def compare_task(
    task: str,
    *,
    planned: int,
    run: Sequence[SampleRecord],
    passes: Sequence[Sequence[SampleRecord]],
    items: Mapping[str, Item],
    alpha: float,
    by_round: bool = False,
    voice: bool = True,
) -> TaskComparison:
    """Compare one task with its baseline.

    Args:
        task: Its name.
        planned: Samples that the run set out to take.
        run: Samples of this task.
        passes: Samples of this task in each run of the baseline; empty without one.
        items: Every item by content digest.
        alpha: The level of each series.
        by_round: Each epoch is a pass of its own, and the first of a hundred asked every item; so
            it is an adaptive check. Otherwise epochs of one item count as correlated.
        voice: Listen to how the replies sound, too.
    """
    states = Counter(sample.state for sample in run)
    evenly = [sample for sample in run if asked_of_all(sample)] if by_round else run
    right = sum(1 for sample in evenly if sample.score.passed)
    graded = sum(1 for sample in evenly if sample.state is CallState.OK)
    alone = TaskComparison(
        task=task,
        planned=planned,
        states={state: states[state] for state in CallState if states[state]},
        score=estimate(evenly),
        bounds=_bounds(right, graded, len(evenly) if by_round else planned),
        rates=tuple(
            StateRate(state=s, count=n, n=len(run), rate=n / len(run), baseline_rate=None, p=None)
            for s, n in states.items()
            if s is not CallState.OK
        ),
    )
    if not passes:
        return alone
    basis = shared_basis(run, passes, items)
    compared = _beside(alone, basis, alpha=alpha, by_round=by_round)
    return replace(compared, voice=compare_voice(basis, alpha=alpha)) if voice else compared


def asked_of_all(sample: SampleRecord) -> bool:
    """Whether every item was asked in this sample's round; the noisy ones weigh no more there."""
    return round_of(sample.key.epoch).number == 1


def reference_of(basis: Basis) -> Reference:
    """Fit the baseline's passes on the shared items, clusters summed."""
    return fit_reference(_summed(count_outcomes(outcomes(basis)[0]), basis))


def counts_by_round(basis: Basis) -> Counts:
    """Count the run's outcomes, each epoch a pass, clusters summed."""
    return _summed(count_outcomes(outcomes_by_round(basis)), basis)


def estimate(samples: Iterable[SampleRecord]) -> Estimate:
    """Return the accuracy of the samples that are ok: the mean over items, as one answer each.

    Epochs of an item resemble each other, so they make its own rate surer and the suite's hardly:
    the Wilson interval counts items, however often they were asked.
    """
    graded: dict[str, list[bool]] = defaultdict(list)
    for sample in samples:
        if sample.score.passed is not None:
            graded[sample.item_digest].append(sample.score.passed)
    right = sum(sum(passed) / len(passed) for passed in graded.values())
    share = wilson_interval(min(right, len(graded)), len(graded))
    rate = right / len(graded) if graded else None
    return Estimate(rate=rate, low=share.low, high=share.high, n=len(graded))


def _summed(counts: Counts, basis: Basis) -> Counts:
    members = clusters(basis)
    return counts if members is None else sum_clusters(counts, members)


def _check(basis: Basis, *, alpha: float, by_round: bool) -> Check:
    if by_round:
        return check_counts(reference_of(basis), counts_by_round(basis), alpha=alpha)
    before, after = outcomes(basis)
    return check_outcomes(before, after, alpha=alpha, clusters=clusters(basis))


def _beside(alone: TaskComparison, basis: Basis, *, alpha: float, by_round: bool) -> TaskComparison:
    if not basis.items:
        return replace(alone, excluded=basis.excluded)
    answers = check_answers(*answer_codes(basis), alpha=alpha, clusters=clusters(basis))
    return replace(
        alone,
        baseline_score=estimate(s for one in basis.passes for row in one for s in row),
        check=_check(basis, alpha=alpha, by_round=by_round),
        answers=answers,
        rates=_rates(basis, alpha=alpha),
        flips=flips_of(basis, answers.changed),
        excluded=basis.excluded,
    )


def _bounds(right: int, ok: int, planned: int) -> tuple[float, float]:
    """Return correct/N and (correct + not ok)/N; a run that planned nothing knows nothing."""
    return (right / planned, (right + planned - ok) / planned) if planned else (0.0, 1.0)


def _rates(basis: Basis, *, alpha: float) -> tuple[StateRate, ...]:
    """Test each state that was seen on either side; one seen nowhere has nothing to say."""
    seen = {s.state for one in (*basis.passes, basis.run) for row in one for s in row}
    return tuple(
        _rate(basis, state, alpha=alpha)
        for state in CallState
        if state is not CallState.OK and state in seen
    )


def _rate(basis: Basis, state: CallState, *, alpha: float) -> StateRate:
    before, after = in_state(basis, state)
    check = check_rate(before, after, alpha=alpha / ANSWERED_STATES, clusters=clusters(basis))
    return StateRate(
        state=state,
        count=int(np.nansum(after)),
        n=int((~np.isnan(after)).sum()),
        rate=check.rate,
        baseline_rate=check.baseline_rate,
        p=float(np.minimum(1.0, check.p * ANSWERED_STATES)),
    )
