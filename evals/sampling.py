"""What an adaptive check asks next: a pure function of what is stored and of the time.

One look asks every item once, then the informative ones again, each round a whole pass. Items
that fell are asked again, round by round; a suspicious look is repeated later. `evals.rounds` says
how samples tell their stage, `evals.compare.sampling` what is decided when.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from evals.compare.standing import Confirmation
from evals.engine.plan import PlannedSample
from evals.rounds import Stage, epoch_of, round_of
from evals.stats.adaptive import informative_items
from evals.stats.outcomes import Counts, sum_clusters
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from evals.compare.standing import Sampling
    from evals.compare.terms import Terms
    from evals.golden_set import Item
    from evals.records import SampleKey, SampleRecord
    from evals.stats.arrays import Ints


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look at a task: every item once, then the informative ones again.

    Attributes:
        items: All items, in the order of asking.
        more: The informative ones, in the same order.
        extra_rounds: How often those are asked again.
        most_calls: Calls that the whole check of this task may take.
    """

    items: tuple[Item, ...]
    more: tuple[Item, ...]
    extra_rounds: int
    most_calls: int

    @property
    def size(self) -> int:
        """How many samples one look takes."""
        return len(self.items) + self.extra_rounds * len(self.more)

    def samples(self, stage: Stage) -> tuple[PlannedSample, ...]:
        """Spell the look out, round by round."""
        rounds = [self.items, *[self.more] * self.extra_rounds]
        return tuple(
            PlannedSample(item=item, epoch=epoch_of(stage, number))
            for number, asked in enumerate(rounds, start=1)
            for item in asked
        )


def plan_look(
    items: Sequence[Item], passes: Sequence[Sequence[SampleRecord]], terms: Terms
) -> Look:
    """Plan one look at ``items``, given the baseline's passes over the same task.

    The choice rests on the baseline alone. Rounds that do not fit under the limit of calls
    are left out; every item is asked once in any case.
    """
    most_calls = floor(terms.most_calls_per_item * len(items))
    more = _informative(items, passes, terms)
    fitting = (most_calls - len(items)) // len(more) if more else 0
    return Look(
        items=tuple(items),
        more=more,
        extra_rounds=max(0, min(terms.extra_rounds, fitting)) if more else 0,
        most_calls=most_calls,
    )


def whole_look(items: Sequence[Item], *, rounds: int) -> Look:
    """Plan a look that asks every item equally often, and may be repeated once: a probe's.

    Its questions hang together, so none of them is asked by itself.
    """
    return Look(
        items=tuple(items),
        more=tuple(items) if rounds > 1 else (),
        extra_rounds=rounds - 1,
        most_calls=2 * rounds * len(items),
    )


def next_samples(
    look: Look,
    sampling: Sampling | None,
    *,
    task: str,
    done: Collection[SampleKey],
    now: datetime,
    at_once: bool = False,
) -> tuple[PlannedSample, ...]:
    """Return what to ask next; empty when the check is done, or not due before ``due_at``.

    Args:
        look: The plan of one look.
        sampling: Where the check stands; None before its first sample.
        task: The name of the task.
        done: What is stored by now; it is not asked again.
        now: An aware moment.
        at_once: Repeat a suspicious look now, whenever it is due.
    """
    if sampling is None:
        return _absent(look.samples(Stage.FIRST), task, done)
    if sampling.to_ask_again:
        return _retests(look, sampling, task, done)
    if sampling.confirmation is Confirmation.DUE:
        due = at_once or sampling.due_at is None or now >= sampling.due_at
        return _absent(look.samples(Stage.REPEAT), task, done) if due else ()
    if sampling.confirmation is not Confirmation.OPEN:
        return ()
    begun = Stage.REPEAT if sampling.repeated_at is not None else Stage.FIRST
    return _absent(look.samples(begun), task, done)


def _retests(
    look: Look, sampling: Sampling, task: str, done: Collection[SampleKey]
) -> tuple[PlannedSample, ...]:
    """Ask each of the fallen items in the round after its last."""
    again = set(sampling.to_ask_again)
    asked = [key for key in done if key.task == task and round_of(key.epoch).stage is Stage.RETEST]
    return tuple(
        PlannedSample(
            item=item,
            epoch=epoch_of(Stage.RETEST, 1 + sum(key.item_id == item.id for key in asked)),
        )
        for item in look.items
        if item.id in again
    )


def _absent(
    samples: Sequence[PlannedSample], task: str, done: Collection[SampleKey]
) -> tuple[PlannedSample, ...]:
    return tuple(sample for sample in samples if sample.key(task) not in done)


def _informative(
    items: Sequence[Item], passes: Sequence[Sequence[SampleRecord]], terms: Terms
) -> tuple[Item, ...]:
    """Return the items whose answers vary most; members of a cluster are chosen together."""
    counts = counts_of(items, passes)
    if not counts.seen.any() or not terms.informative_items:
        return ()
    members = _clusters(items)
    clustered = sum_clusters(counts, members)
    most = terms.informative_items * clustered.items // len(items)
    chosen = set(informative_items(fit_reference(clustered), most=most))
    return tuple(item for item, cluster in zip(items, members, strict=True) if cluster in chosen)


def counts_of(items: Sequence[Item], passes: Sequence[Sequence[SampleRecord]]) -> Counts:
    """Count right answers as ``[passes, items]``, items matched by content."""
    position = {item.content_digest: index for index, item in enumerate(items)}
    draws = np.zeros((len(passes), len(items)), dtype=np.int64)
    successes = np.zeros_like(draws)
    for row, samples in enumerate(passes):
        for sample in samples:
            item = position.get(sample.item_digest)
            if item is not None and sample.score.passed is not None:
                draws[row, item] += 1
                successes[row, item] += sample.score.passed
    return Counts(successes=successes, draws=draws)


def _clusters(items: Sequence[Item]) -> Ints:
    names = [item.cluster or f"item {index}" for index, item in enumerate(items)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.int64)
