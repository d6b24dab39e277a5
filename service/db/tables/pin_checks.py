"""What was seen of a pin without asking the model anything, look by look."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - SQLAlchemy reads the annotations at run time

from sqlalchemy import JSON, Date, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evals.pin_check import PinState
from service.db.base import Base, Digest, Instant, RowId
from service.db.types import text_enum


class PinCheckRow(Base):
    """One look at a pin.

    ``due_at`` is the moment that a regular look was due, unique by endpoint, so that several
    workers leave one row; a look that a person asked for has none. ``listed`` is None where the
    provider's list was not read.
    """

    __tablename__ = "pin_checks"
    __table_args__ = (
        ForeignKeyConstraint(["endpoint", "pin_digest"], ["pins.endpoint", "pins.digest"]),
        UniqueConstraint("endpoint", "due_at"),
        Index(None, "endpoint", "pin_digest", "id"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    pin_digest: Mapped[Digest]
    due_at: Mapped[Instant | None]
    checked_at: Mapped[Instant]
    state: Mapped[PinState] = mapped_column(text_enum(PinState, "state"))
    confirmed: Mapped[bool]
    listed: Mapped[bool | None]
    stands_for: Mapped[str | None]
    shutdown_on: Mapped[date | None] = mapped_column(Date)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSON)
