"""Stored replies under the scorers of today: what is graded again, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.golden_set import ScorerSpec
from evals.rescoring import grade_in_words, is_outdated, regrade
from evals.scorers.registry import scorer_for
from tests.integration.store_factories import make_item, make_sample, make_score

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.records import SampleRecord

EXACT = ScorerSpec(name="exact", options={"answer": "whole"})
TODAY = scorer_for(EXACT).version
ITEM = make_item(scorer=EXACT)


def a_sample(item: Item = ITEM, **overrides: Any) -> SampleRecord:
    """Return a right answer that an older version had called wrong."""
    score = make_score(scorer_version="0", value=0.0, passed=False)
    return make_sample(**{"item_digest": item.content_digest, "score": score, **overrides})


def items(*found: Item) -> dict[str, Item]:
    return {item.content_digest: item for item in found}


def test_an_older_grade_is_replaced_by_today_s() -> None:
    regrading = regrade([a_sample()], items(ITEM))
    (grade,) = regrading.grades
    assert (grade_in_words(grade.before), grade_in_words(grade.after)) == ("wrong", "right")
    assert (grade.after.scorer, grade.after.scorer_version) == ("exact", TODAY)
    assert grade.differs
    assert (regrading.current, regrading.left) == (0, {})


def test_what_today_s_version_graded_is_current() -> None:
    sample = a_sample(score=make_score(scorer_version=TODAY))
    regrading = regrade([sample], items(ITEM))
    assert (regrading.grades, regrading.left, regrading.current) == ((), {}, 1)
    assert not is_outdated([sample], items(ITEM))


@pytest.mark.parametrize(
    "state",
    [CallState.TRUNCATED, CallState.FILTERED, CallState.API_ERROR, CallState.TIMEOUT],
)
def test_what_no_scorer_saw_is_never_graded(state: CallState) -> None:
    score = make_score(scorer_version="0", state=state, value=None, passed=None, parsed=None)
    regrading = regrade([a_sample(score=score)], items(ITEM))
    assert (regrading.grades, regrading.left, regrading.current) == ((), {}, 0)


@pytest.mark.parametrize(("stop_reason", "graded"), [("stop", 1), ("max_tokens", 0), (None, 0)])
def test_a_grading_that_broke_is_repeated_on_whole_replies_only(
    stop_reason: str | None, graded: int
) -> None:
    broke = make_score(
        scorer_version="", state=CallState.JUDGE_FAILED, value=None, passed=None, parsed=None
    )
    regrading = regrade([a_sample(score=broke, stop_reason=stop_reason)], items(ITEM))
    assert len(regrading.grades) == graded


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (ScorerSpec(name="judge", options={"rubric": "Kind."}), "cannot grade a stored reply"),
        (ScorerSpec(name="gone"), "scorer 'gone' is unknown"),
        (ScorerSpec(name="exact", options={"gone": 1}), "has no option 'gone'"),
    ],
)
def test_what_cannot_be_graded_again_is_left_with_its_reason(spec: ScorerSpec, why: str) -> None:
    item = make_item(scorer=spec)
    sample = a_sample(item, score=make_score(scorer=spec.name, scorer_version="0"))
    regrading = regrade([sample, sample], items(item))
    ((reason, count),) = regrading.left.items()
    assert why in reason
    assert (count, regrading.grades) == (2, ())
    assert not is_outdated([sample], items(item))


def test_another_scorer_s_grade_is_left_alone() -> None:
    stranger = a_sample(score=make_score(scorer="other", scorer_version="0"))
    assert regrade([stranger], items(ITEM)).left == {
        "what graded it is not its item's scorer": 1,
    }
    assert regrade([a_sample()], {}).grades == ()
