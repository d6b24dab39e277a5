"""Tokens: made once and shown once, found by their hash, revoked by name."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import or_, select, update

from service.db.tables import TokenRow
from service.errors import TokenNotFound, TokenRefused
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import CursorResult
    from sqlalchemy.orm import Session

    from service.scopes import Scope

SIGN = "evals_"
"""How every token starts, so that people and scanners for secrets know one when they see it."""

SECRET_BYTES = 32
SHOWN = len(SIGN) + 6
"""Characters that stay readable; of the secret they give away 36 bits of 256."""

USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What is known of a token; the token itself is not.

    Attributes:
        prefix: Its first characters, to tell which one it is.
        last_used_at: To the minute.
    """

    name: str
    prefix: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def digest_of(text: str) -> str:
    """Return what is stored of a token: its plain sha256.

    A token is 256 random bits. Nobody can try them all, nor look them up in a table made before,
    so salt and a slow hash, which make up for guessable passwords, would only cost time on each
    request; and a hash without salt can be found by an index.
    """
    return sha256(text.encode()).hexdigest()


def create(
    session: Session,
    *,
    name: str,
    text: str,
    scope: Scope,
    now: datetime,
    expires_at: datetime | None = None,
) -> Token:
    """Keep the hash of the token ``text`` under ``name``.

    Raises:
        TokenRefused: The name was given before: it stands for one token for good, since it is
            written into what its holder does.
    """
    row = {
        "name": name,
        "prefix": text[:SHOWN],
        "digest": digest_of(text),
        "scope": scope,
        "created_at": now,
        "expires_at": expires_at,
    }
    if not insert_absent(session, TokenRow, [row], "id"):
        raise TokenRefused(
            f"a token is or was named {name!r}",
            fix="Choose another name: what a token did is kept under its name.",
        )
    return Token(name=name, prefix=text[:SHOWN], scope=scope, created_at=now, expires_at=expires_at)


def find(session: Session, text: str, *, now: datetime) -> Token | None:
    """Return the live token that ``text`` is; None for an unknown, expired or revoked one."""
    digest = digest_of(text)
    row = session.scalars(select(TokenRow).where(TokenRow.digest == digest)).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    token = _token(row)
    return token if token.is_live(now) else None


def every(session: Session) -> tuple[Token, ...]:
    """Return all tokens, the newest first, dead ones included."""
    statement = select(TokenRow).order_by(TokenRow.created_at.desc(), TokenRow.id.desc())
    return tuple(_token(row) for row in session.scalars(statement))


def any_was_made(session: Session) -> bool:
    """Whether there is a token, live or dead."""
    return session.scalar(select(TokenRow.id).limit(1)) is not None


def revoke(session: Session, name: str, *, now: datetime) -> Token:
    """End a token; of two who do so at once the first is kept, and both succeed.

    Raises:
        TokenNotFound: No token has this name.
    """
    statement = update(TokenRow).where(TokenRow.name == name, TokenRow.revoked_at.is_(None))
    session.execute(
        statement.values(revoked_at=now), execution_options={"synchronize_session": False}
    )
    row = session.scalars(select(TokenRow).where(TokenRow.name == name)).one_or_none()
    if row is None:
        raise TokenNotFound(f"no token is named {name!r}", fix="See them with `evals token list`.")
    return _token(row)


def note_use(session: Session, name: str, *, now: datetime) -> bool:
    """Keep when a token was used, once a minute at most; return whether anything was written."""
    due = or_(TokenRow.last_used_at.is_(None), TokenRow.last_used_at <= now - USE_NOTED_EVERY)
    statement = update(TokenRow).where(TokenRow.name == name, due)
    result = session.execute(
        statement.values(last_used_at=now), execution_options={"synchronize_session": False}
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _token(row: TokenRow) -> Token:
    return Token(
        name=row.name,
        prefix=row.prefix,
        scope=row.scope,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
