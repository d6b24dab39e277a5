"""Verdicts on outcomes that somebody else measured."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evals.matrices.document import judgement_document
from evals.matrices.judging import judge_matrices
from evals.matrices.parsing import OutcomeMatrices
from evals.verdict import VerdictKind
from tests.unit.matrices.factories_matrices import (
    ALPHA,
    answers,
    judged,
    ones,
    usual_rates,
    with_wrong,
)

if TYPE_CHECKING:
    from evals.matrices.judging import RunJudgement

FIELDS = {
    *("p_drop", "p_rise", "p_flip", "p_week", "effect", "low", "high", "mde"),
    *("items", "draws", "verdict"),
}


def kinds(*arguments: np.ndarray) -> list[str]:
    return [one.verdict.value for one in judged(*arguments)]


def test_nothing_wrong_on_either_side_is_ok() -> None:
    assert kinds(ones(16), ones(3)) == ["ok", "ok", "ok"]


def test_items_that_break_are_a_regression_and_items_that_mend_an_improvement() -> None:
    broken = with_wrong(ones(1), *range(6))
    assert kinds(ones(16), broken) == ["regressed"]
    assert kinds(with_wrong(ones(16), *range(6)), ones(1)) == ["improved"]


def test_as_many_mended_as_broken_is_still_a_regression() -> None:
    before, after = with_wrong(ones(16), *range(8)), with_wrong(ones(1), *range(8, 16))
    assert kinds(before, after) == ["regressed"]


def test_a_drop_too_small_for_one_run_is_found_over_the_weeks() -> None:
    rng = np.random.default_rng(5)
    rates = rng.beta(2.2, 0.8, 150)
    runs = [answers(rng, rates, 6), answers(rng, 0.94 * rates, 12)]
    weeks = judged(answers(rng, rates, 16), np.concatenate(runs))
    late = [week for week in weeks if week.verdict is VerdictKind.REGRESSED]
    assert weeks[-1] in late
    unseen_alone = next(week for week in late if week.check.p_drop > ALPHA)
    assert unseen_alone in weeks[6:]
    assert unseen_alone.reason.startswith(
        f"accuracy has been lower since run {unseen_alone.since}, p "
    )


def test_a_run_that_is_well_again_is_not_blamed_for_the_weeks_before_it() -> None:
    bad = with_wrong(ones(4), *range(8))
    last = judged(ones(16), np.concatenate([bad, ones(1)]))[-1]
    assert last.p_week <= ALPHA
    assert last.verdict is not VerdictKind.REGRESSED


def test_each_run_alone_does_not_remember_the_others() -> None:
    runs = np.concatenate([with_wrong(ones(3), *range(8)), with_wrong(ones(1), 9)])
    [alone] = judged(ones(16), runs[-1:])
    after_weeks = judged(ones(16), runs)[-1]
    assert replace(alone.check, mde=0.0) == replace(after_weeks.check, mde=0.0)
    assert alone.p_week > after_weeks.p_week


def test_the_run_alone_and_the_weeks_together_share_the_level() -> None:
    weeks = judged(ones(16), with_wrong(ones(3), 1, 2))
    assert [week.level for week in weeks] == [ALPHA, ALPHA / 2, ALPHA / 2]
    assert weeks[0].check.p_drop == weeks[1].check.p_drop
    between = OutcomeMatrices(
        baseline=ones(16), runs=with_wrong(ones(2), 1, 2), alpha=weeks[0].check.p_drop
    )
    first, second = judge_matrices(between)
    assert first.verdict is VerdictKind.REGRESSED
    assert second.check.p_drop > second.level


def test_a_run_without_answers_is_invalid_and_leaves_the_memory_as_it_was() -> None:
    nothing = np.full((1, 150, 1), nan)
    runs = with_wrong(ones(2), 1)
    with_gap = judged(ones(16), np.concatenate([runs[:1], nothing, runs[1:]]))
    assert with_gap[1].verdict is VerdictKind.INVALID
    assert with_gap[2].p_week == judged(ones(16), runs)[1].p_week


@pytest.mark.parametrize(("passes", "items"), [(1, 150), (16, 9), (1, 1)])
def test_a_baseline_without_power_is_inconclusive_unless_the_run_collapses(
    passes: int, items: int
) -> None:
    [quiet] = judged(ones(passes, items), ones(1, items))
    assert quiet.verdict is VerdictKind.INCONCLUSIVE
    assert "nothing short of a collapse" in quiet.reason
    if items > 1:
        assert kinds(ones(passes, items), 0 * ones(1, items)) == ["regressed"]


def test_an_ok_that_could_not_have_seen_what_matters_is_inconclusive() -> None:
    [blind] = judged(ones(16), ones(1), smallest_effect=0.01)
    assert blind.verdict is VerdictKind.INCONCLUSIVE
    assert blind.reason.startswith("a drop of 1.0 points matters, but this run could have seen")


def test_a_baseline_that_is_always_wrong_cannot_get_worse() -> None:
    [document] = judgement_document(judged(0 * ones(16), 0 * ones(1)))["runs"]
    assert (document["verdict"], document["mde"]) == ("inconclusive", None)


OUTCOMES = st.sampled_from([0.0, 1.0, nan])


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_is_missing_no_p_value_is_zero_nan_or_above_one(data: st.DataObject) -> None:
    items = data.draw(st.integers(1, 14))
    shapes = [(data.draw(st.integers(1, 9)), items, data.draw(st.integers(1, 3))) for _ in range(2)]
    before, after = (data.draw(arrays.arrays(float, shape, elements=OUTCOMES)) for shape in shapes)
    for run in judgement_document(judged(before, after))["runs"]:
        assert run.keys() == FIELDS
        nothing = run["verdict"] == "invalid"
        assert nothing == (run["items"] == 0)
        for name in ("p_drop", "p_rise", "p_flip", "p_week"):
            assert run[name] is None if nothing else 0 < run[name] <= 1
        assert all(v is None or isinstance(v, str) or isfinite(v) for v in run.values())


@pytest.mark.parametrize("epochs", [1, 3])
def test_an_unchanged_endpoint_alarms_about_as_often_as_alpha_allows(epochs: int) -> None:
    rng = np.random.default_rng(8)
    seen: list[RunJudgement] = []
    for _ in range(15):
        rates = usual_rates(rng)
        runs = answers(rng, rates, 8, epochs)
        runs[rng.random(runs.shape) < 0.1] = nan
        seen += judged(answers(rng, rates, 16), runs)
    p_values = np.array([[one.check.p_drop, one.check.p_rise, one.p_week] for one in seen])
    assert ((p_values <= 0.05).mean(axis=0) <= 0.06).all()
    assert sum(one.verdict is VerdictKind.REGRESSED for one in seen) <= 3
