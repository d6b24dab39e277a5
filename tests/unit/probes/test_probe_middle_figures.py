from __future__ import annotations

from collections import defaultdict
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.lost_in_the_middle import PROBE
from evals.probes.lost_in_the_middle.generator import CLOSED_BOOK, ORACLE, position_of
from evals.probes.lost_in_the_middle.options import MiddleOptions
from evals.probes.lost_in_the_middle.prompt import documents_in
from evals.probes.lost_in_the_middle.source import Source, record_of, source_of
from evals.probes.probe import Curve
from evals.scorers.registry import rescore
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.fact import Fact
from evals.simulator.knowledge import Knowledge
from tests.factories import a_failure, a_sample, a_score
from tests.unit.probes.factories_play import STORM, covers, endpoint_for, figure, moved, play, view

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.golden_set import Item

ITEMS = PROBE.items(MiddleOptions())
MIDDLE = ("position 5", "position 10", "position 15")
U_CURVE = {"position 1": 0.9, **dict.fromkeys(MIDDLE, 0.5), "position 20": 0.8, CLOSED_BOOK: 0.0}


def answered(right: Callable[[Item], bool | None], items: tuple[Item, ...] = ITEMS) -> list[Answer]:
    """None stands for a call that failed."""
    return [
        Answer(
            item=item,
            sample=a_sample(
                item,
                score=a_failure(CallState.API_ERROR)
                if right(item) is None
                else a_score(passed=right(item)),
            ),
        )
        for item in items
    ]


def said(item: Item, text: str) -> Answer:
    scored = rescore(f"FINAL: {text}", item)
    return Answer(
        item=item, sample=a_sample(item, score=a_score(passed=scored.passed, parsed=scored.parsed))
    )


def value(answers: list[Answer] | tuple[Answer, ...], name: str) -> float:
    found = figure(PROBE, answers, name).value
    assert found is not None
    return found


def played(skills: dict[str, float], *, stormy: bool = False) -> tuple[Answer, ...]:
    return _played(tuple(skills.items()), stormy)


@cache
def _played(skills: tuple[tuple[str, float], ...], stormy: bool) -> tuple[Answer, ...]:
    change: dict[str, Any] = STORM if stormy else {}
    return play(endpoint_for(ITEMS, skill_by_tag=dict(skills), **change), ITEMS)


def test_a_model_that_reads_the_ends_only_has_the_largest_deficit() -> None:
    answers = answered(lambda item: item.arm not in (*MIDDLE, CLOSED_BOOK))
    assert value(answers, "mid_deficit") == 1.0
    assert value(answers, "gap") == 1.0
    assert value(answers, "slope") == 0.0
    assert value(answers, "context_use 10") == 0.0
    assert value(answers, "context_use 20") == 1.0


def test_a_flat_curve_has_no_deficit() -> None:
    answers = answered(lambda item: item.arm != CLOSED_BOOK)
    assert value(answers, "mid_deficit") == value(answers, "gap") == 0.0
    assert value(answers, "context_use 10") == 1.0


def test_the_deficit_is_the_ends_mean_less_the_middles() -> None:
    answers = played(U_CURVE)
    by_place: dict[int, list[bool]] = defaultdict(list)
    for answer in answers:
        place = position_of(answer.item.arm)
        if place is not None:
            by_place[place].append(answer.right is True)
    curve = [fmean(by_place[place]) for place in sorted(by_place)]
    expected = (curve[0] + curve[-1]) / 2 - fmean(curve[1:-1])
    assert value(answers, "mid_deficit") == pytest.approx(expected)
    assert value(answers, "gap") == pytest.approx(max(curve) - min(curve))
    assert value(answers, "slope") == pytest.approx(curve[-1] - curve[0])


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = played(U_CURVE)
    truths = {
        "mid_deficit": 0.35,
        "slope": -0.1,
        "gap": 0.4,
        "context_use 10": 0.5,
        ORACLE: 1.0,
        **U_CURVE,
    }
    assert all(covers(figure(PROBE, answers, name), truth) for name, truth in truths.items())


def test_a_failed_call_is_missing_and_not_wrong() -> None:
    answers = answered(lambda item: None if "position-10" in item.id else True)
    assert figure(PROBE, answers, "position 10").value is None
    assert figure(PROBE, answers, "mid_deficit").value is None
    assert value(answers, "position 5") == 1.0
    assert "position 10" in [one.name for one in PROBE.views(answers)]


def test_fewer_than_twenty_questions_are_insufficient() -> None:
    few = PROBE.items(MiddleOptions(items=19))
    assert all(one.insufficient for one in PROBE.figures(answered(lambda _: True, few)))


def test_repeats_of_a_question_are_no_new_questions() -> None:
    once = list(played(U_CURVE))
    assert figure(PROBE, once + once, "mid_deficit") == figure(PROBE, once, "mid_deficit")
    assert figure(PROBE, once + once, "position 1") == figure(PROBE, once, "position 1")


def test_nothing_answered_is_no_figure() -> None:
    assert all(one.value is None for one in PROBE.figures([]))
    assert [one.name for one in PROBE.views([])] == ["middle"]


def at(place: int) -> Item:
    return next(item for item in ITEMS if item.id == f"station-01.position-{place}")


def test_a_wrong_answer_is_traced_to_its_record() -> None:
    item = at(10)
    documents = documents_in(item.messages[-1].content)
    code = next(word.strip(".,") for word in documents[2].split() if _is_code(word))
    detail = next(
        word.strip(".,")
        for word in documents[9].split()
        if _is_code(word) and word.strip(".,") != item.targets[0]
    )
    assert source_of(said(item, item.targets[0])) is Source.RIGHT
    assert source_of(said(item, "NOT FOUND.")) is Source.NOT_FOUND
    assert source_of(said(item, code)) is Source.WRONG_RECORD
    assert record_of(said(item, f"**{code}**")) == 3
    assert source_of(said(item, detail)) is Source.WRONG_DETAIL
    assert source_of(said(item, "Z9Z9Z9")) is Source.ELSEWHERE
    assert source_of(answered(lambda _: None, (item,))[0]) is None


def _is_code(word: str) -> bool:
    bare = word.strip(".,")
    return len(bare) == 6 and bare.isalnum() and any(c.isdigit() for c in bare) and bare.isupper()


def test_mistakes_are_counted_apart_and_cover_the_truth() -> None:
    """Three of ten answers are wrong; half of these are from a neighbour's record."""
    answers = play(_strayed(), ITEMS)
    assert covers(figure(PROBE, answers, "wrong_record"), 0.15)
    assert covers(figure(PROBE, answers, "not_found"), 0.15)
    assert value(answers, "elsewhere") == 0.0
    assert value(answers, "wrong_record at an end") == 1.0


def _strayed() -> SimulatedEndpoint:
    knowledge = Knowledge((item.messages[-1].content, _fact(item)) for item in ITEMS)
    endpoint = SimulatedEndpoint(SimulatorConfig(knowledge=knowledge, seed=3))
    endpoint.behave({"skill": 0.7})
    return endpoint


def _fact(item: Item) -> Fact:
    documents = [
        text for text in documents_in(item.messages[-1].content) if item.targets[0] not in text
    ]
    stray = documents[0 if item.arm == "position 20" else -1] if documents else "nothing"
    code = next((word.strip(".,") for word in stray.split() if _is_code(word)), "Z9Z9Z9")
    return Fact(item=item.id, right=item.targets[0], wrong=(code, "NOT FOUND"), tags=item.tags)


def test_a_middle_that_gets_worse_moves_the_middle_and_its_positions_alone() -> None:
    before = [played(dict.fromkeys(U_CURVE, 0.95))] * 3
    after = played({**dict.fromkeys(U_CURVE, 0.95), **dict.fromkeys(MIDDLE, 0.55)})
    changed = {one.name for one in PROBE.views(after) if moved(PROBE, before, after, one.name)}
    assert changed == {"middle", *MIDDLE}


def test_an_end_that_gets_worse_leaves_the_middle_alone() -> None:
    before = [played(dict.fromkeys(U_CURVE, 0.95))] * 3
    after = played({**dict.fromkeys(U_CURVE, 0.95), "position 1": 0.4})
    changed = {one.name for one in PROBE.views(after) if moved(PROBE, before, after, one.name)}
    assert changed == {"position 1"}


def test_an_unchanged_model_moves_nothing() -> None:
    before = [played(U_CURVE)] * 3
    assert not any(
        moved(PROBE, before, played(U_CURVE), one.name) for one in PROBE.views(before[0])
    )


def test_a_429_storm_moves_no_series() -> None:
    before = [played(U_CURVE)] * 3
    stormy = played(U_CURVE, stormy=True)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    assert not any(moved(PROBE, before, stormy, one.name) for one in PROBE.views(stormy))


def test_the_middle_asks_only_what_an_end_could_answer() -> None:
    answers = answered(lambda item: item.id.startswith("station") and item.arm != "position 20")
    rows = view(PROBE, answers, "middle").rows
    assert {row.key.item_id.split("-")[0] for row in rows} == {"station"}
    assert len(rows) == 30
    assert [one.name for one in PROBE.views(answers) if one.headline] == ["middle"]


def test_the_curve_is_drawn_between_oracle_and_closed_book() -> None:
    (curve,) = PROBE.charts(played(U_CURVE))
    assert isinstance(curve, Curve)
    assert [point.name for point in curve.points] == ["1", "5", "10", "15", "20"]
    assert [(level.name, level.value) for level in curve.levels] == [(ORACLE, 1), (CLOSED_BOOK, 0)]
