"""What the adaptive check asks next."""

from __future__ import annotations

import numpy as np
import pytest

from evals.stats.adaptive import (
    EXTRA_ROUNDS,
    NextStep,
    informative_items,
    join_rounds,
    next_step,
)
from evals.stats.check import Check, check_outcomes
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import Reference, fit_reference
from evals.stats.retest import Retest

CALM = Retest(log_e=-1.0, needed=6.0, alarm=False)


def reference(items: int = 30, varying: int = 5) -> Reference:
    outcomes = np.ones((8, items, 1))
    outcomes[::2, :varying] = 0.0
    return fit_reference(count_outcomes(outcomes))


def check_with(broken: int) -> Check:
    run = np.ones((60, 1))
    run[:broken] = 0.0
    return check_outcomes(np.ones((16, 60, 1)), run, alpha=1 / 260)


def test_the_items_that_vary_are_the_informative_ones() -> None:
    assert informative_items(reference(), most=5) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("items", [30, 60, 120, 149, 150])
def test_a_look_leaves_a_tenth_of_its_half_of_four_passes_for_retests(items: int) -> None:
    more = len(informative_items(reference(items=items)))
    look = items + EXTRA_ROUNDS * more
    assert more == items * 40 // 150
    assert look <= 0.9 * (4 * items / 2)


def test_an_item_without_a_past_is_not_informative() -> None:
    outcomes = np.ones((8, 6, 1))
    outcomes[:, 0] = np.nan
    assert 0 not in informative_items(fit_reference(count_outcomes(outcomes)))


def test_of_equally_noisy_items_the_first_are_informative(rng: np.random.Generator) -> None:
    rates = np.where(rng.random(150) < 0.8, 1.0, rng.random(150))
    outcomes = (rng.random((8, 150, 1)) < rates[:, np.newaxis]).astype(float)
    chosen = informative_items(fit_reference(count_outcomes(outcomes)), most=50)
    right = outcomes.sum(axis=(0, 2))
    for count in np.unique(right):
        equal = np.flatnonzero(right == count).tolist()
        taken = [item for item in equal if item in chosen]
        assert taken == equal[: len(taken)]


@pytest.mark.parametrize(("broken", "step"), [(0, NextStep.QUIET), (4, NextStep.REPEAT_LATER)])
def test_a_suspicious_first_look_is_repeated_before_anyone_is_told(
    broken: int, step: NextStep
) -> None:
    assert next_step(check_with(broken), CALM) is step


def test_items_that_keep_failing_need_no_repeat() -> None:
    stubborn = Retest(log_e=9.0, needed=6.0, alarm=True)
    assert next_step(check_with(0), stubborn) is NextStep.ALARM


def test_joined_rounds_stay_passes_of_their_own() -> None:
    rounds = [count_outcomes(np.ones((3, 1))) for _ in range(4)]
    assert join_rounds(*rounds).passes == 4
