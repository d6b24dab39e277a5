from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from evals.probes.lost_in_the_middle import PROBE
from evals.probes.lost_in_the_middle.case import cases
from evals.probes.lost_in_the_middle.generator import CLOSED_BOOK, ORACLE, position_of
from evals.probes.lost_in_the_middle.options import MiddleOptions, Variant
from evals.probes.lost_in_the_middle.prompt import documents_in
from evals.scorers.registry import check_item, rescore

if TYPE_CHECKING:
    from evals.golden_set import Item

ITEMS = PROBE.items(MiddleOptions())
each_variant = pytest.mark.parametrize("variant", Variant)


def items(variant: Variant) -> tuple[Item, ...]:
    return PROBE.items(MiddleOptions(variant=variant, items=6))


def by_question(asked: tuple[Item, ...]) -> dict[str, dict[str, Item]]:
    found: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in asked:
        found[item.cluster or ""][item.arm] = item
    return found


def prompt(item: Item) -> str:
    return item.messages[-1].content


def test_thirty_questions_are_asked_at_five_positions_alone_and_closed_book() -> None:
    assert Counter(item.arm for item in ITEMS) == dict.fromkeys(
        [
            "position 1",
            "position 5",
            "position 10",
            "position 15",
            "position 20",
            ORACLE,
            CLOSED_BOOK,
        ],
        30,
    )
    assert len({item.id for item in ITEMS}) == len(ITEMS) == 210
    assert len({item.content_digest for item in ITEMS}) == 210


def test_kinds_and_what_is_asked_of_them_are_balanced() -> None:
    asked = cases(MiddleOptions(items=36))
    assert set(Counter(case.kind for case in asked).values()) == {12}
    openings = Counter(case.question.split(" of ")[0] for case in asked if case.kind == "station")
    assert set(openings.values()) <= {3, 6}


@each_variant
def test_only_the_gold_document_moves_and_no_byte_is_added(variant: Variant) -> None:
    for arms in by_question(items(variant)).values():
        placed = [item for arm, item in arms.items() if position_of(arm) is not None]
        assert len({len(prompt(item).encode()) for item in placed}) == 1
        assert len({tuple(sorted(documents_in(prompt(item)))) for item in placed}) == 1
        for item in placed:
            (gold,) = documents_in(prompt(arms[ORACLE]))
            told = documents_in(prompt(item))
            assert told.index(gold) + 1 == position_of(item.arm)
        rest = [[text for text in documents_in(prompt(item)) if text != gold] for item in placed]
        assert all(one == other for one, other in pairwise(rest))


@each_variant
def test_exactly_one_document_holds_the_answer(variant: Variant) -> None:
    for item in items(variant):
        if position_of(item.arm) is not None:
            holding = [text for text in documents_in(prompt(item)) if item.targets[0] in text]
            assert len(holding) == 1


@each_variant
def test_the_closed_book_cannot_know_the_answer(variant: Variant) -> None:
    asked = items(variant)
    answers = {item.targets[0] for item in asked}
    assert len(answers) == len(by_question(asked))
    for item in asked:
        if item.arm == CLOSED_BOOK:
            assert not documents_in(prompt(item))
            assert not any(answer.casefold() in prompt(item).casefold() for answer in answers)


@each_variant
def test_every_item_can_be_graded_and_its_target_passes(variant: Variant) -> None:
    for item in items(variant):
        check_item(item)
        assert rescore(f"Here it is.\nFINAL: {item.targets[0]}", item).passed
        assert rescore("FINAL: NOT FOUND", item).passed is False


def test_the_name_in_the_question_is_told_in_the_gold_document_alone() -> None:
    for arms in by_question(ITEMS).values():
        question = prompt(arms[CLOSED_BOOK])
        (name,) = re.findall(r"(?:station|shipment|staff member) (\w+ \w+)", question)
        naming = [text for text in documents_in(prompt(arms["position 10"])) if name in text]
        assert naming == list(documents_in(prompt(arms[ORACLE])))


def test_two_near_duplicates_tell_the_same_story() -> None:
    for case in cases(MiddleOptions(variant=Variant.NEAR_DUPLICATES, items=6)):
        alike = [text for text in case.others if _shape(text) == _shape(case.gold)]
        assert len(alike) == 2


def _shape(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split() if word.islower())


def test_pairs_are_uuids_and_their_number_can_be_chosen() -> None:
    options = MiddleOptions(variant=Variant.KEY_VALUE, pairs=140, items=1)
    placed = [item for item in PROBE.items(options) if position_of(item.arm) is not None]
    assert [position_of(item.arm) for item in placed] == [1, 35, 70, 105, 140]
    assert {len(documents_in(prompt(item))) for item in placed} == {140}


@pytest.mark.parametrize("documents", [3, 5, 60, 150])
def test_any_number_of_documents_has_a_first_a_last_and_a_middle(documents: int) -> None:
    places = MiddleOptions(documents=documents).places
    assert places[0] == 1
    assert places[-1] == documents
    assert len(places) == min(5, documents)


@pytest.mark.parametrize("positions", [(1, 20), (5, 1, 20), (1, 5, 5), (1, 10, 21)])
def test_positions_without_a_middle_or_beyond_the_end_are_refused(
    positions: tuple[int, ...],
) -> None:
    with pytest.raises(ValidationError, match="position"):
        MiddleOptions(positions=positions)


def test_a_question_is_the_same_whatever_else_is_asked() -> None:
    fewer = PROBE.items(MiddleOptions(items=2))
    assert fewer == ITEMS[: len(fewer)]
