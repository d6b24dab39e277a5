from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.golden_set import Item, ScorerSpec
from evals.scorers.registry import rescore
from evals.simulator.learning import knowledge_of
from tests.unit.simulator.factories_simulator import capital_items, make_item, request_for

if TYPE_CHECKING:
    from evals.simulator.fact import Fact


def _fact(item: Item, *neighbours: Item) -> Fact:
    fact, _ = knowledge_of([item, *neighbours]).find(request_for(item))
    assert fact is not None
    return fact


def _item(targets: tuple[str, ...], scorer: str, **options: Any) -> Item:
    return make_item(targets=targets, scorer=ScorerSpec(name=scorer, options=options))


@pytest.mark.parametrize(
    "item",
    [
        _item(("42.16",), "number", tolerance=0.05, unit=["km", "kilometres"]),
        _item(("1200",), "number", relative_tolerance=0.1),
        _item(("five working days", "free"), "contains_all", answer="whole"),
        _item(("helium", "neon"), "contains_any", forbidden=["nitrogen"]),
        _item(('{"name": "Ada", "tags": [], "ok": true}',), "json_fields"),
        _item(("2021-03-03",), "regex", pattern="2021-03-03"),
        _item(("Mercury", "planet Mercury"), "exact"),
        _item(("yes",), "exact", answer="whole"),
    ],
    ids=lambda item: item.scorer.name,
)
def test_what_is_learned_agrees_with_the_scorer(item: Item) -> None:
    fact = _fact(item, *capital_items())
    lead = "" if fact.stands_alone else "FINAL: "
    assert rescore(lead + fact.right, item).passed is True
    assert {rescore(lead + wrong, item).passed for wrong in fact.wrong} == {False}


def test_a_unit_that_the_scorer_requires_is_part_of_the_truth() -> None:
    assert _fact(_item(("12",), "number", unit=["kg", "kilos"])).right == "12 kg"


def test_mistakes_come_from_neighbours_of_the_same_kind() -> None:
    items = capital_items()
    assert _fact(items[0], *items[1:]).wrong == ("Lima", "Tokyo", "Nairobi", "Oslo")


def test_a_choice_is_missed_by_another_letter_that_is_printed() -> None:
    item = make_item(
        question="Which?\nA) x\nB) y\nC) z", targets=("B",), scorer=ScorerSpec(name="choice")
    )
    assert _fact(item).wrong == ("A", "C")


def test_code_is_missed_by_functions_that_return_nothing() -> None:
    options = {"entry": "double", "tests": ["assert double(2) == 4"]}
    scorer = ScorerSpec(name="code_tests", options=options)
    item = make_item(targets=("def double(n):\n    return 2 * n",), scorer=scorer)
    fact = _fact(item)
    assert fact.right == item.targets[0]
    assert fact.wrong == ("def double(n):\n    return None",)


def test_an_item_without_a_target_stays_unknown() -> None:
    assert len(knowledge_of([make_item(targets=())])) == 0
