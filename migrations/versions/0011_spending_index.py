"""What was spent is summed up from an index, without reading samples."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_samples_spending",
        "samples",
        ["run_id", "cost_usd", "input_tokens", "output_tokens", "calls", "retries"],
    )


def downgrade() -> None:
    op.drop_index("ix_samples_spending", table_name="samples")
