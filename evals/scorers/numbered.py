"""Right when one line of a numbered list of answers is: many questions, one reply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from evals.scorers.base import Options, PureScorer, TextScorer, ungraded, unless_refused, versioned
from evals.scorers.exact import Exact, ExactOptions
from evals.scorers.number import Number, NumberOptions
from evals.scorers.text import clean, normalise

if TYPE_CHECKING:
    from typing import Any

    from evals.golden_set import Item
    from evals.scorers.scored import Scored

_NUMBERED = re.compile(
    r"^[\s>#*_`-]*(?:(?:problem|question|answer|no\.?)\s*)?"
    r"(?P<place>[0-9]{1,4})[*_`\s]*(?::|[.)](?=[*_`\s]))[*_`\s]*(?P<answer>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)


class NumberedOptions(Options):
    """Which line counts, and as what its answer is compared."""

    place: Annotated[int, Field(ge=1, le=9999)]
    compare: Literal["number", "exact"] = "number"


class Numbered(PureScorer[NumberedOptions]):
    """Grades the answer after ``place``; a list without that line has left it out: unparsed."""

    name = "numbered"
    version = versioned("1")
    options_type = NumberedOptions

    def __init__(self, options: NumberedOptions) -> None:
        super().__init__(options)
        self._answer: TextScorer[Any] = (
            Number(NumberOptions()) if options.compare == "number" else Exact(ExactOptions())
        )

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless the targets fit the way in which answers are compared."""
        self._answer.check(item)

    def grade(self, text: str, item: Item) -> Scored:
        """Grade the last line of ``text`` that bears the number."""
        answer = answer_at(text, self.options.place)
        scored = self._answer.grade_answer(answer, item) if answer is not None else None
        if answer is None or scored is None:
            return ungraded(text, f"the reply has no answer number {self.options.place}")
        return unless_refused(scored, answer)


def answer_at(text: str, place: int) -> str | None:
    r"""Return what the last line numbered ``place`` says, cleaned; None without such a line.

    >>> answer_at("1: 12\n**2.** 7\n3) x = 5", 2)
    '7'
    """
    found = [
        clean(line["answer"])
        for line in _NUMBERED.finditer(normalise(text))
        if int(line["place"]) == place
    ]
    return found[-1] or None if found else None
