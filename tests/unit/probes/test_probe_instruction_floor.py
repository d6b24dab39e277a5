from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.golden_set import ScorerSpec
from evals.probes.instruction_floor import PROBE
from evals.probes.instruction_floor.loose import rules_kept
from evals.probes.instruction_floor.probe import InstructionFloorOptions, _share_of_rules
from evals.scorers.base import parse_options
from evals.scorers.instruction import InstructionOptions
from evals.scorers.registry import check_item
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
    from evals.probes.answer import Answer

ITEMS = PROBE.items(InstructionFloorOptions())


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def kept(text: str, **rule: Any) -> list[bool]:
    spec = ScorerSpec(name="instruction", options={"constraints": [rule]})
    rules = parse_options(InstructionOptions, spec).constraints
    return [*rules_kept(text, rules), *rules_kept(text, rules, loosely=True)]


def test_four_tasks_for_each_of_fifteen_kinds_and_a_reply_that_keeps_the_rules() -> None:
    for item in ITEMS:
        check_item(item)
    assert Counter(Counter(item.tags[0] for item in ITEMS).values()) == {4: 15}
    assert len({item.id for item in ITEMS}) == 60
    assert Counter(item.tags[1] for item in ITEMS)["rules-1"] == 30


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('```json\n{"a": 1}\n```', {"kind": "json_keys", "keys": ["a"]}),
        ("Sure, here it is!\nNo stop here", {"kind": "no_comma"}),
        ("all small\nLet me know!", {"kind": "lower_case"}),
        ("Of course!\nRed\nBlue\nAnything else?", {"kind": "lines", "exactly": 2}),
        ("**Dear Ada**, hello", {"kind": "starts_with", "phrase": "Dear Ada"}),
    ],
)
def test_what_is_wrapped_around_a_reply_breaks_a_rule_only_strictly(
    text: str, rule: dict[str, Any]
) -> None:
    assert kept(text, **rule) == [False, True]


def test_a_rule_broken_in_the_middle_stays_broken() -> None:
    assert kept("One\ntwo, three\nfour", kind="no_comma") == [False, False]
    assert kept("Only one line", kind="lines", exactly=2) == [False, False]


def test_an_empty_rest_keeps_no_rule() -> None:
    assert kept("so, so", kind="no_comma") == [False, False]


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = asked(skill=0.75)
    assert covers(figure(PROBE, answers, "prompt strict"), 0.75)
    strict, loose = (figure(PROBE, answers, f"prompt {kind}") for kind in ("strict", "loose"))
    chatty = figure(PROBE, answers, "chattiness")
    assert None not in (strict.value, loose.value)
    assert chatty.value == pytest.approx((loose.value or 0) - (strict.value or 0))


def test_the_strict_series_is_the_score_that_was_stored() -> None:
    answers = asked(skill=0.75)
    strict = figure(PROBE, answers, "prompt strict").value
    rows = view(PROBE, answers, "strict").rows
    assert strict == sum(row.score.passed is True for row in rows) / len(rows)


def test_pleasantries_move_the_strict_score_and_chattiness_first() -> None:
    before = [asked()] * 3
    chatty = asked(format="chatty")
    assert moved(PROBE, before, chatty, "strict")
    assert moved(PROBE, before, chatty, "chatty")
    assert not moved(PROBE, before, chatty, "loose")
    assert (figure(PROBE, chatty, "chattiness").low or 0) > 0.3


def test_a_loss_of_skill_moves_the_series() -> None:
    assert moved(PROBE, [asked()] * 3, asked(skill=0.7), "strict")


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.8)] * 3
    stormy = asked(skill=0.8, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    assert not any(moved(PROBE, before, stormy, name) for name in ("strict", "loose", "chatty"))


def test_rules_that_break_together_widen_the_interval() -> None:
    together = _share_of_rules("x", [[True] * 3] * 15 + [[False] * 3] * 15)
    apart = _share_of_rules("x", [[True, False, True], [False, True, False]] * 15)
    assert together.value == apart.value == 0.5
    assert (together.low or 0) < (apart.low or 0)


def test_nothing_answered_is_no_figure() -> None:
    assert [one.value for one in PROBE.figures([])] == [None] * 5
