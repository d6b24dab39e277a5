from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.breadth import PROBE
from evals.probes.breadth.probe import BreadthOptions
from evals.probes.breadth.problems import problems
from evals.probes.breadth.slope import slope
from evals.probes.probe import Curve
from evals.scorers.registry import check_item, rescore
from evals.simulator.draw import uniform
from tests.factories import a_sample, a_score
from tests.unit.probes.factories_play import (
    STORM,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ITEMS = PROBE.items(BreadthOptions())
LONG = [item for item in ITEMS if item.arm == "together"]


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def replied(text: str) -> list[Answer]:
    """The long list, answered with this text."""
    found = []
    for item in LONG:
        scored = rescore(text, item)
        score = a_score(
            passed=scored.passed, value=scored.value, state=scored.state, parsed=scored.parsed
        )
        found.append(Answer(item=item, sample=a_sample(item, text=text, score=score)))
    return found


def listed(answers: Sequence[int]) -> str:
    return "\n".join(f"{place}: {answer}" for place, answer in enumerate(answers, start=1))


def test_each_problem_is_asked_at_three_breadths_in_sixty_one_calls() -> None:
    for item in ITEMS:
        check_item(item)
    assert len({item.id for item in ITEMS}) == 150
    assert len({item.cluster for item in ITEMS}) == 50
    endpoint = endpoint_for(ITEMS)
    play(endpoint, ITEMS)
    assert len(endpoint.log()) == 61


def test_a_long_list_is_longer_than_five() -> None:
    with pytest.raises(ValidationError, match="10"):
        BreadthOptions(problems=5)


def test_no_two_problems_have_the_same_answer() -> None:
    assert len({problem.answer for problem in problems()}) == 50


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = asked(skill_by_tag={"alone": 0.9, "five": 0.8, "together": 0.5}, omission_share=0.1)
    truths = {
        "breadth_cost": 0.4,
        "breadth_cost five": 0.1,
        "accuracy alone": 0.9,
        "accuracy together": 0.5,
        "omission together": 0.1,
        "omission five": 0.1,
        "omission alone": 0.0,
        "order_slope": 0.0,
    }
    assert [
        name for name, truth in truths.items() if not covers(figure(PROBE, answers, name), truth)
    ] == []


def test_a_silent_loss_of_breadth_moves_its_series_alone() -> None:
    before = [asked()] * 3
    after = asked(skill_by_tag={"together": 0.7})
    assert moved(PROBE, before, after, "together")
    assert not moved(PROBE, before, after, "alone")
    assert not moved(PROBE, before, after, "five")


def test_what_is_left_out_is_missing_and_changes_no_accuracy() -> None:
    before = [asked(skill=0.9)] * 3
    after = asked(skill=0.9, omission_share=0.2)
    assert (figure(PROBE, after, "omission together").low or 0) > 0.05
    assert not any(moved(PROBE, before, after, name) for name in ("alone", "five", "together"))
    assert moved(PROBE, before, after, "given")
    assert moved(PROBE, before, after, "given five")


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.8)] * 3
    stormy = asked(skill=0.8, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    names = [view.name for view in PROBE.views(stormy)]
    assert not any(moved(PROBE, before, stormy, name) for name in names)


def test_a_reply_that_slips_by_one_line_is_known_by_it() -> None:
    right = [problem.answer for problem in problems()]
    assert figure(PROBE, replied(listed(right)), "off_by_one").value == 0.0
    slipped = figure(PROBE, replied(listed([0, *right[:-1]])), "off_by_one")
    assert slipped.value == pytest.approx(49 / 50)


def test_a_list_that_ends_early_is_omission_not_error() -> None:
    answers = replied(listed([problem.answer for problem in problems()[:30]]))
    assert figure(PROBE, answers, "omission together").value == pytest.approx(0.4)
    assert figure(PROBE, answers, "accuracy together").value == 1.0


def test_places_that_get_worse_have_a_falling_slope() -> None:
    fading = {item.id: 1 - place / 50 for place, item in enumerate(LONG)}
    found = figure(PROBE, asked(skill_by_item=fading), "order_slope")
    assert covers(found, -1.0)
    assert (found.high or 0) < 0


def test_the_interval_of_the_slope_covers_the_truth_as_often_as_it_says() -> None:
    covered = 0
    for draw in range(200):
        points = [(k / 49, float(uniform(draw, k) < 0.9 - 0.5 * k / 49) - 0.9) for k in range(50)]
        found = slope(points)
        covered += found is not None and found.low <= -0.5 <= found.high
    assert covered >= 186


def test_a_smaller_probe_asks_the_same_problems() -> None:
    small = PROBE.items(BreadthOptions(problems=10))
    assert [len([i for i in small if i.arm == arm]) for arm in ("alone", "five", "together")] == [
        10
    ] * 3
    assert {item.id for item in small} <= {item.id for item in ITEMS}


def test_the_curve_counts_the_problems_of_a_call() -> None:
    (curve,) = PROBE.charts(asked())
    assert isinstance(curve, Curve)
    assert [point.name for point in curve.points] == ["1", "5", "50"]


def test_nothing_answered_is_no_figure() -> None:
    assert all(one.value is None for one in PROBE.figures([]))
