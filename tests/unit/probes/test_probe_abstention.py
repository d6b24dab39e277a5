from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.abstention import PROBE
from evals.probes.abstention.pair import Kind
from evals.probes.abstention.probe import ANSWER_DUE, UNKNOWN_DUE, AbstentionOptions, abstains
from evals.probes.abstention.texts import texts
from evals.probes.answer import Answer
from evals.scorers.registry import check_item, rescore
from tests.factories import a_sample, a_score
from tests.unit.probes.factories_play import STORM, covers, endpoint_for, figure, moved, play, view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import Item

ITEMS = PROBE.items(AbstentionOptions())
KNOWS_BOTH = {"skill": 1.0}


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def said(items: Sequence[Item], text: str) -> list[Answer]:
    score = a_score(passed=False, parsed=text.casefold())
    return [Answer(item=item, sample=a_sample(item, score=score)) for item in items]


def test_sixty_pairs_a_third_of_each_kind_with_one_twin_of_each_sort() -> None:
    for item in ITEMS:
        check_item(item)
    assert len({item.id for item in ITEMS}) == len(ITEMS) == 120
    for kind in Kind:
        arms = [item.arm for item in ITEMS if kind.value in item.tags]
        assert arms == [ANSWER_DUE, UNKNOWN_DUE] * 20
    assert len({item.cluster for item in ITEMS}) == 60


def test_a_smaller_probe_asks_a_part_of_the_larger_one() -> None:
    part = PROBE.items(AbstentionOptions(pairs=2))
    assert len(part) == 12
    assert all(item in ITEMS for item in part)


def test_only_the_one_sentence_with_the_answer_is_taken_out_of_a_text() -> None:
    for pair in texts():
        (answer,) = pair.answers
        assert pair.answerable.count(answer) == 1
        assert answer not in pair.unanswerable
        assert pair.answerable.count(".") == pair.unanswerable.count(".") + 1


def test_no_answer_reads_as_unknown_and_none_is_the_answer_of_a_twin() -> None:
    for item in ITEMS:
        if item.arm == ANSWER_DUE:
            assert not any(abstains(one) for each in item.targets for one in said([item], each))
            assert all(rescore(f"FINAL: {target}", item).passed for target in item.targets)


@pytest.mark.parametrize("text", ["UNKNOWN (there is no such thing)", "None.", "N/A"])
def test_unknown_counts_with_a_reason_after_it_and_in_other_words(text: str) -> None:
    answers = said(ITEMS, text)
    assert figure(PROBE, answers, "recall").value == 1.0
    assert figure(PROBE, answers, "false_unknown").value == 1.0
    assert figure(PROBE, answers, "J").value == 0.0


def test_a_value_is_an_answer_though_it_is_wrong() -> None:
    answers = said(ITEMS, "Atlantis")
    assert figure(PROBE, answers, "fabricate").value == 1.0
    assert figure(PROBE, answers, "accuracy").value == 0.0
    assert all(row.score.passed for row in view(PROBE, answers, "answers").rows)


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = asked(skill_by_tag={ANSWER_DUE: 1.0, UNKNOWN_DUE: 0.7}, caution=0.2)
    recall = 0.2 + 0.8 * 0.7
    truths = {
        "recall": recall,
        "fabricate": 1 - recall,
        "false_unknown": 0.2,
        "accuracy": 0.8,
        "J": recall - 0.2,
    }
    for name, truth in truths.items():
        assert covers(figure(PROBE, answers, name), truth), name


def test_j_of_a_model_that_cannot_tell_the_twins_apart_is_about_zero() -> None:
    always = asked(skill_by_tag={UNKNOWN_DUE: 0.0}, caution=0.5)
    assert covers(figure(PROBE, always, "J"), 0.0)


@pytest.mark.parametrize(
    ("change", "moves", "stays"),
    [
        ({"skill_by_tag": {UNKNOWN_DUE: 0.6}}, "abstains", "answers"),
        ({"caution": 0.3}, "answers", "abstains"),
    ],
)
def test_growing_bolder_and_growing_more_cautious_move_their_own_series(
    change: dict[str, Any], moves: str, stays: str
) -> None:
    before = [asked(**KNOWS_BOTH)] * 3
    after = asked(**{**KNOWS_BOTH, **change})
    assert moved(PROBE, before, after, moves)
    assert moved(PROBE, before, after, "J")
    assert not moved(PROBE, before, after, stays)


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.8)] * 3
    stormy = asked(skill=0.8, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    assert not any(moved(PROBE, before, stormy, one.name) for one in PROBE.views(stormy))


def test_nothing_answered_is_no_figure_and_an_empty_series() -> None:
    assert all(one.value is None for one in PROBE.figures([]))
    assert [one.name for one in PROBE.views([])] == ["J", "abstains", "answers"]
