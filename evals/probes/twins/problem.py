"""One famous problem, and its twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A problem whose answer is computed from its numbers.

    Attributes:
        name: Unique within the probe.
        text: With ``{0}``, ``{1}`` and so on for the numbers.
        famous: The numbers by which it is known.
        twin: Other numbers, as many digits each.
        solve: The answer, from the numbers.
    """

    name: str
    text: str
    famous: tuple[int, ...]
    twin: tuple[int, ...]
    solve: Callable[..., int]

    def asked(self, numbers: tuple[int, ...]) -> str:
        """Return the problem with these numbers."""
        return self.text.format(*numbers)

    def answer(self, numbers: tuple[int, ...]) -> str:
        """Return the answer for these numbers."""
        return str(self.solve(*numbers))
