"""Alerts, the only mutable state, and the transitions that changed them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice import NoticeKind
from service.alerting.alert import State
from service.db.base import Base, Instant, RowId, Sentences
from service.db.types import text_enum


class AlertRow(Base):
    """A condition from the moment that it was seen until it was over.

    ``holds`` is the condition while the alert is not resolved, and unique: nobody opens a second
    one. ``moves`` counts the transitions, and every change names the count that it follows.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(None, "kind", "endpoint", "suite", "name", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    kind: Mapped[ConditionKind] = mapped_column(text_enum(ConditionKind, "kind"))
    endpoint: Mapped[str]
    suite: Mapped[str]
    name: Mapped[str]
    holds: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[State] = mapped_column(text_enum(State, "state"))
    severity: Mapped[AlertSeverity] = mapped_column(text_enum(AlertSeverity, "severity"))
    confirmed: Mapped[bool]
    moves: Mapped[int]
    opened_at: Mapped[Instant]
    observed_at: Mapped[Instant]
    told_at: Mapped[Instant | None]
    silenced_until: Mapped[Instant | None]
    source: Mapped[str]
    good_checks: Mapped[int]
    good_source: Mapped[str]
    parts: Mapped[Sentences]
    suspected: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class AlertTransitionRow(Base):
    """One change of an alert: from where, to where, why, and by whom."""

    __tablename__ = "alert_transitions"
    __table_args__ = (UniqueConstraint("alert_id", "number"),)

    id: Mapped[RowId] = mapped_column(primary_key=True)
    alert_id: Mapped[RowId] = mapped_column(ForeignKey("alerts.id"))
    number: Mapped[int]
    before: Mapped[State | None] = mapped_column(text_enum(State, "before"))
    after: Mapped[State] = mapped_column(text_enum(State, "after"))
    reason: Mapped[str]
    actor: Mapped[str]
    source: Mapped[str]
    severity: Mapped[AlertSeverity] = mapped_column(text_enum(AlertSeverity, "severity"))
    message: Mapped[NoticeKind | None] = mapped_column(text_enum(NoticeKind, "message"))
    created_at: Mapped[Instant]


class RunPValuesRow(Base):
    """The p-values of a judged run that are pooled over endpoints; typed, so that none is parsed.

    A run that is judged again keeps those of its first judgement.
    """

    __tablename__ = "run_p_values"
    __table_args__ = (Index(None, "completed_at"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    endpoint: Mapped[str]
    suite: Mapped[str]
    completed_at: Mapped[Instant]
    p_values: Mapped[list[float]] = mapped_column(JSON)
