"""Text that a model wrote, made harmless to show: nothing in it moves a cursor or turns a line.

What cannot be shown is escaped, not dropped: an answer that gained a NUL has changed, and a reader
must see it.
"""

from __future__ import annotations

import unicodedata
from os.path import commonprefix
from typing import Final

from rich.cells import cell_len, set_cell_size

EMPTY: Final = "(empty)"
_ELLIPSIS: Final = "\u2026"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
_NONCHARACTER: Final = 0xFFFE
_LOOK_AHEAD: Final = 4
"""Code points read for each cell shown, so that a megabyte of accents costs nothing."""


def visible(text: str, *, newlines: bool = False) -> str:
    r"""Return ``text`` with every control, direction and private character as its escape.

    ``newlines`` keeps line breaks, for pages that can show them. Tabs become spaces.

    >>> visible("a\x1b[31mb\x00"), visible("x\u202ey"), visible("1\r\n2")
    ('a\\x1b[31mb\\x00', 'x\\u202ey', '1\\n2')
    """
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(c if newlines and c == "\n" else _visible_character(c) for c in text)


def one_line(text: str, cells: int) -> str:
    """Return at most ``cells`` terminal cells of ``text``, harmless and on one line.

    >>> one_line("How many days may I keep it?", 12), one_line("", 12)
    ('How many da…', '(empty)')
    """
    if not text:
        return EMPTY
    return cut(visible(text[: _LOOK_AHEAD * cells + 1]), cells)


def block(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text``, harmless, with its line breaks.

    >>> block("one two", 4)
    'one …'
    """
    if not text:
        return EMPTY
    shown = visible(text[:characters], newlines=True)
    return shown if len(text) <= characters else shown + _ELLIPSIS


def pair(before: str, after: str, cells: int) -> tuple[str, str]:
    """Cut two answers to ``cells`` together so that their first difference stays in sight.

    Each has half of the room, and what the other does not need.

    >>> pair("The answer is plainly 41.", "The answer is plainly 42.", 24)
    ('…nly 41.', '…nly 42.')
    >>> pair("no", "Yes, but only on Sundays", 22)
    ('no', 'Yes, but only on Su…')
    """
    half = cells // 2
    needs = [cell_len(one_line(text, cells)) for text in (before, after)]
    if sum(needs) <= cells and max(len(before), len(after)) <= cells:
        return one_line(before, needs[0]), one_line(after, needs[1])
    rooms = [
        max(half, cells - other) if need > half else half
        for need, other in zip(needs, reversed(needs), strict=True)
    ]
    shared = commonprefix((before, after))  # noqa: RUF071 - characters are compared, not paths
    start = len(shared) - half // 2
    return _window(before, start, rooms[0]), _window(after, start, rooms[1])


def cut(text: str, cells: int) -> str:
    """Cut ``text``, known to be harmless, to ``cells`` terminal cells.

    >>> cut("abcdef", 4)
    'abc…'
    """
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + _ELLIPSIS


def _window(text: str, start: int, cells: int) -> str:
    if start <= 0:
        return one_line(text, cells)
    return _ELLIPSIS + one_line(text[start + 1 :], cells - 1)


def _visible_character(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    hidden = unicodedata.category(character) in _HIDDEN and character not in _JOINERS
    if hidden or ord(character) & _NONCHARACTER == _NONCHARACTER:
        return character.encode("unicode_escape").decode()
    return character
