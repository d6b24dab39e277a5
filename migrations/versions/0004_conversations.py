"""Samples that took several calls, or shared one, and the alternatives of a first token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("samples", sa.Column("calls", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("samples", sa.Column("top_logprobs", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("samples") as samples:
        for column in ("top_logprobs", "calls"):
            samples.drop_column(column)
