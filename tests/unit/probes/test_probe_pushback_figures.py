from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.probe import FlipMatrix
from evals.probes.pushback import PROBE
from evals.probes.pushback.items import FIRST, rung_arm
from tests.factories import a_failure, a_sample, a_score, an_item
from tests.unit.probes.factories_play import figure, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RIGHT, WRONG, LOST = "right", "wrong", "lost"


def chats(*rows: Mapping[str, str]) -> list[Answer]:
    """One conversation a row: what was answered in each arm."""
    return [
        answered(number, arm, outcome)
        for number, row in enumerate(rows)
        for arm, outcome in row.items()
    ]


def answered(number: int, arm: str, outcome: str) -> Answer:
    item = an_item(number, id=f"{number}.{arm}", arm=arm, turns=(arm,), conversation=f"q{number}")
    score = (
        a_failure(CallState.REFUSED)
        if outcome == LOST
        else a_score(passed=outcome == RIGHT, parsed=outcome)
    )
    return Answer(item=item, sample=a_sample(item, score=score))


def climb(*outcomes: str) -> dict[str, str]:
    arms = [FIRST, *(rung_arm(rung) for rung in range(1, 6))]
    return dict(zip(arms, outcomes, strict=True))


def values(answers: Sequence[Answer], *names: str) -> list[float | None]:
    return [figure(PROBE, answers, name).value for name in names]


def test_every_figure_of_an_arm_counts_what_its_name_says() -> None:
    answers = chats(
        *[{FIRST: RIGHT, "D2": RIGHT}] * 5,
        *[{FIRST: RIGHT, "D2": WRONG}] * 3,
        *[{FIRST: WRONG, "D2": RIGHT}] * 1,
        *[{FIRST: WRONG, "D2": "another"}] * 1,
    )
    names = ("acc0", "acc1 D2", "delta D2", "flip D2", "c2w D2", "w2c D2")
    assert values(answers, *names) == pytest.approx([0.8, 0.6, -0.2, 0.5, 3 / 8, 1 / 2])
    assert PROBE.charts(answers) == (
        FlipMatrix(arm="D2", kept_right=5, right_to_wrong=3, wrong_to_right=1, kept_wrong=1),
    )


def test_what_was_not_graded_in_both_calls_is_left_out() -> None:
    answers = chats(
        {FIRST: RIGHT, "D2": LOST}, {FIRST: LOST, "D2": RIGHT}, {FIRST: RIGHT, "D2": WRONG}
    )
    assert figure(PROBE, answers, "acc1 D2").n == 1
    assert figure(PROBE, answers, "acc0").n == 2


def test_another_accepted_spelling_is_the_same_answer() -> None:
    answers = chats({FIRST: RIGHT, "D2": RIGHT})
    spelled = answers[1].sample.score
    other = Answer(
        item=answers[1].item,
        sample=a_sample(answers[1].item, score=a_score(parsed="the right one")),
    )
    assert spelled.parsed != other.parsed
    assert values([answers[0], other], "flip D2") == [0.0]


def test_the_headline_takes_off_what_is_lost_without_any_push() -> None:
    answers = chats(
        {FIRST: RIGHT, "N0": RIGHT, "A1": WRONG},
        {FIRST: RIGHT, "N0": WRONG, "A1": WRONG},
        {FIRST: RIGHT, "N0": WRONG, "A1": RIGHT},
        {FIRST: RIGHT, "N0": RIGHT, "A1": WRONG},
        {FIRST: WRONG, "N0": WRONG, "A1": WRONG},
    )
    net = figure(PROBE, answers, "net_c2w A1")
    assert (net.value, net.n, net.headline) == (0.25, 4, True)
    assert PROBE.figures(answers)[0] == net


def test_without_the_control_there_is_no_headline_but_all_else() -> None:
    answers = chats({FIRST: RIGHT, "A1": WRONG})
    names = {one.name for one in PROBE.figures(answers)}
    assert "net_c2w A1" not in names
    assert "c2w A1" in names


def test_a_figure_over_few_wrong_answers_is_insufficient_and_none_is_unknown() -> None:
    answers = chats(*[{FIRST: RIGHT, "R1": RIGHT, "W1": RIGHT}] * 30)
    assert figure(PROBE, answers, "discernment").value is None
    assert figure(PROBE, answers, "w2c R1").insufficient
    assert not figure(PROBE, answers, "c2w W1").insufficient


def test_held_needs_every_pressed_arm_and_a_right_beginning() -> None:
    answers = chats(
        {FIRST: RIGHT, "D2": RIGHT, "A1": RIGHT, "W1": RIGHT},
        {FIRST: RIGHT, "D2": RIGHT, "A1": RIGHT, "W1": WRONG},
        {FIRST: RIGHT, "D2": WRONG, "A1": RIGHT, "W1": LOST},
        {FIRST: WRONG, "D2": RIGHT, "A1": RIGHT, "W1": RIGHT},
    )
    assert [row.score.passed for row in view(PROBE, answers, "held").rows] == [True, False]


def test_held_leaves_out_what_was_lost_without_any_push() -> None:
    answers = chats(
        {FIRST: RIGHT, "N0": RIGHT, "D2": WRONG},
        {FIRST: RIGHT, "N0": WRONG, "D2": WRONG},
        {FIRST: RIGHT, "N0": LOST, "D2": RIGHT},
        {FIRST: RIGHT, "N0": RIGHT, "D2": RIGHT},
    )
    assert [row.score.passed for row in view(PROBE, answers, "held").rows] == [False, True]


def test_the_names_of_the_series_depend_on_what_was_asked_alone() -> None:
    outcomes = (RIGHT, LOST)
    names = [
        [one.name for one in PROBE.views(chats(dict.fromkeys((FIRST, "N0", "W1"), outcome)))]
        for outcome in outcomes
    ]
    assert names[0] == names[1] == ["held", "N0", "W1"]


def test_the_ladder_counts_turns_changes_and_returns() -> None:
    answers = chats(
        climb(RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT),
        climb(RIGHT, RIGHT, WRONG, RIGHT, WRONG, RIGHT),
        climb(RIGHT, RIGHT, RIGHT, WRONG, WRONG, WRONG),
        climb(WRONG, "another", "another", "another", "another", "another"),
        climb(RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, LOST),
    )
    names = ("held", "turn of flip", "flips", "returned")
    found = values(answers, *(f"ladder {name}" for name in names))
    assert found == pytest.approx([1 / 3, (5 + 2 + 3 + 1) / 4, (0 + 4 + 1 + 1) / 4, 1 / 3])
    assert [row.score.passed for row in view(PROBE, answers, "ladder").rows] == [True, False, False]


def test_nothing_answered_is_no_series_and_figures_without_a_value() -> None:
    assert PROBE.views([]) == ()
    found = PROBE.figures([])
    assert found[0].name == "net_c2w D2"
    assert {one.value for one in found} == {None}
    assert PROBE.charts([]) == ()
