"""Alerts, their transitions, and every attempt to tell somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=16)

STATES = "open acknowledged silenced resolved"
SEVERITIES = "page warning info"
KINDS = "series pin_broken not_measured missed_check judge_moved delivery_failing budget shutdown"
MESSAGES = "opened still_open acknowledged silenced resolved digest test"

TABLES = (
    "alerts",
    "alert_transitions",
    "notifications",
    "notification_transitions",
    "notification_attempts",
    "run_p_values",
)


def upgrade() -> None:
    _create_alerts()
    _create_alert_transitions()
    _create_notifications()
    _create_notification_transitions()
    _create_notification_attempts()
    _create_run_p_values()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    listed = ", ".join(repr(word) for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("severity", WORD, nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("silenced_until", MOMENT, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("good_checks", sa.Integer(), nullable=False),
        sa.Column("good_source", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("suspected", sa.JSON(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=True),
        _one_of("alerts", "kind", KINDS),
        _one_of("alerts", "severity", SEVERITIES),
        _one_of("alerts", "state", STATES),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("holds", name=op.f("uq_alerts_holds")),
    )
    op.create_index(
        op.f("ix_alerts_kind_endpoint_suite_name_id"),
        "alerts",
        ["kind", "endpoint", "suite", "name", "id"],
    )
    op.create_index(op.f("ix_alerts_state_id"), "alerts", ["state", "id"])


def _create_alert_transitions() -> None:
    op.create_table(
        "alert_transitions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("alert_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", WORD, nullable=True),
        sa.Column("after", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("severity", WORD, nullable=False),
        sa.Column("message", WORD, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _one_of("alert_transitions", "before", STATES),
        _one_of("alert_transitions", "after", STATES),
        _one_of("alert_transitions", "message", MESSAGES),
        _one_of("alert_transitions", "severity", SEVERITIES),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_transitions_alerts_alert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_transitions")),
        sa.UniqueConstraint(
            "alert_id", "number", name=op.f("uq_alert_transitions_alert_id_number")
        ),
    )


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("standing", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("revivals", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("channel_left_at", MOMENT, nullable=True),
        _one_of("notifications", "standing", "pending delivered failed dropped"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("key", name=op.f("uq_notifications_key")),
    )
    op.create_index(
        op.f("ix_notifications_standing_next_attempt_at"),
        "notifications",
        ["standing", "next_attempt_at"],
    )
    op.create_index(op.f("ix_notifications_channel_id"), "notifications", ["channel", "id"])


def _create_notification_transitions() -> None:
    op.create_table(
        "notification_transitions",
        sa.Column("notification_id", ROW_ID, nullable=False),
        sa.Column("transition_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_notification_transitions_notifications_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["transition_id"],
            ["alert_transitions.id"],
            name=op.f("fk_notification_transitions_alert_transitions_transition_id"),
        ),
        sa.PrimaryKeyConstraint(
            "notification_id", "transition_id", name=op.f("pk_notification_transitions")
        ),
    )
    op.create_index(
        op.f("ix_notification_transitions_transition_id"),
        "notification_transitions",
        ["transition_id"],
    )


def _create_notification_attempts() -> None:
    op.create_table(
        "notification_attempts",
        sa.Column("notification_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _one_of("notification_attempts", "outcome", "delivered passing permanent"),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_notification_attempts_notifications_notification_id"),
        ),
        sa.PrimaryKeyConstraint("notification_id", "number", name=op.f("pk_notification_attempts")),
    )


def _create_run_p_values() -> None:
    op.create_table(
        "run_p_values",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("completed_at", MOMENT, nullable=False),
        sa.Column("p_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_p_values_runs_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_p_values")),
    )
    op.create_index(op.f("ix_run_p_values_completed_at"), "run_p_values", ["completed_at"])
