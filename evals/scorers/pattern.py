"""Right when the answer matches a pattern; no pattern can hang the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import regex
from pydantic import Field, field_validator

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.text import clean

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored

TIME_LIMIT_SECONDS = 1.0
_FLAGS = {"ignorecase": regex.IGNORECASE, "multiline": regex.MULTILINE, "dotall": regex.DOTALL}


def checked_pattern(pattern: str) -> str:
    """Return ``pattern`` if it compiles; raise ValueError with the reason otherwise."""
    try:
        regex.compile(pattern)
    except regex.error as problem:
        raise ValueError(f"{pattern!r} is not a regular expression: {problem}") from None
    return pattern


def matches(pattern: str, text: str, *, flags: int = 0, search: bool = False) -> bool | None:
    """Say whether ``text`` matches, as a whole or anywhere; None where time ran out."""
    compiled = regex.compile(pattern, flags)
    match = compiled.search if search else compiled.fullmatch
    try:
        return match(text, timeout=TIME_LIMIT_SECONDS) is not None
    except TimeoutError:
        return None


class RegexOptions(TextOptions):
    """The pattern, and how it is laid on the answer."""

    pattern: Annotated[str, Field(min_length=1)]
    mode: Literal["fullmatch", "search"] = "fullmatch"
    flags: tuple[Literal["ignorecase", "multiline", "dotall"], ...] = ()

    _compiles = field_validator("pattern")(checked_pattern)


class Regex(TextScorer[RegexOptions]):
    """Matches with a time limit, since a pattern can need exponential time on an unlucky reply."""

    name = "regex"
    version = versioned("1")
    options_type = RegexOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` where a sample answer among the targets does not match."""
        for target in item.targets:
            if not self._matches(clean(target)):
                raise self.misfit(
                    item, f"does not match its own target {target!r}", "Correct the pattern."
                )

    def grade_answer(self, answer: str, item: Item) -> Scored | None:  # noqa: ARG002 - targets are samples
        """Grade ``answer`` as 1 if it matches; None where the pattern ran out of time."""
        matched = self._matches(answer)
        return None if matched is None else graded(float(matched), answer)

    def _matches(self, answer: str) -> bool | None:
        flags = 0
        for name in self.options.flags:
            flags |= _FLAGS[name]
        search = self.options.mode == "search"
        return matches(self.options.pattern, answer, flags=flags, search=search)
