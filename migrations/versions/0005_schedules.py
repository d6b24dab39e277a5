"""When what is run against what, and each due moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_schedules()
    _create_slots()


def downgrade() -> None:
    op.drop_table("slots")
    op.drop_table("schedules")


def _create_schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("counted_to", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.CheckConstraint("source IN ('file', 'api')", name=op.f("ck_schedules_source")),
        sa.CheckConstraint(
            "(paused_at IS NULL) = (paused_by IS NULL)"
            " AND (paused_at IS NULL) = (paused_reason IS NULL)",
            name=op.f("ck_schedules_paused_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )


def _create_slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("deadline_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("lost_until", MOMENT, nullable=True),
        sa.Column("ping_attempts", sa.Integer(), nullable=False),
        sa.Column("ping_after", MOMENT, nullable=True),
        sa.Column("pinged_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'claimed', 'started', 'late', 'missed', 'overlapping', 'disabled')",
            name=op.f("ck_slots_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('started', 'late')) = (run_id IS NOT NULL)",
            name=op.f("ck_slots_run_when_started"),
        ),
        sa.ForeignKeyConstraint(
            ["schedule"], ["schedules.name"], name=op.f("fk_slots_schedules_schedule")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_slots_runs_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint(
            "schedule", "endpoint", "due_at", name=op.f("uq_slots_schedule_endpoint_due_at")
        ),
        sa.UniqueConstraint("run_id", name=op.f("uq_slots_run_id")),
    )
    op.create_index(op.f("ix_slots_state_starts_at"), "slots", ["state", "starts_at"])
    op.create_index(op.f("ix_slots_decided_at"), "slots", ["decided_at"])
    op.create_index(op.f("ix_slots_due_at_id"), "slots", ["due_at", "id"])
