from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.context_length import PROBE
from evals.probes.context_length.effective import effective_length
from evals.probes.context_length.figures import share_of_advertised
from evals.probes.context_length.options import LengthOptions
from evals.probes.context_length.truncation import kept_shares
from evals.probes.findings import findings_of
from evals.probes.probe import Curve
from tests.factories import a_failure, a_sample, a_score
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
    from collections.abc import Callable, Sequence

    from evals.golden_set import Item
    from evals.probes.findings import Found
    from evals.probes.probe import Figure

ITEMS = PROBE.items(LengthOptions())
FADING = {"0.5K": 0.9, "1K": 0.9, "4K": 0.85, "16K": 0.4}


@cache
def _played(skills: tuple[tuple[str, float], ...], change: str) -> tuple[Answer, ...]:
    changes: dict[str, dict[str, Any]] = {
        "": {},
        "storm": STORM,
        "window": {"window_tokens": 3000},
        "hidden": {"hidden_system_prompt": "Speak like an old sailor, always. " * 60},
    }
    return play(endpoint_for(ITEMS, skill_by_tag=dict(skills), **changes[change]), ITEMS)


def played(skills: dict[str, float], change: str = "") -> tuple[Answer, ...]:
    return _played(tuple(skills.items()), change)


def answered(right: Callable[[Item], bool | None]) -> list[Answer]:
    """None stands for a call that failed."""

    def score(item: Item) -> Any:
        passed = right(item)
        return a_failure(CallState.API_ERROR) if passed is None else a_score(passed=passed)

    return [Answer(item=one, sample=a_sample(one, score=score(one))) for one in ITEMS]


def told(answers: Sequence[Answer], name: str) -> Figure:
    return figure(PROBE, answers, name)


def test_the_effective_length_is_the_longest_that_keeps_85_percent_of_the_base() -> None:
    answers = answered(lambda item: item.arm != "16K")
    assert told(answers, "L_eff").value == 4000
    assert told(answers, "L_eff").label == "4K"
    assert told(answers, "16K").value == 0.0


@pytest.mark.parametrize(
    ("accuracies", "length", "label"),
    [
        ({500: 0.9, 1000: 0.9, 4000: 0.9}, 4000, ">4K"),
        ({500: 0.5, 1000: 0.9, 4000: 0.5}, None, "<0.5K, non_monotone"),
        ({1000: 0.9, 4000: 0.5}, 1000, "1K"),
        ({1000: 0.9, 4000: 0.5, 16000: 0.9}, 1000, "1K, non_monotone"),
        ({1000: 0.59, 4000: 0.59}, None, "no base"),
        ({1000: None, 4000: 0.9}, None, "no base: 1K not measured"),
        ({1000: 0.9, 4000: None, 16000: 0.9}, 1000, "1K, 4K not measured"),
        ({500: None, 1000: 0.9}, None, "unknown, 0.5K not measured"),
        ({1000: 1.0, 4000: 0.85}, 4000, ">4K"),
        ({1000: 0.8, 4000: 0.68}, 4000, ">4K"),
    ],
)
def test_what_is_no_length_is_said_in_words(
    accuracies: dict[int, float | None], length: int | None, label: str
) -> None:
    found = effective_length(accuracies, accuracies[1000])
    assert (found.length, found.label) == (length, label)


def test_not_even_the_shortest_length_is_used() -> None:
    found = effective_length({500: 0.7, 1000: 0.7}, 0.9)
    assert (found.length, found.label) == (None, "<0.5K")


@pytest.mark.parametrize("wrong", [0, 3, 4, 5, 8, 12])
def test_the_lower_bound_is_never_longer_than_the_point(wrong: int) -> None:
    missed = {item.id for item in [one for one in ITEMS if one.arm == "4K"][:wrong]}
    answers = answered(lambda item: item.id not in missed)
    point, lower = (told(answers, name).value or 0 for name in ("L_eff", "L_eff_low"))
    assert lower <= point


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = played(FADING)
    assert all(covers(told(answers, name), truth) for name, truth in FADING.items())
    assert told(answers, "L_eff").value == 4000


def test_the_figures_of_a_family_tell_it_from_the_others() -> None:
    answers = play(endpoint_for(ITEMS, skill_by_tag={"tracing": 0.0}), ITEMS)
    assert told(answers, "tracing").value == 0.0
    assert told(answers, "lookup").value == 1.0


def test_a_prompt_beyond_the_window_is_not_measured_and_not_wrong() -> None:
    answers = answered(lambda item: None if item.arm == "16K" else True)
    assert told(answers, "16K").value is None
    assert told(answers, "L_eff").label == "4K, 16K not measured"
    assert [one.name for one in PROBE.views(answers)] == ["0.5K", "1K", "4K", "16K", "intact"]


def test_fewer_than_twenty_questions_are_insufficient() -> None:
    items = PROBE.items(LengthOptions(items=3))
    answers = play(endpoint_for(items), items)
    assert all(
        one.insufficient for one in PROBE.figures(answers) if one.name != "characters a token"
    )


def test_nothing_answered_is_no_figure() -> None:
    assert all(one.value is None for one in PROBE.figures([]))
    assert [one.name for one in PROBE.views([])] == ["intact"]


def test_the_effective_length_is_held_against_what_is_advertised() -> None:
    answers = played(FADING)
    share = share_of_advertised(answers, 32_000)
    assert share.value == pytest.approx(4000 / 32_000, rel=0.1)
    assert share.says == "4K of 32,000 tokens"
    assert share_of_advertised(answered(lambda _: False), 32_000).value is None


def test_what_is_advertised_reaches_the_findings_with_its_value_in_the_baseline() -> None:
    def named(advertised_tokens: int | None) -> dict[str, Found]:
        samples = [one.sample for one in played(FADING)]
        found = findings_of(
            PROBE,
            task="context_length",
            version="1",
            run=samples,
            passes=[samples],
            items={item.content_digest: item for item in ITEMS},
            advertised_tokens=advertised_tokens,
        )
        return {one.now.name: one for one in found.figures}

    share = named(32_000)["L_eff / advertised"]
    assert share.now.value == share.before == pytest.approx(4000 / 32_000, rel=0.1)
    assert "L_eff / advertised" not in named(None)


def test_whole_prompts_are_intact_whatever_is_said_before_them() -> None:
    for change in ("", "hidden"):
        answers = played(FADING, change)
        assert told(answers, "intact").value == 1.0
        kept = kept_shares(answers)
        assert len(kept) == 60
        assert all(0.98 < share < 1.02 for share in kept.values())


def test_silent_truncation_is_seen_without_any_baseline() -> None:
    answers = played(FADING, "window")
    assert told(answers, "intact").value == 0.0
    share = told(answers, "tokens reported 16K").value
    assert share is not None
    assert share == pytest.approx(3000 / 16_000, rel=0.05)


def test_a_window_under_the_second_length_is_seen_too() -> None:
    items = PROBE.items(LengthOptions(lengths=(500, 1000, 4000), items=1))
    answers = play(endpoint_for(items, window_tokens=600), items)
    assert told(answers, "intact").value == 0.0


def test_truncation_moves_its_own_series_and_the_lengths_it_cuts() -> None:
    flat = dict.fromkeys(FADING, 0.95)
    before = [played(flat)] * 3
    after = played(flat, "window")
    changed = {one.name for one in PROBE.views(after) if moved(PROBE, before, after, one.name)}
    assert {"16K", "intact"} <= changed <= {"4K", "16K", "intact"}


def test_tokens_that_are_not_reported_say_nothing() -> None:
    answers = [
        replace(one, sample=replace(one.sample, input_tokens=None)) for one in played(FADING)
    ]
    assert told(answers, "intact").value is None
    assert view(PROBE, answers, "intact").rows == ()
    assert share_of_advertised(answers, 32_000).value == 4000 / 32_000


def test_a_length_that_fails_moves_its_own_series_alone() -> None:
    flat = dict.fromkeys(FADING, 0.95)
    before = [played(flat)] * 3
    after = played({**flat, "16K": 0.5})
    changed = {one.name for one in PROBE.views(after) if moved(PROBE, before, after, one.name)}
    assert changed == {"16K"}
    assert [one.name for one in PROBE.views(after) if one.headline] == ["16K"]


def test_an_unchanged_model_and_a_429_storm_move_no_series() -> None:
    before = [played(FADING)] * 3
    stormy = played(FADING, "storm")
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    for after in (played(FADING), stormy):
        assert not any(moved(PROBE, before, after, one.name) for one in PROBE.views(after))


def test_the_curve_is_drawn_over_its_threshold() -> None:
    (curve,) = PROBE.charts(answered(lambda _: True))
    assert isinstance(curve, Curve)
    assert [point.name for point in curve.points] == ["0.5K", "1K", "4K", "16K"]
    assert [level.value for level in curve.levels] == [0.85]
