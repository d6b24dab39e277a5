"""Check the facts of the golden set ``support-faq`` against its own policy texts.

Each item's notes carry its evidence, one piece a line:

- ``calc: 24 - 4.90`` is computed, and must give the target; each number and date in it must be
  written in the prompt (or be a constant of the calendar, the clock or percentages);
- ``quote: ...`` must stand word for word in a policy of the prompt;
- ``absent: exchange; swap`` (for the answer UNKNOWN): none may occur in a policy of the prompt;
- ``why: ...`` is for people.

Run it from the root of the repository: ``python -m tools.check_facts.support_faq``.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tools.check_facts.calc import CalcError, compute, literals
from tools.check_facts.set_shape import notes_of, report
from tools.check_facts.written import has_date, long_date, numbers_in, wrong_weekdays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from evals.golden_set import Item

KINDS = ("answerable", "multi-step", "unanswerable")
# Quarters of an hour, days of a week, months of a year, minutes, hours, per cent.
CONSTANTS = {Decimal(number) for number in (0, 1, 4, 7, 12, 15, 24, 60, 100)}
_POLICY = re.compile(r"<policy>\n(.*?)\n</policy>", re.DOTALL)


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in _item_problems(item))


def _item_problems(item: Item) -> Iterator[str]:
    prompt = "\n\n".join(message.content for message in item.messages)
    policies = "\n\n".join(_POLICY.findall(prompt))
    evidence = notes_of(item)
    yield from _shape_problems(item, [kind for kind, _ in evidence])
    for kind, text in evidence:
        if kind == "calc":
            yield from _calc_problems(item, text, prompt)
        elif kind == "quote" and text not in policies:
            yield f"no policy says {text!r}"
        elif kind == "absent":
            yield from _present(text.split(";"), policies)
    yield from (f"{text} is another weekday" for text in wrong_weekdays(prompt))


def _shape_problems(item: Item, kinds: list[str]) -> Iterator[str]:
    if sum(tag in KINDS for tag in item.tags) != 1:
        yield f"needs exactly one tag of {', '.join(KINDS)}"
    unknown = item.targets == ("UNKNOWN",)
    if unknown != ("unanswerable" in item.tags):
        yield "UNKNOWN and the tag unanswerable go together"
    if not {"absent"} & set(kinds) if unknown else not {"calc", "quote"} & set(kinds):
        yield "its notes hold no evidence"
    if stray := set(kinds) - {"calc", "quote", "absent", "why"}:
        yield f"its notes hold lines of unknown kind: {', '.join(sorted(stray))}"


def _calc_problems(item: Item, expression: str, prompt: str) -> Iterator[str]:
    try:
        value = compute(expression)
        numbers, dates = literals(expression)
    except CalcError as error:
        yield str(error)
        return
    target = _answer(item)
    if not _same(value, target):
        yield f"{expression} gives {value}, but the target is {target}"
    known = numbers_in(prompt) | CONSTANTS
    yield from (f"{n} is not in the prompt" for n in numbers if n not in known)
    yield from (f"{day} is not in the prompt" for day in dates if not has_date(prompt, day))


def _answer(item: Item) -> str:
    """Return the answer in words: of a multiple choice, the text behind the letter."""
    choices = item.scorer.options.get("choices")
    return item.targets[0] if choices is None else choices[ord(item.targets[0]) - ord("A")]


def _same(value: object, target: str) -> bool:
    if isinstance(value, date):
        return value.isoformat() == target or long_date(value) in target
    if isinstance(value, Decimal):
        return value == Decimal(target)
    return value == target


def _present(words: Iterable[str], policies: str) -> Iterator[str]:
    for word in words:
        if re.search(rf"\b{re.escape(word.strip())}", policies, re.IGNORECASE):
            yield f"a policy does mention {word.strip()!r}"


if __name__ == "__main__":
    sys.exit(report("support-faq", problems_in))
