"""Finds what is known about a prompt, also when a task wrapped words of its own around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


def squeezed(text: str) -> str:
    r"""Return ``text`` with every run of white space as one space.

    >>> squeezed(" a\n  b ")
    'a b'
    """
    return " ".join(text.split())


class PromptIndex(Generic[T]):
    r"""Values by prompt: the exact prompt first, else the longest known prompt inside the text.

    Several values may share one prompt; all of them are returned.

    >>> index = PromptIndex([("Capital of Peru?", "Lima")])
    >>> index.find("Capital of Peru?\n\nEnd with FINAL: <answer>")
    ('Lima',)
    >>> index.find("Capital of Chile?")
    ()
    """

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._values: dict[str, tuple[T, ...]] = {}
        for prompt, value in entries:
            key = squeezed(prompt)
            if key:
                self._values[key] = (*self._values.get(key, ()), value)
        self._longest_first = sorted(self._values, key=len, reverse=True)

    def __len__(self) -> int:
        return len(self._values)

    def find(self, text: str) -> tuple[T, ...]:
        """Return the values known for ``text``; empty when it holds no known prompt."""
        key = squeezed(text)
        if key in self._values:
            return self._values[key]
        inside = next((prompt for prompt in self._longest_first if prompt in key), None)
        return () if inside is None else self._values[inside]
