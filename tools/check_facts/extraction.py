"""Check the golden set ``extraction``: each expected value is in the text, or accounted for.

A value that is not written as it is expected is accounted for in the item's notes, a line each:

- ``calc: tax = 3.24 + 2.95`` is computed and must give the value at that path of the target; each
  number and date in it must be written in the prompt (or be a constant of calendar and clock);
- ``derived: currency: euros`` says where the value comes from: for people, and the only exception;
- ``why: ...`` is for people.

Yes/no values, closed lists of words and nulls are judgements and are not looked for.
Run it from the root of the repository: ``python -m tools.check_facts.extraction``.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import jsonschema

from tools.check_facts.calc import CalcError, compute, literals
from tools.check_facts.set_shape import report
from tools.check_facts.written import amounts_in, date_forms, is_debited, numbers_in, wrong_weekdays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.golden_set import Item

# Months of a year, minutes of an hour, per cent and per mille.
CONSTANTS = {Decimal(number) for number in (0, 1, 10, 12, 60, 100, 1000)}
_ACCOUNT = re.compile(r"^(calc|derived): ([\w.]+)(?: = |: )(.+)$", re.MULTILINE)
_TEXT = re.compile(r"<text>\n(.*)\n</text>", re.DOTALL)


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in _item_problems(item))


def _item_problems(item: Item) -> Iterator[str]:
    prompt = item.messages[-1].content
    found = _TEXT.search(prompt)
    if found is None:
        yield "there is no <text> in the prompt"
        return
    text, target = found[1], json.loads(item.targets[0])
    schema = item.scorer.options["schema"]
    yield from (e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(target))
    yield from (f"{key!r} is not explained" for key in target if f"\n- {key}: " not in prompt)
    yield from (f"{day} is another weekday" for day in wrong_weekdays(text))
    leaves = dict(_leaves(target))
    accounts = _accounts(item)
    yield from (f"the notes name {path!r}, which is not there" for path in accounts.keys() - leaves)
    for path, value in leaves.items():
        kind, account = accounts.get(path, ("", ""))
        if kind == "calc":
            yield from _calc_problems(account, value, prompt)
        elif not kind and not _is_judgement(schema, path, value):
            yield from _missing(path, value, text)


def _accounts(item: Item) -> dict[str, tuple[str, str]]:
    """Return how the notes account for values: kind and text, by path in the target."""
    return {path: (kind, account) for kind, path, account in _ACCOUNT.findall(item.notes)}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted path of each scalar in ``value``, and the scalar."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _leaves(part, f"{path}.{index}")
    else:
        yield path, value


def _is_judgement(schema: Mapping[str, Any], path: str, value: object) -> bool:
    return value is None or isinstance(value, bool) or "enum" in _schema_at(schema, path)


def _schema_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    for key in path.split("."):
        schema = schema["items"] if key.isdigit() else schema["properties"][key]
    return schema


def _missing(path: str, value: object, text: str) -> Iterator[str]:
    if isinstance(value, str):
        forms = date_forms(value) or [value]
        plain = " ".join(text.casefold().split())
        if not any(form.casefold() in plain for form in forms):
            yield f"{path}: {value!r} is not in the text"
    elif isinstance(value, int | float):
        number = Decimal(str(value))
        if abs(number) not in amounts_in(text) | numbers_in(text):
            yield f"{path}: {value} is not in the text"
        elif number < 0 and not is_debited(text, number):
            yield f"{path}: nothing in the text makes {value} negative"


def _calc_problems(expression: str, expected: object, prompt: str) -> Iterator[str]:
    try:
        value = compute(expression)
        numbers, dates = literals(expression)
    except CalcError as error:
        yield str(error)
        return
    same = (
        value.isoformat() == expected
        if isinstance(value, date)
        else isinstance(expected, int | float) and value == Decimal(str(expected))
    )
    if not same:
        yield f"{expression} gives {value}, but the target is {expected!r}"
    known = amounts_in(prompt) | numbers_in(prompt) | CONSTANTS
    yield from (f"{number} is not in the prompt" for number in numbers if number not in known)
    for day in dates:
        yield from _missing("a date", day.isoformat(), prompt)


if __name__ == "__main__":
    sys.exit(report("extraction", problems_in))
