"""One task of an adaptive check beside its baseline: both looks judged, retests weighed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from evals.compare.basis import clusters, shared_basis
from evals.compare.sampling import Fallen, Progress, advance, levels_by, may_retest
from evals.compare.standing import Confirmation, Sampling, WholeLook
from evals.compare.task import asked_of_all, compare_task, counts_by_round, reference_of
from evals.policy import Series
from evals.rounds import Stage, of_stage, round_of
from evals.stats.outcomes import Counts
from evals.stats.retest import items_to_ask_again, weigh_retests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.compare.basis import Basis
    from evals.compare.comparison import TaskComparison
    from evals.compare.since import SeriesMemory
    from evals.compare.terms import Terms
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.stats.retest import Retest


def compare_adaptive_task(
    task: str,
    *,
    planned: int,
    run: Sequence[SampleRecord],
    passes: Sequence[Sequence[SampleRecord]],
    items: Mapping[str, Item],
    alpha: float,
    terms: Terms,
    memory: Sequence[SeriesMemory] = (),
    voice: bool = True,
    look: WholeLook | None = None,
) -> TaskComparison:
    """Compare one task of an adaptive check with its baseline, and say where the check stands.

    ``planned`` counts the samples of one look, ``terms`` are those of the run; for the rest see
    `compare_task`. ``memory`` is the state of each series after what was looked at by now; what it
    finds is confirmed as what the first look finds by itself. Once repeated, both looks are judged
    together, each round a pass, and the share that is missing counts over both. Retests enter the
    e-value in ``sampling`` and nothing else. ``look`` is that of the task, where ``run`` is one of
    its several series: how many rows that has depends on the answers.
    """
    looked, repeated, retests = (
        of_stage(run, stage) for stage in (Stage.FIRST, Stage.REPEAT, Stage.RETEST)
    )

    def compared(samples: Sequence[SampleRecord], planned: int) -> TaskComparison:
        found = compare_task(
            task,
            planned=planned,
            run=samples,
            passes=passes,
            items=items,
            alpha=alpha,
            by_round=True,
            voice=voice,
        )
        return replace(found, memory=tuple(memory))

    first = compared(looked, planned)
    fallen, retest = _weigh(first, looked, retests, passes, items, terms=terms)
    whole = look or WholeLook(planned=planned, looked=len(looked), repeated=len(repeated))
    progress = Progress(
        first=first,
        planned=whole.planned,
        looked=whole.looked,
        repeated=whole.repeated,
        fallen=fallen,
        retested=len(retests),
        retest=retest,
        most_calls=_most_calls(looked, look, terms),
    )
    sampling = advance(_facts(looked, retests, repeated, retest, look), progress, terms)
    if not whole.repeated:
        return replace(first, sampling=sampling)
    both = [*looked, *repeated]
    planned = 2 * planned if look is None else len(both) + look.missing
    return replace(compared(both, planned), sampling=sampling)


def _most_calls(looked: Sequence[SampleRecord], look: WholeLook | None, terms: Terms) -> int:
    """Return the calls that the check may take: of a probe, two whole looks."""
    if look is not None:
        return 2 * look.planned
    return floor(terms.most_calls_per_item * sum(map(asked_of_all, looked)))


def _facts(
    looked: Sequence[SampleRecord],
    retests: Sequence[SampleRecord],
    repeated: Sequence[SampleRecord],
    retest: Retest | None,
    look: WholeLook | None,
) -> Sampling:
    began = min((sample.completed_at for sample in repeated), default=None)
    more = [sample for sample in looked if not asked_of_all(sample)]
    return Sampling(
        once=sum(map(asked_of_all, looked)),
        more=len(_ids(more)),
        extra_rounds=len({sample.key.epoch for sample in more}),
        again=len(_ids(retests)),
        calls=len(looked) + len(retests) + len(repeated),
        confirmation=Confirmation.OPEN,
        first_ended=max((sample.completed_at for sample in looked), default=None),
        repeated_at=began if look is None else look.repeated_at,
        retest=retest,
    )


def _ids(samples: Iterable[SampleRecord]) -> set[str]:
    return {sample.key.item_id for sample in samples}


def _weigh(
    first: TaskComparison,
    looked: Sequence[SampleRecord],
    retests: Sequence[SampleRecord],
    passes: Sequence[Sequence[SampleRecord]],
    items: Mapping[str, Item],
    *,
    terms: Terms,
) -> tuple[tuple[Fallen, ...], Retest | None]:
    """Return the fallen items with what they were asked since, and what that weighs.

    Items of a cluster stand for one another, so none of them is asked again by itself.
    """
    if first.check is None or not may_retest(first, terms):
        return (), None
    basis = shared_basis(looked, passes, items)
    if clusters(basis) is not None:
        return (), None
    again = _retest_counts(basis, retests)
    open_ = set(items_to_ask_again(first.check.fell, again))
    asked = Counter(sample.item_digest for sample in retests)
    fallen = tuple(
        Fallen(
            item_id=item.id,
            asked=asked[item.content_digest],
            settled=index not in open_ or asked[item.content_digest] >= terms.most_retests,
        )
        for index, item in ((index, basis.items[index]) for index in first.check.fell)
    )
    if not retests:
        return fallen, None
    alpha = levels_by(terms, first)[Series.ACCURACY]
    weight = weigh_retests(reference_of(basis), counts_by_round(basis), again, alpha=alpha)
    return fallen, weight


def _retest_counts(basis: Basis, retests: Sequence[SampleRecord]) -> Counts:
    """Count retests as ``[rounds, items]`` on the basis; a call that failed says nothing."""
    position = {item.content_digest: index for index, item in enumerate(basis.items)}
    rounds = max((round_of(sample.key.epoch).number for sample in retests), default=1)
    draws = np.zeros((rounds, len(basis.items)), dtype=np.int64)
    successes = np.zeros_like(draws)
    for sample in retests:
        item = position.get(sample.item_digest)
        if item is None or sample.score.passed is None:
            continue
        row = round_of(sample.key.epoch).number - 1
        draws[row, item] += 1
        successes[row, item] += sample.score.passed
    return Counts(successes=successes, draws=draws)
