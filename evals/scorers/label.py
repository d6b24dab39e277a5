"""Right when the answer gives the right one of a few labels, such as yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.text import clean, fold, phrase_pattern

if TYPE_CHECKING:
    import re

    from evals.golden_set import Item
    from evals.scorers.scored import Scored

_Spelling = Annotated[str, Field(min_length=1)]


class LabelOptions(TextOptions):
    """The labels, each with other wordings of it."""

    labels: Annotated[dict[_Spelling, tuple[_Spelling, ...]], Field(min_length=2)]


class Label(TextScorer[LabelOptions]):
    """Finds one label in the answer, as whole words; two different ones are none."""

    name = "label"
    version = versioned("1")
    options_type = LabelOptions

    def __init__(self, options: LabelOptions) -> None:
        super().__init__(options)
        self._patterns = _patterns(options)

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless every target is one of the labels."""
        super().check(item)
        stray = [target for target in item.targets if target not in self.options.labels]
        if stray:
            names = ", ".join(self.options.labels)
            raise self.misfit(item, f"has no label {stray[0]!r}", f"Use one of: {names}.")

    def grade_answer(self, answer: str, item: Item) -> Scored | None:
        """Grade the label in ``answer``; None where it gives none, or several."""
        found = self._labels_in(fold(answer))
        if len(found) != 1:
            return None
        (label,) = found
        return graded(float(label in item.targets), label)

    def _labels_in(self, text: str) -> set[str]:
        found = set()
        for pattern, label in self._patterns:
            text, times = pattern.subn(" | ", text)
            found |= {label} if times else set()
        return found


def _patterns(options: LabelOptions) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Put longer wordings first, so that "not prime" is taken out before "prime" is looked for."""
    wordings = [
        (fold(clean(wording)), label)
        for label, others in options.labels.items()
        for wording in (label, *others)
    ]
    longest_first = sorted(wordings, key=lambda pair: -len(pair[0]))
    return tuple((phrase_pattern(wording), label) for wording, label in longest_first)
