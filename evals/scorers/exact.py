"""Right when the answer equals a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.text import clean, fold, trim_punctuation

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored


class ExactOptions(TextOptions):
    """What counts as equal."""

    case_sensitive: bool = False
    strip_punctuation: bool = True


class Exact(TextScorer[ExactOptions]):
    """Compares the normalised answer with each normalised target."""

    name = "exact"
    version = versioned("1")
    options_type = ExactOptions

    def grade_answer(self, answer: str, item: Item) -> Scored:
        """Grade ``answer`` as 1 if any target equals it, else 0."""
        parsed = self._form(answer)
        right = any(parsed == self._form(clean(target)) for target in item.targets)
        return graded(float(right), parsed)

    def _form(self, text: str) -> str:
        bare = trim_punctuation(text) if self.options.strip_punctuation else text
        return bare if self.options.case_sensitive else fold(bare)
