"""The old way is held against the blessing, the new way against the old one, and never across."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.bridge import BridgeOutcome, bridge_document, reason_to_bless
from evals.call_state import CallState
from evals.compare.measured import MeasuredBaseline
from evals.compare.passes import pooled
from evals.compare.run import compare_run
from evals.policy import Policy
from evals.verdict import VerdictKind
from tests.factories import a_failure, a_sample, an_item, samples
from tests.unit.bridge.factories_bridge import ITEMS, POLICY, a_bridge, passes

BY_DIGEST = {item.content_digest: item for item in ITEMS}


def test_where_nothing_moved_the_bridge_holds_whatever_our_change_did() -> None:
    report = a_bridge(new=passes("new", 3, wrong=range(30)))
    assert (report.outcome, report.exit_code) == (BridgeOutcome.HOLDS, 0)
    assert report.offset is not None
    assert report.offset.tasks[0].overall.difference == pytest.approx(-29 / 60)


def test_a_fall_of_the_old_way_holds_the_series_back_though_the_new_way_looks_well() -> None:
    report = a_bridge(passes("old", 3, wrong=range(5, 25)), passes("new", 3))
    assert (report.outcome, report.exit_code) == (BridgeOutcome.MOVED, 1)
    assert report.verdict.kind is VerdictKind.REGRESSED


def test_an_endpoint_that_became_better_moved_too() -> None:
    report = a_bridge(passes("old", 3), blessed=passes("blessed", 8, wrong=range(20)))
    assert report.verdict.kind is VerdictKind.IMPROVED
    assert (report.outcome, report.exit_code) == (BridgeOutcome.MOVED, 1)


def test_a_blessing_that_could_not_have_shown_a_change_carries_no_bridge() -> None:
    report = a_bridge(blessed=passes("blessed", 1, wrong=[5]))
    assert report.verdict.kind is VerdictKind.INCONCLUSIVE
    assert (report.outcome, report.exit_code) == (BridgeOutcome.CANNOT_TELL, 3)


def test_another_model_under_the_old_name_breaks_the_pin() -> None:
    report = a_bridge(passes("old", 3, wrong=[5], served_models=("acme-2",)))
    assert (report.outcome, report.exit_code) == (BridgeOutcome.MOVED, 4)


def test_passes_of_one_window_see_together_what_none_of_them_sees_alone() -> None:
    def mde(count: int) -> float:
        comparison = compare_run(
            pooled(passes("old", count, wrong=[5]), BY_DIGEST),
            MeasuredBaseline(name="first", runs=passes("blessed", 8, wrong=[5])),
            items=BY_DIGEST,
            policy=POLICY,
            alias_allowed=False,
        )
        check = comparison.tasks[0].check
        assert check is not None
        return check.mde

    assert mde(8) < 0.6 * mde(1)


def test_a_pass_without_answers_counts_as_missing_in_the_window() -> None:
    whole = passes("old", 2, wrong=[5])
    broken = [a_sample(item, score=a_failure(CallState.TIMEOUT)) for item in ITEMS]
    report = a_bridge([*whole, replace(whole[0], samples=broken)])
    assert report.outcome is BridgeOutcome.CANNOT_TELL
    assert report.verdict.reasons[0].startswith("only 120 of 180 samples could be graded")


def test_only_what_both_ways_ask_makes_the_offset() -> None:
    joined = [an_item(number) for number in range(10, 70)]
    report = a_bridge(
        new=passes("new", 3, asked=joined, wrong=range(50, 60)), known=[*ITEMS, *joined]
    )
    assert report.offset is not None
    (task,) = report.offset.tasks
    assert (task.overall.items, task.overall.difference) == (50, 0.0)
    assert sorted(len(left.item_ids) for left in task.excluded) == [10, 10]


def test_one_set_of_passes_for_both_ways_has_no_offset() -> None:
    both = passes("both", 3, wrong=[5])
    report = a_bridge(both, both)
    assert report.offset is None
    assert report.outcome is BridgeOutcome.HOLDS
    assert reason_to_bless(report) == "bridge from first: parameters: temperature 0 -> 1"


def test_a_policy_to_which_everything_matters_still_gives_an_offset() -> None:
    assert a_bridge(policy=Policy(smallest_effect_points=100)).offset is not None


def test_the_document_names_the_new_baseline_only_where_there_is_one() -> None:
    report = a_bridge()
    assert bridge_document(report, blessed=True)["anchor"] == "first-bridge"
    assert bridge_document(report, blessed=False)["anchor"] is None


def test_an_item_that_each_pass_asks_twice_keeps_all_its_answers() -> None:
    once = passes("old", 3)
    twice = [
        replace(one, samples=[*one.samples, *samples(ITEMS, wrong=range(60), epoch=2)])
        for one in once
    ]
    keys = {sample.key for sample in pooled(twice, BY_DIGEST).samples}
    assert len(keys) == 2 * 3 * len(ITEMS)
