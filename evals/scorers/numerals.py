"""Numbers as people and models write them, read exactly. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

LARGEST_EXPONENT = 400
"""Larger powers of ten are not read: a reply must not be able to fill the memory with zeros."""

NEIGHBOURHOOD = 80
"""How many characters around a number can be its unit."""

_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LATEX = (
    (re.compile(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}"), r"\1/\2"),
    (re.compile(r"\\(?:times|cdot)\b"), "x"),
    (re.compile(r"\^\{([^{}]*)\}"), r"^\1"),
    (re.compile(r"\\([$%,; ])"), r"\1"),
)
_SPELLED_MINUS = re.compile(r"(?i)\b(?:minus|negative)\s+(?=[$€£¥₹]?\s?\.?[0-9])")
_NUMERAL = re.compile(
    r"""
    (?<![A-Za-z_0-9.])
    (?P<sign>(?:(?<![)\]])[-+]\s?)?)
    (?P<currency>(?:[$€£¥₹]\s?)?)
    (?P<inner>(?:[-+])?)
    (?P<body>\.?[0-9](?:[0-9_',.]|[ ](?=[0-9]{3}(?![0-9])))*)
    (?:
        [eE](?P<e>[-+]?[0-9]{1,6})(?![A-Za-z0-9])
        | \s*[x\u00d7*\u00b7]\s*10\s*(?:\^|\*\*)\s*\(?(?P<power>[-+]?[0-9]{1,6})\)?
    )?
    (?:(?P<whole>\s+[0-9]+)?/(?P<under>[0-9]+)(?![0-9]*[/.]))?
    (?:\s*(?P<scale>(?i:thousand|million|billion|trillion))\b)?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numeral:
    """One number in a text.

    Attributes:
        value: Exactly.
        before: What stands right before it, up to `NEIGHBOURHOOD` characters.
        after: What stands right after it, likewise.
        is_result: Whether no equals sign follows.
    """

    value: Fraction
    before: str
    after: str
    is_result: bool


def read_numerals(text: str, *, decimal: str = ".") -> list[Numeral] | None:
    """Return every number in ``text``, in order; None if one of them is malformed.

    ``text`` is normalised (`evals.scorers.text.normalise`). ``decimal`` is the decimal mark; the
    other one of ``.`` and ``,`` parts thousands, as space, apostrophe and underscore do.

    >>> [str(n.value) for n in read_numerals("1,234.50 of 2 1/2 million") or []]
    ['2469/2', '2500000']
    >>> read_numerals("1,23") is None
    True
    """
    plain = _without_latex(_SPELLED_MINUS.sub("-", text))
    last_equals = max(plain.rfind("="), plain.rfind("≈"))
    numerals = []
    for found in _NUMERAL.finditer(plain):
        body = found["body"].rstrip("_',.")
        value = _value(found, body, decimal)
        if value is None:
            return None
        cut = len(found["body"]) - len(body) if found.end() == found.end("body") else 0
        start, end = found.start(), found.end() - cut
        numerals.append(
            Numeral(
                value=value,
                before=plain[max(0, start - NEIGHBOURHOOD) : start] + found["currency"],
                after=plain[end : end + NEIGHBOURHOOD],
                is_result=start > last_equals,
            )
        )
    return numerals


def read_number(text: str, *, decimal: str = ".") -> Fraction | None:
    """Return the one number in ``text``, or None if there is none, or several different ones."""
    values = {numeral.value for numeral in read_numerals(text, decimal=decimal) or ()}
    return values.pop() if len(values) == 1 else None


def number_text(value: Fraction) -> str:
    """Return the canonical text of ``value``: a plain decimal where one ends, else a fraction.

    >>> number_text(Fraction("1234.50")), number_text(Fraction(1, 3))
    ('1234.5', '1/3')
    """
    rest, places = value.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    if not places:
        return sign + digits
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _without_latex(text: str) -> str:
    for pattern, plain in _LATEX:
        text = pattern.sub(plain, text)
    return text


def _value(found: re.Match[str], body: str, decimal: str) -> Fraction | None:
    amount = _plain_decimal(body, decimal)
    exponent = int(found["e"] or found["power"] or 0)
    if amount is None or abs(exponent) > LARGEST_EXPONENT:
        return None
    if found["under"] is not None:
        amount = _with_fraction(amount, found)
    if amount is None:
        return None
    negative = "-" in found["sign"] + found["inner"]
    power = exponent + _SCALES.get((found["scale"] or "").lower(), 0)
    return (-amount if negative else amount) * Fraction(10) ** power


def _with_fraction(amount: Fraction, found: re.Match[str]) -> Fraction | None:
    under = int(found["under"])
    if under == 0 or len(found["under"]) > LARGEST_EXPONENT:
        return None
    if found["whole"] is None:
        return amount / under
    return amount + Fraction(int(found["whole"]), under)


def _plain_decimal(body: str, decimal: str) -> Fraction | None:
    mark = re.escape(decimal)
    other = "," if decimal == "." else "."
    grouped = rf"[0-9]{{1,3}}(?:([{other}'_ ])[0-9]{{3}}(?:\1[0-9]{{3}})*)?"
    shape = rf"(?:{grouped}|[0-9]+)(?:{mark}[0-9]+)?|{mark}[0-9]+"
    if len(body) > LARGEST_EXPONENT or not re.fullmatch(shape, body):
        return None
    digits = re.sub(rf"[{other}'_ ]", "", body)
    return Fraction(digits.replace(decimal, "."))
