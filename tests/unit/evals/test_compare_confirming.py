"""What weeks of runs find is confirmed on the same day, as what a single check finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.compare.measured import MeasuredBaseline, MeasuredRun
from evals.compare.run import compare_by_terms, compare_run
from evals.compare.standing import Confirmation
from evals.compare.terms import terms_under
from evals.judgement import judge
from evals.policy import Policy, Tier
from evals.rounds import Stage, epoch_of
from evals.verdict import VerdictKind
from tests.factories import NOON, TASK, a_fingerprint, a_run, a_score, a_task, an_item, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.comparison import TaskComparison
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.verdict import Verdict

ITEMS = [an_item(n) for n in range(60)]
BY_DIGEST = {item.content_digest: item for item in ITEMS}
POLICY = Policy(smallest_effect_points=20, informative_items=0, most_retests=0)
BROKEN = 5


def week(
    number: int, records: Sequence[SampleRecord], *, policy: Policy = POLICY, **overrides: Any
) -> MeasuredRun:
    terms = terms_under(policy, baseline="first", alpha=policy.alpha(3))
    values: dict[str, Any] = {
        "id": f"week-{number:02}",
        "created_at": NOON + timedelta(weeks=number),
        "tasks": (a_task(60),),
        "options": {"adaptive": terms.document()},
    }
    return MeasuredRun(
        record=a_run(**(values | overrides)), samples=records, fingerprint=a_fingerprint()
    )


def look(*wrong: int, stage: Stage = Stage.FIRST, **overrides: Any) -> list[SampleRecord]:
    made = samples(ITEMS, wrong=wrong, **overrides)
    return [replace(one, key=replace(one.key, epoch=epoch_of(stage, 1))) for one in made]


def repeated(*wrong: int) -> list[SampleRecord]:
    return look(*wrong, stage=Stage.REPEAT)


PASSES = [week(number, look(), options={}) for number in range(8)]
EARLIER = [week(number, look(*([BROKEN] if number > 11 else []))) for number in range(8, 17)]


def seen(
    run: MeasuredRun,
    *,
    policy: Policy = POLICY,
    earlier: Sequence[MeasuredRun] = EARLIER,
    items: dict[str, Item] = BY_DIGEST,
) -> tuple[TaskComparison, Verdict]:
    """Return the task as the verdict sees it; the plan must see the same standing."""
    baseline = MeasuredBaseline(name="first", runs=PASSES)
    comparison = compare_run(
        run, baseline, items=items, policy=policy, alias_allowed=False, earlier=earlier
    )
    terms = terms_under(policy, baseline="first", alpha=comparison.alpha)
    [planned] = compare_by_terms(
        run, PASSES, items=items, terms=terms, alias_allowed=False, earlier=earlier
    )
    assert planned.sampling == comparison.tasks[0].sampling
    return comparison.tasks[0], judge(comparison, policy)


def standing(task: TaskComparison) -> Confirmation:
    assert task.sampling is not None
    return task.sampling.confirmation


def test_what_the_memory_finds_waits_for_its_confirmation_and_pages_nobody() -> None:
    policy = replaced(repeat_at_p=0)
    task, verdict = seen(week(17, look(BROKEN), policy=policy), policy=policy)
    assert standing(task) is Confirmation.DUE
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert verdict.reasons[0].startswith("to be confirmed by asking again from ")
    assert any(reason.startswith("since run week-12 of ") for reason in verdict.reasons)


def test_without_the_weeks_before_the_same_answers_need_no_confirmation() -> None:
    policy = replaced(repeat_at_p=0)
    task, _ = seen(week(17, look(BROKEN), policy=policy), policy=policy, earlier=[])
    assert standing(task) is Confirmation.NOT_NEEDED


def test_fresh_answers_that_fail_again_confirm_what_the_memory_found() -> None:
    task, verdict = seen(week(17, [*look(BROKEN), *repeated(BROKEN)]))
    assert standing(task) is Confirmation.REPEATED
    assert verdict.kind is VerdictKind.REGRESSED
    assert verdict.reasons[0].startswith("since run week-12 of ")


def test_fresh_answers_that_are_well_again_do_not_confirm_it() -> None:
    _, verdict = seen(week(17, [*look(BROKEN), *repeated()]))
    assert verdict.kind is VerdictKind.OK


def test_answers_that_drift_over_weeks_are_confirmed_too() -> None:
    def other(number: int, *stages: Stage) -> MeasuredRun:
        said = [
            replace(one, score=replace(one.score, parsed="otherwise"))
            if one.key.item_id == ITEMS[BROKEN].id
            else one
            for stage in stages
            for one in look(stage=stage, score=a_score())
        ]
        return week(number, said)

    earlier = [*EARLIER[:4], *(other(number, Stage.FIRST) for number in range(12, 19))]
    due, waiting = seen(other(19, Stage.FIRST), earlier=earlier)
    _, confirmed = seen(other(19, Stage.FIRST, Stage.REPEAT), earlier=earlier)
    assert (standing(due), waiting.kind) == (Confirmation.DUE, VerdictKind.INCONCLUSIVE)
    assert confirmed.kind is VerdictKind.CHANGED


def test_a_memory_that_may_not_be_confirmed_for_want_of_calls_pages_nobody() -> None:
    policy = replaced(most_calls_per_item=1.0)
    task, verdict = seen(week(17, look(BROKEN), policy=policy), policy=policy)
    assert standing(task) is Confirmation.NO_ROOM
    assert verdict.kind is VerdictKind.INCONCLUSIVE


@pytest.mark.parametrize("name", [TASK, f"{TASK}/accuracy"])
def test_an_advisory_series_is_neither_repeated_nor_asked_again(name: str) -> None:
    tiers = {name: Tier.ADVISORY, f"{TASK}/answers": Tier.ADVISORY}
    policy = replaced(tiers=tiers, most_retests=3)
    task, verdict = seen(week(17, look(*range(6)), policy=policy), policy=policy)
    assert standing(task) is Confirmation.NOT_NEEDED
    assert task.sampling is not None
    assert task.sampling.to_ask_again == ()
    assert verdict.kind is VerdictKind.OK


def test_a_supporting_series_needs_stronger_evidence_before_it_is_repeated() -> None:
    tiers = {f"{TASK}/{series}": Tier.SUPPORTING for series in ("accuracy", "answers")}
    policy = replaced(tiers=tiers, supporting_share=1e-9, repeat_at_p=0)
    task, _ = seen(week(17, look(BROKEN), policy=policy), policy=policy)
    assert standing(task) is Confirmation.NOT_NEEDED


def test_the_plan_asks_nothing_for_items_that_another_task_version_answered() -> None:
    run = week(17, look(*range(20)), tasks=(a_task(60, task_version="2"),))
    task, verdict = seen(run)
    assert standing(task) is Confirmation.NOT_NEEDED
    assert verdict.kind is VerdictKind.INVALID


def replaced(**thresholds: Any) -> Policy:
    return Policy.model_validate(POLICY.model_dump() | thresholds)
