"""Keyset paging: a cursor says after which row to go on, so that new rows shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query

from service.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    T = TypeVar("T")

MOST_ROWS: Final = 200
LARGEST: Final = 2**63 - 1
"""The largest number that both databases can hold."""
_LONGEST: Final = 512

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of one page, at most.")]
Cursor = Annotated[str | None, Query(max_length=_LONGEST, description="`next` of the page before.")]
DEFAULT_ROWS: Final = 50

Key = tuple[str | int, ...]


def cursor_of(kind: str, *key: str | int) -> str:
    """Return the cursor that stands after the row of this key.

    >>> key_of("runs", cursor_of("runs", "2026-01-01", 7), (str, int))
    ('2026-01-01', 7)
    """
    text = json.dumps([kind, *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(kind: str, cursor: str | None, types: tuple[type, ...]) -> Key | None:
    """Return the key that a cursor holds; None without one.

    Raises:
        RequestRefused: It is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _no_cursor() from None
    if not isinstance(found, list) or [type(one) for one in found] != [str, *types]:
        raise _no_cursor()
    if found[0] != kind or not all(_fits(one) for one in found):
        raise _no_cursor()
    return tuple(found[1:])


def moment_key(kind: str, cursor: str | None) -> tuple[datetime, str] | None:
    """Return the moment and the id that a cursor holds; None without one.

    Raises: As `key_of`.
    """
    key = key_of(kind, cursor, (str, str))
    return None if key is None else (_moment(key[0]), str(key[1]))


def moment_and_number(kind: str, cursor: str | None) -> tuple[datetime, int] | None:
    """Return the moment and the number that a cursor holds; None without one.

    Raises: As `key_of`.
    """
    key = key_of(kind, cursor, (str, int))
    return None if key is None else (_moment(key[0]), int(key[1]))


def number_key(kind: str, cursor: str | None) -> int | None:
    """Return the number that a cursor holds; None without one.

    Raises: As `key_of`.
    """
    key = key_of(kind, cursor, (int,))
    return None if key is None else int(key[0])


def page_of(
    rows: Sequence[T], limit: int, cursor: Callable[[T], str]
) -> tuple[Sequence[T], str | None]:
    """Cut ``limit`` rows from up to one more, and return them with the cursor of what follows."""
    shown = rows[:limit]
    return shown, cursor(shown[-1]) if len(rows) > limit else None


def _moment(text: str | int) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_cursor() from None
    return moment


def _fits(one: str | int) -> bool:
    """Whether both databases can take it: integers of 64 bits, text that is UTF-8 without NUL."""
    if isinstance(one, int):
        return abs(one) <= LARGEST
    return "\x00" not in one and not any("\ud800" <= letter <= "\udfff" for letter in one)


def _no_cursor() -> RequestRefused:
    return RequestRefused(
        "the cursor is none of this list",
        where="query.cursor",
        fix="Take `next` of the page before, or leave the cursor out to start anew.",
    )
