"""Tokens of the API: what they may do and until when; never the token itself."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Digest, Instant, RowId
from service.db.types import text_enum
from service.scopes import Scope


class TokenRow(Base):
    """One token: named for good, revoked at most once; only its last use moves."""

    __tablename__ = "tokens"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("digest"))

    id: Mapped[RowId] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[Digest]
    scope: Mapped[Scope] = mapped_column(text_enum(Scope, "scope"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None]
