"""Right when the answer names the right letter of a multiple choice."""

from __future__ import annotations

import re
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from evals.scorers.base import TextOptions, TextScorer, graded, versioned
from evals.scorers.text import clean, fold, trim_punctuation

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored

_INTRODUCTION = (
    r"(?:(?i:(?:the|my)\s+)?(?i:correct|right|best|final)?\s*(?i:answer|option|choice|letter)"
    r"\s*(?i:is|would be|:)?\s*:?\s*(?i:option|choice|letter)?\s*)?"
)
_CHOICE = re.compile(
    _INTRODUCTION
    + r"(?:[\[({](?P<boxed>[A-Za-z])[\])}]|(?P<bare>[A-Za-z])(?P<mark>\s*[.):,;!-]|$|\s))"
    r"\s*[.:,;-]?\s*(?P<rest>.*)"
)
_STATED = re.compile(
    r"(?i:\banswer)\s*(?i:is|would be|:)?\s*:?\s*(?i:option|choice|letter)?\s*"
    r"(?:[\[({](?P<boxed>[A-Za-z])[\])}]|(?P<bare>[AI](?!\s+[a-z])|[B-HJ-Z])(?!\w))"
)
_ANOTHER = re.compile(
    r"(?:^|\b(?:and|or|not|nor)\s+|[,/&+]\s*)(?:option\s+)?([A-Z])(?![\w'])(?!\s+[a-z])"
    r"|[(\[]([A-Z])[)\]]"
)


class ChoiceOptions(TextOptions):
    """What is offered: ``choices`` are the texts behind the letters, and replace ``letters``."""

    letters: Annotated[str, Field(pattern=r"^[A-Z]{2,26}$")] = "ABCDE"
    choices: Annotated[tuple[str, ...], Field(min_length=2, max_length=26)] | None = None


class Choice(TextScorer[ChoiceOptions]):
    """Reads one letter out of the answer; two letters, or one that is not offered, is none."""

    name = "choice"
    version = versioned("1")
    options_type = ChoiceOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless the one target is an offered letter."""
        super().check(item)
        if len(item.targets) != 1 or item.targets[0].strip() not in tuple(self._letters()):
            raise self.misfit(
                item, "needs one offered letter as target", f"Use one of: {self._letters()}."
            )

    def grade_answer(self, answer: str, item: Item) -> Scored | None:
        """Grade the letter in ``answer``; None where it names none, or several."""
        letter = self._by_text(answer) or self._by_letter(answer) or self._stated(answer)
        if letter is None or letter not in self._letters():
            return None
        return graded(float(letter == item.targets[0].strip()), letter)

    def _letters(self) -> str:
        choices = self.options.choices
        return ascii_uppercase[: len(choices)] if choices else self.options.letters

    def _by_text(self, text: str) -> str | None:
        texts = [_plain(choice) for choice in self.options.choices or ()]
        wanted = _plain(text)
        return ascii_uppercase[texts.index(wanted)] if texts.count(wanted) == 1 else None

    def _by_letter(self, answer: str) -> str | None:
        found = _CHOICE.fullmatch(answer)
        if found is None:
            return None
        letter = (found["boxed"] or found["bare"]).upper()
        rest, marked = found["rest"], found["boxed"] or (found["mark"] or "").strip()
        named = self._by_text(rest)
        if named is not None or not rest:
            return letter if named in (None, letter) else None
        others = {named for pair in _ANOTHER.findall(rest) for named in pair} - {letter, ""}
        return letter if marked and not others & set(self._letters()) else None

    def _stated(self, answer: str) -> str | None:
        found = list(_STATED.finditer(answer))
        return (found[-1]["boxed"] or found[-1]["bare"]).upper() if found else None


def _plain(text: str) -> str:
    return fold(trim_punctuation(clean(text)))
