from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.twins import PROBE
from evals.probes.twins.items import CANARY, CHOICE, FAMOUS, TWIN
from evals.probes.twins.probe import TwinsOptions
from evals.probes.twins.problems import PROBLEMS
from evals.scorers.registry import check_item
from tests.unit.probes.factories_play import STORM, covers, endpoint_for, figure, moved, play, view

if TYPE_CHECKING:
    from evals.probes.answer import Answer

ITEMS = PROBE.items(TwinsOptions())
ANSWERS = {
    "bat-and-ball": ("5", "13"),
    "machines": ("5", "7"),
    "lily-pads": ("47", "66"),
    "sum-to-n": ("5050", "9870"),
    "heads-and-legs": ("12", "11"),
    "rabbit-months": ("233", "89"),
    "handshakes": ("45", "78"),
    "snail": ("28", "33"),
    "remainders": ("23", "94"),
    "hanoi": ("7", "63"),
    "cats-and-mice": ("3", "4"),
    "socks": ("3", "7"),
    "squares-on-board": ("204", "285"),
    "right-triangle": ("5", "10"),
    "knockout": ("63", "82"),
    "fence-posts": ("11", "17"),
    "log-cuts": ("18", "39"),
    "sheep": ("9", "8"),
    "clock-strikes": ("66", "91"),
    "factorial-zeros": ("24", "32"),
}
"""Worked out by hand, famous and twin."""


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def test_the_answers_are_those_worked_out_by_hand() -> None:
    found = {one.name: (one.answer(one.famous), one.answer(one.twin)) for one in PROBLEMS}
    assert found == ANSWERS


def test_twins_have_the_digits_and_the_steps_of_the_famous_ones() -> None:
    for one in PROBLEMS:
        digits = [[len(str(n)) for n in numbers] for numbers in (one.famous, one.twin)]
        assert digits[0] == digits[1], one.name
        famous, twin = (int(one.answer(numbers)) for numbers in (one.famous, one.twin))
        assert famous != twin
        assert max(famous, twin) <= 10 * min(famous, twin), one.name


def test_every_question_can_be_graded_and_carries_the_canary() -> None:
    for item in ITEMS:
        check_item(item)
        assert item.notes == CANARY
        assert all(CANARY not in message.content for message in item.messages)
    assert len({item.id for item in ITEMS}) == len(ITEMS) == 136


def test_the_right_option_stands_once_in_each_place_of_each_question() -> None:
    targets = Counter((item.cluster, item.targets[0]) for item in ITEMS if CHOICE in item.tags)
    assert set(targets.values()) == {1}
    assert {letter for _, letter in targets} == set("ABCD")


@pytest.mark.parametrize(("famous", "twin"), [(0.9, 0.5), (0.7, 0.7)])
def test_the_intervals_cover_what_the_persona_is(famous: float, twin: float) -> None:
    answers = asked(skill_by_tag={FAMOUS: famous, TWIN: twin}, position_bias=0.2)
    truths = {
        "twin_gap": famous - twin,
        "memorised": famous * (1 - twin),
        "accuracy famous": famous,
        "order_sensitivity": 1 - 0.8**3,
        "first_place": 0.25 + 0.2 * 0.75,
    }
    for name, truth in truths.items():
        assert covers(figure(PROBE, answers, name), truth), name


def test_the_gap_is_what_was_memorised_less_its_opposite() -> None:
    answers = asked(skill=0.6)
    rows = view(PROBE, answers, "gap").rows
    memorised = sum(row.score.passed is True for row in rows) / len(rows)
    both = {a.item.id: a.right for a in answers}
    opposite = sum(
        both[f"{p.name}.{TWIN}"] is True and both[f"{p.name}.{FAMOUS}"] is False for p in PROBLEMS
    ) / len(PROBLEMS)
    assert figure(PROBE, answers, "twin_gap").value == pytest.approx(memorised - opposite)


def test_training_on_famous_problems_moves_the_gap_and_not_the_twins() -> None:
    before = [asked(skill_by_tag={FAMOUS: 0.3, TWIN: 0.3})] * 3
    after = asked(skill_by_tag={FAMOUS: 1.0, TWIN: 0.3})
    assert moved(PROBE, before, after, "gap")
    assert moved(PROBE, before, after, FAMOUS)
    assert not moved(PROBE, before, after, TWIN)


def test_a_taste_for_the_first_option_moves_the_orders_alone() -> None:
    before = [asked()] * 3
    after = asked(position_bias=0.3)
    names = [one.name for one in PROBE.views(after)]
    assert [name for name in names if moved(PROBE, before, after, name)] == ["same option"]


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.8)] * 3
    stormy = asked(skill=0.8, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    assert not any(moved(PROBE, before, stormy, one.name) for one in PROBE.views(stormy))


def test_without_choices_only_the_pairs_are_asked() -> None:
    assert len(PROBE.items(TwinsOptions(pairs=2, choices=0))) == 4
    assert all(one.value is None for one in PROBE.figures([]))
