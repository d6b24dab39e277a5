"""Over weeks, and over repeated answers: every state is a fold over runs."""

from __future__ import annotations

import math

import numpy as np

from evals.stats import detector, scan
from evals.stats.outcomes import Counts
from evals.stats.reference import fit_reference
from evals.stats.retest import items_to_ask_again, weigh_retests

ALPHA = 1 / 260
ITEMS = 60


def run_with(broken: int = 0, answered: bool = True) -> Counts:
    successes = np.ones((1, ITEMS), dtype=np.int64)
    successes[0, :broken] = 0
    draws = np.full((1, ITEMS), int(answered))
    return Counts(successes=successes * draws, draws=draws)


def baseline(passes: int = 16) -> Counts:
    ones = np.ones((passes, ITEMS), dtype=np.int64)
    return Counts(successes=ones, draws=ones)


def scanned(runs: list[Counts], passes: int = 16) -> scan.Scan:
    state = scan.start(baseline(passes))
    for run in runs:
        state = scan.step(state, run)
    return state


def test_unchanged_weeks_find_nothing() -> None:
    state = scanned([run_with()] * 5)
    assert state.drop.p_week == 1.0
    assert state.onset(state.drop) is None
    assert state.runs == 5


def test_two_items_broken_for_weeks_are_dated_to_their_first_week() -> None:
    state = scanned([run_with()] * 3 + [run_with(broken=2)] * 4)
    assert state.drop.p_week < ALPHA
    assert state.onset(state.drop) == 3
    assert state.rise.p_week == 1.0


def test_replaying_the_same_runs_gives_the_same_state() -> None:
    runs = [run_with(broken=broken) for broken in (0, 2, 0, 1, 3)]
    first, again = scanned(runs), scanned(runs)
    assert (first.drop, first.rise) == (again.drop, again.rise)


def test_a_week_without_answers_is_not_measured_and_not_remembered() -> None:
    state = scanned([run_with(), run_with(answered=False)])
    assert math.isnan(state.drop.p_week)
    assert state.runs == 1


def test_the_reference_grows_with_every_run() -> None:
    state = scanned([run_with()] * 3)
    assert state.references[-1].passes == 19


def test_a_mended_endpoint_rises() -> None:
    wrong = Counts(successes=0 * baseline().successes, draws=baseline().draws)
    state = scan.step(scan.start(wrong), run_with(broken=ITEMS - 6))
    assert state.rise.p_week < ALPHA
    assert state.drop.p_week == 1.0


def test_a_small_baseline_scans_with_the_permutation_tests_caution() -> None:
    assert scanned([run_with(broken=2)], passes=2).drop.p_week > 0.1


def test_the_detector_pages_on_evidence_that_adds_up() -> None:
    state = detector.Detector()
    for log_e in (-0.5, -0.5, 1.5, 1.5, 1.5, 1.5):
        state = detector.step(state, log_e)
    assert state.alarms(260)
    assert state.onset == 2


def test_the_detector_forgets_a_lucky_week() -> None:
    state = detector.Detector()
    for log_e in (1.0, -3.0, -0.5):
        state = detector.step(state, log_e)
    assert not state.alarms(260)
    assert state.onset is None


def test_unchanged_checks_run_at_least_as_long_as_certified(rng: np.random.Generator) -> None:
    lengths = []
    for _ in range(200):
        state = detector.Detector()
        while not state.alarms(20):
            state = detector.step(state, detector.log_e_of_p(rng.random()))
        lengths.append(state.runs)
    assert np.mean(lengths) >= 20


def test_items_are_asked_again_until_one_clean_answer_or_three() -> None:
    nothing = Counts(successes=np.zeros((1, 4), int), draws=np.zeros((1, 4), int))
    assert items_to_ask_again((1, 2), nothing) == (1, 2)
    again = Counts(successes=np.array([[0, 1, 0, 0]]), draws=np.array([[0, 1, 2, 3]]))
    assert items_to_ask_again((1, 2, 3), again) == (2,)


def test_three_items_that_fail_again_and_again_alarm() -> None:
    first = run_with(broken=3)
    again = Counts(
        successes=np.zeros((1, ITEMS), int), draws=np.repeat([[3, 0]], [3, ITEMS - 3], axis=1)
    )
    retest = weigh_retests(fit_reference(baseline()), first, again, alpha=ALPHA)
    assert retest.alarm
    assert retest.needed == math.log(520)


def test_three_items_that_recover_at_once_do_not() -> None:
    asked = np.repeat([[1, 0]], [3, ITEMS - 3], axis=1)
    again = Counts(successes=asked, draws=asked)
    assert not weigh_retests(
        fit_reference(baseline()), run_with(broken=3), again, alpha=ALPHA
    ).alarm


def test_retests_of_nothing_are_not_evidence() -> None:
    silent = run_with(answered=False)
    retest = weigh_retests(fit_reference(baseline()), silent, silent, alpha=ALPHA)
    assert math.isnan(retest.log_e)
    assert not retest.alarm
