"""Evidence that may be looked at after every call."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from scipy import stats

from evals.stats.excess import log_e_of_excess


@pytest.mark.parametrize("share", [0.05, 0.12, 0.5])
@pytest.mark.parametrize("truth", [0.4, 1.0])
def test_its_mean_is_at_most_one_while_the_share_is_kept(share: float, truth: float) -> None:
    draws = 30
    chances = stats.binom.pmf(np.arange(draws + 1), draws, truth * share)
    values = [exp(log_e_of_excess(hits, draws, share=share)) for hits in range(draws + 1)]
    assert float(chances @ values) <= 1 + 1e-9
    assert float(chances @ values) == pytest.approx(1.0) or truth < 1


def test_looking_after_every_call_raises_no_more_than_alpha(rng: np.random.Generator) -> None:
    alarms = 0
    for _ in range(400):
        hits = np.cumsum(rng.random(60) < 0.12).tolist()
        alarms += any(
            log_e_of_excess(found, draws, share=0.12) >= log(20)
            for draws, found in enumerate(hits, start=1)
        )
    assert alarms <= stats.binom.ppf(0.999, 400, 1 / 20)


def test_a_change_of_most_answers_shows_within_twenty_calls() -> None:
    assert log_e_of_excess(12, 20, share=0.12) > log(260)


def test_all_or_nothing_stays_finite() -> None:
    assert np.isfinite(log_e_of_excess(0, 5000, share=0.12))
    assert np.isfinite(log_e_of_excess(5000, 5000, share=0.12))
