"""Right when the answer is the right number, within a tolerance and in the right unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.numerals import Numeral, number_text, read_number, read_numerals
from evals.scorers.text import clean, fold, normalise

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored

_LONGEST_SYMBOL = 3
_NonNegative = Annotated[Decimal, Field(ge=0)]
_Spelling = Annotated[str, Field(min_length=1)]


class NumberOptions(TextOptions):
    """Which number counts, how near it must be, and in which unit."""

    pick: Literal["only", "first", "last"] = "only"
    tolerance: _NonNegative = Decimal(0)
    relative_tolerance: _NonNegative = Decimal(0)
    unit: _Spelling | Annotated[tuple[_Spelling, ...], Field(min_length=1)] | None = None
    unit_required: bool = True
    decimal: Literal[".", ","] = "."

    @property
    def spellings(self) -> tuple[str, ...]:
        """The accepted spellings of the unit; none where any unit will do."""
        if self.unit is None:
            return ()
        units = (self.unit,) if isinstance(self.unit, str) else self.unit
        return tuple(clean(unit) for unit in units)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Unit:
    found: str
    right: bool

    @property
    def reason(self) -> str:
        return f"the unit is {self.found!r}" if self.found else "the unit is missing"


class Number(TextScorer[NumberOptions]):
    """Compares numbers exactly, as fractions; binary floats never come in."""

    name = "number"
    version = versioned("1")
    options_type = NumberOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless each target is one number."""
        super().check(item)
        for target in item.targets:
            if read_number(normalise(target)) is None:
                raise self.misfit(
                    item, f"cannot read the target {target!r} as one number", "Write it as 1234.5."
                )

    def grade_answer(self, answer: str, item: Item) -> Scored | None:
        """Grade the number in ``answer``; None where there is none, or no telling which."""
        numeral = self._picked(answer)
        if numeral is None:
            return None
        unit = self._unit(numeral)
        parsed = f"{number_text(numeral.value)} {unit.found}".strip()
        reason = "" if unit.right else unit.reason
        near = any(self._near(numeral.value, target) for target in item.targets)
        return graded(float(near and unit.right), parsed, reason)

    def _picked(self, answer: str) -> Numeral | None:
        numerals = read_numerals(answer, decimal=self.options.decimal)
        if not numerals:
            return None
        if self.options.pick == "only":
            return _only(numerals)
        return numerals[0 if self.options.pick == "first" else -1]

    def _near(self, value: Fraction, target: str) -> bool:
        wanted = read_number(normalise(target))
        if wanted is None:
            return False
        relative = Fraction(self.options.relative_tolerance) * abs(wanted)
        return abs(value - wanted) <= max(Fraction(self.options.tolerance), relative)

    def _unit(self, numeral: Numeral) -> _Unit:
        spellings = self.options.spellings
        if not spellings:
            return _Unit(found="", right=True)
        if any(_beside(numeral, spelling) for spelling in spellings):
            return _Unit(found=spellings[0], right=True)
        words = numeral.after.strip(" .,;:!?)]").split()
        missing = len(words) != 1
        return _Unit(
            found="" if missing else words[0], right=missing and not self.options.unit_required
        )


def _only(numerals: list[Numeral]) -> Numeral | None:
    results = [numeral for numeral in numerals if numeral.is_result]
    return results[0] if len({numeral.value for numeral in results}) == 1 else None


def _beside(numeral: Numeral, spelling: str) -> bool:
    symbol = len(spelling) <= _LONGEST_SYMBOL
    word = re.escape(spelling if symbol else fold(spelling))
    before = numeral.before if symbol else fold(numeral.before)
    after = numeral.after if symbol else fold(numeral.after)
    follows = re.match(rf"[\s-]*{word}(?![\w/^])", after)
    leads = re.search(rf"(?<!\w){word}\s*$", before)
    return bool(follows or leads)
