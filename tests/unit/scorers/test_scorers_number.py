from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.scorers.numerals import number_text, read_number, read_numerals
from evals.scorers.text import normalise
from tests.unit.scorers.factories_scorers import grade, passes

if TYPE_CHECKING:
    from decimal import Decimal

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12))


@given(decimals)
def test_a_number_survives_being_written_and_read(value: Decimal) -> None:
    assert read_number(f"{value:f}") == Fraction(value)


@given(decimals)
def test_thousands_separators_change_nothing(value: Decimal) -> None:
    for mark in ",'_ ":
        assert read_number(f"{value:,f}".replace(",", mark)) == Fraction(value)


@given(decimals)
def test_the_canonical_text_is_read_as_the_same_number(value: Decimal) -> None:
    assert read_number(number_text(Fraction(value))) == Fraction(value)


@given(st.fractions(min_value=0))
def test_fractions_are_exact(value: Fraction) -> None:
    assert read_number(f"{value.numerator}/{value.denominator}") == value


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    read_numerals(normalise(text))


@given(st.text(alphabet="0123456789.,'_ eE+-/^x%$*()"))
def test_no_scramble_of_digits_breaks_the_reader(text: str) -> None:
    for decimal in (".", ","):
        read_numerals(text, decimal=decimal)


@pytest.mark.parametrize(
    "answer",
    [
        "1234.5",
        "1,234.50",
        "1 234.5",
        "1_234.5",
        "$1,234.50",
        "1234.5 %",
        "1,234.5.",
        "about 1234.5 km",
        "x = 1234.5",
        "1000 + 234.5 = 1234.5",
        "1234.5 (1,234.50)",
        "12.345e2",
        "1.2345 x 10^3",
        "1.2345 \u00d7 10\u00b3",
        "2469/2",
        "1234 1/2",
        "1234\u00bd",
        "1.2345 thousand",
        r"$\frac{2469}{2}$",
        r"\boxed{1234.5}",
    ],
)
def test_one_number_is_read_in_many_forms(answer: str) -> None:
    scored = grade(f"FINAL: {answer}", "number", "1234.5")
    assert (scored.passed, scored.parsed) == (True, "1234.5")


@pytest.mark.parametrize("answer", ["-5", "\u22125", "minus 5", "-$5", "$-5", "- 5"])
def test_a_sign_is_read_in_many_forms(answer: str) -> None:
    assert passes(f"FINAL: {answer}", "number", "-5")


@pytest.mark.parametrize(
    "answer",
    ["1,23", "12 or 13", "3-5", "twelve", "1.234,5", "3/4/2020", "5/0", "1e999999", "10^99999 x"],
)
def test_what_is_malformed_or_ambiguous_is_unparsed_and_not_wrong(answer: str) -> None:
    assert grade(f"FINAL: {answer}", "number", "12").state is CallState.UNPARSED


def test_binary_floats_never_come_in() -> None:
    assert not passes("FINAL: 0.30000000000000004", "number", "0.3")
    assert passes("FINAL: 3.1", "number", "3", tolerance=0.1)
    assert not passes("FINAL: 3.1000000001", "number", "3", tolerance=0.1)


def test_the_wider_tolerance_applies() -> None:
    assert passes("FINAL: 1010", "number", "1000", tolerance=1, relative_tolerance=0.01)
    assert not passes("FINAL: 1011", "number", "1000", tolerance=1, relative_tolerance=0.01)


@pytest.mark.parametrize("answer", ["12 km", "12km", "12-km", "12 Kilometres.", "(12 km)", "km 12"])
def test_the_unit_is_accepted_in_each_spelling(answer: str) -> None:
    assert grade(f"FINAL: {answer}", "number", "12", unit=["km", "kilometres"]).parsed == "12 km"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("12", "the unit is missing"),
        ("12 miles", "the unit is 'miles'"),
        ("12 km/h", "the unit is 'km/h'"),
        ("12 KM", "the unit is 'KM'"),
    ],
)
def test_a_missing_or_other_unit_is_wrong(answer: str, reason: str) -> None:
    scored = grade(f"FINAL: {answer}", "number", "12", unit="km")
    assert (scored.passed, scored.reason) == (False, reason)


def test_a_missing_unit_may_be_allowed_but_another_is_still_wrong() -> None:
    assert passes("FINAL: 12", "number", "12", unit="km", unit_required=False)
    assert not passes("FINAL: 12 miles", "number", "12", unit="km", unit_required=False)


@pytest.mark.parametrize(("unit", "answer"), [("$", "$12"), ("%", "12%"), ("\u20ac", "12 \u20ac")])
def test_signs_are_units_too(unit: str, answer: str) -> None:
    assert passes(f"FINAL: {answer}", "number", "12", unit=unit)


def test_the_decimal_mark_can_be_a_comma() -> None:
    assert passes("FINAL: 1.234,5", "number", "1234.5", decimal=",")


@pytest.mark.parametrize(("pick", "target"), [("first", "3"), ("last", "5")])
def test_which_of_several_numbers_counts_can_be_said(pick: str, target: str) -> None:
    assert passes("3 and then 5", "number", target, answer="whole", pick=pick)


def test_a_target_that_is_no_number_is_an_error() -> None:
    with pytest.raises(ScorerError, match="cannot read the target 'many' as one number"):
        passes("FINAL: 3", "number", "many")
