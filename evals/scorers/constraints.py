"""Format rules that need no judgement: each is checked on the whole reply, as it is. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator, model_validator

from evals.scorers.base import Options
from evals.scorers.json_text import load_json
from evals.scorers.pattern import checked_pattern, matches
from evals.scorers.text import fold, normalise, phrase_pattern, strip_markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|st|no|[a-z])\.(?=\s)", re.IGNORECASE
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|[0-9]+[.)])\s+")
_BULLET = re.compile(r"\s*[-*•]\s+\S")
_NUMBERED = re.compile(r"\s*([0-9]{1,6})[.)]\s+\S")
_WORD = re.compile(r"\w+(?:['-]\w+)*")

_Phrase = Annotated[str, Field(min_length=1)]
_Phrases = Annotated[tuple[_Phrase, ...], Field(min_length=1)]


class _Count(Options):
    """A number that must be met: exactly, or between two ends."""

    exactly: Annotated[int, Field(ge=0)] | None = None
    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        ends = self.min is not None or self.max is not None
        if ends == (self.exactly is not None):
            raise ValueError("a count takes either 'exactly', or 'min' and/or 'max'")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("'min' is larger than 'max'")
        return self

    def takes(self, count: int) -> bool:
        """Say whether ``count`` is as many as wanted."""
        if self.exactly is not None:
            return count == self.exactly
        return (self.min or 0) <= count and (self.max is None or count <= self.max)


class SizeRule(_Count):
    """The reply has so many of its parts."""

    kind: Literal[
        "words",
        "sentences",
        "lines",
        "paragraphs",
        "characters",
        "bullets",
        "numbered",
        "json_list",
    ]

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        count = _SIZES[self.kind](text)
        return count is not None and self.takes(count)


class PartsRule(_Count):
    """The reply has so many parts between lines that hold only the separator."""

    kind: Literal["parts"]
    separator: _Phrase

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule; an empty part counts as none."""
        line = rf"(?m)^[ \t]*{re.escape(self.separator.strip())}[ \t]*$"
        return self.takes(sum(1 for part in re.split(line, text) if part.strip()))


class WordCountRule(_Count):
    """A word occurs so often."""

    kind: Literal["word_count"]
    word: _Phrase

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        pattern = phrase_pattern(_plain(self.word))
        return self.takes(len(pattern.findall(_plain(text))))


class LetterCountRule(_Count):
    """A letter occurs so often, whatever its case."""

    kind: Literal["letter_count"]
    letter: Annotated[str, Field(min_length=1, max_length=1)]

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        return self.takes(text.casefold().count(self.letter.casefold()))


class PhraseRule(Options):
    """The reply starts or ends with a phrase; the case counts."""

    kind: Literal["starts_with", "ends_with"]
    phrase: _Phrase

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        bare, phrase = normalise(text).strip(), normalise(self.phrase).strip()
        return bare.startswith(phrase) if self.kind == "starts_with" else bare.endswith(phrase)


class WordsRule(Options):
    """Words that must, or must not, occur."""

    kind: Literal["required_words", "forbidden_words"]
    words: _Phrases

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        found = [bool(phrase_pattern(_plain(word)).search(_plain(text))) for word in self.words]
        return all(found) if self.kind == "required_words" else not any(found)


class EdgeWordRule(Options):
    """The reply's first or last word is a given one."""

    kind: Literal["first_word", "last_word"]
    word: _Phrase

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        words = _WORD.findall(_plain(text))
        return bool(words) and words[0 if self.kind == "first_word" else -1] == _plain(self.word)


class KeysRule(Options):
    """The reply is one JSON object with exactly these keys."""

    kind: Literal["json_keys"]
    keys: _Phrases

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        try:
            value = load_json(text)
        except ValueError:
            return False
        return isinstance(value, dict) and value.keys() == set(self.keys)


class LinesRule(Options):
    """Every line that is not empty matches a pattern."""

    kind: Literal["each_line_matches"]
    pattern: _Phrase

    _compiles = field_validator("pattern")(checked_pattern)

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule; a pattern that runs out of time says no."""
        lines = _lines(text)
        return bool(lines) and all(matches(self.pattern, line.strip()) for line in lines)


class PlainRule(Options):
    """A rule without parameters."""

    kind: Literal["no_comma", "no_digits", "no_markdown", "lower_case", "upper_case", "quoted"]

    def met(self, text: str) -> bool:
        """Say whether ``text`` keeps the rule."""
        return _PLAIN[self.kind](text)


Constraint = Annotated[
    SizeRule
    | PartsRule
    | WordCountRule
    | LetterCountRule
    | PhraseRule
    | WordsRule
    | EdgeWordRule
    | KeysRule
    | LinesRule
    | PlainRule,
    Field(discriminator="kind"),
]


def _plain(text: str) -> str:
    return fold(normalise(text))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _words(text: str) -> int:
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))


def _sentences(text: str) -> int:
    r"""Count sentences; a last one without its mark counts, abbreviations do not end one.

    >>> _sentences("It rains, e.g. today. Why? Nobody knows")
    3
    """
    unmarked = _ABBREVIATION.sub(lambda found: found.group()[:-1], normalise(text))
    lines = (_LIST_MARK.sub("", line) for line in _lines(unmarked))
    pieces = _SENTENCE_END.split(" ".join(lines))
    return sum(1 for piece in pieces if any(letter.isalnum() for letter in piece))


def _paragraphs(text: str) -> int:
    return sum(1 for part in re.split(r"\n[ \t]*\n", text) if part.strip())


def _numbered(text: str) -> int | None:
    numbers = [int(found[1]) for found in map(_NUMBERED.match, _lines(text)) if found]
    return len(numbers) if numbers == list(range(1, len(numbers) + 1)) else None


def _json_list(text: str) -> int | None:
    try:
        value = load_json(text)
    except ValueError:
        return None
    return len(value) if isinstance(value, list) else None


def _is_quoted(text: str) -> bool:
    bare = normalise(text).strip()
    return len(bare) > 2 and bare[0] == bare[-1] == '"'


_SIZES: dict[str, Callable[[str], int | None]] = {
    "words": _words,
    "sentences": _sentences,
    "lines": lambda text: len(_lines(text)),
    "paragraphs": _paragraphs,
    "characters": lambda text: len(text.strip()),
    "bullets": lambda text: sum(1 for line in _lines(text) if _BULLET.match(line)),
    "numbered": _numbered,
    "json_list": _json_list,
}

_PLAIN: dict[str, Callable[[str], bool]] = {
    "no_comma": lambda text: "," not in normalise(text),
    "no_digits": lambda text: not any(letter.isdigit() for letter in text),
    "no_markdown": lambda text: not _has_markdown(text),
    "lower_case": lambda text: text == text.lower() and any(c.isalpha() for c in text),
    "upper_case": lambda text: text == text.upper() and any(c.isalpha() for c in text),
    "quoted": _is_quoted,
}


def _has_markdown(text: str) -> bool:
    lines = [normalise(line) for line in _lines(text)]
    return any(
        strip_markdown(line) != line.strip() or _BULLET.match(line) or "```" in line
        for line in lines
    )
