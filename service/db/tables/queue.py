"""What is handed to workers, the shards of a run, and the leases that share one key."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Instant
from service.db.types import text_enum


class ShardState(StrEnum):
    """Where a shard stands. It ends once, as `DONE` or `LEFT`."""

    OPEN = "open"
    RUNNING = "running"
    DONE = "done"
    LEFT = "left"
    """Its rest is left to whoever joins the shards."""


class HandedRunRow(Base):
    """A run that workers perform; runs of the command line are not here.

    ``attempts`` counts those since the last new sample, and ``samples`` says how many there were
    when the latest attempt began. Until ``not_before`` nobody need try; ``settled_at`` ends it.
    """

    __tablename__ = "handed_runs"
    __table_args__ = (Index(None, "settled_at", "handed_at"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    handed_at: Mapped[Instant]
    attempts: Mapped[int]
    samples: Mapped[int]
    not_before: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    reason: Mapped[str]


class RunShardRow(Base):
    """One share of a run, from 1 to ``shards``; its worker is set exactly while it runs."""

    __tablename__ = "run_shards"
    __table_args__ = (
        CheckConstraint("shard BETWEEN 1 AND shards", name="shard"),
        CheckConstraint("(state = 'running') = (heartbeat_at IS NOT NULL)", name="runs_or_rests"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    shards: Mapped[int]
    state: Mapped[ShardState] = mapped_column(text_enum(ShardState, "state"))
    attempts: Mapped[int]
    samples: Mapped[int]
    reason: Mapped[str]
    worker_host: Mapped[str | None]
    worker_pid: Mapped[int | None]
    heartbeat_at: Mapped[Instant | None]


class KeyLeaseRow(Base):
    """One connection under one key, numbered from 1, and who may use it until when.

    The unique number is what keeps all workers together within the limit.
    """

    __tablename__ = "key_leases"
    __table_args__ = (Index(None, "holder"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    connection: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires_at: Mapped[Instant]
