"""The fifteen kinds of rules: what the model is told, and how it is checked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule; ``check`` is a constraint of the scorer `instruction`."""

    says: str
    check: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Which kind it is of."""
        return str(self.check["kind"])


def json_keys(*keys: str) -> Rule:
    """The reply is one JSON object with exactly these keys."""
    names = ", ".join(f'"{key}"' for key in keys)
    return Rule(
        says=f"Reply with one JSON object that has exactly these keys: {names}.",
        check={"kind": "json_keys", "keys": list(keys)},
    )


def bullets(count: int) -> Rule:
    """A list of so many bullet points."""
    return Rule(
        says=f"Use exactly {count} bullet points, each on a line that begins with a hyphen.",
        check={"kind": "bullets", "exactly": count},
    )


def numbered(count: int) -> Rule:
    """A numbered list of so many entries."""
    return Rule(
        says=f"Write a numbered list with exactly {count} entries, from 1. to {count}.",
        check={"kind": "numbered", "exactly": count},
    )


def lines(count: int) -> Rule:
    """So many lines that are not empty."""
    return Rule(
        says=f"Write exactly {count} {'line' if count == 1 else 'lines'}.",
        check={"kind": "lines", "exactly": count},
    )


def sentences(count: int) -> Rule:
    """So many sentences."""
    return Rule(
        says=f"Write exactly {count} {'sentence' if count == 1 else 'sentences'}.",
        check={"kind": "sentences", "exactly": count},
    )


def words(least: int, most: int) -> Rule:
    """A number of words between two ends."""
    return Rule(
        says=f"Use at least {least} and at most {most} words.",
        check={"kind": "words", "min": least, "max": most},
    )


def starts_with(phrase: str) -> Rule:
    """The reply's first words."""
    return Rule(
        says=f"Begin your reply with exactly these words: {phrase}",
        check={"kind": "starts_with", "phrase": phrase},
    )


def ends_with(phrase: str) -> Rule:
    """The reply's last words."""
    return Rule(
        says=f"End your reply with exactly these words: {phrase}",
        check={"kind": "ends_with", "phrase": phrase},
    )


def with_words(*wanted: str) -> Rule:
    """Words that must occur."""
    return Rule(
        says=f"Use each of these words: {', '.join(wanted)}.",
        check={"kind": "required_words", "words": list(wanted)},
    )


def without_words(*banned: str) -> Rule:
    """Words that must not occur."""
    return Rule(
        says=f"Use none of these words: {', '.join(banned)}.",
        check={"kind": "forbidden_words", "words": list(banned)},
    )


NO_COMMA = Rule(says="Use no comma at all.", check={"kind": "no_comma"})
NO_DIGITS = Rule(says="Use no digits; write numbers as words.", check={"kind": "no_digits"})
LOWER_CASE = Rule(
    says="Write everything in lower case, without any capital letter.",
    check={"kind": "lower_case"},
)
UPPER_CASE = Rule(says="Write everything in capital letters.", check={"kind": "upper_case"})
QUOTED = Rule(says="Put your whole reply in double quotes.", check={"kind": "quoted"})
