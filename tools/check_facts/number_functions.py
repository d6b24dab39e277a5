"""The functions that formulas in notes may call: number theory, calendar, clock and statistics.

Numbers come in as exact fractions and go out exact.
"""

from __future__ import annotations

import math
import statistics
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from itertools import count, islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.check_facts.formula import Functions

FRIDAY = 4
ROMAN_SIGNS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def whole(number: Fraction) -> int:
    """Return a whole number as int; ValueError for any other."""
    if number.denominator != 1:
        raise ValueError(f"{number} is not a whole number")
    return int(number)


def square_root(square: Fraction) -> int:
    """Return the exact square root of a perfect square; ValueError for any other number."""
    root = math.isqrt(whole(square))
    if root * root != square:
        raise ValueError(f"{square} is not a perfect square")
    return root


def greatest_common_divisor(*numbers: Fraction) -> int:
    """Return the greatest common divisor."""
    return math.gcd(*map(whole, numbers))


def least_common_multiple(*numbers: Fraction) -> int:
    """Return the least common multiple."""
    return math.lcm(*map(whole, numbers))


def combinations(n: Fraction, k: Fraction) -> int:
    """Return in how many ways ``k`` of ``n`` things can be chosen."""
    return math.comb(whole(n), whole(k))


def chinese_remainder(*pairs: Fraction) -> int:
    """Return the smallest positive number with the given remainder, modulus, remainder, ..."""
    remainders, moduli = pairs[::2], pairs[1::2]
    wanted = list(zip(remainders, moduli, strict=True))
    product = whole(reduce(lambda a, b: a * b, moduli))
    return next(n for n in range(1, product + 1) if all(n % m == r for r, m in wanted))


def digit_sum(number: Fraction) -> int:
    """Return the sum of the decimal digits."""
    return sum(map(int, str(whole(number))))


def digit_count(number: Fraction) -> int:
    """Return how many decimal digits a number has."""
    return len(str(whole(number)))


def round_half_up(number: Fraction, places: Fraction) -> Fraction:
    """Return ``number`` rounded to decimal ``places``; halves go away from zero."""
    scaled = Decimal(number.numerator) / Decimal(number.denominator)
    return Fraction(scaled.quantize(Decimal(10) ** -whole(places), ROUND_HALF_UP))


def median(*numbers: Fraction) -> Fraction:
    """Return the median."""
    return Fraction(statistics.median(numbers))


def days_between(start: str, end: str) -> int:
    """Return how many days after ``start`` is ``end``; both are ISO dates."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def minutes_of(clock: str) -> int:
    """Return the minutes from midnight to ``HH:MM``."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def leap_years(first: Fraction, last: Fraction) -> int:
    """Return how many years have a 29 February, both ends included."""
    years = range(whole(first), whole(last) + 1)
    return sum((date(year, 3, 1) - date(year, 2, 28)).days == 2 for year in years)


def fridays_13(year: Fraction) -> int:
    """Return how many months of ``year`` have a Friday the 13th."""
    return sum(date(whole(year), month, 13).weekday() == FRIDAY for month in range(1, 13))


def is_prime(number: int) -> bool:
    """Whether ``number`` is prime."""
    return number > 1 and all(number % d for d in range(2, math.isqrt(number) + 1))


def nth_prime(place: Fraction) -> int:
    """Return the prime at ``place``, counting 2 as the first."""
    return next(islice(filter(is_prime, count(2)), whole(place) - 1, None))


def nth_perfect(place: Fraction) -> int:
    """Return the perfect number at ``place``, counting 6 as the first."""
    perfect = (n for n in count(2) if n == sum(d for d in range(1, n) if n % d == 0))
    return next(islice(perfect, whole(place) - 1, None))


def fibonacci(place: Fraction) -> int:
    """Return the Fibonacci number at ``place``, after 1 and 1 as the first two."""
    a, b = 0, 1
    for _ in range(whole(place)):
        a, b = b, a + b
    return a


def euler_edges(vertices: Fraction, faces: Fraction) -> int:
    """Return the edges of a convex polyhedron, by Euler's formula."""
    return whole(vertices + faces - 2)


def roman(number: Fraction) -> str:
    """Return a number from 1 to 99 as a Roman numeral."""
    tens, ones = divmod(whole(number), 10)
    return _roman_digit(tens, "XLC") + _roman_digit(ones, "IVX")


def roman_value(numeral: str) -> int:
    """Return the value of a Roman numeral."""
    values = [ROMAN_SIGNS[sign] for sign in numeral]
    return sum(a if a >= b else -a for a, b in pairwise([*values, 0]))


def _roman_digit(digit: int, signs: str) -> str:
    one, five, ten = tuple(signs)
    if digit in (4, 9):
        return one + (five if digit == 4 else ten)
    return five * (digit >= 5) + one * (digit % 5)


FUNCTIONS: Functions = {
    "sqrt": square_root,
    "isqrt": lambda number: math.isqrt(whole(number)),
    "floor": math.floor,
    "ceil": math.ceil,
    "gcd": greatest_common_divisor,
    "lcm": least_common_multiple,
    "comb": combinations,
    "crt": chinese_remainder,
    "digit_sum": digit_sum,
    "digits": digit_count,
    "round_half_up": round_half_up,
    "median": median,
    "days": days_between,
    "minutes": minutes_of,
    "leap_years": leap_years,
    "fridays_13": fridays_13,
    "nth_prime": nth_prime,
    "nth_perfect": nth_perfect,
    "fibonacci": fibonacci,
    "euler_edges": euler_edges,
    "roman": roman,
    "roman_value": roman_value,
}
