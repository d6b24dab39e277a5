"""Baselines: blessed once, retired at most once, never edited."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Digest, Instant, RowId


class BaselineRow(Base):
    """A named set of completed runs of one pin and suite."""

    __tablename__ = "baselines"
    __table_args__ = (
        ForeignKeyConstraint(["endpoint", "pin_digest"], ["pins.endpoint", "pins.digest"]),
        Index(None, "endpoint", "suite", "id"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    endpoint: Mapped[str]
    suite: Mapped[str]
    pin_digest: Mapped[Digest]
    who: Mapped[str]
    why: Mapped[str]
    created_at: Mapped[Instant]


class BaselineRunRow(Base):
    """A run that a baseline is made of; ``position`` keeps the order in which they were named."""

    __tablename__ = "baseline_runs"

    baseline_id: Mapped[RowId] = mapped_column(ForeignKey("baselines.id"), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True, index=True)
    position: Mapped[int]


class BaselineRetirementRow(Base):
    """The end of a baseline: a row of its own, since facts are insert-only."""

    __tablename__ = "baseline_retirements"

    baseline_id: Mapped[RowId] = mapped_column(
        ForeignKey("baselines.id"), primary_key=True, autoincrement=False
    )
    who: Mapped[str]
    why: Mapped[str]
    created_at: Mapped[Instant]
