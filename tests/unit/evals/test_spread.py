"""When the passes of a baseline are due, and what they say of an unchanged endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evals.call_state import CallState
from evals.compare.terms import terms_under
from evals.errors import ConfigError
from evals.policy import Policy
from evals.spread import due_at, parse_spread
from evals.unchanged import report_unchanged
from tests.factories import NOON, TASK, a_failure, a_sample, an_item, samples

ITEMS = [an_item(n) for n in range(30)]
TERMS = terms_under(Policy(), baseline="first", alpha=1 / 260)


@pytest.mark.parametrize("text", ["", "3", "d3", "-1d", "3 days", "3w"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="3d, 12h, 90m or now"):
        parse_spread(text)


def test_the_passes_are_spread_evenly_from_the_first_to_the_last() -> None:
    spread = parse_spread("3d")
    due = [due_at(n, passes=4, spread=spread, started_at=NOON) - NOON for n in range(4)]
    assert due == [timedelta(days=days) for days in range(4)]


def test_with_now_every_pass_is_due_at_once() -> None:
    assert due_at(7, passes=16, spread=parse_spread("now"), started_at=NOON) == NOON


def test_the_report_names_items_that_never_pass_and_items_like_a_coin() -> None:
    passes = [samples(ITEMS, wrong=[0] + ([1] if number % 2 else [])) for number in range(8)]
    said = report_unchanged(TASK, ITEMS, passes, TERMS)
    assert (said.never, said.coins, said.always) == (("item-000",), ("item-001",), 28)
    assert (said.items, said.passes, said.missing, said.rho) == (30, 8, 0, None)
    assert 0 < said.mde < 0.5
    assert said.shock_ratio >= 1


def test_what_was_not_graded_is_counted_and_no_item_is_called_wrong_for_it() -> None:
    lost = [a_sample(item, score=a_failure(CallState.TIMEOUT)) for item in ITEMS]
    said = report_unchanged(TASK, ITEMS, [samples(ITEMS), lost], TERMS)
    assert (said.passes, said.missing, said.never) == (1, 30, ())
