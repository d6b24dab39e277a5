"""What we changed, in phrases."""

from __future__ import annotations

from typing import Any

from evals.bridge import Chosen, what_we_changed
from evals.golden_set import GoldenSet
from tests.factories import an_item

PIN = {
    "model": "acme/one",
    "base_url": None,
    "parameters": {"temperature": 0},
    "system_prompt": None,
    "client_versions": {"inspect-ai": "1"},
}


def chosen(
    *, judge: dict[str, Any] | None = None, sets: tuple[GoldenSet, ...] = (), **pin: Any
) -> Chosen:
    return Chosen(pin={**PIN, **pin}, judge_pin=judge, golden_sets=sets)


def a_set(name: str, first: int, last: int, version: str = "1.0.0") -> GoldenSet:
    items = tuple(an_item(number) for number in range(first, last))
    return GoldenSet(name=name, version=version, items=items)


def test_the_same_way_is_no_change() -> None:
    one = chosen(sets=(a_set("facts", 0, 5),))
    assert what_we_changed(one, one) == ()


def test_each_part_of_a_pin_is_named_with_what_it_was_and_is() -> None:
    now = chosen(
        model="acme/two",
        base_url="https://acme.example/v1",
        parameters={"temperature": 1, "seed": 7},
        system_prompt="Be brief.",
        client_versions={"inspect-ai": "2"},
    )
    assert what_we_changed(chosen(), now) == (
        "model acme/one -> acme/two",
        "base url none -> https://acme.example/v1",
        "parameters: temperature 0 -> 1, seed none -> 7",
        "system prompt",
        "client versions: inspect-ai 1 -> 2",
    )


def test_a_judge_that_came_or_changed_is_named_as_such() -> None:
    assert what_we_changed(chosen(judge=PIN), chosen(judge={**PIN, "model": "acme/two"})) == (
        "judge's model acme/one -> acme/two",
    )


def test_items_of_a_new_version_are_counted_by_content() -> None:
    then = chosen(sets=(a_set("facts", 0, 5), a_set("tone", 0, 3)))
    now = chosen(sets=(a_set("facts", 1, 7, "1.1.0"), a_set("rules", 0, 3)))
    assert what_we_changed(then, now) == (
        "facts 1.0.0 -> 1.1.0: 2 items joined, 1 left",
        "tone left the suite",
        "rules joined the suite",
    )
