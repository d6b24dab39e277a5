"""An item weighs in the suite's rate what it weighs in one pass, however often a run asks it."""

from __future__ import annotations

import numpy as np

from evals.stats.check import Check, check_counts
from evals.stats.outcomes import Counts, count_outcomes
from evals.stats.reference import fit_reference

ALPHA = 1 / 260


def check(successes: list[int], draws: list[int], baseline: Counts) -> Check:
    run = Counts(successes=np.array([successes]), draws=np.array([draws]))
    return check_counts(fit_reference(baseline), run, alpha=ALPHA)


def passes(items: int, epochs: int = 1) -> Counts:
    return count_outcomes(np.ones((16, items, epochs)))


def test_an_item_asked_four_times_weighs_no_more_than_one_asked_once() -> None:
    rare = check([0] * 5 + [1] * 15, [4] * 5 + [1] * 15, passes(20))
    assert rare.run_rate == 15 / 20
    assert rare.baseline_rate == 1.0


def test_asking_the_noisy_items_more_often_sharpens_the_total() -> None:
    rng = np.random.default_rng(3)
    rates = np.repeat([0.5, 0.999], [30, 90])
    reference = fit_reference(
        count_outcomes((rng.random((16, 120, 1)) < rates[:, np.newaxis]).astype(float))
    )
    asked = np.repeat([4, 1], [30, 90])
    once = Counts(
        successes=np.repeat([[1, 0, 1]], [15, 23, 82], axis=1), draws=np.ones((1, 120), int)
    )
    often = Counts(successes=(once.successes * asked), draws=asked[np.newaxis])
    assert (
        check_counts(reference, often, alpha=ALPHA).p_sum_drop
        < check_counts(reference, once, alpha=ALPHA).p_sum_drop
    )


def test_a_missing_epoch_takes_no_weight_from_its_item() -> None:
    half = check([2] * 10 + [0] * 10, [2] * 10 + [1] * 10, passes(20, epochs=2))
    assert half.run_rate == 0.5


def test_a_size_is_what_one_pass_asks() -> None:
    draws = np.ones((16, 3), dtype=np.int64)
    draws[:, 1] = 5
    draws[3, 1] = 4
    draws[10:, 2] = 4
    draws[0, 0] = 0
    assert Counts(successes=draws, draws=draws).sizes.tolist() == [1, 5, 1]


def test_sizes_of_items_that_never_answered_are_one() -> None:
    nothing = np.zeros((4, 2), dtype=np.int64)
    assert Counts(successes=nothing, draws=nothing).sizes.tolist() == [1, 1]
