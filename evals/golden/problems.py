"""Problems are collected, so that one message mends a whole file."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from evals.errors import GoldenSetError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PROBLEMS = 20


class GoldenProblemsError(GoldenSetError):
    """Several problems in one golden set, each with its own place and fix.

    Attributes:
        problems: What was found, in the order of the file; at most `MOST_PROBLEMS`.
    """

    def __init__(self, what: str, problems: tuple[GoldenSetError, ...], *, more: bool) -> None:
        super().__init__(what)
        self.problems = problems
        self._more = more

    def __str__(self) -> str:
        lines = [f"{self.what}:", *(f"  {problem}" for problem in self.problems)]
        if self._more:
            lines.append(f"  ... and more; these are the first {len(self.problems)}.")
        return "\n".join(lines)


class Problems:
    """Gathers problems while a file is read, and raises them together.

    >>> problems = Problems()
    >>> problems.add("input is blank", where="items.jsonl:2, field input", fix="Write a question.")
    >>> problems.raise_any("golden set 'faq' cannot be read")
    Traceback (most recent call last):
    evals.errors.GoldenSetError: input is blank (items.jsonl:2, field input). Write a question.
    """

    def __init__(self) -> None:
        self._found: list[GoldenSetError] = []
        self._more = False

    def __len__(self) -> int:
        return len(self._found)

    @property
    def full(self) -> bool:
        """Whether reading on would only repeat the same story."""
        return self._more

    def add(self, what: str, *, where: str, fix: str) -> None:
        """Note one problem; beyond `MOST_PROBLEMS` only the fact that there are more is kept."""
        if len(self._found) < MOST_PROBLEMS:
            self._found.append(GoldenSetError(what, where=where, fix=fix))
        else:
            self._more = True

    def raise_any(self, subject: str) -> None:
        """Raise what was found, if anything; a single problem is raised as it is.

        Raises:
            GoldenSetError: With the one problem, or as `GoldenProblemsError` with all of them.
        """
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise GoldenProblemsError(subject, tuple(self._found), more=self._more)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the fix for an unknown word: the close ones first, else all of them.

    >>> did_you_mean("sevrity", ["scorer", "severity"])
    "Did you mean 'severity'?"
    >>> did_you_mean("zzz", ["scorer", "severity"])
    'Use one of: scorer, severity.'
    """
    names = list(known)
    close = difflib.get_close_matches(word, names, n=3)
    if close:
        return f"Did you mean {' or '.join(repr(name) for name in close)}?"
    return f"Use one of: {', '.join(names)}." if names else "There are none yet."
