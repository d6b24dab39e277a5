"""One task of a run beside its baseline."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.compare.basis import (
    answer_codes,
    clusters,
    in_state,
    outcomes,
    outcomes_by_round,
    shared_basis,
)
from evals.compare.comparison import Estimate, Flip, StateRate, TaskComparison
from evals.rounds import round_of
from evals.stats.answer_check import check_answers
from evals.stats.check import check_counts, check_outcomes
from evals.stats.intervals import wilson_interval
from evals.stats.outcomes import count_outcomes, sum_clusters
from evals.stats.rate_check import check_rate
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.compare.basis import Basis, Samples
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.stats.answer_check import AnswerCheck
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
            StateRate(state=s, count=n, rate=n / len(run), baseline_rate=None, p=None)
            for s, n in states.items()
            if s is not CallState.OK
        ),
    )
    if not passes:
        return alone
    return _beside(alone, shared_basis(run, passes, items), alpha=alpha, by_round=by_round)


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
    """Return the accuracy of the samples that are ok, with its 95 % Wilson interval."""
    graded = [sample.score.passed for sample in samples if sample.score.passed is not None]
    right = sum(graded)
    share = wilson_interval(right, len(graded))
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
    answers = check_answers(*answer_codes(basis), alpha=alpha)
    return replace(
        alone,
        baseline_score=estimate(s for one in basis.passes for row in one for s in row),
        check=_check(basis, alpha=alpha, by_round=by_round),
        answers=answers,
        rates=_rates(alone, basis, alpha=alpha),
        flips=_flips(basis, answers),
        excluded=basis.excluded,
    )


def _bounds(right: int, ok: int, planned: int) -> tuple[float, float]:
    """Return correct/N and (correct + not ok)/N; a run that planned nothing knows nothing."""
    return (right / planned, (right + planned - ok) / planned) if planned else (0.0, 1.0)


def _rates(alone: TaskComparison, basis: Basis, *, alpha: float) -> tuple[StateRate, ...]:
    """Test each state that was seen on either side; one seen nowhere has nothing to say."""
    seen = {s.state for one in basis.passes for row in one for s in row} | set(alone.states)
    rates = []
    for state in CallState:
        if state is CallState.OK or state not in seen:
            continue
        check = check_rate(*in_state(basis, state), alpha=alpha)
        rates.append(
            StateRate(
                state=state,
                count=alone.states.get(state, 0),
                rate=check.rate,
                baseline_rate=check.baseline_rate,
                p=check.p,
            )
        )
    return tuple(rates)


def _flips(basis: Basis, answers: AnswerCheck) -> tuple[Flip, ...]:
    flips = []
    for index, (item, after) in enumerate(zip(basis.items, basis.run, strict=True)):
        before = tuple(sample for one in basis.passes for sample in one[index])
        now, then = _pass_rate(after), _pass_rate(before)
        if now is None or then is None:
            continue
        if abs(now - then) > 0.5 or index in answers.changed:
            flips.append(_flip(item, before, after, then=then, now=now))
    return tuple(sorted(flips, key=lambda flip: (flip.surprise, flip.item_id)))


def _flip(item: Item, before: Samples, after: Samples, *, then: float, now: float) -> Flip:
    graded = sum(1 for sample in before if sample.score.passed is not None)
    # The chance that the next attempt goes so, after `graded` attempts (Jeffreys).
    chance_of_right = (then * graded + 0.5) / (graded + 1)
    return Flip(
        item_id=item.id,
        prompt=item.messages[-1].content,
        targets=item.targets,
        before=_usual_answer(before),
        after=_usual_answer(after),
        before_pass_rate=then,
        after_pass_rate=now,
        surprise=chance_of_right if now > then else 1 - chance_of_right,
        severity=item.severity,
    )


def _pass_rate(samples: Samples) -> float | None:
    graded = [sample.score.passed for sample in samples if sample.score.passed is not None]
    return sum(graded) / len(graded) if graded else None


def _usual_answer(samples: Samples) -> str:
    said = [s.score.parsed or s.text or "" for s in samples if s.state is CallState.OK]
    return Counter(said).most_common(1)[0][0] if said else ""
