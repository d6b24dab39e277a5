"""Schedules, and their slots: each due moment of each endpoint, once."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Document, Instant, RowId
from service.db.types import text_enum
from service.timetable.states import SlotState


class ScheduleSource(StrEnum):
    """Who made a schedule: ``evals.yaml``, or somebody through the API."""

    FILE = "file"
    API = "api"


class ScheduleRow(Base):
    """What is due when, as `evals.schedule.Schedule` says it; never deleted, at most retired.

    Every due moment up to ``counted_to`` has its slots.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        CheckConstraint(
            "(paused_at IS NULL) = (paused_by IS NULL)"
            " AND (paused_at IS NULL) = (paused_reason IS NULL)",
            name="paused_by_somebody",
        ),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[ScheduleSource] = mapped_column(text_enum(ScheduleSource, "source"))
    document: Mapped[Document]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    counted_to: Mapped[Instant]
    paused_at: Mapped[Instant | None]
    paused_by: Mapped[str | None]
    paused_reason: Mapped[str | None]
    retired_at: Mapped[Instant | None]


class SlotRow(Base):
    """One due moment of one endpoint. It moves only by conditional updates, each with a reason.

    ``starts_at`` is the due moment and its share of the spread; by ``deadline_at`` its check should
    have completed. With ``lost_until`` it stands for every moment up to there. The last three
    columns belong to the ping that goes outward once it has.
    """

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("schedule", "endpoint", "due_at"),
        UniqueConstraint("run_id"),
        CheckConstraint(
            "(state IN ('started', 'late')) = (run_id IS NOT NULL)", name="run_when_started"
        ),
        Index(None, "state", "starts_at"),
        Index(None, "decided_at"),
        Index(None, "due_at", "id"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(ForeignKey("schedules.name"))
    endpoint: Mapped[str]
    suite: Mapped[str]
    due_at: Mapped[Instant]
    starts_at: Mapped[Instant]
    deadline_at: Mapped[Instant]
    state: Mapped[SlotState] = mapped_column(text_enum(SlotState, "state"))
    reason: Mapped[str]
    decided_at: Mapped[Instant]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    lost_until: Mapped[Instant | None]
    ping_attempts: Mapped[int]
    ping_after: Mapped[Instant | None]
    pinged_at: Mapped[Instant | None]
