"""Text and tables that GitHub-flavoured Markdown shows as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from evals.report.safe_text import block, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPECIAL: Final = re.compile(r"[&<>|`*_\[\]~\\@#$]|:(?=\S)|(?<=www)\.", re.IGNORECASE)
"""What starts markup, a link, a mention, an emoji or a formula."""
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPLIT: Final = "&#8203;"
"""A zero-width space after @ and #: entities are decoded before mentions are looked for."""


def words(text: str) -> str:
    """Return ``text`` so that none of it is markup, link, mention or issue number.

    >>> words("a|b *c* @team <b>")
    'a&#124;b &#42;c&#42; &#64;&#8203;team &lt;b&gt;'
    """
    return _SPECIAL.sub(_split_entity, visible(text))


def code(text: str, characters: int) -> str:
    r"""Return at most ``characters`` of a model's text, as code: nobody is notified from code.

    >>> code("50 % | `x`", 100), code("two lines\nhere", 100)
    ('<code>50 % &#124; &#96;x&#96;</code>', '<code>two lines&#92;nhere</code>')
    """
    return f"<code>{_SPECIAL.sub(_entity, visible(block(text, characters)))}</code>"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a table, without columns that are empty in every row; empty without rows.

    >>> print(table(("Task", "p", "n"), [("a", "", "3")], right=(2,)))
    | Task | n |
    |---|--:|
    | a | 3 |
    """
    kept = [i for i in range(len(header)) if any(row[i] for row in rows)]
    if not kept:
        return ""
    rule = "|".join("--:" if i in right else "---" for i in kept)
    lines = [_row([header[i] for i in kept]), f"|{rule}|"]
    return "\n".join([*lines, *(_row([row[i] for i in kept]) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _entity(match: re.Match[str]) -> str:
    character = match.group()
    return _NAMED.get(character, f"&#{ord(character)};")


def _split_entity(match: re.Match[str]) -> str:
    return _entity(match) + (_SPLIT if match.group() in "@#" else "")
