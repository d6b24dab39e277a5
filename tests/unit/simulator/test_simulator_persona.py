from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.scorers.refusal import reads_as_refusal
from evals.scorers.registry import rescore
from evals.simulator.chat import Finish
from tests.unit.simulator.factories_simulator import (
    asked,
    capital_items,
    make_endpoint,
    make_item,
    make_request,
    request_for,
    sum_items,
)

if TYPE_CHECKING:
    from evals.simulator.endpoint import SimulatedEndpoint


def _right(endpoint: SimulatedEndpoint, items: list[Item]) -> list[bool]:
    texts = [asked(endpoint, request_for(item)).text for item in items]
    graded = [rescore(text, item) for text, item in zip(texts, items, strict=True)]
    return [scored.passed is True for scored in graded]


def test_a_perfect_persona_passes_every_item_of_its_golden_set() -> None:
    items = [*sum_items(30), *capital_items()]
    assert all(_right(make_endpoint(items), items))


def test_a_persona_without_skill_is_wrong_on_every_item_and_never_unparsed() -> None:
    items = [*sum_items(30), *capital_items()]
    endpoint = make_endpoint(items, skill=0.0)
    texts = [asked(endpoint, request_for(item)).text for item in items]
    assert {rescore(text, item).passed for text, item in zip(texts, items, strict=True)} == {False}


def test_the_share_of_right_answers_is_the_skill() -> None:
    items = sum_items(400)
    share = sum(_right(make_endpoint(items, skill=0.8), items)) / len(items)
    assert share == pytest.approx(0.8, abs=0.06)


def test_skill_by_item_comes_before_skill_by_tag_before_skill() -> None:
    items = capital_items()
    endpoint = make_endpoint(
        items, skill=1.0, skill_by_tag={"capital": 0.0}, skill_by_item={"Peru": 1.0}
    )
    assert _right(endpoint, items) == [False, True, False, False, False]


def test_a_skill_drop_only_loses_items_and_wins_none() -> None:
    items = sum_items(300)
    endpoint = make_endpoint(items, skill=0.9)
    before = _right(endpoint, items)
    endpoint.behave({"skill_drop": 0.3})
    after = _right(endpoint, items)
    assert sum(after) < sum(before)
    assert all(was for was, is_now in zip(before, after, strict=True) if is_now)


def test_without_noise_every_ask_answers_the_same_to_the_byte() -> None:
    items = sum_items(40)
    endpoint = make_endpoint(items, skill=0.5)
    passes = [[asked(endpoint, request_for(item)).text for item in items] for _ in range(4)]
    assert all(texts == passes[0] for texts in passes)


def test_noise_changes_answers_but_not_the_share_that_is_right() -> None:
    items = sum_items(400)
    endpoint = make_endpoint(items, skill=0.7, noise=1.0)
    first, second = _right(endpoint, items), _right(endpoint, items)
    assert first != second
    assert sum(second) / len(items) == pytest.approx(0.7, abs=0.07)


def test_the_kth_ask_of_an_item_does_not_depend_on_what_is_asked_in_between() -> None:
    items = sum_items(30)
    change = {"skill": 0.5, "noise": 0.5}
    straight, shuffled = make_endpoint(items, **change), make_endpoint(items, **change)
    in_order = [asked(straight, request_for(item)).text for _ in range(3) for item in items]
    by_item = [[asked(shuffled, request_for(item)).text for _ in range(3)] for item in items]
    assert in_order == [texts[k] for k in range(3) for texts in by_item]


def test_another_seed_is_another_persona() -> None:
    items = sum_items(100)
    right = [_right(make_endpoint(items, skill=0.5, seed=seed), items) for seed in (1, 2)]
    assert right[0] != right[1]


def test_verbosity_comes_before_the_final_line() -> None:
    items = capital_items()
    text = asked(make_endpoint(items, verbosity=3), request_for(items[0])).text
    assert text.count(".") == 3
    assert text.splitlines()[-1] == "FINAL: Paris"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("plain", "FINAL: Paris"),
        ("bold", "FINAL: **Paris**"),
        ("fenced", "```\nFINAL: Paris\n```"),
        ("no_final", "Paris"),
        ("chatty", "Certainly! Here is what I found.\nFINAL: Paris"),
    ],
)
def test_a_format_change_is_around_the_answer(form: str, text: str) -> None:
    items = capital_items()
    endpoint = make_endpoint(items, format=form, verbosity=0)
    assert asked(endpoint, request_for(items[0])).text == text


def test_an_answer_that_is_graded_whole_stands_alone() -> None:
    item = make_item(targets=('{"a": 1}',), scorer=ScorerSpec(name="json_fields"))
    assert asked(make_endpoint([item], verbosity=4), request_for(item)).text == '{"a": 1}'


def test_a_refusal_share_is_refused_politely() -> None:
    items = sum_items(200)
    endpoint = make_endpoint(items, refusal_share=0.25)
    refused = [reads_as_refusal(asked(endpoint, request_for(item)).text) for item in items]
    assert sum(refused) / len(items) == pytest.approx(0.25, abs=0.08)


def test_filtered_content_has_no_text_and_says_so() -> None:
    items = capital_items()
    reply = asked(make_endpoint(items, filter_share=1.0), request_for(items[0]))
    assert (reply.text, reply.finish) == ("", Finish.FILTERED)


def test_truncation_stops_half_way_and_says_so() -> None:
    items = capital_items()
    whole = asked(make_endpoint(items), request_for(items[0]))
    cut = asked(make_endpoint(items, truncation_share=1.0), request_for(items[0]))
    assert cut.finish is Finish.LENGTH
    assert cut.output_tokens == whole.output_tokens // 2
    assert whole.text.startswith(cut.text)


def test_max_tokens_is_obeyed() -> None:
    items = capital_items()
    reply = asked(make_endpoint(items), request_for(items[0], max_tokens=3))
    assert (reply.output_tokens, reply.finish) == (3, Finish.LENGTH)


def test_position_bias_chooses_the_first_option_printed() -> None:
    question = "Which is a gas?\nA) iron\nB) helium\nC) salt"
    item = make_item(question=question, targets=("B",), scorer=ScorerSpec(name="choice"))
    endpoint = make_endpoint([item], verbosity=0)
    assert asked(endpoint, request_for(item)).text == "FINAL: B"
    endpoint.behave({"position_bias": 1.0})
    assert asked(endpoint, request_for(item)).text == "FINAL: A"


def test_a_hidden_system_prompt_shows_in_the_input_tokens_only() -> None:
    items = capital_items()
    endpoint = make_endpoint(items)
    before = asked(endpoint, request_for(items[0]))
    endpoint.behave({"hidden_system_prompt": "Answer like a pirate."})
    after = asked(endpoint, request_for(items[0]))
    assert after.text == before.text
    assert after.input_tokens > before.input_tokens


def test_a_prompt_that_a_task_has_wrapped_is_still_recognised() -> None:
    items = capital_items()
    wrapped = f"Read carefully.\n{items[1].messages[0].content}\nThank you."
    assert asked(make_endpoint(items), make_request(wrapped)).item == "Peru"


def test_an_unknown_prompt_is_answered_with_unknown() -> None:
    reply = asked(make_endpoint([]), make_request("Who? End with FINAL: <name>"))
    assert reply.text.endswith("FINAL: UNKNOWN")
    assert reply.item is None


def test_items_that_share_a_question_are_told_apart_by_their_other_turns() -> None:
    question = ChatMessage(role="user", content="Can I return it?")
    items = [
        make_item(
            label,
            messages=(ChatMessage(role="system", content=f"Policy {label}."), question),
            targets=(answer,),
            scorer=ScorerSpec(name="exact", options={"answer": "whole"}),
        )
        for label, answer in (("one", "yes"), ("two", "no"))
    ]
    endpoint = make_endpoint(items)
    requests = [make_request(messages=item.messages) for item in items]
    assert [asked(endpoint, request).text for request in requests] == ["yes", "no"]
