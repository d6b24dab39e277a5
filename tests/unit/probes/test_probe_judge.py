"""The guard of the judge: its anchors, and what a judge that moved does to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.compare import Estimate
from evals.judgement import judge
from evals.policy import Policy
from evals.probes.answer import Answer
from evals.probes.judge import PROBE
from evals.probes.registry import generate
from evals.verdict import VerdictKind
from tests.factories import a_failure, a_sample, a_score
from tests.unit.report.factories_comparison import make_check, make_comparison, make_task

if TYPE_CHECKING:
    from evals.compare import TaskComparison
    from evals.golden_set import Item

ITEMS = generate("judge", {}).items


def _answer(item: Item, *, passed: bool) -> Answer:
    return Answer(item=item, sample=a_sample(item, score=a_score(passed=passed)))


def _fair() -> list[Answer]:
    return [_answer(item, passed=item.arm == "keeps") for item in ITEMS]


def test_each_question_has_a_reply_that_keeps_its_rule_and_one_that_breaks_it() -> None:
    assert len(ITEMS) == 30
    assert all(item.reply and not item.targets for item in ITEMS)
    assert len({item.cluster for item in ITEMS}) == 15


def test_a_fair_judge_agrees_with_every_label() -> None:
    (view,) = PROBE.views(_fair())
    assert all(row.score.passed for row in view.rows)
    agreement, false_pass, false_fail = PROBE.figures(_fair())
    assert (agreement.value, false_pass.value, false_fail.value) == (1.0, 0.0, 0.0)


def test_a_judge_that_passes_everything_agrees_with_half() -> None:
    agreement, false_pass, false_fail = PROBE.figures([_answer(i, passed=True) for i in ITEMS])
    assert (agreement.value, false_pass.value, false_fail.value) == (0.5, 1.0, 0.0)


def test_a_judge_that_could_not_be_asked_is_no_disagreement() -> None:
    failed = a_sample(ITEMS[0], score=a_failure(CallState.JUDGE_FAILED))
    (view,) = PROBE.views([Answer(item=ITEMS[0], sample=failed)])
    assert view.rows == (failed,)


def _fell(task: str, *, judged: bool) -> TaskComparison:
    return make_task(
        task=task,
        score=Estimate(rate=0.6, low=0.5, high=0.7, n=150),
        check=make_check(effect=-0.3, low=-0.4, high=-0.2, p_drop=1e-9),
        judged=judged,
    )


def test_when_the_judge_moved_its_scores_are_not_the_endpoint_s() -> None:
    verdict = judge(
        make_comparison(_fell("judge/agreement", judged=True), _fell("tone", judged=True)), Policy()
    )
    assert verdict.kind is VerdictKind.INVALID
    assert verdict.reasons[0].startswith("the judge moved: ")


@pytest.mark.parametrize("judged", [True, False])
def test_what_the_judge_did_not_grade_keeps_its_verdict(judged: bool) -> None:
    guard = _fell("judge/agreement", judged=True)
    verdict = judge(make_comparison(guard, _fell("sums", judged=judged)), Policy())
    kinds = {task.task: task.kind for task in verdict.tasks}
    assert kinds["sums"] is (VerdictKind.INVALID if judged else VerdictKind.REGRESSED)
