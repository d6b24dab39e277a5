"""The figures of a comparison: what they count, when they are too few, and what ranks first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.compare import Comparison, StateRate
from evals.compare.task import compare_task, estimate
from evals.judgement import judge
from evals.movement import moved_states
from evals.policy import Policy
from evals.verdict import VerdictKind
from tests.factories import TASK, a_failure, a_sample, a_score, an_item, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare import TaskComparison
    from evals.golden_set import Item
    from evals.records import SampleRecord

ITEMS = [an_item(n) for n in range(100)]


def compared(
    run: Sequence[SampleRecord], passes: Sequence[Sequence[SampleRecord]], items: Sequence[Item]
) -> TaskComparison:
    by_digest = {item.content_digest: item for item in items}
    return compare_task(
        TASK, planned=len(run), run=run, passes=passes, items=by_digest, alpha=1 / 260
    )


def judged(task: TaskComparison) -> tuple[VerdictKind, str]:
    comparison = Comparison(baseline="first", passes=16, alpha=1 / 260, tasks=(task,))
    verdict = judge(comparison, Policy(smallest_effect_points=90))
    return verdict.kind, verdict.reasons[0]


def with_failures(state: CallState, *indices: int) -> list[SampleRecord]:
    return [
        a_sample(item, score=a_failure(state) if index in indices else a_score())
        for index, item in enumerate(ITEMS)
    ]


def test_asking_the_same_items_again_does_not_narrow_the_score() -> None:
    once = samples(ITEMS, wrong=range(20))
    again = [replace(one, key=replace(one.key, epoch=epoch)) for epoch in (2, 3, 4) for one in once]
    assert estimate([*once, *again]) == estimate(once)
    assert estimate(once).n == 100


def test_an_item_that_was_asked_often_weighs_as_much_as_the_others() -> None:
    often = [a_sample(ITEMS[0], epoch=n, score=a_score(passed=False)) for n in range(1, 10)]
    assert estimate([*often, a_sample(ITEMS[1])]).rate == pytest.approx(0.5)


def test_rows_of_one_document_count_once_for_answers_and_states() -> None:
    def rows(cluster: bool) -> list[Item]:
        return [an_item(n, cluster=f"doc {n // 5}" if cluster else None) for n in range(150)]

    def task(items: Sequence[Item]) -> TaskComparison:
        run = [
            a_sample(item, score=a_failure(CallState.REFUSED))
            if index < 5
            else a_sample(item, score=a_score(parsed="other" if index < 10 else "right"))
            for index, item in enumerate(items)
        ]
        return compared(run, [samples(items)] * 16, items)

    alone, together = task(rows(cluster=False)), task(rows(cluster=True))
    assert alone.answers is not None
    assert together.answers is not None
    assert alone.answers.p_changed < together.answers.p_changed
    assert alone.rates[0].p is not None
    assert together.rates[0].p is not None
    assert alone.rates[0].p < together.rates[0].p


def test_states_split_their_level_over_all_of_them_not_those_seen() -> None:
    task = compared(with_failures(CallState.REFUSED, 1, 2, 3), [samples(ITEMS)] * 16, ITEMS)
    other = StateRate(state=CallState.FILTERED, count=0, n=100, rate=0.0, baseline_rate=0.0, p=1.0)
    (refused,) = task.rates
    assert refused.p is not None
    for level in (refused.p, refused.p * 0.99):
        alone = moved_states(task, level)
        beside_another = moved_states(replace(task, rates=(refused, other)), level)
        assert alone == beside_another
        assert bool(alone) is (level >= refused.p)


def test_a_state_counts_the_items_that_its_rate_is_of() -> None:
    run = with_failures(CallState.REFUSED, *range(60, 100))
    task = compared(run, [samples(ITEMS[:80])] * 8, ITEMS)
    (refused,) = task.rates
    assert (refused.count, refused.n) == (20, 80)
    assert refused.rate == pytest.approx(20 / 80)


@pytest.mark.parametrize(("items", "kind"), [(19, VerdictKind.INCONCLUSIVE), (20, VerdictKind.OK)])
def test_nothing_under_twenty_items_is_ok(items: int, kind: VerdictKind) -> None:
    task = compared(samples(ITEMS[:items]), [samples(ITEMS[:items])] * 16, ITEMS)
    found, reason = judged(task)
    assert found is kind
    assert reason.startswith("insufficient: only 19 items") is (items == 19)
    assert task.score.rate == 1.0


def test_a_collapse_of_nineteen_items_is_regressed_though_insufficient() -> None:
    run = samples(ITEMS[:19], wrong=range(19))
    task = compared(run, [samples(ITEMS[:19])] * 16, ITEMS)
    assert task.score.insufficient
    assert judged(task)[0] is VerdictKind.REGRESSED


def test_another_answer_that_is_as_right_ranks_behind_a_break() -> None:
    run = samples(ITEMS, wrong=[7])
    run[3] = a_sample(ITEMS[3], score=a_score(parsed="right, in other words"))
    flips = compared(run, [samples(ITEMS)] * 8, ITEMS).flips
    assert [flip.item_id for flip in flips] == ["item-007", "item-003"]
    assert flips[0].surprise < 0.1 < 0.9 < flips[1].surprise


@pytest.mark.parametrize("state", [s for s in CallState if s.answered and s is not CallState.OK])
def test_an_item_that_is_answered_no_more_is_listed_with_its_state(state: CallState) -> None:
    (flip,) = compared(with_failures(state, 5), [samples(ITEMS)] * 8, ITEMS).flips
    assert (flip.item_id, flip.before, flip.after) == ("item-005", "right", state.value)
    assert (flip.before_pass_rate, flip.after_pass_rate) == (1.0, None)
    assert flip.surprise < 0.1


def test_an_item_that_was_always_refused_or_was_not_reached_is_no_news() -> None:
    refused = with_failures(CallState.REFUSED, 5)
    assert compared(refused, [refused] * 8, ITEMS).flips == ()
    lost = with_failures(CallState.TIMEOUT, 5)
    assert compared(lost, [samples(ITEMS)] * 8, ITEMS).flips == ()
