from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import numbers


@given(st.floats(0, 1), st.floats(1e-6, 0.2))
def test_a_p_value_is_never_written_as_zero(p: float, alpha: float) -> None:
    assert numbers.p_value(p, alpha=alpha).strip("p =0.") != ""


@given(st.floats(0, 1), st.floats(1e-6, 0.2))
def test_a_p_value_below_the_finest_step_is_below_alpha(p: float, alpha: float) -> None:
    if numbers.bare_p_value(p, alpha=alpha).startswith("<"):
        assert p < alpha or p < 0.001


@given(st.sampled_from([nan, inf, -inf]))
def test_what_is_not_finite_is_said_in_words(value: float) -> None:
    written = [
        numbers.percent(value),
        numbers.percent_range(value, 1.0),
        numbers.points(value),
        numbers.points_range(0.0, value),
        numbers.size(value),
        numbers.smallest_seen(value),
        numbers.p_value(value),
    ]
    assert set(written) == {numbers.CANNOT_TELL}
    assert {numbers.dollars(value), numbers.duration(value)} == {numbers.UNKNOWN}


@pytest.mark.parametrize(
    ("cost_usd", "written"),
    [(0.0, "$0.00"), (0.00001, "< $0.0001"), (0.0042, "$0.0042"), (1234.5, "$1,234.50")],
)
def test_small_costs_keep_two_digits(cost_usd: float, written: str) -> None:
    assert numbers.dollars(cost_usd) == written


@given(st.floats(-1, 1))
def test_a_difference_that_rounds_to_zero_has_no_sign(effect: float) -> None:
    written = numbers.points(effect)
    assert (written == "0.0 points") == (round(abs(effect) * 100, 1) == 0)


@pytest.mark.parametrize(
    ("seconds", "written"), [(59.7, "60 s"), (60, "1 min 0 s"), (3599.9, "1 h 0 min")]
)
def test_a_duration_rounds_without_sixty_seconds_left(seconds: float, written: str) -> None:
    assert numbers.duration(seconds) == written
