"""Reading named fields out of foreign data: types, blanks and characters nobody can store."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.golden.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evals.golden.problems import Problems

DEEPEST = 50
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_JSON_NAMES = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def kind_of(value: object) -> str:
    """Say in the words of JSON what ``value`` is.

    >>> kind_of([]), kind_of(3), kind_of(None)
    ('a list', 'a number', 'null')
    """
    return _JSON_NAMES.get(type(value), f"a {type(value).__name__}")


def text_fault(text: str) -> str | None:
    r"""Say why ``text`` cannot be stored or sent, or None when it can.

    >>> text_fault("a\x00b")
    'holds a NUL character'
    """
    if (found := _UNSTORABLE.search(text)) is None:
        return None
    if found.group() == "\x00":
        return "holds a NUL character"
    return "holds half a surrogate pair, which is not a character"


def json_fault(value: object, depth: int = 0) -> str | None:
    """Say why ``value`` is no storable JSON value, or None when it is."""
    if isinstance(value, str):
        return text_fault(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "holds NaN or an infinity"
    if depth > DEEPEST:
        return f"nests more than {DEEPEST} deep"
    if isinstance(value, list | dict):
        return _part_fault(value, depth + 1)
    return None if type(value) in _JSON_NAMES else f"holds {kind_of(value)}"


def _part_fault(value: list[Any] | dict[Any, Any], depth: int) -> str | None:
    if isinstance(value, list):
        return next((fault for part in value if (fault := json_fault(part, depth))), None)
    if not all(isinstance(key, str) for key in value):
        return "has a key that is not text"
    parts = [*value.keys(), *value.values()]
    return next((fault for part in parts if (fault := json_fault(part, depth))), None)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object, read one by one; whatever is wrong becomes a problem.

    Attributes:
        document: The object.
        place: Turns a field's name into the place that a message shows.
        problems: Where problems are noted.
    """

    document: Mapping[str, Any]
    place: Callable[[str], str]
    problems: Problems

    def problem(self, key: str, what: str, fix: str) -> None:
        """Note a problem with field ``key``."""
        self.problems.add(what, where=self.place(key), fix=fix)

    def refuse_unknown(self, known: Sequence[str]) -> None:
        """Note every key that is not in ``known``."""
        for key in self.document:
            if key not in known:
                self.problem(str(key), f"key {key!r} is unknown", did_you_mean(str(key), known))

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Return the text under ``key``; None when it is absent or was noted as a problem."""
        value = self.document.get(key)
        if value is None:
            if required:
                self.problem(key, f"{key} is missing", f"Add {key}.")
            return None
        return self.checked_text(key, value)

    def checked_text(self, key: str, value: object) -> str | None:
        """Return ``value`` if it is text that can be stored and is not blank, else None."""
        if not isinstance(value, str):
            what = f"{key} is {kind_of(value)} where text is needed"
            self.problem(key, what, "Put it in quotes, or write text.")
        elif fault := text_fault(value):
            self.problem(key, f"{key} {fault}", "Remove it.")
        elif not value.strip():
            self.problem(key, f"{key} is blank", "Write text, or remove an optional field.")
        else:
            return value
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text or a list of texts under ``key`` as a tuple; absent is empty."""
        value = self.document.get(key)
        if value is None:
            return ()
        parts = value if isinstance(value, list) else [value]
        return tuple(text for part in parts if (text := self.checked_text(key, part)) is not None)
