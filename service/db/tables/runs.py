"""Runs and their tasks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evals.records import RunStatus
from service.db.base import Base, Digest, Document, Instant
from service.db.types import text_enum


class RunRow(Base):
    """One execution of a suite against a pin. Only status, its times and fingerprint change.

    The worker and its heartbeat are set exactly while a process performs the run; who asked for it
    to be cancelled, until that process has noticed.
    """

    __tablename__ = "runs"
    __table_args__ = (
        ForeignKeyConstraint(["endpoint", "pin_digest"], ["pins.endpoint", "pins.digest"]),
        ForeignKeyConstraint(["suite", "suite_digest"], ["suites.name", "suites.digest"]),
        Index(None, "created_at", "id"),
        Index(None, "endpoint", "suite", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    pin_digest: Mapped[Digest]
    suite: Mapped[str]
    suite_digest: Mapped[Digest]
    status: Mapped[RunStatus] = mapped_column(text_enum(RunStatus, "status"))
    status_reason: Mapped[str]
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    completed_at: Mapped[Instant | None]
    options: Mapped[Document]
    code_version: Mapped[str]
    judge_pin_digest: Mapped[Digest | None]
    log_dir: Mapped[str | None]
    worker_host: Mapped[str | None]
    worker_pid: Mapped[int | None]
    heartbeat_at: Mapped[Instant | None]
    cancel_asked_at: Mapped[Instant | None]
    cancel_asked_by: Mapped[str | None]
    fingerprint: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    tasks: Mapped[list[RunTaskRow]] = relationship(
        lazy="raise", order_by=lambda: RunTaskRow.position
    )


class RunTaskRow(Base):
    """One task of a run: which version of which golden set, and how many samples were planned."""

    __tablename__ = "run_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["golden_set", "golden_set_version"],
            ["golden_set_versions.name", "golden_set_versions.label"],
        ),
        CheckConstraint("planned_samples >= 0", name="planned_samples"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    golden_set: Mapped[str]
    golden_set_version: Mapped[str]
    golden_set_digest: Mapped[Digest]
    task_version: Mapped[str]
    planned_samples: Mapped[int]
