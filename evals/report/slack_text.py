"""Words as Slack's mrkdwn: nothing that a model or an endpoint wrote leaves its place.

Slack's control characters are escaped as entities; what would begin markup has no escape there, and
is written with its look-alike. Texts are also sent as ``verbatim``, so that Slack looks for no
links or names in them.
"""

from __future__ import annotations

import re
from typing import Final

from evals.report.neutral_text import LIKE, isolated, shown, unmarked
from evals.report.safe_text import EMPTY

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY: Final = re.compile(r"[&<>]")
_WITHOUT_ENTITIES: Final = str.maketrans({"<": "\u2039", ">": "\u203a", "&": "\uff06"})
_ELLIPSIS: Final = "\u2026"
_SPACE: Final = "\u2423"


def words(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is, and finds no markup in it.

    >>> words("<!here> R&D, snake_case")
    '&lt;!here&gt; R&amp;D, snake_case'
    """
    return _escaped(unmarked(text))


def strong(text: str) -> str:
    """Return ``text`` in bold; spaces at its ends stay outside, where Slack wants them.

    >>> strong("84.0 % ")
    '*84.0 %* '
    """
    body = text.strip()
    return text.replace(body, f"*{words(body)}*", 1) if body else text


def code(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text`` as code, in which Slack looks for nothing.

    Spaces at its ends are shown as such, for answers may differ by those alone.

    >>> code("<!channel> & 1", 100)
    '`&lt;!channel&gt; &amp; 1`'
    >>> code("a megabyte", 5)
    '`a me…`'
    """
    one = _cut(shown(text).replace("`", LIKE["`"]), characters)
    return f"`{_escaped(isolated(_with_spaces(one)))}`" if one else f"`{EMPTY}`"


def plain(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text`` for places that know no markup and no entities.

    >>> plain("one two", 4)
    'one…'
    """
    return _cut(shown(text).translate(_WITHOUT_ENTITIES), characters)


def _cut(text: str, characters: int) -> str:
    if len(text) <= characters:
        return text
    return text[: characters - 1].rstrip() + _ELLIPSIS


def _with_spaces(text: str) -> str:
    """Show spaces at the ends: inside of code they would be lost."""
    body = text.strip(" ")
    before = len(text) - len(text.lstrip(" ")) if body else 0
    return _SPACE * before + body + _SPACE * (len(text) - before - len(body))


def _escaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found.group()], text)
