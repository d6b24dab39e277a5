"""Nothing pages before fresh answers confirm it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from evals.compare import Confirmation, Sampling
from evals.confirmation import is_waiting, settled
from evals.stats.retest import Retest
from evals.verdict import VerdictKind
from tests.unit.report.factories_comparison import make_task
from tests.unit.report.factories_report import NOW

if TYPE_CHECKING:
    from evals.compare import TaskComparison

FELL = (VerdictKind.REGRESSED, ["accuracy fell"])
QUIET = (VerdictKind.OK, ["no change beyond noise"])


def a_task(confirmation: Confirmation, **overrides: Any) -> TaskComparison:
    sampling = Sampling(
        once=150, more=40, extra_rounds=3, again=2, calls=276, confirmation=confirmation
    )
    return make_task(sampling=replace(sampling, **overrides))


@pytest.mark.parametrize("judged", [FELL, QUIET], ids=["fell", "quiet"])
def test_what_is_due_to_be_confirmed_is_inconclusive_and_says_from_when(
    judged: tuple[VerdictKind, list[str]],
) -> None:
    kind, reasons = settled(a_task(Confirmation.DUE, due_at=NOW), judged)
    assert kind is VerdictKind.INCONCLUSIVE
    assert reasons[0].startswith("to be confirmed by asking again from 2026-01-05 06:00 UTC")
    assert len(reasons) == 2


@pytest.mark.parametrize(
    "confirmation", [Confirmation.NO_ROOM, Confirmation.OPEN, Confirmation.NOT_NEEDED]
)
def test_what_could_not_be_confirmed_pages_nobody(confirmation: Confirmation) -> None:
    kind, reasons = settled(a_task(confirmation), FELL)
    assert kind is VerdictKind.INCONCLUSIVE
    assert reasons[0].startswith("not confirmed: ")
    assert reasons[1:] == FELL[1]


@pytest.mark.parametrize("confirmation", [Confirmation.REPEATED, Confirmation.WAIVED])
def test_what_was_confirmed_or_is_large_enough_stands(confirmation: Confirmation) -> None:
    assert settled(a_task(confirmation), FELL) == FELL


def test_items_that_fail_again_and_again_are_regressed_though_the_total_is_quiet() -> None:
    retest = Retest(log_e=9.2, needed=6.25, alarm=True)
    kind, reasons = settled(a_task(Confirmation.RETESTED, retest=retest), QUIET)
    assert kind is VerdictKind.REGRESSED
    [reason] = reasons
    assert reason.startswith("2 items that fell were asked again, and failed again and again: ")
    assert reason.endswith("e-value 10^4.0, 10^2.7 is enough")


def test_items_that_broke_while_the_total_rose_are_regressed_and_the_rise_is_told() -> None:
    retest = Retest(log_e=9.2, needed=6.25, alarm=True)
    rose = (VerdictKind.IMPROVED, ["accuracy rose"])
    kind, reasons = settled(a_task(Confirmation.RETESTED, retest=retest), rose)
    assert (kind, reasons[1:]) == (VerdictKind.REGRESSED, ["accuracy rose"])


def test_what_was_not_measured_stays_invalid() -> None:
    invalid = (VerdictKind.INVALID, ["only 3 of 150 samples could be graded"])
    assert settled(a_task(Confirmation.DUE), invalid) == invalid


def test_a_limit_that_cut_retests_short_is_told() -> None:
    kind, reasons = settled(a_task(Confirmation.NOT_NEEDED, out_of_calls=True), QUIET)
    assert kind is VerdictKind.OK
    assert "limit of calls" in reasons[-1]


def test_a_fixed_plan_is_judged_as_it_is() -> None:
    assert settled(make_task(), FELL) == FELL


def test_a_run_waits_only_when_nothing_else_is_left_to_ask() -> None:
    due, done = a_task(Confirmation.DUE), a_task(Confirmation.NOT_NEEDED)
    assert is_waiting([due, done])
    assert not is_waiting([due, a_task(Confirmation.OPEN)])
    assert not is_waiting([done])
    assert not is_waiting([due, make_task()])
