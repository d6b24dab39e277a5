from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from evals.probes.context_length import PROBE
from evals.probes.context_length.families import DEPTHS, FAMILIES, questions
from evals.probes.context_length.layout import HEAD, WORKED
from evals.probes.context_length.options import LengthOptions, length_arm, length_of
from evals.probes.records.filler import filler, filling
from evals.scorers.registry import check_item, rescore

if TYPE_CHECKING:
    from evals.golden_set import Item

ITEMS = PROBE.items(LengthOptions())


def text_of(item: Item) -> str:
    told = item.messages[0].content
    return told[len(HEAD) : told.index(WORKED)].rstrip()


def by_question() -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in ITEMS:
        found[item.cluster or ""].append(item)
    return found


def lines_of(item: Item) -> list[str]:
    (question,) = [one for one in questions(6) if one.id == item.cluster]
    return [line.text for line in question.lines]


def test_thirty_questions_are_asked_at_four_lengths() -> None:
    assert Counter(item.arm for item in ITEMS) == dict.fromkeys(["0.5K", "1K", "4K", "16K"], 30)
    assert len({item.id for item in ITEMS}) == 120
    assert set(Counter(item.tags[1] for item in ITEMS).values()) == {24}


def test_every_prompt_has_its_length_to_the_character() -> None:
    asked = PROBE.items(LengthOptions(lengths=(500, 1000, 64000, 128000), items=1))
    for item in (*ITEMS, *asked):
        characters = sum(len(message.content) for message in item.messages)
        assert characters == 4 * length_of(item.arm)


def test_a_question_grows_by_filler_alone() -> None:
    for items in by_question().values():
        assert len({item.messages[1:] for item in items}) == 1
        for item in items:
            evidence = set(lines_of(item))
            assert [one for one in _sentences(item) if one in evidence] == lines_of(item)
        filler = [[one for one in _sentences(item) if one not in evidence] for item in items]
        assert all(_begins_alike(short, long) for short, long in pairwise(filler))


def _sentences(item: Item) -> list[str]:
    return re.split(r"(?<=\.) ", text_of(item))


def _begins_alike(short: list[str], long: list[str]) -> bool:
    """All but the last few sentences, which make the length exact, are the longer text's."""
    return short[:-4] == long[: len(short) - 4]


def test_the_decisive_line_stands_at_its_depth() -> None:
    for item in ITEMS:
        if item.arm == "16K" and item.tags[1] in ("lookup", "keys", "reports"):
            told = text_of(item)
            depth = int(item.tags[2].removeprefix("depth ")) / 100
            assert told.index(item.targets[0]) / len(told) == pytest.approx(depth, abs=0.01)


def test_a_chain_stands_around_its_depth() -> None:
    for item in ITEMS:
        if item.arm == "16K" and item.tags[1] == "tracing":
            told = text_of(item)
            depth = int(item.tags[2].removeprefix("depth ")) / 100
            assert abs(told.index(item.targets[0]) / len(told) - depth) < 0.08


def test_depths_take_turns_where_a_family_has_any() -> None:
    asked = questions(6)
    for family in FAMILIES:
        depths = Counter(one.depth for one in asked if one.family == family)
        assert depths == ({None: 6} if family == "marks" else dict.fromkeys(DEPTHS, 2))


def test_every_item_can_be_graded_and_its_answer_passes() -> None:
    for item in ITEMS:
        check_item(item)
        assert rescore(f"FINAL: {', '.join(item.targets)}", item).passed
        assert rescore("FINAL: NOT FOUND", item).passed is False


def test_all_four_keys_are_needed_and_no_near_duplicate() -> None:
    (item, *_) = [one for one in ITEMS if one.tags[1] == "keys"]
    right = ", ".join(item.targets)
    (stray, *_) = item.scorer.options["forbidden"]
    assert rescore(f"FINAL: {', '.join(item.targets[:3])}", item).passed is False
    assert rescore(f"FINAL: {right}, {stray}", item).passed is False
    assert len(set(item.targets)) == 4


def test_the_most_frequent_mark_leads_by_two() -> None:
    for item in ITEMS:
        if item.tags[1] == "marks":
            marks = Counter(re.findall(r"with the mark (\w+)", text_of(item)))
            (first, most), (_, second) = marks.most_common(2)
            assert (first, most - second) == (item.targets[0], 2)


def test_the_third_report_is_the_third_on_its_place() -> None:
    for item in ITEMS:
        if item.tags[1] == "reports":
            place = item.messages[-1].content.split("third report on ")[1].split("?")[0]
            read_by = re.findall(
                rf"A report on {place}: the gauge was read by (\w+ \w+)", text_of(item)
            )
            assert len(read_by) == 5
            assert read_by[2] == item.targets[0]


def test_a_traced_code_is_handed_on_four_times() -> None:
    for item in ITEMS:
        if item.tags[1] == "tracing":
            box = item.messages[-1].content.split("Which code does the box ")[1].split(" ")[0]
            told = text_of(item)
            hops = 0
            while handed := re.search(rf"The box {box} holds the same code as the box (\w+)", told):
                box, hops = handed[1], hops + 1
            assert hops == 4
            assert f"The box {box} holds the code {item.targets[0]}." in told


def test_more_questions_leave_the_first_ones_as_they_are() -> None:
    fewer = PROBE.items(LengthOptions(lengths=(1000,), items=2))
    more = PROBE.items(LengthOptions(lengths=(1000, 4000), items=3))
    assert all(item in more for item in fewer)


@pytest.mark.parametrize("lengths", [(500,), (500, 4000), (4000, 1000), (1000, 1000), (1000, 2000)])
def test_lengths_without_the_base_or_out_of_order_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="lengths"):
        LengthOptions.model_validate({"lengths": lengths})


def test_an_arm_names_its_length() -> None:
    for length in (500, 1000, 4000, 16000, 64000, 128000):
        assert length_of(length_arm(length)) == length


@pytest.mark.parametrize("room", [200, 301, 999, 5000])
def test_filler_takes_exactly_its_room_and_repeats_no_neighbour(room: int) -> None:
    told = filling(room, "test")
    assert sum(len(sentence) + 1 for sentence in told) == room
    assert all(one != other for one, other in pairwise(told))


def test_filler_holds_no_digit() -> None:
    stream = filler("test")
    assert not any(character.isdigit() for _ in range(500) for character in next(stream))
