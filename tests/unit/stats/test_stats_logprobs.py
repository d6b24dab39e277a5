"""The permutation test on logprobs: its level on unchanged streams, its power on shifted ones."""

from __future__ import annotations

from math import isnan, log

import numpy as np
import pytest
from scipy import stats

from evals.stats.logprobs import LogprobCheck, censored, check_logprobs

TOKENS = "abcde"


def calls(
    rng: np.random.Generator, count: int, *, shift: float = 0.0, noise: float = 0.02
) -> list[dict[str, float]]:
    """Each call names the four likeliest of five tokens; ``shift`` nats pass from a to b."""
    centre = np.log([0.4, 0.3, 0.1, 0.02, 0.019]) + np.array([-shift, shift, 0, 0, 0])
    found = []
    for row in centre + rng.normal(0, noise, (count, 5)):
        best = np.argsort(-row)[:4]
        found.append({TOKENS[place]: float(row[place]) for place in best})
    return found


def checked(seed: int, *, shift: float = 0.0, before: int = 10, now: int = 10) -> LogprobCheck:
    rng = np.random.default_rng([3, seed])
    prompts = ("x", "y")
    return check_logprobs(
        {prompt: calls(rng, before) for prompt in prompts},
        {prompt: calls(rng, now, shift=shift) for prompt in prompts},
        rng=rng,
        rounds=199,
    )


@pytest.mark.parametrize(("before", "now"), [(10, 10), (16, 1)])
def test_an_unchanged_endpoint_alarms_as_often_as_the_level_says(before: int, now: int) -> None:
    ps = np.array([checked(seed, before=before, now=now).p for seed in range(400)])
    for alpha in (0.05, 0.2):
        most = stats.binom.ppf(0.999, len(ps), alpha)
        least = stats.binom.ppf(0.001, len(ps), alpha)
        assert least <= (ps <= alpha).sum() <= most


def test_a_shift_of_two_noises_is_seen_by_ten_calls_a_side() -> None:
    assert all(checked(seed, shift=0.04).p <= 0.01 for seed in range(40))


def test_one_call_of_each_prompt_sees_a_swap() -> None:
    assert all(checked(seed, shift=1.0, before=16, now=1).p <= 0.02 for seed in range(20))


def test_the_distance_is_in_nats_and_noise_explains_the_expected_one() -> None:
    check = checked(1)
    assert 0.3 * check.distance <= check.expected <= 3 * check.distance
    assert (check.prompts, check.calls_before, check.calls_now) == (2, 20, 20)


def test_a_token_that_a_call_does_not_name_is_at_most_as_likely_as_its_least() -> None:
    table = censored([{"a": log(0.5), "b": log(0.25)}, {"b": log(0.5)}])
    assert np.allclose(table, np.log([[0.5, 0.25], [0.5, 0.5]]))


def test_identical_calls_are_no_evidence() -> None:
    same = {"x": [{"a": -0.5}] * 10}
    assert check_logprobs(same, same, rng=np.random.default_rng(0), rounds=99).p == 1.0


def test_sides_that_share_no_prompt_say_nothing() -> None:
    check = check_logprobs({"x": [{"a": -1.0}]}, {"y": [{"a": -1.0}]}, rng=np.random.default_rng(0))
    assert isnan(check.p)
    assert check.prompts == 0
