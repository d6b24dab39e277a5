from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evals.call_state import CallState
from evals.compare.basis import outcomes, shared_basis
from evals.compare.levels import level_of_each_look
from evals.compare.measured import MeasuredBaseline, MeasuredRun
from evals.compare.memory import remember
from evals.compare.run import compare_run
from evals.compare.since import Moment
from evals.judgement import judge
from evals.policy import Policy, Series, Tier
from evals.records import RunStatus
from evals.stats import scan
from evals.stats.outcomes import count_outcomes
from evals.verdict import VerdictKind
from tests.factories import (
    NOON,
    TASK,
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
    from collections.abc import Collection, Sequence

    from evals.compare import Comparison
    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.verdict import Verdict

ITEMS = [an_item(n) for n in range(60)]
POLICY = Policy(smallest_effect_points=20)


def a_week(
    number: int,
    *,
    wrong: Collection[int] = (),
    items: Sequence[Item] = ITEMS,
    records: Sequence[SampleRecord] | None = None,
    **overrides: Any,
) -> MeasuredRun:
    made = samples(items, wrong=list(wrong)) if records is None else records
    values: dict[str, Any] = {
        "id": f"week-{number:02}",
        "created_at": NOON + timedelta(weeks=number),
        "tasks": (a_task(len(made)),),
    }
    return MeasuredRun(
        record=a_run(**(values | overrides)), samples=made, fingerprint=a_fingerprint()
    )


def passes(count: int = 8, **overrides: Any) -> list[MeasuredRun]:
    return [a_week(number, **overrides) for number in range(count)]


def compared(
    run: MeasuredRun,
    *,
    baseline: Sequence[MeasuredRun] | None = None,
    earlier: Sequence[MeasuredRun] = (),
    policy: Policy = POLICY,
    pin_changes: Sequence[str] = (),
) -> tuple[Comparison, Verdict]:
    blessed = passes() if baseline is None else baseline
    asked = {s.item_digest: s.key.item_id for one in (*blessed, *earlier, run) for s in one.samples}
    everything = [*ITEMS, *EXTRA, *JUDGED]
    comparison = compare_run(
        run,
        MeasuredBaseline(name="first", runs=blessed),
        items={i.content_digest: i for i in everything if i.content_digest in asked},
        policy=policy,
        alias_allowed=False,
        earlier=earlier,
        pin_changes=pin_changes,
    )
    return comparison, judge(comparison, policy)


EXTRA = [an_item(n) for n in range(60, 90)]
JUDGED = [replace(an_item(n), scorer=replace(an_item(n).scorer, name="judge")) for n in range(20)]


def state_of(comparison: Comparison, name: str = "accuracy") -> Any:
    return next(one for one in comparison.tasks[0].memory if one.name == name)


# Memory


def test_the_memory_is_the_fold_over_every_run() -> None:
    rng = np.random.default_rng(7)
    weeks = [a_week(n, wrong=np.flatnonzero(rng.random(60) < 0.1).tolist()) for n in range(8 + 40)]
    *before, run = weeks
    basis = shared_basis(
        run.samples, [one.samples for one in before], {i.content_digest: i for i in ITEMS}
    )
    moments = [Moment(run_id=one.record.id, at=NOON) for one in weeks[8:]]
    remembered = remember(basis, passes=8, runs=moments)[0]
    past, now = outcomes(basis)
    state = scan.start(count_outcomes(past[:8]))
    for row in (*past[8:], now):
        state = scan.step(state, count_outcomes(row))
    assert (remembered.fell.p_week, remembered.rose.p_week) == (
        state.drop.p_week,
        state.rise.p_week,
    )
    assert remembered.runs == 40


def test_a_first_run_has_one_look_and_the_whole_level() -> None:
    assert (level_of_each_look(0.01, 1), level_of_each_look(0.01, 2)) == (0.01, 0.005)


def test_a_small_lasting_drop_is_regressed_since_its_first_run() -> None:
    earlier = [a_week(n, wrong=[5] if n > 11 else []) for n in range(8, 17)]
    comparison, verdict = compared(a_week(17, wrong=[5]), earlier=earlier)
    assert verdict.kind is VerdictKind.REGRESSED
    assert verdict.reasons[0].startswith("since run week-12 of 2027-02-15 (6 runs")
    assert comparison.tasks[0].check is not None
    assert comparison.tasks[0].check.p_drop > comparison.alpha


def test_a_small_lasting_rise_is_improved_since_its_first_run() -> None:
    earlier = [a_week(n, wrong=[] if n > 11 else [5]) for n in range(8, 17)]
    _, verdict = compared(a_week(17), baseline=passes(wrong=[5]), earlier=earlier)
    assert verdict.kind is VerdictKind.IMPROVED
    assert "accuracy is higher than in all runs before" in verdict.reasons[0]


def test_a_week_that_is_well_again_is_not_blamed_for_the_weeks_before() -> None:
    earlier = [a_week(n, wrong=[5, 6]) for n in range(8, 16)]
    _, verdict = compared(a_week(16), earlier=earlier)
    assert verdict.kind is VerdictKind.OK


def test_answers_that_drift_are_changed_by_memory() -> None:
    def other(n: int) -> MeasuredRun:
        records = [
            a_sample(item, score=a_score(parsed="another" if index == 5 else None))
            for index, item in enumerate(ITEMS)
        ]
        return a_week(n, records=[replace(s, score=_said(s.score.parsed)) for s in records])

    earlier = [*(a_week(n) for n in range(8, 12)), *(other(n) for n in range(12, 18))]
    comparison, verdict = compared(other(18), earlier=earlier, baseline=passes(16))
    assert state_of(comparison, "answers").fell.onset is not None
    assert verdict.kind is VerdictKind.CHANGED
    assert verdict.reasons[0].startswith("since run week-")


def _said(parsed: str | None) -> Any:
    return a_score(parsed=parsed or "right")


def test_refusals_that_last_are_changed_by_memory() -> None:
    def refusing(n: int) -> MeasuredRun:
        records = [*samples(ITEMS[1:]), a_sample(ITEMS[0], score=a_failure(CallState.REFUSED))]
        return a_week(n, records=records)

    earlier = [*(a_week(n) for n in range(8, 12)), *(refusing(n) for n in range(12, 18))]
    comparison, verdict = compared(refusing(18), earlier=earlier)
    assert state_of(comparison, "states:refused").rose.p_week < comparison.alpha
    assert verdict.kind is VerdictKind.CHANGED
    assert "refused replies went from 0.0 %" in verdict.reasons[0]


def test_a_run_that_failed_or_lacks_coverage_is_no_step() -> None:
    earlier = [
        a_week(8, status=RunStatus.FAILED),
        a_week(9, tasks=(a_task(200),)),
        replace(a_week(10), fingerprint=a_fingerprint(served_models=("another",))),
    ]
    comparison, _ = compared(a_week(11), earlier=earlier)
    assert state_of(comparison).runs == 1


# Tiers and coverage


@pytest.mark.parametrize("wrong", [range(20), ()])
def test_an_advisory_task_is_told_and_never_regressed(wrong: Collection[int]) -> None:
    policy = Policy(smallest_effect_points=20, tiers={TASK: Tier.ADVISORY})
    _, verdict = compared(a_week(8, wrong=wrong), policy=policy)
    assert verdict.kind is VerdictKind.OK
    told = [reason for reason in verdict.reasons if reason.startswith("advisory")]
    assert bool(told) is bool(wrong)


def test_an_advisory_series_leaves_the_others_of_its_task_in_the_budget() -> None:
    policy = Policy(smallest_effect_points=20, tiers={f"{TASK}/answers": Tier.ADVISORY})
    _, verdict = compared(a_week(8, wrong=range(20)), policy=policy)
    assert verdict.kind is VerdictKind.REGRESSED


def test_a_supporting_series_needs_stronger_evidence() -> None:
    run = a_week(8, wrong=range(8))
    _, critical = compared(run, policy=Policy(false_pages_per_year=1, smallest_effect_points=20))
    tiers = {f"{TASK}/{series}": Tier.SUPPORTING for series in Series}
    strict = Policy(smallest_effect_points=20, tiers=tiers, supporting_share=1e-6)
    _, supporting = compared(run, policy=strict)
    assert critical.kind is VerdictKind.REGRESSED
    assert supporting.kind is not VerdictKind.REGRESSED


def test_a_run_that_lacks_most_of_the_baselines_items_is_invalid() -> None:
    comparison, verdict = compared(a_week(8, items=ITEMS[:20]))
    assert round(comparison.tasks[0].lacking, 3) == 0.667
    assert verdict.kind is VerdictKind.INVALID
    assert "66.7 % of the baseline's items" in verdict.reasons[0]


# What we changed


def test_another_pin_is_compared_and_what_we_changed_is_a_reason() -> None:
    run = replace(a_week(8), fingerprint=a_fingerprint(served_models=("acme-2",)))
    _, verdict = compared(run, pin_changes=["model"])
    assert not verdict.pin_broken
    assert verdict.kind is VerdictKind.OK
    assert "baseline first belongs to another pin; what we changed: model" in verdict.reasons


def test_another_version_of_the_task_shares_nothing_and_is_invalid() -> None:
    comparison, verdict = compared(a_week(8, tasks=(a_task(60, task_version="2"),)))
    assert [one.reason for one in comparison.tasks[0].excluded] == [
        "asked by another version of the task"
    ]
    assert verdict.kind is VerdictKind.INVALID


def test_another_judge_leaves_out_what_it_grades_and_nothing_else() -> None:
    mixed = [*ITEMS, *JUDGED]
    run = a_week(8, items=mixed, judge_pin_digest="b" * 64)
    comparison, verdict = compared(run, baseline=passes(items=mixed, judge_pin_digest="a" * 64))
    [left_out] = comparison.tasks[0].excluded
    assert (left_out.reason, len(left_out.item_ids)) == ("graded by another judge", 20)
    assert comparison.tasks[0].check is not None
    assert comparison.tasks[0].check.items == 60
    assert verdict.kind is VerdictKind.OK
    assert any("we changed the judge" in reason for reason in verdict.reasons)


def test_one_pass_that_was_graded_otherwise_does_not_exclude_its_items() -> None:
    old = a_week(0, records=samples(ITEMS, score=a_score(scorer_version="0")))
    comparison, _ = compared(a_week(9), baseline=[old, *passes(8)])
    assert comparison.tasks[0].excluded == ()
    assert comparison.tasks[0].check is not None
    assert comparison.tasks[0].check.passes == 8


# Edges


def test_missing_samples_are_counts_and_not_zeros() -> None:
    records = samples(ITEMS[:58]) + [
        a_sample(item, score=a_failure(CallState.API_ERROR)) for item in ITEMS[58:]
    ]
    comparison, verdict = compared(a_week(8, records=records))
    check = comparison.tasks[0].check
    assert check is not None
    assert (check.draws, check.run_rate) == (58, 1.0)
    assert verdict.kind is VerdictKind.OK


def test_time_outs_are_a_series_of_their_own_and_say_nothing_of_the_endpoint() -> None:
    records = samples(ITEMS[:58]) + [
        a_sample(item, score=a_failure(CallState.TIMEOUT)) for item in ITEMS[58:]
    ]
    comparison, verdict = compared(a_week(8, records=records))
    assert [rate.state for rate in comparison.tasks[0].rates] == [CallState.TIMEOUT]
    assert [one.name for one in comparison.tasks[0].memory] == ["accuracy", "answers"]
    assert verdict.kind is VerdictKind.OK


def test_fewer_than_ten_items_have_no_power_and_the_verdict_says_so() -> None:
    few = ITEMS[:9]
    _, verdict = compared(a_week(8, items=few), baseline=passes(items=few))
    assert verdict.kind is VerdictKind.INCONCLUSIVE
    assert "9 items" in verdict.reasons[0]


def test_one_stored_run_is_never_the_whole_reference_once_there_are_others() -> None:
    lucky, usual = a_week(0), range(0, 60, 5)
    _, first = compared(a_week(1, wrong=usual), baseline=[lucky])
    _, second = compared(a_week(2, wrong=usual), baseline=[lucky], earlier=[a_week(1, wrong=usual)])
    assert first.reasons[0].startswith("accuracy fell")
    assert all(not reason.startswith("accuracy fell") for reason in second.reasons)


def test_of_a_new_golden_set_version_only_unchanged_items_are_compared() -> None:
    run = a_week(8, items=[*ITEMS[:40], *EXTRA], tasks=(a_task(70, golden_set_version="2.0.0"),))
    comparison, verdict = compared(run)
    reasons = {one.reason: len(one.item_ids) for one in comparison.tasks[0].excluded}
    assert reasons == {"not in the baseline with this content": 30, "in the baseline only": 20}
    assert verdict.kind is VerdictKind.OK
    assert any("golden set facts from 1.0.0 to 2.0.0" in reason for reason in verdict.reasons)


def test_new_items_join_after_as_many_runs_as_the_baseline_has_passes() -> None:
    grown = [*ITEMS, *EXTRA]
    fine = [a_week(n, items=grown) for n in range(8, 16)]
    broken = range(60, 75)
    young, _ = compared(a_week(16, items=grown, wrong=broken), earlier=fine[:7])
    joined, _ = compared(a_week(16, items=grown, wrong=broken), earlier=fine)
    assert state_of(young).fell.p_week == 1.0
    assert state_of(joined).fell.p_week < 1e-6
    assert state_of(joined).shift < 0


def test_items_of_a_cluster_are_summed_before_they_are_remembered() -> None:
    families = [an_item(n, cluster=f"family-{n // 6}") for n in range(60)]
    by_digest = {item.content_digest: item for item in families}
    runs = [samples(families) for _ in range(8)]
    broken = samples(families, wrong=range(6))
    moments = [Moment(run_id="r", at=NOON)]
    apart = {i.content_digest: replace(i, cluster=None) for i in families}
    together = remember(shared_basis(broken, runs, by_digest), passes=8, runs=moments)[0]
    alone = remember(shared_basis(broken, runs, apart), passes=8, runs=moments)[0]
    assert together.fell.p_week > alone.fell.p_week


def test_a_run_without_an_answer_remembers_nothing() -> None:
    nothing = [a_sample(item, score=a_failure(CallState.API_ERROR)) for item in ITEMS]
    comparison, verdict = compared(a_week(8, records=nothing))
    assert isnan(state_of(comparison).fell.p_week)
    assert verdict.kind is VerdictKind.INVALID
