"""Samples, and the scores given to them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evals.call_state import CallState
from service.db.base import Base, Digest, Instant, RowId
from service.db.types import text_enum


class SampleRow(Base):
    """One attempt at one item; what is summed or filtered is a typed column.

    ``parameters_digest`` names the canonical JSON of what went over the wire: thousands of samples
    share one text. Whoever sums up what was spent reads the index alone.
    """

    __tablename__ = "samples"
    __table_args__ = (
        UniqueConstraint("run_id", "task", "item_id", "arm", "epoch"),
        ForeignKeyConstraint(["run_id", "task"], ["run_tasks.run_id", "run_tasks.name"]),
        CheckConstraint("epoch >= 1", name="epoch"),
        Index(
            "ix_samples_spending",
            *("run_id", "cost_usd", "input_tokens", "output_tokens", "calls", "retries"),
        ),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    run_id: Mapped[str]
    task: Mapped[str]
    item_id: Mapped[str]
    arm: Mapped[str]
    epoch: Mapped[int]
    item_digest: Mapped[Digest]
    text_digest: Mapped[Digest | None] = mapped_column(ForeignKey("texts.digest"), index=True)
    error_digest: Mapped[Digest | None] = mapped_column(ForeignKey("texts.digest"), index=True)
    parameters_digest: Mapped[Digest] = mapped_column(ForeignKey("texts.digest"), index=True)
    completed_at: Mapped[Instant]
    latency_seconds: Mapped[float | None]
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    cost_usd: Mapped[float | None]
    stop_reason: Mapped[str | None]
    served_model: Mapped[str | None]
    system_fingerprint: Mapped[str | None]
    calls: Mapped[int] = mapped_column(server_default="1")
    retries: Mapped[int]
    top_logprobs: Mapped[str | None]
    log_location: Mapped[str | None]
    log_sample_uuid: Mapped[str | None]


class ScoreRow(Base):
    """One scorer version's judgement; re-scoring adds a row, and the newest row counts."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("sample_id", "scorer", "scorer_version"),
        CheckConstraint("(state = 'ok') = (value IS NOT NULL)", name="ok_has_value"),
    )

    id: Mapped[RowId] = mapped_column(primary_key=True)
    sample_id: Mapped[RowId] = mapped_column(ForeignKey("samples.id"))
    scorer: Mapped[str]
    scorer_version: Mapped[str]
    state: Mapped[CallState] = mapped_column(text_enum(CallState, "state"))
    value: Mapped[float | None]
    passed: Mapped[bool | None]
    parsed: Mapped[str | None]
    reason: Mapped[str]
