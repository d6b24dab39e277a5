"""The base of all tables: names of constraints, and the types that columns are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, BigInteger, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

from service.db.types import AnyText, UtcDateTime

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

RowId = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]
"""A number that the database gives; SQLite counts only in a column of type INTEGER."""

Digest = Annotated[str, mapped_column(String(64))]
"""A sha256 as 64 hex digits."""

Instant = Annotated[datetime, mapped_column(UtcDateTime())]
"""An aware moment."""

Document = Annotated[dict[str, Any], mapped_column(JSON)]
"""A JSON object; on Postgres `json`, which keeps key order and escaped NULs, not `jsonb`."""

Sentences = Annotated[list[str], mapped_column(JSON)]
"""A JSON list of sentences."""


class Base(DeclarativeBase):
    """Root of the models. Tests build no table from it: only migrations do."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: AnyText}
