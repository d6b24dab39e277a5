from __future__ import annotations

from typing import Any

from evals.endpoint import Endpoint, Parameters, Price
from evals.engine.plan import PlannedSample, PlannedTask
from evals.estimate import estimate
from evals.golden_set import ScorerSpec
from tests.factories import an_item

PRICE = Price(input=1, output=10)


def an_endpoint(**overrides: Any) -> Endpoint:
    defaults: dict[str, Any] = {
        "model": "openai/gpt-4o-2024-08-06",
        "parameters": Parameters(max_tokens=50),
        "price": PRICE,
    }
    return Endpoint(**(defaults | overrides))


def a_task(*scorers: str) -> PlannedTask:
    options = {"judge": {"rubric": "It is polite."}}
    items = [
        an_item(n, scorer=ScorerSpec(name=name, options=options.get(name, {})))
        for n, name in enumerate(scorers)
    ]
    return PlannedTask(name="t", samples=tuple(PlannedSample(item=i, epoch=1) for i in items))


def test_a_judged_item_is_two_calls_and_costs_both() -> None:
    task = a_task("judge", "exact")
    alone = estimate(an_endpoint(), [task])
    judge = an_endpoint(parameters=Parameters(max_tokens=200))
    both = estimate(an_endpoint(), [task], judge=judge)
    assert (alone.calls, alone.judge_calls) == (2, 0)
    assert (both.calls, both.judge_calls) == (2, 1)
    assert both.most_output_tokens == 2 * 50 + 200
    # The judge reads its rubric, the question and a reply that may be 50 tokens long.
    assert both.input_tokens > alone.input_tokens + 50
    assert both.most_cost_usd == PRICE.cost_usd(input_tokens=both.input_tokens, output_tokens=300)


def test_the_cost_is_unknown_where_the_judge_has_no_price() -> None:
    judge = an_endpoint(price=None)
    assert estimate(an_endpoint(), [a_task("judge")], judge=judge).most_cost_usd is None
    assert estimate(an_endpoint(), [a_task("exact")], judge=judge).most_cost_usd is not None


def test_turns_that_items_share_are_one_call_and_later_turns_read_the_replies() -> None:
    first = an_item(1, conversation="q", arm="first")
    doubted = an_item(1, id="1.D1", conversation="q", arm="D1", turns=("Are you sure?", "Final?"))
    plan = [PlannedSample(item=item, epoch=1) for item in (first, doubted)]
    whole = estimate(an_endpoint(), [PlannedTask(name="t", samples=tuple(plan))])
    alone = estimate(an_endpoint(), [PlannedTask(name="t", samples=tuple(plan[:1]))])
    assert (whole.calls, whole.most_output_tokens) == (3, 3 * 50)
    # The second call reads one reply of up to 50 tokens, the third one two.
    assert whole.input_tokens > 3 * alone.input_tokens + 3 * 50
