"""Words as Slack's mrkdwn: nothing that a model or an endpoint wrote leaves its place.

Slack's mrkdwn has no backslash: control characters are escaped as entities, and what would begin
markup, a mention, a link or an emoji is written with a character that looks the same. Texts that
are blocks are also sent as ``verbatim``, so that Slack looks for no links or names in them.
"""

from __future__ import annotations

import re
from typing import Final

from evals.report.safe_text import visible

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LIKE: Final = {
    "*": "\u2217",
    "_": "\u02cd",
    "~": "\u223c",
    "`": "\u02cb",
    "@": "\uff20",
    "#": "\uff03",
    ":": "\u2236",
}
_MARKUP: Final = re.compile(
    r"[*~`@]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside of a word begins nothing
    r"|\#(?=\w)"
    r"|:(?=[\w+'-]+:)|(?<=[a-z]):(?=//)",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"[&<>]")
_ACCENT: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PILE: Final = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")
"""Accents over accents, which would climb into the lines above."""
_RIGHT_TO_LEFT: Final = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]"
)
_ISOLATED: Final = "\u2068{}\u2069"
_ELLIPSIS: Final = "\u2026"
_SPACE: Final = "\u2423"


def words(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is, and finds no markup in it.

    >>> words("<!here> R&D, snake_case")
    '&lt;!here&gt; R&amp;D, snake_case'
    """
    return _escaped(_MARKUP.sub(lambda found: _LIKE[found.group()], _shown(text)))


def strong(text: str) -> str:
    """Return ``text`` in bold; spaces at its ends stay outside, where Slack wants them.

    >>> strong("84.0 % ")
    '*84.0 %* '
    """
    body = text.strip()
    shown = words(body)
    return text.replace(body, f"*{shown}*", 1) if shown else text


def code(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text`` as code, in which Slack looks for nothing.

    Spaces at its ends are shown as such, for answers may differ by those alone.

    >>> code("<!channel> & 1", 100)
    '`&lt;!channel&gt; &amp; 1`'
    >>> code("a megabyte", 5)
    '`a me…`'
    """
    shown = _shown(text).replace("`", _LIKE["`"])
    if len(shown) > characters:
        shown = shown[: characters - 1] + _ELLIPSIS
    body = shown.strip(" ")
    before = len(shown) - len(shown.lstrip(" ")) if body else 0
    shown = _SPACE * before + body + _SPACE * (len(shown) - before - len(body))
    if _RIGHT_TO_LEFT.search(shown):
        shown = _ISOLATED.format(shown)
    return f"`{_escaped(shown)}`" if shown else "`(empty)`"


def plain(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text`` for places that know no markup and no entities.

    >>> plain("one two", 4)
    'one…'
    """
    shown = _shown(text).translate(_UNENTITLED)
    if len(shown) <= characters:
        return shown
    return shown[: characters - 1].rstrip() + _ELLIPSIS


_UNENTITLED: Final = str.maketrans({"<": "\u2039", ">": "\u203a", "&": "\uff06"})


def _shown(text: str) -> str:
    return _PILE.sub(r"\1", visible(text))


def _escaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found.group()], text)
