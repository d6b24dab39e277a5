"""The last word of a child process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The last word of a child.

    Attributes:
        status: ``success``, ``cancelled`` or ``error``, as Inspect says.
        error: What broke, for ``error``.
    """

    status: str
    error: str | None = None
