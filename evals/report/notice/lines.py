"""Lines of marked words: what a message says, before any form dresses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evals.report.safe_text import one_line

_NAME: Final = 60
_INSIDE_A_FIGURE: Final = re.compile(
    r"(?<=\d) (?=%|points|to [-+]?\d)|(?<=\d to) (?=[-+]?\d)|(?<=\bp) (?=[<=>])"
    r"|(?<=[<=>]) (?=\d)|(?<=\u2192) (?=\d)"
)


class Look(StrEnum):
    """How some words look."""

    PLAIN = "plain"
    STRONG = "strong"
    QUOTED = "quoted"
    """Somebody else's words, a model's above all: shown as they are, in a place of their own."""
    COMMAND = "command"
    """To be copied; never cut."""


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a line, and how they look."""

    text: str
    look: Look = Look.PLAIN


Line = tuple[Words, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Lines that belong together; ``quiet`` ones are for who wants to know more."""

    lines: tuple[Line, ...]
    quiet: bool = False


def strong(text: str) -> Line:
    """Return a line that is seen first."""
    return (Words(text, Look.STRONG),)


def plain(text: str) -> Line:
    """Return a line of plain words."""
    return (Words(text),)


def together(text: str, space: str) -> str:
    """Return ``text`` with ``space`` where no line may break: between a figure and its unit.

    >>> together("p < 0.001, 84.0 % of it", "_")
    'p_<_0.001, 84.0_% of it'
    """
    return _INSIDE_A_FIGURE.sub(space, text)


def name(text: str) -> str:
    """Return a name that somebody chose, harmless and cut."""
    return one_line(text, _NAME)


def capital(text: str) -> str:
    """Return ``text`` with its first letter in capitals.

    >>> capital("one look")
    'One look'
    """
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return ``text`` as a sentence.

    >>> sentence("the pin is broken")
    'The pin is broken.'
    """
    return capital(text) + ("" if text.endswith((".", "!", "?", "\u2026")) else ".")
