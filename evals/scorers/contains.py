"""Right when the needles among the targets occur in the answer, as whole words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.text import clean, contains_phrase, fold

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored


class ContainsOptions(TextOptions):
    """Other wordings of the needles, and needles that must be absent."""

    case_sensitive: bool = False
    synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    forbidden: tuple[str, ...] = ()


class _Contains(TextScorer[ContainsOptions]):
    options_type = ContainsOptions

    def check(self, item: Item) -> None:
        super().check(item)
        stray = sorted(set(self.options.synonyms) - set(item.targets))
        if stray:
            raise self.misfit(
                item, f"has synonyms of {stray[0]!r}, which is no target", "Name a target there."
            )

    def _missing(self, answer: str, item: Item) -> list[str]:
        return [needle for needle in item.targets if not self._occurs(answer, needle)]

    def _forbidden(self, answer: str) -> str | None:
        return next((n for n in self.options.forbidden if self._occurs(answer, n)), None)

    def _occurs(self, answer: str, needle: str) -> bool:
        wordings = (needle, *self.options.synonyms.get(needle, ()))
        return any(contains_phrase(self._form(answer), self._form(clean(w))) for w in wordings)

    def _form(self, text: str) -> str:
        return text if self.options.case_sensitive else fold(text)


class ContainsAll(_Contains):
    """Wants every needle; its value is the share that was found."""

    name = "contains_all"
    version = versioned("1")

    def grade_answer(self, answer: str, item: Item) -> Scored:
        """Grade ``answer`` by the share of needles in it; 0 with a forbidden one."""
        forbidden = self._forbidden(answer)
        if forbidden is not None:
            return graded(0.0, self._form(answer), f"contains {forbidden!r}")
        missing = self._missing(answer, item)
        share = 1 - len(missing) / len(item.targets)
        reason = f"lacks {', '.join(map(repr, missing))}" if missing else ""
        return graded(share, self._form(answer), reason, passed=not missing)


class ContainsAny(_Contains):
    """Wants at least one needle."""

    name = "contains_any"
    version = versioned("1")

    def grade_answer(self, answer: str, item: Item) -> Scored:
        """Grade ``answer`` as 1 if a needle and nothing forbidden is in it, else 0."""
        forbidden = self._forbidden(answer)
        if forbidden is not None:
            return graded(0.0, self._form(answer), f"contains {forbidden!r}")
        found = len(self._missing(answer, item)) < len(item.targets)
        return graded(float(found), self._form(answer), "" if found else "contains no needle")
