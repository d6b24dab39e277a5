"""promptfoo's ``{{name}}`` placeholders as plain text: nothing is ever run."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLACEHOLDER = re.compile(r"\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class TemplateError(ValueError):
    """A template needs more than a name replaced; the text says what."""


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace each ``{{name}}``; what a value holds is not looked into again.

    Raises:
        TemplateError: For expressions, filters, blocks and names without a value.

    >>> fill("What is {{ a }} + {{b}}?", {"a": "1", "b": "{{a}}"})
    'What is 1 + {{a}}?'
    """
    for found in _CODE.finditer(template):
        name = _PLACEHOLDER.fullmatch(found.group())
        if name is None:
            raise TemplateError(f"{found.group()!r} is template code")
        if name.group(1) not in values:
            raise TemplateError(f"variable {name.group(1)!r} has no value")
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], template)


def is_one_variable(template: str) -> bool:
    """Whether the template is one placeholder and nothing else.

    >>> is_one_variable(" {{chat}} "), is_one_variable("{{a}} {{b}}")
    (True, False)
    """
    return _PLACEHOLDER.fullmatch(template.strip()) is not None


def fill_all(value: Any, values: Mapping[str, str]) -> Any:
    """Fill every text in a structure of lists and mappings.

    Raises:
        TemplateError: As `fill`.
    """
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, list):
        return [fill_all(part, values) for part in value]
    if isinstance(value, dict):
        return {key: fill_all(part, values) for key, part in value.items()}
    return value


def combinations(variables: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield one set of values for each combination of the variables that are lists.

    Raises:
        TemplateError: For a value that is neither text, a number nor true or false.

    >>> [v["city"] for v in combinations({"city": ["Rome", "Oslo"], "n": 1})]
    ['Rome', 'Oslo']
    """
    names = list(variables)
    choices = [_texts(name, variables[name]) for name in names]
    for chosen in product(*choices):
        yield dict(zip(names, chosen, strict=True))


def _texts(name: str, value: Any) -> list[str]:
    return [_text(name, part) for part in (value if isinstance(value, list) else [value])]


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise TemplateError(f"variable {name!r} is neither text nor a number")
    if isinstance(value, str) and value.startswith(("file://", "package:")):
        raise TemplateError(f"variable {name!r} refers to a file")
    return str(value)
