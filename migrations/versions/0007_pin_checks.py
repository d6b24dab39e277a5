"""What an endpoint reveals at no cost, day by day; and indexes that let old texts go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = ("text_digest", "error_digest", "parameters_digest")


def upgrade() -> None:
    op.create_table(
        "pin_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("pin_digest", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("stands_for", sa.Text(), nullable=True),
        sa.Column("shutdown_on", sa.Date(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('intact', 'suspect', 'broken', 'unknown')", name=op.f("ck_pin_checks_state")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint", "pin_digest"],
            ["pins.endpoint", "pins.digest"],
            name=op.f("fk_pin_checks_pins_endpoint_pin_digest"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_checks")),
        sa.UniqueConstraint("endpoint", "due_at", name=op.f("uq_pin_checks_endpoint_due_at")),
    )
    op.create_index(
        op.f("ix_pin_checks_endpoint_pin_digest_id"),
        "pin_checks",
        ["endpoint", "pin_digest", "id"],
    )
    # Without these, each text that retention deletes would be looked for in every sample.
    for column in TEXTS:
        op.create_index(op.f(f"ix_samples_{column}"), "samples", [column])


def downgrade() -> None:
    for column in reversed(TEXTS):
        op.drop_index(op.f(f"ix_samples_{column}"), "samples")
    op.drop_table("pin_checks")
