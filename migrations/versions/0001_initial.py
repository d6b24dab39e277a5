"""Everything that the spine needs: contents, golden sets, runs, samples, baselines, verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DIGEST = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "texts",
    "pins",
    "suites",
    "policies",
    "golden_items",
    "golden_set_versions",
    "golden_set_members",
    "runs",
    "run_tasks",
    "samples",
    "scores",
    "baselines",
    "baseline_runs",
    "baseline_retirements",
    "verdicts",
    "task_verdicts",
)


def upgrade() -> None:
    _create_texts()
    _create_pins()
    _create_suites()
    _create_policies()
    _create_golden_items()
    _create_golden_set_versions()
    _create_golden_set_members()
    _create_runs()
    _create_run_tasks()
    _create_samples()
    _create_scores()
    _create_baselines()
    _create_baseline_runs()
    _create_baseline_retirements()
    _create_verdicts()
    _create_task_verdicts()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _one_of(column: str, words: str) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words.split())})"


def _create_texts() -> None:
    op.create_table(
        "texts",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_texts")),
    )


def _create_pins() -> None:
    op.create_table(
        "pins",
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("endpoint", "digest", name=op.f("pk_pins")),
    )


def _create_suites() -> None:
    op.create_table(
        "suites",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", "digest", name=op.f("pk_suites")),
    )


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policies")),
    )


def _create_golden_items() -> None:
    op.create_table(
        "golden_items",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("content_digest", DIGEST, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_golden_items")),
    )
    op.create_index(op.f("ix_golden_items_content_digest"), "golden_items", ["content_digest"])


def _create_golden_set_versions() -> None:
    op.create_table(
        "golden_set_versions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_golden_set_versions")),
    )
    op.create_index(op.f("ix_golden_set_versions_digest"), "golden_set_versions", ["digest"])


def _create_golden_set_members() -> None:
    op.create_table(
        "golden_set_members",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_digest", DIGEST, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_digest"],
            ["golden_items.digest"],
            name=op.f("fk_golden_set_members_golden_items_item_digest"),
        ),
        sa.ForeignKeyConstraint(
            ["name", "label"],
            ["golden_set_versions.name", "golden_set_versions.label"],
            name=op.f("fk_golden_set_members_golden_set_versions_name_label"),
        ),
        sa.PrimaryKeyConstraint("name", "label", "position", name=op.f("pk_golden_set_members")),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("pin_digest", DIGEST, nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("suite_digest", DIGEST, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("log_dir", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            _one_of("status", "planned running completed failed cancelled"),
            name=op.f("ck_runs_status"),
        ),
        sa.ForeignKeyConstraint(
            ["endpoint", "pin_digest"],
            ["pins.endpoint", "pins.digest"],
            name=op.f("fk_runs_pins_endpoint_pin_digest"),
        ),
        sa.ForeignKeyConstraint(
            ["suite", "suite_digest"],
            ["suites.name", "suites.digest"],
            name=op.f("fk_runs_suites_suite_suite_digest"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_created_at_id"), "runs", ["created_at", "id"])
    op.create_index(
        op.f("ix_runs_endpoint_suite_created_at_id"),
        "runs",
        ["endpoint", "suite", "created_at", "id"],
    )


def _create_run_tasks() -> None:
    op.create_table(
        "run_tasks",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("golden_set", sa.Text(), nullable=False),
        sa.Column("golden_set_version", sa.Text(), nullable=False),
        sa.Column("golden_set_digest", DIGEST, nullable=False),
        sa.Column("task_version", sa.Text(), nullable=False),
        sa.Column("planned_samples", sa.Integer(), nullable=False),
        sa.CheckConstraint("planned_samples >= 0", name=op.f("ck_run_tasks_planned_samples")),
        sa.ForeignKeyConstraint(
            ["golden_set", "golden_set_version"],
            ["golden_set_versions.name", "golden_set_versions.label"],
            name=op.f("fk_run_tasks_golden_set_versions_golden_set_golden_set_version"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_tasks_runs_run_id")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_run_tasks")),
    )


def _create_samples() -> None:
    op.create_table(
        "samples",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("item_digest", DIGEST, nullable=False),
        sa.Column("text_digest", DIGEST, nullable=True),
        sa.Column("error_digest", DIGEST, nullable=True),
        sa.Column("parameters_digest", DIGEST, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=False),
        sa.Column("latency_seconds", sa.Double(), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
        sa.Column("served_model", sa.Text(), nullable=True),
        sa.Column("system_fingerprint", sa.Text(), nullable=True),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("log_location", sa.Text(), nullable=True),
        sa.Column("log_sample_uuid", sa.Text(), nullable=True),
        sa.CheckConstraint("epoch >= 1", name=op.f("ck_samples_epoch")),
        sa.ForeignKeyConstraint(
            ["error_digest"], ["texts.digest"], name=op.f("fk_samples_texts_error_digest")
        ),
        sa.ForeignKeyConstraint(
            ["parameters_digest"], ["texts.digest"], name=op.f("fk_samples_texts_parameters_digest")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "task"],
            ["run_tasks.run_id", "run_tasks.name"],
            name=op.f("fk_samples_run_tasks_run_id_task"),
        ),
        sa.ForeignKeyConstraint(
            ["text_digest"], ["texts.digest"], name=op.f("fk_samples_texts_text_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint(
            "run_id",
            "task",
            "item_id",
            "arm",
            "epoch",
            name=op.f("uq_samples_run_id_task_item_id_arm_epoch"),
        ),
    )


def _create_scores() -> None:
    op.create_table(
        "scores",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sample_id", ROW_ID, nullable=False),
        sa.Column("scorer", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("parsed", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            _one_of(
                "state", "ok unparsed refused truncated filtered api_error timeout judge_failed"
            ),
            name=op.f("ck_scores_state"),
        ),
        sa.CheckConstraint(
            "(state = 'ok') = (value IS NOT NULL)", name=op.f("ck_scores_ok_has_value")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["samples.id"], name=op.f("fk_scores_samples_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
        sa.UniqueConstraint(
            "sample_id",
            "scorer",
            "scorer_version",
            name=op.f("uq_scores_sample_id_scorer_scorer_version"),
        ),
    )


def _create_baselines() -> None:
    op.create_table(
        "baselines",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("pin_digest", DIGEST, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint", "pin_digest"],
            ["pins.endpoint", "pins.digest"],
            name=op.f("fk_baselines_pins_endpoint_pin_digest"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baselines")),
        sa.UniqueConstraint("name", name=op.f("uq_baselines_name")),
    )
    op.create_index(
        op.f("ix_baselines_endpoint_suite_id"), "baselines", ["endpoint", "suite", "id"]
    )


def _create_baseline_runs() -> None:
    op.create_table(
        "baseline_runs",
        sa.Column("baseline_id", ROW_ID, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["baselines.id"], name=op.f("fk_baseline_runs_baselines_baseline_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_baseline_runs_runs_run_id")),
        sa.PrimaryKeyConstraint("baseline_id", "run_id", name=op.f("pk_baseline_runs")),
    )
    op.create_index(op.f("ix_baseline_runs_run_id"), "baseline_runs", ["run_id"])


def _create_baseline_retirements() -> None:
    op.create_table(
        "baseline_retirements",
        sa.Column("baseline_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["baseline_id"],
            ["baselines.id"],
            name=op.f("fk_baseline_retirements_baselines_baseline_id"),
        ),
        sa.PrimaryKeyConstraint("baseline_id", name=op.f("pk_baseline_retirements")),
    )


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("baseline_id", ROW_ID, nullable=True),
        sa.Column("policy_digest", DIGEST, nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("alpha", sa.Double(), nullable=False),
        sa.Column("pin_broken", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            _one_of("kind", "ok regressed improved changed inconclusive invalid"),
            name=op.f("ck_verdicts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["baselines.id"], name=op.f("fk_verdicts_baselines_baseline_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_digest"], ["policies.digest"], name=op.f("fk_verdicts_policies_policy_digest")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_verdicts_runs_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_run_id_id"), "verdicts", ["run_id", "id"])


def _create_task_verdicts() -> None:
    op.create_table(
        "task_verdicts",
        sa.Column("verdict_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            _one_of("kind", "ok regressed improved changed inconclusive invalid"),
            name=op.f("ck_task_verdicts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name=op.f("fk_task_verdicts_verdicts_verdict_id")
        ),
        sa.PrimaryKeyConstraint("verdict_id", "position", name=op.f("pk_task_verdicts")),
    )
