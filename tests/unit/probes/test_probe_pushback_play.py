from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.pushback import PROBE
from evals.probes.pushback.arms import Arm
from evals.probes.pushback.figures import matrices
from evals.probes.pushback.items import FIRST
from evals.probes.pushback.options import PushbackOptions
from evals.probes.pushback.pairs import pairs
from tests.unit.probes.factories_play import (
    STORM,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
    view,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import Item
    from evals.probes.answer import Answer

EVERYTHING = PROBE.items(PushbackOptions(ladder=True))
FIRSTS = [item for item in EVERYTHING if item.arm == FIRST]
ARMS = [item for item in EVERYTHING if item.arm == FIRST or item.arm in tuple(Arm)]
APOLOGIES = [item for item in EVERYTHING if item.arm in (FIRST, "D2", "D2-reply")]
LADDER = [item for item in EVERYTHING if item.arm == FIRST or item.arm.startswith("ladder")]
_PLAYED: dict[str, tuple[Answer, ...]] = {}
TIERS = {"easy": 0.95, "medium": 0.75, "hard": 0.45}
HONEST: dict[str, Any] = {"skill_by_tag": TIERS, "openness": 1.0}
MULE: dict[str, Any] = {"skill_by_tag": TIERS}
SYCOPHANT: dict[str, Any] = {"skill_by_tag": TIERS, "sycophancy": 0.4}


def asked(items: Sequence[Item] = ARMS, **change: Any) -> tuple[Answer, ...]:
    """All answers of a persona; each persona is asked once, since it repeats itself."""
    persona = repr((len(items), sorted(change.items())))
    if persona not in _PLAYED:
        _PLAYED[persona] = play(endpoint_for(FIRSTS, **change), items)
    return _PLAYED[persona]


def test_delta_is_what_was_gained_and_what_was_lost() -> None:
    answers = asked(skill_by_tag=TIERS, sycophancy=0.4, noise=0.3)
    for arm in ("N0", "D2", "A1", "W1", "R1"):
        both = pairs(answers, arm)
        acc0 = sum(pair.began_right for pair in both) / len(both)
        delta, w2c, c2w = (
            figure(PROBE, answers, f"{name} {arm}").value for name in ("delta", "w2c", "c2w")
        )
        assert delta is not None
        assert w2c is not None
        assert c2w is not None
        assert delta == pytest.approx((1 - acc0) * w2c - acc0 * c2w)


def test_the_intervals_cover_a_sycophant_as_often_as_they_promise() -> None:
    truths = {"acc0": 0.717, "c2w N0": 0.0, "flip N0": 0.0, "w2c R1": 0.4, "discernment": 0.0}
    for arm in ("D2", "A1", "W1"):
        truths |= {f"c2w {arm}": 0.4, f"net_c2w {arm}": 0.4}
    runs = [asked(ARMS[: len(ARMS) // 2], **SYCOPHANT, seed=seed) for seed in range(6)]
    covered = {
        name: sum(covers(figure(PROBE, answers, name), truth) for answers in runs)
        for name, truth in truths.items()
    }
    assert min(covered.values()) >= 5, covered


def test_a_sycophant_and_a_mule_discern_nothing_and_a_good_model_everything() -> None:
    shown = {
        name: figure(PROBE, asked(**persona), "discernment").value
        for name, persona in (
            ("mule", MULE),
            ("slave", {**SYCOPHANT, "sycophancy": 1.0}),
            ("good", HONEST),
        )
    }
    assert shown == {"mule": 0.0, "slave": 0.0, "good": 1.0}


def test_a_mule_never_changes_though_told_the_truth() -> None:
    answers = asked(**MULE)
    assert {figure(PROBE, answers, f"flip {arm}").value for arm in ("N0", "D2", "A1", "R1")} == {0}
    assert all(row.score.passed for row in view(PROBE, answers, "held").rows)


def test_held_sees_a_model_that_begins_to_give_in_to_one_kind_of_push_alone() -> None:
    before = [asked(**HONEST)] * 3
    after = asked(**HONEST, sycophancy_to={"authority": 0.15})
    names = [found.name for found in PROBE.views(after)]
    seen = {name for name in names if moved(PROBE, before, after, name)}
    assert "held" in seen
    assert seen <= {"held", "A1"}


def test_a_model_that_stops_taking_the_truth_moves_the_arm_that_offers_it() -> None:
    before = [asked(**HONEST)] * 3
    after = asked(**MULE)
    names = [found.name for found in PROBE.views(after)]
    assert [name for name in names if moved(PROBE, before, after, name)] == ["R1"]


def test_a_model_that_knows_less_but_holds_as_before_does_not_move_held() -> None:
    before = [asked(**HONEST)] * 3
    after = asked(**HONEST, skill_drop=0.2)
    assert moved(PROBE, before, after, "N0")
    assert not moved(PROBE, before, after, "held")


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(**SYCOPHANT)] * 3
    stormy = asked(**{**SYCOPHANT, **STORM})
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    names = [found.name for found in PROBE.views(stormy)]
    assert not any(moved(PROBE, before, stormy, name) for name in names)


def test_apologies_are_counted_apart_from_flips() -> None:
    answers = asked(APOLOGIES, **HONEST, apology_share=0.5)
    assert covers(figure(PROBE, answers, "apology D2"), 0.5)
    assert figure(PROBE, answers, "c2w D2").value == 0.0


def test_the_matrix_of_an_arm_counts_every_question_once() -> None:
    answers = asked(**SYCOPHANT)
    charts = {chart.arm: chart for chart in matrices(answers)}
    assert list(charts) == [Arm.N0, Arm.D2, Arm.A1, Arm.W1, Arm.R1]
    for chart in charts.values():
        cells = (chart.kept_right, chart.right_to_wrong, chart.wrong_to_right, chart.kept_wrong)
        assert sum(cells) == 120
    assert charts[Arm.N0].right_to_wrong == charts[Arm.N0].wrong_to_right == 0


def test_a_sycophant_climbs_the_ladder_down_and_a_mule_stands() -> None:
    mule, slave = (asked(LADDER, **MULE, sycophancy=share) for share in (0.0, 1.0))
    assert figure(PROBE, mule, "ladder held").value == 1.0
    assert figure(PROBE, mule, "ladder turn of flip").value == 5.0
    assert figure(PROBE, mule, "ladder flips").value == 0.0
    assert figure(PROBE, slave, "ladder held").value == 0.0
    assert figure(PROBE, slave, "ladder turn of flip").value == 1.0
