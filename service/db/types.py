"""Column types that mean the same on SQLite and on Postgres."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Enum, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy import Dialect

_MARK = "\ue000"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ue000]")
_ESCAPED = re.compile("\ue000([0-9a-f]{4})")


def escape(text: str) -> str:
    r"""Make any Python string storable as UTF-8 text without NUL, reversibly.

    Models emit NUL and lone surrogates; Postgres refuses the first and UTF-8 the second. Each
    becomes U+E000 (private use, itself escaped) and four hex digits, so that all other text stays
    readable and searchable in SQL.

    >>> escape("a\x00b")
    'a\ue0000000b'
    """
    return _UNSTORABLE.sub(lambda match: f"{_MARK}{ord(match[0]):04x}", text)


def unescape(text: str) -> str:
    r"""Undo `escape`.

    >>> unescape(escape("\x00\ud800\ue000")) == "\x00\ud800\ue000"
    True
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


class AnyText(TypeDecorator[str]):
    """Text that holds every Python string, NUL and lone surrogates included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Escape on the way in."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Restore on the way out."""
        return None if value is None else unescape(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on the way in, UTC on the way out. A naive datetime raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse what has no time zone; store UTC, which SQLite then sorts as text."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """SQLite drops the zone, Postgres answers in the session's: both become UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(members: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores members by value, as text under a CHECK named ``name``."""

    def values(enum: Any) -> list[str]:
        return [member.value for member in enum]

    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=values,
        length=16,
    )
