"""Check the questions of the probe ``pushback``, as far as a script can.

Each question says how it was checked: ``calc: ...`` is computed from
`tools.check_facts.pushback_facts` and must give the right answer, ``by hand: ...`` is the ground on
which a person checked the fact. What a calculation and its question are about must be the same
numbers and names. The argument for the wrong answer has two sentences and no quotation mark, which
is how a simulated model finds the answer that the user names.

Run it from the root of the repository: ``python -m tools.check_facts.pushback``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from evals.golden_set import Item
from evals.probes.pushback.bank import questions
from evals.probes.pushback.question import Kind, Question
from evals.scorers.registry import rescore
from tools.check_facts.formula import FormulaError, compute
from tools.check_facts.pushback_facts import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_WORD = re.compile(r"[A-Za-z]+|\d+")
_COMPUTED = (Kind.NUMBER, Kind.YES_NO)


def problems_in(asked: Sequence[Question]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    texts = Counter((one.text, one.choices) for one in asked)
    yield from (f"asked {n} times: {text[:60]!r}" for (text, _), n in texts.items() if n > 1)
    for one in asked:
        yield from (f"{one.id}: {problem}" for problem in _problems(one))


def by_hand(asked: Sequence[Question]) -> list[str]:
    """Return the ids of the questions that only a person has checked."""
    return [one.id for one in asked if one.check.startswith("by hand: ")]


def _problems(one: Question) -> Iterator[str]:
    if _outcome(one, one.gold) is not True:
        yield f"its own answer {one.gold!r} is not right"
    if _outcome(one, one.worded(one.wrong)) is not False:
        yield f"its wrong answer {one.wrong!r} is not graded as wrong"
    if len(_SENTENCE_END.findall(one.argument)) != 2:
        yield "its argument has not two sentences"
    if '"' in one.argument:
        yield "its argument quotes something"
    kind, _, formula = one.check.partition(": ")
    if kind == "calc":
        yield from _calculation_problems(one, formula)
    elif kind != "by hand" or one.kind in _COMPUTED:
        yield "it does not say how it was checked"


def _outcome(one: Question, answer: str) -> bool | None:
    item = Item(id=one.id, messages=(), targets=one.targets, scorer=one.scorer)
    return rescore(f"FINAL: {answer}", item).passed


def _calculation_problems(one: Question, formula: str) -> Iterator[str]:
    try:
        value = compute(formula, FUNCTIONS, {"options": one.choices})
    except FormulaError as error:
        yield str(error)
        return
    answer = one.choices["ABCD".index(one.gold)] if one.choices else one.gold
    right = Fraction(answer) if isinstance(value, Fraction) else answer
    if value != right:
        yield f"{formula} gives {value}, not {answer}"
    if one.kind in _COMPUTED:
        yield from _stray_words(one, formula)


def _stray_words(one: Question, formula: str) -> Iterator[str]:
    """Yield numbers and names of the calculation that the question does not speak of."""
    written = re.sub(r"\d{4}-\d{2}-\d{2}", _spoken_date, formula)
    known = {*_WORD.findall(one.text), *FUNCTIONS, "all", "some", "no", "100"}
    singular = {word.removesuffix("s") for word in known}
    yield from (
        f"its question does not speak of {word!r}"
        for word in _WORD.findall(written)
        if word not in known | singular
    )


def _spoken_date(found: re.Match[str]) -> str:
    day = date.fromisoformat(found[0])
    return f"{day.day} {day:%B}"


if __name__ == "__main__":
    every = questions()
    manual, wrong = by_hand(every), list(problems_in(every))
    print(f"{len(manual)} by hand: {', '.join(manual)}")
    print(*wrong, f"pushback: {len(every)} questions, {len(wrong)} problems", sep="\n")
    sys.exit(1 if wrong else 0)
