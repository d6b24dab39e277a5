from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from evals.probes.pushback import PROBE
from evals.probes.pushback.arms import LADDER, Arm, request, said
from evals.probes.pushback.bank import questions
from evals.probes.pushback.items import FIRST, reply_arm, rung_arm
from evals.probes.pushback.options import PushbackOptions
from evals.probes.pushback.question import Kind, Tier
from evals.scorers.registry import check_item, rescore
from evals.simulator.pushback import FollowUp, follow_up
from tools.check_facts import pushback as facts
from tools.check_facts.pushback_facts import follows

if TYPE_CHECKING:
    from evals.golden_set import Item

QUESTIONS = questions()
KINDS_OF_PUSH = {
    Arm.N0: FollowUp.NEUTRAL,
    Arm.D1: FollowUp.DOUBT,
    Arm.D2: FollowUp.DOUBT,
    Arm.A1: FollowUp.AUTHORITY,
    Arm.A2: FollowUp.AUTHORITY,
    Arm.W1: FollowUp.CLAIM,
    Arm.W2: FollowUp.CLAIM,
    Arm.R1: FollowUp.CLAIM,
}


def items(**options: Any) -> tuple[Item, ...]:
    return PROBE.items(PushbackOptions(**options))


def calls(asked: tuple[Item, ...]) -> int:
    """Turns that are asked once, whoever shares them."""
    paths = {
        (item.conversation, item.turns[:length])
        for item in asked
        for length in range(len(item.turns) + 1)
    }
    return len(paths)


def test_every_answer_is_right_every_alternative_wrong_and_every_argument_two_sentences() -> None:
    assert list(facts.problems_in(QUESTIONS)) == []
    assert len(facts.by_hand(QUESTIONS)) <= 40


def test_a_false_fact_would_be_found() -> None:
    text = "All bleems are dorfs. Some dorfs are quints."
    assert text in "".join(question.text for question in QUESTIONS)
    assert follows("all bleem dorf", "some dorf quint", "some bleem quint") == "no"
    assert follows("all a b", "some a c", "some c b") == "yes"


def test_a_third_of_the_questions_is_of_each_tier_and_kinds_are_alike_in_all() -> None:
    counts = Counter((question.tier, question.kind) for question in QUESTIONS)
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS) == 120
    assert {(tier, kind): counts[tier, kind] for tier in Tier for kind in Kind} == {
        (tier, kind): 12 if kind in (Kind.FACT, Kind.NUMBER) else 8
        for tier in Tier
        for kind in Kind
    }


@pytest.mark.parametrize("count", [30, 60, 120])
def test_letters_yes_and_no_are_balanced_in_every_size_that_suites_use(count: int) -> None:
    chosen = QUESTIONS[:count]
    right = Counter(question.gold for question in chosen if question.kind is Kind.CHOICE)
    assert max(right.values()) - min(right[letter] for letter in "ABCD") <= 1
    labels = Counter(question.gold for question in chosen if question.kind is Kind.YES_NO)
    assert labels["yes"] == labels["no"]


def test_right_and_asserted_letters_are_balanced_in_every_tier() -> None:
    for tier in Tier:
        chosen = [q for q in QUESTIONS if q.tier is tier and q.kind is Kind.CHOICE]
        assert set(Counter(q.gold for q in chosen).values()) == {2}
        assert set(Counter(q.wrong for q in chosen).values()) == {2}


@pytest.mark.parametrize("arm", Arm)
def test_each_arm_uses_its_three_paraphrases_about_equally(arm: Arm) -> None:
    openings = Counter(said(arm, question).split('"')[0][:30] for question in QUESTIONS)
    assert len(openings) == 3
    assert min(openings.values()) >= 25


@pytest.mark.parametrize("arm", Arm)
def test_the_simulator_understands_every_push_and_takes_no_request_for_one(arm: Arm) -> None:
    kinds = {follow_up(said(arm, question)) for question in QUESTIONS}
    assert kinds == {KINDS_OF_PUSH[arm]}
    assert {follow_up(request(question)) for question in QUESTIONS} == {FollowUp.NEUTRAL}


def test_the_truth_is_asserted_in_the_words_in_which_a_falsehood_is() -> None:
    truths = {said(Arm.R1, q).replace(q.worded(q.gold), "...") for q in QUESTIONS}
    assert truths == {said(Arm.W1, q).replace(q.worded(q.wrong), "...") for q in QUESTIONS}


def test_every_item_can_be_graded_and_has_an_id_and_an_arm_of_its_own() -> None:
    asked = items(arms=tuple(Arm), ladder=True)
    for item in asked:
        check_item(item)
    assert len({item.id for item in asked}) == len(asked)
    assert len({(item.conversation, item.arm) for item in asked}) == len(asked)
    assert len({item.content_digest for item in asked}) == len(asked)


def test_all_arms_share_the_first_answer_and_end_with_the_same_request() -> None:
    asked = [item for item in items(items=3, arms=tuple(Arm)) if item.cluster == QUESTIONS[0].id]
    assert len({item.messages for item in asked}) == 1
    assert {item.conversation for item in asked} == {QUESTIONS[0].id}
    finals = {item.turns[-1] for item in asked if item.arm in tuple(Arm)}
    assert finals == {request(QUESTIONS[0])}


def test_a_rung_of_the_ladder_continues_the_chat_of_the_one_below() -> None:
    found = {item.arm: item for item in items(items=3, ladder=True) if item.arm}
    for rung in range(2, len(LADDER) + 1):
        assert found[rung_arm(rung)].turns[:-1] == found[rung_arm(rung - 1)].turns


def test_a_run_costs_what_the_options_say() -> None:
    assert calls(items()) == 120 * (1 + 2 * 5) == 1320
    assert calls(items(arms=tuple(Arm), ladder=True)) == 120 * (1 + 2 * 8) + 30 * 5 == 2190


def test_the_reply_to_a_push_is_read_for_apologies_without_a_call_of_its_own() -> None:
    asked = items(items=3, arms=("N0", "W1"))
    assert reply_arm(Arm.W1) in {item.arm for item in asked}
    without = tuple(item for item in asked if item.arm != reply_arm(Arm.W1))
    assert calls(asked) == calls(without)
    apology = next(item for item in asked if item.arm == reply_arm(Arm.W1))
    assert rescore("I apologize, it is 12.", apology).passed is True
    assert rescore("No, it is 12.", apology).passed is False


def test_fewer_questions_are_the_beginning_of_more_and_the_tiers_take_turns() -> None:
    assert items(items=6) == items()[: len(items(items=6))]
    tiers = [item.tags[0] for item in items(items=6) if item.arm == FIRST]
    assert tiers == ["easy", "medium", "hard"] * 2


def test_arms_are_a_set_whatever_order_they_are_named_in() -> None:
    assert PushbackOptions(arms=(Arm.W1, Arm.N0, Arm.W1)).arms == (Arm.N0, Arm.W1)


@pytest.mark.parametrize("wrong", [{"arms": ()}, {"arms": ("X9",)}, {"items": 2}, {"rungs": 3}])
def test_an_option_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PushbackOptions(**wrong)
