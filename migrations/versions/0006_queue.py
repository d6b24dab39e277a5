"""The queue, the shards of a run, and the leases that share one key's connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_handed_runs()
    _create_run_shards()
    _create_key_leases()
    if op.get_bind().dialect.name == "postgresql":
        _create_queue()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _drop_queue()
    op.drop_table("key_leases")
    op.drop_table("run_shards")
    op.drop_table("handed_runs")


def _create_handed_runs() -> None:
    op.create_table(
        "handed_runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("handed_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_handed_runs_runs_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_handed_runs")),
    )
    op.create_index(
        op.f("ix_handed_runs_settled_at_handed_at"), "handed_runs", ["settled_at", "handed_at"]
    )


def _create_run_shards() -> None:
    op.create_table(
        "run_shards",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("shards", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("worker_host", sa.Text(), nullable=True),
        sa.Column("worker_pid", sa.Integer(), nullable=True),
        sa.Column("heartbeat_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'running', 'done', 'left')", name=op.f("ck_run_shards_state")
        ),
        sa.CheckConstraint("shard BETWEEN 1 AND shards", name=op.f("ck_run_shards_shard")),
        sa.CheckConstraint(
            "(state = 'running') = (heartbeat_at IS NOT NULL)",
            name=op.f("ck_run_shards_runs_or_rests"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_shards_runs_run_id")),
        sa.PrimaryKeyConstraint("run_id", "shard", name=op.f("pk_run_shards")),
    )


def _create_key_leases() -> None:
    op.create_table(
        "key_leases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("connection", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", "connection", name=op.f("pk_key_leases")),
    )
    op.create_index(op.f("ix_key_leases_holder"), "key_leases", ["holder"])


def _create_queue() -> None:
    """Let Procrastinate bring its own schema, of the version that is installed."""
    from procrastinate.schema import SchemaManager

    op.get_bind().exec_driver_sql(
        SchemaManager.get_schema(), execution_options={"no_parameters": True}
    )


_OURS_OF_PROCRASTINATE = {
    "TABLE": "SELECT tablename FROM pg_tables"
    " WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'",
    "FUNCTION": "SELECT proc.oid::regprocedure::text FROM pg_proc proc"
    " WHERE proc.pronamespace = current_schema()::regnamespace"
    " AND proc.proname LIKE 'procrastinate\\_%'",
    "TYPE": "SELECT typname FROM pg_type"
    " WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('c', 'e')"
    " AND typname LIKE 'procrastinate\\_%'",
}
"""What to drop, in this order: tables first, for they use the types."""


def _drop_queue() -> None:
    bind = op.get_bind()
    for kind, names in _OURS_OF_PROCRASTINATE.items():
        for name in bind.execute(sa.text(names)).scalars().all():
            bind.execute(sa.text(f"DROP {kind} IF EXISTS {name} CASCADE"))
