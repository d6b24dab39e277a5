"""The outbox: what each channel is to be told, and every attempt to tell it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.alerting.delivery import Outcome, Standing
from service.db.base import Base, Document, Instant, RowId
from service.db.types import text_enum


class NotificationRow(Base):
    """One message to one channel, written in the transaction that decided it.

    ``key`` stays the same over all attempts, so that a receiver can drop a repetition. ``attempts``
    counts those that began; whoever raises it has the message until ``next_attempt_at``. ``tries``
    counts those since it was new, or was ``revivals`` times sent after all.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "standing", "next_attempt_at"),
        Index(None, "channel", "id"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    notice: Mapped[Document]
    standing: Mapped[Standing] = mapped_column(text_enum(Standing, "standing"))
    attempts: Mapped[int]
    tries: Mapped[int]
    revivals: Mapped[int]
    next_attempt_at: Mapped[Instant]
    created_at: Mapped[Instant]
    settled_at: Mapped[Instant | None]
    channel_left_at: Mapped[Instant | None]


class NotificationTransitionRow(Base):
    """A transition that a message tells; one message of a run may tell several."""

    __tablename__ = "notification_transitions"

    notification_id: Mapped[RowId] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    transition_id: Mapped[RowId] = mapped_column(
        ForeignKey("alert_transitions.id"), primary_key=True, index=True
    )


class NotificationAttemptRow(Base):
    """What became of one attempt, once it is known; ``receipt`` is what the channel answered."""

    __tablename__ = "notification_attempts"

    notification_id: Mapped[RowId] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome, "outcome"))
    reason: Mapped[str]
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[Instant]
