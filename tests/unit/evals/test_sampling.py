"""What an adaptive check asks, stage by stage; a resumed one asks exactly the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evals.call_state import CallState
from evals.compare.adaptive import compare_adaptive_task
from evals.compare.standing import Confirmation
from evals.compare.terms import Terms, terms_of, terms_under
from evals.policy import Policy
from evals.records import SampleKey
from evals.rounds import Round, Stage, epoch_of, of_stage, round_of
from evals.sampling import Look, next_samples, plan_look
from tests.factories import NOON, TASK, a_failure, a_run, a_sample, a_score, an_item, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from evals.compare import TaskComparison
    from evals.engine.plan import PlannedSample
    from evals.records import SampleRecord

ITEMS = [an_item(n) for n in range(60)]
BY_DIGEST = {item.content_digest: item for item in ITEMS}
NOISY = range(50, 60)
ALPHA = 1 / 260
TERMS = terms_under(Policy(informative_items=10), baseline="first", alpha=ALPHA)
LATER = NOON + timedelta(days=1)


def a_baseline(passes: int = 10) -> list[list[SampleRecord]]:
    """All items right, but the last ten are right every other time."""
    return [samples(ITEMS, wrong=NOISY if number % 2 else ()) for number in range(passes)]


def as_usual(item: int, epoch: int) -> bool:
    return item not in NOISY or epoch % 2 == 0


def broken(*items: int) -> Callable[[int, int], bool]:
    return lambda item, epoch: item not in items and as_usual(item, epoch)


@dataclass(kw_only=True)
class Check:
    """An adaptive check that is played on paper; ``right`` says who answers what."""

    right: Callable[[int, int], bool | CallState] = as_usual
    terms: Terms = TERMS
    passes: list[list[SampleRecord]] = field(default_factory=a_baseline)
    stored: list[SampleRecord] = field(default_factory=list)

    @property
    def look(self) -> Look:
        return plan_look(ITEMS, self.passes, self.terms)

    def compared(self) -> TaskComparison:
        return compare_adaptive_task(
            TASK,
            planned=self.look.size,
            run=sorted(self.stored, key=lambda sample: sample.key),
            passes=self.passes,
            items=BY_DIGEST,
            alpha=ALPHA,
            terms=self.terms,
        )

    def next(self, now: datetime, *, at_once: bool) -> tuple[PlannedSample, ...]:
        return next_samples(
            self.look,
            self.compared().sampling if self.stored else None,
            task=TASK,
            done={sample.key for sample in self.stored},
            now=now,
            at_once=at_once,
        )

    def answer(self, planned: Iterable[PlannedSample], now: datetime = NOON) -> None:
        for one in planned:
            said = self.right(ITEMS.index(one.item), one.epoch)
            score = a_failure(said) if isinstance(said, CallState) else a_score(passed=said)
            self.stored.append(a_sample(one.item, epoch=one.epoch, score=score, completed_at=now))

    def play(self, now: datetime = NOON, *, at_once: bool = False) -> TaskComparison:
        while planned := self.next(now, at_once=at_once):
            self.answer(planned, now)
        return self.compared()

    def asked(self, stage: Stage) -> list[tuple[int, str]]:
        return sorted(
            (round_of(s.key.epoch).number, s.key.item_id) for s in of_stage(self.stored, stage)
        )


def standing(compared: TaskComparison) -> Confirmation:
    assert compared.sampling is not None
    return compared.sampling.confirmation


def test_epochs_and_rounds_are_one_another_s_inverse() -> None:
    for epoch in range(1, 301):
        one = round_of(epoch)
        assert epoch_of(one.stage, one.number) == epoch
    assert round_of(201) == Round(stage=Stage.REPEAT, number=1)


@pytest.mark.parametrize("epoch", [0, 301])
def test_an_epoch_beyond_every_stage_is_refused(epoch: int) -> None:
    with pytest.raises(ValueError, match="no round"):
        round_of(epoch)


def test_the_first_look_asks_all_once_and_the_informative_ones_three_times_more() -> None:
    look = Check().look
    assert [item.id for item in look.more] == [ITEMS[n].id for n in NOISY]
    epochs = [sample.epoch for sample in look.samples(Stage.FIRST)]
    assert epochs == [1] * 60 + [2] * 10 + [3] * 10 + [4] * 10


def test_an_unchanged_endpoint_is_asked_one_look_and_no_more() -> None:
    check = Check()
    compared = check.play()
    assert standing(compared) is Confirmation.NOT_NEEDED
    assert len(of_stage(check.stored, Stage.FIRST)) == check.look.size == 90
    assert not of_stage(check.stored, Stage.REPEAT)


def test_a_slip_is_asked_again_once_and_a_clean_answer_ends_it() -> None:
    check = Check(right=lambda item, epoch: as_usual(item, epoch) and (item, epoch) != (0, 1))
    compared = check.play()
    assert check.asked(Stage.RETEST) == [(1, ITEMS[0].id)]
    assert compared.sampling is not None
    assert compared.sampling.again == 1


def test_items_that_keep_failing_are_asked_three_times_and_alarm_without_a_repeat() -> None:
    check = Check(right=broken(0, 1, 2))
    compared = check.play()
    assert standing(compared) is Confirmation.RETESTED
    assert compared.sampling is not None
    assert compared.sampling.retest is not None
    assert compared.sampling.retest.alarm
    assert {number for number, _ in check.asked(Stage.RETEST)} <= {1, 2, 3}
    assert not of_stage(check.stored, Stage.REPEAT)


def test_retests_enter_no_figure_but_the_e_value() -> None:
    check = Check(right=broken(0, 1, 2))
    compared = check.play()
    assert compared.check is not None
    assert compared.check.draws == check.look.size
    assert compared.planned == sum(compared.states.values()) == check.look.size


def test_a_suspicious_look_is_repeated_after_the_delay_and_judged_with_the_first() -> None:
    check = Check(right=broken(*range(4)), terms=replace(TERMS, most_retests=0))
    waiting = check.play()
    assert standing(waiting) is Confirmation.DUE
    assert waiting.sampling is not None
    assert waiting.sampling.due_at == NOON + timedelta(hours=4)
    assert check.next(NOON + timedelta(hours=3, minutes=59), at_once=False) == ()
    both = check.play(NOON + timedelta(hours=4))
    assert standing(both) is Confirmation.REPEATED
    assert both.check is not None
    assert both.check.draws == 2 * check.look.size == both.planned
    assert both.sampling is not None
    assert both.sampling.repeated_at == NOON + timedelta(hours=4)


def test_now_repeats_at_once() -> None:
    check = Check(right=broken(*range(4)), terms=replace(TERMS, most_retests=0))
    assert standing(check.play(at_once=True)) is Confirmation.REPEATED


def test_a_repeat_that_was_begun_goes_on_whatever_the_time() -> None:
    check = Check(right=broken(*range(4)), terms=replace(TERMS, most_retests=0))
    check.play()
    check.answer(check.next(NOON, at_once=True)[:5])
    assert standing(check.compared()) is Confirmation.OPEN
    assert standing(check.play(NOON)) is Confirmation.REPEATED


def test_a_collapse_needs_no_confirmation_and_no_further_call() -> None:
    check = Check(right=broken(*range(30)))
    assert standing(check.play()) is Confirmation.WAIVED
    assert len(check.stored) == check.look.size


def test_a_collapse_of_the_few_that_are_asked_most_is_no_collapse_of_the_suite() -> None:
    check = Check(right=broken(*NOISY), terms=replace(TERMS, most_retests=0))
    compared = check.play()
    assert compared.check is not None
    assert standing(compared) is Confirmation.DUE


def test_changed_answers_are_confirmed_before_anyone_is_told() -> None:
    check = Check(terms=replace(TERMS, most_retests=0))
    check.play()
    check.stored = [
        replace(s, score=replace(s.score, parsed="otherwise")) if s.key.item_id < "item-020" else s
        for s in check.stored
    ]
    assert standing(check.compared()) is Confirmation.DUE


def test_refusals_are_confirmed_before_anyone_is_told() -> None:
    check = Check(
        right=lambda item, epoch: CallState.REFUSED if item < 20 else as_usual(item, epoch)
    )
    assert standing(check.play()) is Confirmation.DUE


def test_a_storm_of_errors_is_not_confirmed_because_nothing_was_measured() -> None:
    check = Check(
        right=lambda item, epoch: CallState.API_ERROR if item < 20 else broken(30)(item, epoch)
    )
    assert standing(check.play()) is Confirmation.NOT_NEEDED
    assert len(check.stored) == check.look.size


def test_a_retest_that_fails_to_arrive_counts_as_asked_and_proves_nothing() -> None:
    def right(item: int, epoch: int) -> bool | CallState:
        if item == 0 and round_of(epoch).stage is Stage.RETEST:
            return CallState.TIMEOUT
        return broken(0)(item, epoch)

    check = Check(right=right)
    compared = check.play(LATER)
    mine = [pair for pair in check.asked(Stage.RETEST) if pair[1] == ITEMS[0].id]
    assert [number for number, _ in mine] == [1, 2, 3]
    assert standing(compared) is not Confirmation.RETESTED


def test_a_small_baseline_gets_no_retests() -> None:
    check = Check(right=broken(0, 1), passes=a_baseline(4))
    check.play()
    assert check.asked(Stage.RETEST) == []


def test_a_policy_of_one_call_an_item_asks_each_item_once_and_says_why_it_stopped() -> None:
    check = Check(right=broken(*range(4)), terms=replace(TERMS, most_calls_per_item=1.0))
    compared = check.play(LATER, at_once=True)
    assert len(check.stored) == len(ITEMS)
    assert standing(compared) is Confirmation.NO_ROOM
    assert compared.sampling is not None
    assert compared.sampling.out_of_calls


@pytest.mark.parametrize("factor", [1.0, 1.2, 1.5, 2.0, 3.0, 6.0])
@pytest.mark.parametrize("fallen", [0, 3, 8, 30])
def test_never_more_calls_than_the_policy_allows(factor: float, fallen: int) -> None:
    terms = replace(TERMS, most_calls_per_item=factor, page_at_points=100.0)
    check = Check(right=broken(*range(fallen)), terms=terms)
    check.play(at_once=True)
    assert len(ITEMS) <= len(check.stored) <= factor * len(ITEMS)


@pytest.mark.parametrize("seed", range(12))
def test_a_check_that_is_killed_again_and_again_asks_exactly_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    slips = rng.random((len(ITEMS), 301)) < 0.5
    fallen = set(rng.choice(50, size=rng.integers(0, 6), replace=False).tolist())

    def right(item: int, epoch: int) -> bool:
        return bool(item not in fallen or slips[item, epoch]) and as_usual(item, epoch)

    whole = Check(right=right)
    whole.play(at_once=True)
    killed = Check(right=right)
    while planned := killed.next(NOON, at_once=True):
        kept = rng.choice(len(planned), size=rng.integers(1, len(planned) + 1), replace=False)
        killed.answer([planned[index] for index in kept])
    keys = [sample.key for sample in killed.stored]
    assert len(keys) == len(set(keys))
    assert set(keys) == {sample.key for sample in whole.stored}


def test_the_terms_of_a_run_come_back_from_its_options_as_json_keeps_them() -> None:
    kept = json.loads(json.dumps({"adaptive": TERMS.document()}))
    assert terms_of(a_run(options=kept)) == TERMS
    assert terms_of(a_run()) is None


def test_what_is_stored_already_is_not_asked_again() -> None:
    check = Check()
    done = {SampleKey(task=TASK, item_id=ITEMS[0].id, epoch=1)}
    planned = next_samples(check.look, None, task=TASK, done=done, now=NOON)
    assert len(planned) == check.look.size - 1


def test_without_a_past_every_item_is_asked_once() -> None:
    look = plan_look(ITEMS, [], TERMS)
    assert (look.more, look.size) == ((), len(ITEMS))


def test_members_of_a_cluster_are_chosen_together_and_never_asked_again_alone() -> None:
    def clustered(number: int, **more: Any) -> Any:
        return an_item(number, cluster=f"document {number // 5}", **more)

    items = [clustered(n) for n in range(60)]
    passes = [samples(items, wrong=NOISY if n % 2 else ()) for n in range(10)]
    look = plan_look(items, passes, TERMS)
    assert [item.id for item in look.more] == [items[n].id for n in NOISY]
