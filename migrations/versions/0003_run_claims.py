"""Which process performs a run, and when it last gave a sign of life."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("worker_host", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("worker_pid", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        for column in ("heartbeat_at", "worker_pid", "worker_host"):
            runs.drop_column(column)
