"""Is a value written in a text? Numbers, dates and weekdays, in the ways that people write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WORDS = {
    "one": 1, "two": 2, "half": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_FOREIGN_MONTHS = [  # German, French, Spanish
    ("Januar", "janvier", "enero"), ("Februar", "février", "febrero"), ("März", "mars", "marzo"),
    ("April", "avril", "abril"), ("Mai", "mai", "mayo"), ("Juni", "juin", "junio"),
    ("Juli", "juillet", "julio"), ("August", "août", "agosto"),
    ("September", "septembre", "septiembre"), ("Oktober", "octobre", "octubre"),
    ("November", "novembre", "noviembre"), ("Dezember", "décembre", "diciembre"),
]  # fmt: skip
_AMOUNT = re.compile(r"\d[\d.,' \u00a0]*\d|\d")
_WEEKDAY = re.compile(rf"({'|'.join(WEEKDAYS)})[, ]+(\d+) ({'|'.join(MONTHS)}) (\d{{4}})")


def numbers_in(text: str) -> set[Decimal]:
    """Return the numbers in ``text``, as digits or as words up to ten; "half" counts as 2.

    >>> sorted(numbers_in("Two cost €1,250.50, half of it today.")) == [2, Decimal("1250.5")]
    True
    """
    words = re.findall(r"[a-z]+", text.lower())
    found = {Decimal(_WORDS[word]) for word in words if word in _WORDS}
    return found | {Decimal(digits.replace(",", "")) for digits in _NUMBER.findall(text)}


def long_date(day: date) -> str:
    """Return ``day`` as the texts write it.

    >>> long_date(date(2026, 3, 3))
    '3 March 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def has_date(text: str, day: date) -> bool:
    """Whether ``day`` is written in ``text``, with its year or without one."""
    short = rf"(?<!\d){day.day} {MONTHS[day.month - 1]}\b(?! \d{{4}})"
    return long_date(day) in text or re.search(short, text) is not None


def wrong_weekdays(text: str) -> list[str]:
    """Return the dates in ``text`` whose weekday is not the calendar's.

    >>> wrong_weekdays("From Monday 4 May 2026 to Monday, 5 May 2026")
    ['Monday, 5 May 2026']
    """
    wrong = []
    for found in _WEEKDAY.finditer(text):
        name, day, month, year = found.groups()
        if date(int(year), MONTHS.index(month) + 1, int(day)).weekday() != WEEKDAYS.index(name):
            wrong.append(found.group())
    return wrong


def amounts_in(text: str) -> set[Decimal]:
    """Return every number that the digits in ``text`` can mean, whatever the country.

    >>> Decimal("1014.5") in amounts_in("1 014,50") and Decimal("1014.5") in amounts_in("1,014.50")
    True
    """
    found = set()
    for digits in _AMOUNT.findall(text):
        parts = re.split(r"[ \u00a0]{2,}", digits)
        for part in (*parts, *digits.split()):
            found |= _readings(part)
    return found


def _readings(digits: str) -> set[Decimal]:
    """Return ``digits`` without separators, and with the last separator as the decimal mark."""
    groups = re.split(r"[.,' \u00a0]+", digits.strip(" .,'"))
    whole = Decimal("".join(groups))
    return {whole, Decimal(f"{''.join(groups[:-1])}.{groups[-1]}")} if groups[1:] else {whole}


def is_debited(text: str, number: Decimal) -> bool:
    """Whether ``number``, which is negative, is written in ``text`` with a minus or in brackets.

    >>> is_debited("fee (4.10)", Decimal("-4.1"))
    True
    """
    signed = re.findall(r"[-\u2212(]\s?(\d[\d.,]*)", text)
    return any(abs(number) in _readings(digits) for digits in signed)


def date_forms(iso: str) -> list[str]:
    """Return the ways in which a text may write the date ``iso``; none if it is not a date.

    >>> date_forms("2026-03-05")[:3]
    ['2026-03-05', '5 March', '05 March']
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
        return []
    day = date.fromisoformat(iso)
    months = [MONTHS[day.month - 1], MONTHS[day.month - 1][:3], *_FOREIGN_MONTHS[day.month - 1]]
    forms = [f"{d} {month}" for month in months for d in (str(day.day), f"{day:%d}")]
    forms += [f"{month} {day:%d}" for month in months]
    pairs = {(f"{day:%d}", f"{day:%m}"), (str(day.day), str(day.month))}
    for first, second in pairs:
        for mark in "./-":
            for year in (f"{day:%Y}", f"{day:%y}"):
                forms += [
                    f"{first}{mark}{second}{mark}{year}",
                    f"{second}{mark}{first}{mark}{year}",
                ]
    return [iso, *forms, f"the {day.day}th"]
