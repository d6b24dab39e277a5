from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.compare.measured import MeasuredBaseline, MeasuredRun
from evals.compare.run import compare_run
from evals.judgement import judge
from evals.policy import Policy
from evals.verdict import VerdictKind
from tests.factories import (
    a_failure,
    a_fingerprint,
    a_run,
    a_sample,
    a_score,
    a_task,
    an_item,
    samples,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.records import Fingerprint, SampleRecord
    from evals.verdict import Verdict

ITEMS = [an_item(n) for n in range(100)]
BY_DIGEST = {item.content_digest: item for item in ITEMS}
POLICY = Policy(smallest_effect_points=10)


def measured(
    records: Sequence[SampleRecord], *, planned: int = 100, seen: Fingerprint | None = None
) -> MeasuredRun:
    return MeasuredRun(
        record=a_run(tasks=(a_task(planned),)),
        samples=records,
        fingerprint=seen or a_fingerprint(),
    )


def verdict_on(
    run: MeasuredRun,
    *,
    passes: int = 8,
    policy: Policy = POLICY,
    stopped: str | None = None,
    baseline_wrong: Sequence[int] = range(10),
) -> Verdict:
    baseline = MeasuredBaseline(
        name="first", runs=[measured(samples(ITEMS, wrong=baseline_wrong))] * passes
    )
    comparison = compare_run(
        run, baseline if passes else None, items=BY_DIGEST, policy=policy, alias_allowed=False
    )
    return judge(comparison, policy, stopped=stopped)


def with_state(state: CallState, count: int) -> list[SampleRecord]:
    return [
        a_sample(item, score=a_failure(state) if index < count else a_score(passed=index >= 10))
        for index, item in enumerate(ITEMS)
    ]


def test_an_unchanged_endpoint_is_ok_and_says_what_it_could_have_seen() -> None:
    verdict = verdict_on(measured(samples(ITEMS, wrong=range(10))))
    assert verdict.kind is VerdictKind.OK
    assert "would have been seen" in verdict.reasons[0]
    assert verdict.exit_code == 0


def test_a_drop_beyond_noise_is_regressed() -> None:
    verdict = verdict_on(measured(samples(ITEMS, wrong=range(25))))
    assert verdict.kind is VerdictKind.REGRESSED
    assert verdict.reasons[0].startswith("accuracy fell from 90.0 % to 75.0 %")
    assert verdict.exit_code == 1


def test_a_rise_beyond_noise_is_improved_and_passes() -> None:
    verdict = verdict_on(measured(samples(ITEMS)), baseline_wrong=range(20))
    assert verdict.kind is VerdictKind.IMPROVED
    assert verdict.exit_code == 0


def test_other_answers_at_equal_accuracy_are_changed() -> None:
    records = [
        a_sample(item, score=a_score(passed=index >= 10, parsed="another" if index > 70 else None))
        if index > 70
        else a_sample(item, score=a_score(passed=index >= 10))
        for index, item in enumerate(ITEMS)
    ]
    verdict = verdict_on(measured(records))
    assert verdict.kind is VerdictKind.CHANGED
    assert verdict.reasons[0].startswith("29 of 100 answers changed")


def test_a_429_storm_is_invalid_not_a_regression() -> None:
    verdict = verdict_on(measured(with_state(CallState.API_ERROR, 40)))
    assert verdict.kind is VerdictKind.INVALID
    assert "40 api_error" in verdict.reasons[0]
    assert verdict.exit_code == 3


def test_an_endpoint_that_starts_to_refuse_has_changed_though_accuracy_is_not_measured() -> None:
    verdict = verdict_on(measured(with_state(CallState.REFUSED, 40)))
    assert verdict.kind is VerdictKind.CHANGED
    assert verdict.reasons[0].startswith("refused replies went from 0.0 % to 40.0 %")


def test_a_few_refusals_are_noise_neither_wrong_nor_right() -> None:
    assert verdict_on(measured(with_state(CallState.REFUSED, 1))).kind is VerdictKind.OK


def test_samples_that_were_never_asked_count_against_coverage() -> None:
    verdict = verdict_on(measured(samples(ITEMS[:50], wrong=range(10))))
    assert verdict.kind is VerdictKind.INVALID
    assert "50 never asked" in verdict.reasons[0]


def test_without_a_baseline_there_is_nothing_to_judge_by() -> None:
    verdict = verdict_on(measured(samples(ITEMS)), passes=0)
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert verdict.reasons == ("no baseline yet",)
    assert verdict.exit_code == 3


def test_one_baseline_pass_has_no_power_and_says_so() -> None:
    verdict = verdict_on(measured(samples(ITEMS, wrong=range(10))), passes=1)
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert "nothing short of a collapse" in verdict.reasons[0]


def test_an_ok_that_could_not_have_seen_what_matters_is_inconclusive() -> None:
    blind = Policy(smallest_effect_points=0.5)
    verdict = verdict_on(measured(samples(ITEMS, wrong=range(10))), policy=blind)
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert verdict.reasons[0].startswith("a drop of 0.5 points matters")


def test_a_budget_stop_is_invalid_never_a_score() -> None:
    verdict = verdict_on(measured(samples(ITEMS, wrong=range(60))), stopped="the budget was spent")
    assert verdict.kind is VerdictKind.INVALID
    assert verdict.reasons == ("the budget was spent",)


def test_another_model_behind_the_pinned_name_breaks_the_pin() -> None:
    verdict = verdict_on(
        measured(samples(ITEMS), seen=a_fingerprint(served_models=("somebody-else",)))
    )
    assert verdict.kind is VerdictKind.INVALID
    assert verdict.exit_code == 4


def test_nothing_shared_with_the_baseline_is_invalid() -> None:
    others = [an_item(n) for n in range(200, 300)]
    verdict = verdict_on(measured(samples(others)))
    assert verdict.kind is VerdictKind.INVALID
    assert verdict.reasons == ("no item is shared with the baseline",)


@pytest.mark.parametrize("planned", [0, 100])
def test_a_run_without_samples_is_invalid(planned: int) -> None:
    assert verdict_on(measured([], planned=planned)).kind is VerdictKind.INVALID
