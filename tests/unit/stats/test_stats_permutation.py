"""Small baselines whose draws differ: a collapse is seen, luck is not, and the MDE says what is."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from evals.bench.endpoints import Endpoint, noisy_suite
from evals.stats.answer_check import check_answers
from evals.stats.check import check_outcomes
from evals.stats.outcomes import count_outcomes
from evals.stats.permutation import permutation_tails
from evals.stats.rate_check import check_rate

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

ALPHA = 1 / 260
ITEMS = 40
SHAPES = [*product(range(3, 8), [(1, 3), (3, 1), (2, 4)], [False]), (4, (3, 3), True)]


def answered(
    rng: np.random.Generator, passes: int, epochs: tuple[int, int], *, missing: bool
) -> tuple[Floats, Floats]:
    endpoint = Endpoint(p=noisy_suite(rng, ITEMS), rho=0.2)
    width = max(epochs)
    before = np.full((passes, ITEMS, width), np.nan)
    run = np.full((ITEMS, width), np.nan)
    before[..., : epochs[0]] = endpoint.answers(rng, passes, epochs[0])
    run[:, : epochs[1]] = endpoint.answers(rng, 1, epochs[1])[0]
    if missing:
        run[np.arange(ITEMS), rng.integers(0, epochs[1], ITEMS)] = np.nan
    return before, run


def nothing_right(run: Floats) -> Floats:
    return np.where(np.isnan(run), np.nan, 0.0)


@pytest.mark.parametrize(("passes", "epochs", "missing"), SHAPES)
def test_a_total_collapse_is_seen_whatever_the_epochs(
    rng: np.random.Generator, passes: int, epochs: tuple[int, int], missing: bool
) -> None:
    before, run = answered(rng, passes, epochs, missing=missing)
    assert check_outcomes(before, nothing_right(run), alpha=ALPHA).p_drop <= ALPHA


def test_an_unchanged_endpoint_with_unequal_epochs_alarms_no_more_than_promised() -> None:
    level, alarms, checks = 0.05, 0, 0
    for seed, epochs in product(range(20), [(1, 3), (3, 1), (2, 4)]):
        rng = np.random.default_rng([3, seed])
        passes = int(rng.integers(2, 8))
        before, run = answered(rng, passes, epochs, missing=bool(seed % 2) and epochs[1] > 1)
        check = check_outcomes(before, run, alpha=level)
        alarms += (check.p_drop <= level) + (check.p_rise <= level)
        checks += 2
    assert alarms <= stats.binom.ppf(0.999, checks, level)


def test_ninety_percent_that_falls_to_zero_with_more_epochs_is_no_ordinary_run() -> None:
    before = np.ones((3, ITEMS, 3))
    before[:, :4] = 0.0
    before[:, :, 1:] = np.nan
    check = check_outcomes(before, np.zeros((ITEMS, 3)), alpha=ALPHA)
    assert check.p_drop < 1e-6


def test_a_missing_epoch_compares_the_others(rng: np.random.Generator) -> None:
    before, run = answered(rng, 3, (3, 3), missing=True)
    floor = permutation_tails(
        count_outcomes(before), *(side[0] for side in _counts(nothing_right(run)))
    )
    assert floor.draws.tolist() == [2] * ITEMS
    assert floor.lower < 1e-6
    assert floor.upper > 0.99


def test_refusals_are_seen_whatever_the_epochs() -> None:
    never = np.zeros((3, ITEMS, 3))
    never[:, :, 1:] = np.nan
    assert check_rate(never, np.ones((ITEMS, 3)), alpha=ALPHA).p <= ALPHA


def test_changed_answers_are_seen_whatever_the_epochs() -> None:
    before = np.full((4, ITEMS, 3), -1)
    before[:, :, 0] = np.arange(ITEMS)
    assert check_answers(before, np.full((ITEMS, 3), 99), alpha=ALPHA).p_changed <= ALPHA


def test_fewer_epochs_than_the_baseline_can_see_less() -> None:
    before = np.tile(np.repeat([[1.0], [0.0]], [36, 4], axis=0), (3, 1, 3))
    before[0, :6] = 0.0
    same = check_outcomes(before, before[1], alpha=ALPHA)
    fewer = check_outcomes(before, before[1][:, :1], alpha=ALPHA)
    assert same.mde <= fewer.mde < 1


def _counts(run: Floats) -> tuple[np.ndarray, np.ndarray]:
    counts = count_outcomes(run)
    return counts.successes, counts.draws
