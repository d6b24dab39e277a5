from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.primes import PROBE
from evals.probes.primes.numbers import least_factor, number_pairs
from evals.probes.primes.probe import PrimesOptions
from evals.scorers.registry import check_item
from tests.unit.probes.factories_play import (
    STORM,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
)

if TYPE_CHECKING:
    from evals.probes.answer import Answer

ITEMS = PROBE.items(PrimesOptions())


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def test_half_of_the_numbers_are_prime_and_no_composite_has_a_small_factor() -> None:
    pairs = number_pairs(50)
    assert all(least_factor(prime) == prime for prime, _ in pairs)
    assert all(11 <= least_factor(composite) < composite for _, composite in pairs)
    assert all(prime % 10 == composite % 10 for prime, composite in pairs)
    assert len({number for pair in pairs for number in pair}) == 100


def test_every_question_can_be_graded_and_has_an_id_of_its_own() -> None:
    for item in ITEMS:
        check_item(item)
    assert len({item.id for item in ITEMS}) == len(ITEMS) == 100


def test_a_smaller_probe_asks_a_part_of_the_larger_one() -> None:
    assert PROBE.items(PrimesOptions(per_class=3)) == ITEMS[:6]


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = asked(skill_by_tag={"prime": 0.9, "composite": 0.6})
    truths = {
        "accuracy primes": 0.9,
        "accuracy composites": 0.6,
        "balanced_accuracy": 0.75,
        "yes_rate": 0.65,
    }
    assert all(covers(figure(PROBE, answers, name), truth) for name, truth in truths.items())


def test_a_swing_from_yes_to_no_hides_in_the_total_and_shows_in_the_classes() -> None:
    before = [asked(skill_by_tag={"prime": 0.96, "composite": 0.5})] * 3
    after = asked(skill_by_tag={"prime": 0.5, "composite": 0.96})
    assert moved(PROBE, before, after, "primes")
    assert moved(PROBE, before, after, "composites")
    assert not moved(PROBE, before, after, "balanced")


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.8)] * 3
    stormy = asked(skill=0.8, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    names = [view.name for view in PROBE.views(stormy)]
    assert not any(moved(PROBE, before, stormy, name) for name in names)


def test_the_balanced_accuracy_is_the_mean_of_both_classes_though_calls_are_missing() -> None:
    answers = [a for a in asked(skill=0.7) if not a.item.id.startswith("prime-1")]
    primes, composites = (
        figure(PROBE, answers, f"accuracy {kind}") for kind in ("primes", "composites")
    )
    assert primes.n < composites.n
    assert primes.value is not None
    assert composites.value is not None
    middle = (primes.value + composites.value) / 2
    assert figure(PROBE, answers, "balanced_accuracy").value == pytest.approx(middle)


def test_nothing_answered_is_no_figure_and_an_empty_series() -> None:
    assert [one.value for one in PROBE.figures([])] == [None] * 4
    assert [one.name for one in PROBE.views([])] == ["balanced", "primes", "composites"]


def test_always_yes_scores_a_half_and_its_yes_rate_tells() -> None:
    answers = asked(skill_by_tag={"prime": 1.0, "composite": 0.0})
    assert figure(PROBE, answers, "balanced_accuracy").value == 0.5
    assert figure(PROBE, answers, "yes_rate").value == 1.0
