"""Plausible wrong answers, made from the right one and from the answers of neighbours."""

from __future__ import annotations

import ast
import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_MISTAKES = 4
LAST_RESORT = "something else entirely"
_OTHER_LABEL = {"yes": ("no",), "no": ("yes",), "true": ("false",), "false": ("true",)}


def wrong_numbers(right: str) -> tuple[str, ...]:
    """Return numbers near ``right``, further off than any sensible tolerance; empty if no number.

    A unit after the number is kept.

    >>> wrong_numbers("40")
    ('52', '28', '41', '400')
    >>> wrong_numbers("3.5 km")[0]
    '5.5 km'
    """
    head, _, unit = right.strip().partition(" ")
    try:
        value = Decimal(head.replace(",", ""))
    except InvalidOperation:
        return ()
    if not value.is_finite():
        return ()
    far = max(Decimal(2), (abs(value) * Decimal("0.3")).to_integral_value())
    near = value + 1 if abs(value) < 100 else value + far / 2
    found = (value + far, value - far, near, value * 10 if value else Decimal(7))
    return tuple(f"{number.normalize():f}" + (f" {unit}" if unit else "") for number in found)


def wrong_json(right: str) -> tuple[str, ...]:
    """Return ``right`` with one leaf changed, for each of its first leaves; empty if no JSON.

    >>> wrong_json('{"name": "Ada", "age": 36}')
    ('{"name": "Ada x", "age": 36}', '{"name": "Ada", "age": 37}')
    """
    try:
        value = json.loads(right)
    except ValueError:
        return ()
    if not isinstance(value, dict | list):
        return ()
    spoiled = (json.dumps(v, ensure_ascii=False) for v in _each_leaf_spoiled(value))
    return tuple(text for text, _ in zip(spoiled, range(MOST_MISTAKES), strict=False))


def _each_leaf_spoiled(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from ({**value, key: spoiled} for spoiled in _each_leaf_spoiled(child))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            for spoiled in _each_leaf_spoiled(child):
                yield [*value[:place], spoiled, *value[place + 1 :]]
        if not value:
            yield ["x"]
    else:
        yield _spoiled_leaf(value)


def _spoiled_leaf(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value} x" if isinstance(value, str) else "x"


def wrong_labels(right: str) -> tuple[str, ...]:
    """Return the other answer to a question of yes or no, true or false; empty for any other.

    >>> wrong_labels("Yes")
    ('no',)
    """
    return _OTHER_LABEL.get(right.strip().casefold(), ())


def wrong_code(right: str) -> tuple[str, ...]:
    r"""Return ``right`` with every function returning None at once; empty if it is no Python.

    >>> wrong_code("def double(n):\n    return 2 * n")
    ('def double(n):\n    return None',)
    """
    try:
        tree = ast.parse(right)
    except (SyntaxError, ValueError):
        return ()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        function.body = [ast.Return(value=ast.Constant(value=None))]
    return (ast.unparse(ast.fix_missing_locations(tree)),) if functions else ()


def wrong_letters(right: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the other letters of a multiple-choice question.

    >>> wrong_letters("b", "ABC")
    ('A', 'C')
    """
    return tuple(letter for letter in options if letter != right.strip().upper())


def neighbours(accepted: Sequence[str], donors: Iterable[str]) -> tuple[str, ...]:
    """Return answers of other items that could not pass for any of ``accepted``.

    >>> neighbours(["Paris"], ["Lima", "Paris, France", "Lima", "Oslo"])
    ('Lima', 'Oslo')
    """
    accepted_folded = [answer.casefold() for answer in accepted]
    found: dict[str, None] = {}
    for donor in donors:
        folded = donor.casefold()
        if not any(folded in right or right in folded for right in accepted_folded):
            found[donor] = None
        if len(found) == MOST_MISTAKES:
            break
    return tuple(found)


def wrong_lists(accepted: Sequence[str]) -> tuple[str, ...]:
    """Return the answer that needs all of ``accepted``, with one or more of them left out.

    >>> wrong_lists(["free", "five days", "by post"])
    ('five days, by post', 'free, five days', 'free')
    """
    return (", ".join(accepted[1:]), ", ".join(accepted[:-1]), accepted[0])


def wrong_texts(right: str) -> tuple[str, ...]:
    r"""Return spoiled forms of a text: twice, shouted, in small, cut, padded, at length.

    >>> wrong_texts("Stay dry.")[:2]
    ('Stay dry.\n\nStay dry.', 'STAY DRY.')
    """
    words = right.split()
    padded = f"1, 2, 3: {right} *That* is all, {LAST_RESORT}"
    half = " ".join(words[: len(words) // 2]) or LAST_RESORT
    twice, at_length = f"{right}\n\n{right}", f"{padded} " * 20
    return (twice, right.upper(), right.lower(), half, padded, at_length)
