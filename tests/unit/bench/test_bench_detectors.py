"""The detectors that the bench compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from evals.bench.adaptive_check import adaptive_check
from evals.bench.detectors import ALPHA, DETECTORS
from evals.bench.endpoints import SUITES, Endpoint
from evals.bench.quick import quick_check
from evals.stats.check import check_counts
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

ITEMS = 150


def right(passes: int = 16) -> Floats:
    return np.ones((passes, ITEMS, 2))


@pytest.mark.parametrize("name", DETECTORS)
def test_no_detector_alarms_when_everything_is_right_again(name: str) -> None:
    assert not DETECTORS[name](right(), right()[0])


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_sees_a_third_of_the_items_fail(name: str) -> None:
    run = right()[0]
    run[::3] = 0.0
    assert DETECTORS[name](right(), run)


def test_the_naive_rule_needs_more_than_five_points() -> None:
    run = right()[0]
    run[:2, 0] = 0.0
    assert not DETECTORS["naive"](right(), run)
    run[:3, 0] = 0.0
    assert DETECTORS["naive"](right(), run)


def test_mcnemar_compares_with_the_stored_run_before_only() -> None:
    baseline, run = right(), right()[0]
    run[:20] = 0.0
    baseline[-1] = run
    assert not DETECTORS["mcnemar"](baseline, run)
    assert DETECTORS["paired-t"](baseline, run)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("asked", [1, 2])
def test_the_quick_check_says_what_the_whole_check_says(suite: str, asked: int) -> None:
    rng = np.random.default_rng([41, asked])
    endpoint = Endpoint(p=SUITES[suite](rng), shock=0.5)
    reference = fit_reference(count_outcomes(endpoint.answers(rng, 16, asked)))
    run = count_outcomes(endpoint.worse_by(0.05).answers(rng, 1, asked))
    whole, quick = check_counts(reference, run, alpha=ALPHA), quick_check(reference, run)
    assert quick.p_drop == whole.p_drop
    assert quick.fell == whole.fell


def test_an_adaptive_check_of_a_steady_endpoint_asks_270_times() -> None:
    rng = np.random.default_rng(1)
    steady = Endpoint(p=np.full(ITEMS, 1 - 1e-9))
    reference = fit_reference(count_outcomes(steady.answers(rng, 16)))
    checked = adaptive_check(steady, rng, reference, alpha=ALPHA)
    assert not checked.alarm
    assert checked.calls == ITEMS + 3 * 40


def test_an_adaptive_check_alarms_on_items_that_keep_failing() -> None:
    rng = np.random.default_rng(1)
    steady = Endpoint(p=np.full(ITEMS, 1 - 1e-9))
    reference = fit_reference(count_outcomes(steady.answers(rng, 16)))
    assert adaptive_check(steady.broken(rng, 4), rng, reference, alpha=ALPHA).alarm
