"""Words that no chat takes for markup: what would begin some is written with its look-alike.

Chats have no common way to escape: a look-alike needs none, and is read as what it stands for.
"""

from __future__ import annotations

import re
from typing import Final

from evals.report.safe_text import visible

LIKE: Final = {
    "*": "\u2217",
    "_": "\u02cd",
    "~": "\u223c",
    "`": "\u02cb",
    "@": "\uff20",
    "#": "\uff03",
    ":": "\u2236",
    "<": "\u2039",
    ">": "\u203a",
    "[": "\uff3b",
}
_MARKUP: Final = re.compile(
    r"[*~`@]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside of a word begins nothing
    r"|\#(?=\w)"
    r"|:(?=[\w+'-]+:)|(?<=[a-z]):(?=//)"
    r"|^[>#]",  # the line would be a quotation or a title
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<(?=\S)|\[(?=[^\]]*\]\()")
_ACCENT: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PILE: Final = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")
_RIGHT_TO_LEFT: Final = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]"
)


def shown(text: str) -> str:
    """Return ``text`` without control characters, and without accents that climb over lines."""
    return _PILE.sub(r"\1", visible(text))


def unmarked(text: str) -> str:
    """Return ``text`` in which no chat finds emphasis, code, a mention, an emoji or a link.

    >>> unmarked("snake_case, 5 * 3 % at 12:30")
    'snake_case, 5 \u2217 3 % at 12:30'
    """
    said = shown(text)
    bare = said.lstrip()
    before = said[: len(said) - len(bare)]
    return before + _MARKUP.sub(lambda found: LIKE[found.group()], bare)


def untagged(text: str) -> str:
    """Return ``text`` for chats that know tags and links in brackets, too.

    >>> untagged("p < 0.001 <b>")
    'p < 0.001 \u2039b>'
    """
    return _TAG.sub(lambda found: LIKE[found.group()], unmarked(text))


def isolated(text: str) -> str:
    """Return ``text`` so that words written from right to left do not turn what stands beside."""
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text
