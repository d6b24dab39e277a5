"""Verdicts: derived, so they can be derived again; each derivation is a new row."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from evals.verdict import VerdictKind
from service.db.base import Base, Digest, Document, Instant, RowId, Sentences
from service.db.types import text_enum


class VerdictRow(Base):
    """One judgement of a run: under which policy, by which code, against which baseline."""

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "run_id", "id"),)

    id: Mapped[RowId] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    baseline_id: Mapped[RowId | None] = mapped_column(ForeignKey("baselines.id"))
    policy_digest: Mapped[Digest] = mapped_column(ForeignKey("policies.digest"))
    code_version: Mapped[str]
    kind: Mapped[VerdictKind] = mapped_column(text_enum(VerdictKind, "kind"))
    alpha: Mapped[float]
    pin_broken: Mapped[bool]
    reasons: Mapped[Sentences]
    comparison: Mapped[Document]
    created_at: Mapped[Instant]


class TaskVerdictRow(Base):
    """The judgement of one task."""

    __tablename__ = "task_verdicts"

    verdict_id: Mapped[RowId] = mapped_column(ForeignKey("verdicts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str]
    kind: Mapped[VerdictKind] = mapped_column(text_enum(VerdictKind, "kind"))
    reasons: Mapped[Sentences]
