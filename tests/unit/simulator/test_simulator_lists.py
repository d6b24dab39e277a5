from __future__ import annotations

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.scorers.registry import rescore
from tests.unit.simulator.factories_simulator import asked, make_endpoint, make_item, make_request

PROMPT = "Reply as in 1: 42.\n" + "\n".join(f"{n}. {n} + 20" for n in range(1, 201))


def listed() -> list[Item]:
    return [
        make_item(
            f"sum-{n}",
            messages=(ChatMessage(role="user", content=PROMPT),),
            targets=(str(n + 20),),
            scorer=ScorerSpec(name="numbered", options={"place": n}),
            tags=("early" if n <= 100 else "late",),
        )
        for n in range(1, 201)
    ]


def passed(**change: object) -> list[bool | None]:
    items = listed()
    text = asked(make_endpoint(items, **change), make_request(PROMPT)).text
    return [rescore(text, item).passed for item in items]


def test_one_reply_answers_all_questions_of_a_list() -> None:
    assert passed() == [True] * 200
    assert passed(skill=0.0) == [False] * 200


def test_each_question_of_a_list_has_draws_and_tags_of_its_own() -> None:
    found = passed(skill_by_tag={"early": 0.9, "late": 0.4})
    assert 80 <= sum(one is True for one in found[:100]) <= 98
    assert 25 <= sum(one is True for one in found[100:]) <= 55


def test_a_question_that_is_left_out_is_missing_not_wrong() -> None:
    found = passed(omission_share=0.3)
    assert set(found) == {True, None}
    assert 40 <= found.count(None) <= 80
