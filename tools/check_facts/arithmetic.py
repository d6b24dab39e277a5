"""Recompute every target of the golden set ``arithmetic``.

Each item's notes hold one line ``calc: 23 - 9 + 14``; it is computed with exact fractions and must
give the target to the last digit.

Run it from the root of the repository: ``python -m tools.check_facts.arithmetic``.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

from tools.check_facts.formula import FormulaError, compute
from tools.check_facts.number_functions import FUNCTIONS
from tools.check_facts.set_shape import notes_of, report, shape_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    yield from shape_problems(items)
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in _target_problems(item))


def _target_problems(item: Item) -> Iterator[str]:
    notes = notes_of(item)
    if [kind for kind, _ in notes] != ["calc"]:
        yield "its notes are not one line calc: ..."
        return
    formula = notes[0][1]
    try:
        value = compute(formula, FUNCTIONS)
    except FormulaError as error:
        yield str(error)
        return
    if [Fraction(target) for target in item.targets] != [value]:
        yield f"{formula} gives {value}, but the target is {', '.join(item.targets)}"


if __name__ == "__main__":
    sys.exit(report("arithmetic", problems_in))
