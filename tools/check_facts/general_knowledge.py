"""Check the facts of the golden set ``general-knowledge``, as far as a script can.

Each item's notes hold one line of these:

- ``calc: element('Fe')`` is computed from `tools.check_facts.known_facts` and must give a target,
  or the text behind the right letter; ``options`` stands for the texts of a choice;
- ``by hand: ...`` is the ground on which a person checked the fact.

Run it from the root of the repository: ``python -m tools.check_facts.general_knowledge``; it also
lists which items were checked by hand.
"""

from __future__ import annotations

import sys
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from tools.check_facts.formula import FormulaError, compute
from tools.check_facts.known_facts import FUNCTIONS
from tools.check_facts.set_shape import items_of, notes_of, report, shape_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item
    from tools.check_facts.formula import Value

SET = "general-knowledge"


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    yield from shape_problems(items)
    yield from _letter_problems(items)
    yield from _answer_problems(items)
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in _fact_problems(item))


def by_hand(items: Sequence[Item]) -> list[str]:
    """Return the ids of the items whose facts only a person has checked."""
    return [item.id for item in items if "by hand" in dict(notes_of(item))]


def options_of(item: Item) -> tuple[str, ...]:
    """Return the texts of a choice in the order of the letters; empty for other items."""
    return tuple(item.scorer.options.get("choices", ()))


def answers_of(item: Item) -> list[str]:
    """Return the accepted answers, of a choice the text behind the letter, without case."""
    options = options_of(item)
    texts = [options["ABCD".index(item.targets[0])]] if options else list(item.targets)
    return [text.casefold() for text in texts]


def _letter_problems(items: Sequence[Item]) -> Iterator[str]:
    letters = Counter(item.targets[0] for item in items if options_of(item))
    if len(set(letters.values())) != 1 or set(letters) != set("ABCD"):
        yield f"the right letters are not balanced: {dict(letters)}"
    for item in items:
        lettered = zip("ABCD", options_of(item), strict=False)
        if (
            "\n".join(f"{letter}) {text}" for letter, text in lettered)
            not in item.messages[-1].content
        ):
            yield f"{item.id}: the choices of scorer and prompt differ"


def _answer_problems(items: Sequence[Item]) -> Iterator[str]:
    answers = Counter(answer for item in items for answer in set(answers_of(item)))
    yield from (f"{n} items have the answer {text!r}" for text, n in answers.items() if n > 1)


def _fact_problems(item: Item) -> Iterator[str]:
    notes = dict(notes_of(item))
    if not notes.get("by hand") and "calc" not in notes:
        yield "its notes say neither calc: nor by hand:"
    if "calc" not in notes:
        return
    try:
        value = compute(notes["calc"], FUNCTIONS, {"options": options_of(item)})
    except FormulaError as error:
        yield str(error)
        return
    if not any(_same(value, answer) for answer in answers_of(item)):
        yield f"{notes['calc']} gives {value}, which is no accepted answer"


def _same(value: Value, answer: str) -> bool:
    if isinstance(value, Fraction):
        return answer.isdecimal() and Fraction(answer) == value
    return isinstance(value, str) and value.casefold() == answer


if __name__ == "__main__":
    manual = by_hand(items_of(SET))
    print(f"{len(manual)} by hand: {', '.join(manual)}")
    sys.exit(report(SET, problems_in))
