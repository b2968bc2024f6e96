"""The first release: the engine's tables, the core plugins', and the triggers that guard history and registry."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TRIGGERS = Path(__file__).parents[1] / "triggers"


def upgrade() -> None:
    op.create_table(
        "attachment_bytes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_attachment_bytes")),
    )
    op.create_table(
        "demo_replay",
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("until", name=op.f("pk_demo_replay")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("deployed_by", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_index(op.f("ix_deployment_digest"), "deployment", ["digest"], unique=False)
    op.create_table(
        "division_finding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("table_name", sa.String(length=100), nullable=False),
        sa.Column("column_name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_finding")),
        sa.UniqueConstraint("plugin", "table_name", "column_name", "kind", name=op.f("uq_division_finding_plugin")),
    )
    op.create_table(
        "history_head",
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("county", name=op.f("pk_history_head")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "open311_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open311_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_open311_key_digest")),
    )
    op.create_table(
        "org_unit",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["org_unit.code"], name=op.f("fk_org_unit_parent_code_org_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_org_unit")),
    )
    op.create_index(op.f("ix_org_unit_path"), "org_unit", ["path"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "plugin_breaker",
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trips", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_plugin_breaker")),
    )
    op.create_table(
        "plugin_cursor",
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "county", name=op.f("pk_plugin_cursor")),
    )
    op.create_table(
        "plugin_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("function", sa.String(length=100), nullable=False),
        sa.Column("line", sa.String(length=250), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("org_unit", sa.String(length=64), nullable=False),
        sa.Column("org_path", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=100), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_delivery")),
    )
    op.create_index("ix_plugin_delivery_due", "plugin_delivery", ["plugin", "state", "due_at"], unique=False)
    op.create_index("ix_plugin_delivery_line", "plugin_delivery", ["line", "id"], unique=False)
    op.create_table(
        "plugin_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_event")),
    )
    op.create_index("ix_plugin_event_plugin", "plugin_event", ["plugin", "id"], unique=False)
    op.create_table(
        "plugin_report",
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("worker", "plugin", name=op.f("pk_plugin_report")),
    )
    op.create_table(
        "plugin_setting",
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "county", "key", name=op.f("pk_plugin_setting")),
    )
    op.create_table(
        "plugin_switch",
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "county", name=op.f("pk_plugin_switch")),
    )
    op.create_table(
        "work_calendar_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar_import")),
    )
    op.create_index("ix_work_calendar_import_part", "work_calendar_import", ["part", "id"], unique=False)
    op.create_table(
        "worker_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_worker_token_digest")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept_for", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["attachment_bytes.digest"], name=op.f("fk_attachment_digest_attachment_bytes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_digest", "attachment", ["digest"], unique=False)
    op.create_index("ix_attachment_kept_for", "attachment", ["kept_for"], unique=False)
    op.create_index(
        "ix_attachment_waiting",
        "attachment",
        ["uploaded_at"],
        unique=False,
        sqlite_where=sa.text("NOT submitted"),
        postgresql_where=sa.text("NOT submitted"),
    )
    op.create_table(
        "catalogue_item",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_catalogue_item_county_org_unit")),
        sa.ForeignKeyConstraint(["department"], ["org_unit.code"], name=op.f("fk_catalogue_item_department_org_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue_item")),
    )
    op.create_index(op.f("ix_catalogue_item_county"), "catalogue_item", ["county"], unique=False)
    op.create_index(op.f("ix_catalogue_item_department"), "catalogue_item", ["department"], unique=False)
    op.create_table(
        "deployed_file",
        sa.Column("deployment_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_deployed_file_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "path", name=op.f("pk_deployed_file")),
    )
    op.create_table(
        "division_finding_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["division_finding.id"], name=op.f("fk_division_finding_review_finding_id_division_finding")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_finding_review")),
    )
    op.create_index(
        op.f("ix_division_finding_review_finding_id"), "division_finding_review", ["finding_id"], unique=False
    )
    op.create_table(
        "grid_unit",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("community", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("institution", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_as_of", sa.Date(), nullable=False),
        sa.Column("population_source", sa.String(length=100), nullable=False),
        sa.Column("geometry", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("west", sa.Double(), nullable=True),
        sa.Column("south", sa.Double(), nullable=True),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("geometry IS NULL OR north IS NOT NULL", name=op.f("ck_grid_unit_bounds")),
        sa.ForeignKeyConstraint(["community"], ["org_unit.code"], name=op.f("fk_grid_unit_community_org_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grid_unit")),
    )
    op.create_index(op.f("ix_grid_unit_community"), "grid_unit", ["community"], unique=False)
    op.create_index("ix_grid_unit_place", "grid_unit", ["south", "west"], unique=False)
    op.create_table(
        "grid_worker",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_no", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_grid_worker_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_worker")),
        sa.UniqueConstraint("person_id", name=op.f("uq_grid_worker_person_id")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_grid_worker_staff_no")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id_person")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_login_session")),
    )
    op.create_index(op.f("ix_login_session_person_id"), "login_session", ["person_id"], unique=False)
    op.create_table(
        "person_post",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_unit"], ["org_unit.code"], name=op.f("fk_person_post_org_unit_org_unit")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_post_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_post")),
    )
    op.create_index("ix_person_post_group", "person_post", ["group", "org_unit"], unique=False)
    op.create_index(op.f("ix_person_post_person_id"), "person_post", ["person_id"], unique=False)
    op.create_table(
        "process_definition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("deployment_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_process_definition_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_definition")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_process_definition_key")),
    )
    op.create_table(
        "process_draft",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_process_draft_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_process_draft")),
    )
    op.create_table(
        "township_contact",
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("office_phone", sa.String(length=30), nullable=False),
        sa.Column("supervision_phone", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_township_contact_township_org_unit")),
        sa.PrimaryKeyConstraint("township", name=op.f("pk_township_contact")),
    )
    op.create_table(
        "training_policy",
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("untrained", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_training_policy_county_org_unit")),
        sa.PrimaryKeyConstraint("county", name=op.f("pk_training_policy")),
    )
    op.create_table(
        "training_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_training_session_township_org_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index(op.f("ix_training_session_township"), "training_session", ["township"], unique=False)
    op.create_table(
        "work_calendar_day",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["work_calendar_import.id"], name=op.f("fk_work_calendar_day_import_id_work_calendar_import")
        ),
        sa.PrimaryKeyConstraint("import_id", "date", name=op.f("pk_work_calendar_day")),
    )
    op.create_table(
        "process_instance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("definition_key", sa.String(length=100), nullable=False),
        sa.Column("business_key", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("org_path", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("milestone", sa.String(length=100), nullable=False),
        sa.Column("end_event", sa.String(length=100), nullable=True),
        sa.Column("state_blob", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name=op.f("fk_process_instance_definition_id_process_definition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_instance")),
        sa.UniqueConstraint("definition_key", "business_key", name=op.f("uq_process_instance_definition_key")),
    )
    op.create_index("ix_process_instance_org_path", "process_instance", ["org_path", "started_at"], unique=False)
    op.create_table(
        "start_timer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("definition_key", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_start_timer_definition_id_process_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_timer")),
        sa.UniqueConstraint("definition_key", "element_id", name=op.f("uq_start_timer_definition_key")),
    )
    op.create_table(
        "training_attendance",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("worker_id", sa.String(length=32), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_training_attendance_session_id_training_session")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["grid_worker.id"], name=op.f("fk_training_attendance_worker_id_grid_worker")
        ),
        sa.PrimaryKeyConstraint("session_id", "worker_id", name=op.f("pk_training_attendance")),
    )
    op.create_index(op.f("ix_training_attendance_worker_id"), "training_attendance", ["worker_id"], unique=False)
    op.create_table(
        "training_topic",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("item_code", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_code"], ["catalogue_item.code"], name=op.f("fk_training_topic_item_code_catalogue_item")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_training_topic_session_id_training_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "item_code", name=op.f("pk_training_topic")),
    )
    op.create_index(op.f("ix_training_topic_item_code"), "training_topic", ["item_code"], unique=False)
    op.create_table(
        "worker_engagement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker_id", sa.String(length=32), nullable=False),
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("employment", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("employer", sa.String(length=20), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_worker_engagement_dates_in_order")
        ),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_worker_engagement_township_org_unit")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["grid_worker.id"], name=op.f("fk_worker_engagement_worker_id_grid_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_engagement")),
    )
    op.create_index("ix_worker_engagement_township", "worker_engagement", ["township", "valid_from"], unique=False)
    op.create_index(op.f("ix_worker_engagement_worker_id"), "worker_engagement", ["worker_id"], unique=False)
    op.create_index(
        "uq_worker_engagement_open",
        "worker_engagement",
        ["worker_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "worker_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("worker_id", sa.String(length=32), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["org_unit.code"], name=op.f("fk_worker_event_place_org_unit")),
        sa.ForeignKeyConstraint(["worker_id"], ["grid_worker.id"], name=op.f("fk_worker_event_worker_id_grid_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_event")),
    )
    op.create_index("ix_worker_event_place", "worker_event", ["place", "id"], unique=False)
    op.create_index(op.f("ix_worker_event_worker_id"), "worker_event", ["worker_id"], unique=False)
    op.create_table(
        "attachment_reference",
        sa.Column("attachment_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_attachment_reference_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_attachment_reference_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("attachment_id", "instance_id", name=op.f("pk_attachment_reference")),
    )
    op.create_index("ix_attachment_reference_instance_id", "attachment_reference", ["instance_id"], unique=False)
    op.create_table(
        "catalogue",
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision_no", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("process_instance_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_catalogue_county_org_unit")),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_catalogue_process_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("county", "number", name=op.f("pk_catalogue")),
    )
    op.create_table(
        "catalogue_application",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item_code", sa.String(length=30), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("simplified", sa.Boolean(), nullable=False),
        sa.Column("process_instance_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("catalogue_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_catalogue_application_county_org_unit")),
        sa.ForeignKeyConstraint(
            ["department"], ["org_unit.code"], name=op.f("fk_catalogue_application_department_org_unit")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_catalogue_application_process_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_catalogue_application")),
        sa.UniqueConstraint("process_instance_id", name=op.f("uq_catalogue_application_process_instance_id")),
    )
    op.create_index(op.f("ix_catalogue_application_county"), "catalogue_application", ["county"], unique=False)
    op.create_index(op.f("ix_catalogue_application_department"), "catalogue_application", ["department"], unique=False)
    op.create_index(op.f("ix_catalogue_application_item_code"), "catalogue_application", ["item_code"], unique=False)
    op.create_table(
        "correlated_start",
        sa.Column("definition_key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_correlated_start_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("definition_key", "name", "correlation", name=op.f("pk_correlated_start")),
    )
    op.create_table(
        "demo_story",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_demo_story_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_demo_story")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_demo_story_instance_id")),
    )
    op.create_table(
        "division_proposal",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("org_path", sa.String(length=200), nullable=False),
        sa.Column("process_instance_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_division_proposal_process_instance_id_process_instance"),
        ),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_division_proposal_township_org_unit")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_division_proposal")),
        sa.UniqueConstraint("process_instance_id", name=op.f("uq_division_proposal_process_instance_id")),
    )
    op.create_index(op.f("ix_division_proposal_org_path"), "division_proposal", ["org_path"], unique=False)
    op.create_index(op.f("ix_division_proposal_township"), "division_proposal", ["township"], unique=False)
    op.create_table(
        "guarantee_lapse",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_code", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("process_instance_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("over_on IS NULL OR over_on >= found_on", name=op.f("ck_guarantee_lapse_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["item_code"], ["catalogue_item.code"], name=op.f("fk_guarantee_lapse_item_code_catalogue_item")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_guarantee_lapse_process_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_lapse")),
        sa.UniqueConstraint("process_instance_id", name=op.f("uq_guarantee_lapse_process_instance_id")),
    )
    op.create_index(
        "uq_guarantee_lapse_open",
        "guarantee_lapse",
        ["item_code", "reason"],
        unique=True,
        sqlite_where=sa.text("over_on IS NULL"),
        postgresql_where=sa.text("over_on IS NULL"),
    )
    op.create_table(
        "history_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=True),
        sa.Column("element_name", sa.String(length=200), nullable=False),
        sa.Column("token_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_history_event_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_history_event_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_event")),
        sa.UniqueConstraint("county", "seq", "at", name=op.f("uq_history_event_county")),
    )
    op.create_index("ix_history_event_instance_id", "history_event", ["instance_id", "id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("handler", sa.String(length=100), nullable=True),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("spared", sa.Integer(), nullable=False),
        sa.Column("held", sa.String(length=12), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_job_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_job_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_dead",
        "job",
        ["handler"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_job_external",
        "job",
        ["handler", "due_at"],
        unique=False,
        sqlite_where=sa.text("kind = 'external' AND state = 'waiting'"),
        postgresql_where=sa.text("kind = 'external' AND state = 'waiting'"),
    )
    op.create_index(
        "ix_job_held",
        "job",
        ["handler", "county", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
    )
    op.create_index("ix_job_instance_id", "job", ["instance_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation", sa.String(length=200), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_message_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_expires_at", "message", ["expires_at"], unique=False)
    op.create_index(
        "ix_message_waiting",
        "message",
        ["name", "correlation", "published_at"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("candidate_group", sa.String(length=64), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=64), nullable=True),
        sa.Column("acknowledged_by_name", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_notice_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["org_unit"], ["org_unit.code"], name=op.f("fk_notice_org_unit_org_unit")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_instance_id"), "notice", ["instance_id"], unique=False)
    op.create_index("ix_notice_recipient", "notice", ["candidate_group", "org_unit", "sent_at"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("definition_key", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_subscription_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_subscription_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(
        "ix_subscription_awaited", "subscription", ["kind", "name", "correlation", "created_at"], unique=False
    )
    op.create_index("ix_subscription_instance_id", "subscription", ["instance_id"], unique=False)
    op.create_table(
        "user_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=True),
        sa.Column("candidate_group", sa.String(length=64), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_basis", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_user_task_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_user_task_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_task")),
    )
    op.create_index(
        "ix_user_task_claimed",
        "user_task",
        ["assignee", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
    )
    op.create_index(
        "ix_user_task_inbox",
        "user_task",
        ["candidate_group", "org_unit", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_user_task_instance_id", "user_task", ["instance_id"], unique=False)
    op.create_table(
        "catalogue_consultation",
        sa.Column("application_no", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_no"],
            ["catalogue_application.no"],
            name=op.f("fk_catalogue_consultation_application_no_catalogue_application"),
        ),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_catalogue_consultation_county_org_unit")),
        sa.ForeignKeyConstraint(
            ["department"], ["org_unit.code"], name=op.f("fk_catalogue_consultation_department_org_unit")
        ),
        sa.PrimaryKeyConstraint("application_no", "round", name=op.f("pk_catalogue_consultation")),
    )
    op.create_index(op.f("ix_catalogue_consultation_county"), "catalogue_consultation", ["county"], unique=False)
    op.create_table(
        "catalogue_item_version",
        sa.Column("item_code", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("catalogue_number", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("worker_action", sa.String(length=20), nullable=False),
        sa.Column("requires_professional_skill", sa.Boolean(), nullable=False),
        sa.Column("requires_enforcement_qualification", sa.Boolean(), nullable=False),
        sa.Column("legal_bases", sa.JSON(), nullable=False),
        sa.Column("guarantees", sa.JSON(), nullable=False),
        sa.Column("temporary_until", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_because", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_catalogue_item_version_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["county", "catalogue_number"],
            ["catalogue.county", "catalogue.number"],
            name=op.f("fk_catalogue_item_version_county_catalogue"),
        ),
        sa.ForeignKeyConstraint(
            ["item_code"], ["catalogue_item.code"], name=op.f("fk_catalogue_item_version_item_code_catalogue_item")
        ),
        sa.PrimaryKeyConstraint("item_code", "number", name=op.f("pk_catalogue_item_version")),
    )
    op.create_index(
        "ix_catalogue_item_version_county", "catalogue_item_version", ["county", "valid_from"], unique=False
    )
    op.create_index(
        "uq_catalogue_item_version_open",
        "catalogue_item_version",
        ["item_code"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "division_plan",
        sa.Column("proposal_no", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("grids", sa.JSON(), nullable=False),
        sa.Column("writes", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_no"], ["division_proposal.no"], name=op.f("fk_division_plan_proposal_no_division_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_no", "version", name=op.f("pk_division_plan")),
    )
    op.create_table(
        "filing_record",
        sa.Column("proposal_no", sa.String(length=40), nullable=False),
        sa.Column("receipt_no", sa.String(length=100), nullable=False),
        sa.Column("remark", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_no"], ["division_proposal.no"], name=op.f("fk_filing_record_proposal_no_division_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_no", name=op.f("pk_filing_record")),
    )
    op.create_table(
        "job_lock",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_lock_job_id_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["token_id"], ["worker_token.id"], name=op.f("fk_job_lock_token_id_worker_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_lock")),
    )
    op.create_index("ix_job_lock_job_id", "job_lock", ["job_id"], unique=False)
    op.create_index("ix_job_lock_taken_at", "job_lock", ["taken_at"], unique=False)
    op.create_table(
        "registry_revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("proposal_no", sa.String(length=40), nullable=False),
        sa.Column("process_instance_id", sa.String(length=32), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("signatures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_registry_revision_process_instance_id_process_instance"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_no"], ["division_proposal.no"], name=op.f("fk_registry_revision_proposal_no_division_proposal")
        ),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_registry_revision_township_org_unit")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_registry_revision")),
        sa.UniqueConstraint("process_instance_id", name=op.f("uq_registry_revision_process_instance_id")),
        sa.UniqueConstraint("proposal_no", name=op.f("uq_registry_revision_proposal_no")),
    )
    op.create_index(op.f("ix_registry_revision_township"), "registry_revision", ["township"], unique=False)
    op.create_table(
        "grid",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("community", sa.String(length=20), nullable=False),
        sa.Column("township", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("setting", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_revision", sa.Integer(), nullable=False),
        sa.Column("ended_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'comprehensive' AND substr(code, 13, 2) = '-C') OR (kind = 'exclusive' AND substr(code, 13, 2) = '-E')",
            name=op.f("ck_grid_kind_in_code"),
        ),
        sa.CheckConstraint("setting IN ('urban', 'rural')", name=op.f("ck_grid_setting")),
        sa.CheckConstraint("(valid_to IS NULL) = (ended_revision IS NULL)", name=op.f("ck_grid_ends_once")),
        sa.CheckConstraint("substr(code, 1, 12) = community", name=op.f("ck_grid_community_in_code")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_dates_in_order")),
        sa.ForeignKeyConstraint(["community"], ["org_unit.code"], name=op.f("fk_grid_community_org_unit")),
        sa.ForeignKeyConstraint(
            ["created_revision"], ["registry_revision.number"], name=op.f("fk_grid_created_revision_registry_revision")
        ),
        sa.ForeignKeyConstraint(
            ["ended_revision"], ["registry_revision.number"], name=op.f("fk_grid_ended_revision_registry_revision")
        ),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_grid_township_org_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grid")),
    )
    op.create_index(op.f("ix_grid_community"), "grid", ["community"], unique=False)
    op.create_index(op.f("ix_grid_township"), "grid", ["township"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("receipt_no", sa.String(length=30), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("item_code", sa.String(length=30), nullable=True),
        sa.Column("application_no", sa.String(length=40), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("handled", sa.String(length=20), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.String(length=64), nullable=True),
        sa.Column("replied_by_name", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_no", "round"],
            ["catalogue_consultation.application_no", "catalogue_consultation.round"],
            name=op.f("fk_opinion_application_no_catalogue_consultation"),
        ),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_opinion_county_org_unit")),
        sa.ForeignKeyConstraint(
            ["item_code"], ["catalogue_item.code"], name=op.f("fk_opinion_item_code_catalogue_item")
        ),
        sa.PrimaryKeyConstraint("receipt_no", name=op.f("pk_opinion")),
    )
    op.create_index("ix_opinion_application_no", "opinion", ["application_no", "round"], unique=False)
    op.create_index("ix_opinion_county", "opinion", ["county", "given_at"], unique=False)
    op.create_table(
        "grid_assignment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker_id", sa.String(length=32), nullable=False),
        sa.Column("grid_code", sa.String(length=20), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_assignment_dates_in_order")
        ),
        sa.ForeignKeyConstraint(["grid_code"], ["grid.code"], name=op.f("fk_grid_assignment_grid_code_grid")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["grid_worker.id"], name=op.f("fk_grid_assignment_worker_id_grid_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_assignment")),
    )
    op.create_index(op.f("ix_grid_assignment_grid_code"), "grid_assignment", ["grid_code"], unique=False)
    op.create_index(op.f("ix_grid_assignment_worker_id"), "grid_assignment", ["worker_id"], unique=False)
    op.create_index(
        "uq_grid_assignment_open",
        "grid_assignment",
        ["worker_id", "grid_code"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_index(
        "uq_grid_assignment_primary",
        "grid_assignment",
        ["grid_code"],
        unique=True,
        sqlite_where=sa.text("is_primary AND valid_to IS NULL"),
        postgresql_where=sa.text("is_primary AND valid_to IS NULL"),
    )
    op.create_table(
        "grid_lineage",
        sa.Column("predecessor", sa.String(length=20), nullable=False),
        sa.Column("successor", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["predecessor"], ["grid.code"], name=op.f("fk_grid_lineage_predecessor_grid")),
        sa.ForeignKeyConstraint(
            ["revision"], ["registry_revision.number"], name=op.f("fk_grid_lineage_revision_registry_revision")
        ),
        sa.ForeignKeyConstraint(["successor"], ["grid.code"], name=op.f("fk_grid_lineage_successor_grid")),
        sa.PrimaryKeyConstraint("predecessor", "successor", name=op.f("pk_grid_lineage")),
    )
    op.create_index(op.f("ix_grid_lineage_successor"), "grid_lineage", ["successor"], unique=False)
    op.create_table(
        "grid_unit_membership",
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("created_revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grid_code", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (ended_revision IS NULL)", name=op.f("ck_grid_unit_membership_ends_once")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_unit_membership_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["created_revision"],
            ["registry_revision.number"],
            name=op.f("fk_grid_unit_membership_created_revision_registry_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_revision"],
            ["registry_revision.number"],
            name=op.f("fk_grid_unit_membership_ended_revision_registry_revision"),
        ),
        sa.ForeignKeyConstraint(["grid_code"], ["grid.code"], name=op.f("fk_grid_unit_membership_grid_code_grid")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["grid_unit.code"], name=op.f("fk_grid_unit_membership_unit_code_grid_unit")
        ),
        sa.PrimaryKeyConstraint("unit_code", "created_revision", name=op.f("pk_grid_unit_membership")),
    )
    op.create_index(op.f("ix_grid_unit_membership_grid_code"), "grid_unit_membership", ["grid_code"], unique=False)
    op.create_index(
        "uq_grid_unit_membership_open",
        "grid_unit_membership",
        ["unit_code"],
        unique=True,
        sqlite_where=sa.text("ended_revision IS NULL"),
        postgresql_where=sa.text("ended_revision IS NULL"),
    )
    op.create_table(
        "grid_version",
        sa.Column("grid_code", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["grid_code"], ["grid.code"], name=op.f("fk_grid_version_grid_code_grid")),
        sa.ForeignKeyConstraint(
            ["revision"], ["registry_revision.number"], name=op.f("fk_grid_version_revision_registry_revision")
        ),
        sa.PrimaryKeyConstraint("grid_code", "revision", name=op.f("pk_grid_version")),
    )
    op.create_table(
        "incident",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("township", sa.String(length=20), nullable=True),
        sa.Column("grid", sa.String(length=20), nullable=True),
        sa.Column("grid_as_of", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=30), nullable=True),
        sa.Column("item_version", sa.Integer(), nullable=True),
        sa.Column("must_refer", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("unacceptable", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("ordered_department", sa.String(length=20), nullable=True),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("routing", sa.JSON(), nullable=True),
        sa.Column("self_handling", sa.JSON(), nullable=True),
        sa.Column("self_handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_code", sa.String(length=30), nullable=True),
        sa.Column("closing_note", sa.JSON(), nullable=False),
        sa.Column("duplicate_of", sa.String(length=40), nullable=True),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("process_instance_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("NOT (must_refer AND state = 'self_handling')", name=op.f("ck_incident_referred_only")),
        sa.CheckConstraint("(grid IS NULL) = (grid_as_of IS NULL)", name=op.f("ck_incident_grid_as_of")),
        sa.CheckConstraint(
            "NOT (must_refer AND self_handled_at IS NOT NULL)", name=op.f("ck_incident_not_self_handled")
        ),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_incident_county_org_unit")),
        sa.ForeignKeyConstraint(["grid"], ["grid.code"], name=op.f("fk_incident_grid_grid")),
        sa.ForeignKeyConstraint(
            ["ordered_department"], ["org_unit.code"], name=op.f("fk_incident_ordered_department_org_unit")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_id"],
            ["process_instance.id"],
            name=op.f("fk_incident_process_instance_id_process_instance"),
        ),
        sa.ForeignKeyConstraint(["township"], ["org_unit.code"], name=op.f("fk_incident_township_org_unit")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_county", "incident", ["county", "state", "reported_at"], unique=False)
    op.create_index(op.f("ix_incident_grid"), "incident", ["grid"], unique=False)
    op.create_index("ix_incident_item", "incident", ["item", "reported_at"], unique=False)
    op.create_index(op.f("ix_incident_process_instance_id"), "incident", ["process_instance_id"], unique=False)
    op.create_index(op.f("ix_incident_township"), "incident", ["township"], unique=False)
    op.create_table(
        "incident_correction",
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_no"], ["incident.no"], name=op.f("fk_incident_correction_incident_no_incident")
        ),
        sa.PrimaryKeyConstraint("incident_no", "number", name=op.f("pk_incident_correction")),
    )
    op.create_table(
        "incident_reopening",
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("urgency_before", sa.String(length=20), nullable=False),
        sa.Column("closed_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_before", sa.String(length=30), nullable=True),
        sa.Column("note_before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_no"], ["incident.no"], name=op.f("fk_incident_reopening_incident_no_incident")
        ),
        sa.PrimaryKeyConstraint("incident_no", "number", name=op.f("pk_incident_reopening")),
    )
    op.create_table(
        "incident_reporter",
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("receipt_digest", sa.String(length=64), nullable=False),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_no"], ["incident.no"], name=op.f("fk_incident_reporter_incident_no_incident")
        ),
        sa.PrimaryKeyConstraint("incident_no", name=op.f("pk_incident_reporter")),
        sa.UniqueConstraint("receipt_digest", name=op.f("uq_incident_reporter_receipt_digest")),
    )
    op.create_index(op.f("ix_incident_reporter_person_id"), "incident_reporter", ["person_id"], unique=False)
    op.create_table(
        "incident_reporter_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_no"], ["incident.no"], name=op.f("fk_incident_reporter_look_incident_no_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_reporter_look")),
    )
    op.create_index(
        op.f("ix_incident_reporter_look_incident_no"), "incident_reporter_look", ["incident_no"], unique=False
    )
    op.create_table(
        "incident_supplement",
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_no"], ["incident.no"], name=op.f("fk_incident_supplement_incident_no_incident")
        ),
        sa.PrimaryKeyConstraint("incident_no", "number", name=op.f("pk_incident_supplement")),
    )
    op.create_table(
        "referral",
        sa.Column("no", sa.String(length=44), nullable=False),
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("designated", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sign_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_automatically", sa.Boolean(), nullable=False),
        sa.Column("return_request", sa.JSON(), nullable=True),
        sa.Column("handling", sa.JSON(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.JSON(), nullable=False),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT (designated AND state IN ('return_requested', 'returned'))", name=op.f("ck_referral_designated_stays")
        ),
        sa.CheckConstraint("role IN ('lead', 'assist')", name=op.f("ck_referral_role")),
        sa.ForeignKeyConstraint(["incident_no"], ["incident.no"], name=op.f("fk_referral_incident_no_incident")),
        sa.ForeignKeyConstraint(["unit"], ["org_unit.code"], name=op.f("fk_referral_unit_org_unit")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_referral")),
        sa.UniqueConstraint("incident_no", "number", name=op.f("uq_referral_incident_no")),
    )
    op.create_index("ix_referral_unit", "referral", ["unit", "state"], unique=False)
    op.create_index(
        "uq_referral_lead",
        "referral",
        ["incident_no"],
        unique=True,
        sqlite_where=sa.text("role = 'lead' AND ended_at IS NULL"),
        postgresql_where=sa.text("role = 'lead' AND ended_at IS NULL"),
    )
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("asked_in", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("solved", sa.String(length=10), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("annulled", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_no"], ["incident.no"], name=op.f("fk_satisfaction_incident_no_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
    )
    op.create_index(op.f("ix_satisfaction_incident_no"), "satisfaction", ["incident_no"], unique=False)
    op.create_table(
        "clock_extension",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("from_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_reporter", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["referral_no"], ["referral.no"], name=op.f("fk_clock_extension_referral_no_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_extension")),
    )
    op.create_index("ix_clock_extension_referral", "clock_extension", ["referral_no", "round"], unique=False)
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interim_measures", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_clock_pause_in_order")),
        sa.ForeignKeyConstraint(["referral_no"], ["referral.no"], name=op.f("fk_clock_pause_referral_no_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    op.create_index("ix_clock_pause_referral", "clock_pause", ["referral_no", "round"], unique=False)
    op.create_index(
        "uq_clock_pause_open",
        "clock_pause",
        ["referral_no"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "deadline_clock",
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total_seconds", sa.Integer(), nullable=False),
        sa.Column("remaining_seconds", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("explanation_zh", sa.Text(), nullable=False),
        sa.Column("explanation_en", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["referral_no"], ["referral.no"], name=op.f("fk_deadline_clock_referral_no_referral")),
        sa.PrimaryKeyConstraint("referral_no", "round", name=op.f("pk_deadline_clock")),
    )
    op.create_index(op.f("ix_deadline_clock_due_at"), "deadline_clock", ["due_at"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("no", sa.String(length=48), nullable=False),
        sa.Column("incident_no", sa.String(length=40), nullable=False),
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=30), nullable=True),
        sa.Column("claimant", sa.String(length=20), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("positions", sa.JSON(), nullable=False),
        sa.Column("arbiter", sa.String(length=20), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead", sa.String(length=20), nullable=True),
        sa.Column("assists", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claimant"], ["org_unit.code"], name=op.f("fk_dispute_claimant_org_unit")),
        sa.ForeignKeyConstraint(["county"], ["org_unit.code"], name=op.f("fk_dispute_county_org_unit")),
        sa.ForeignKeyConstraint(["incident_no"], ["incident.no"], name=op.f("fk_dispute_incident_no_incident")),
        sa.ForeignKeyConstraint(["lead"], ["org_unit.code"], name=op.f("fk_dispute_lead_org_unit")),
        sa.ForeignKeyConstraint(["referral_no"], ["referral.no"], name=op.f("fk_dispute_referral_no_referral")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_incident_no"), "dispute", ["incident_no"], unique=False)
    op.create_index("ix_dispute_precedent", "dispute", ["county", "item", "ruled_at"], unique=False)
    op.create_table(
        "supervision_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=10), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("org_unit", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["org_unit"], ["org_unit.code"], name=op.f("fk_supervision_notice_org_unit_org_unit")),
        sa.ForeignKeyConstraint(
            ["referral_no"], ["referral.no"], name=op.f("fk_supervision_notice_referral_no_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_notice")),
        sa.UniqueConstraint(
            "referral_no",
            "round",
            "rung",
            "step",
            "measure",
            "recipient",
            name=op.f("uq_supervision_notice_referral_no"),
        ),
    )
    op.create_index(op.f("ix_supervision_notice_org_unit"), "supervision_notice", ["org_unit"], unique=False)
    op.create_table(
        "verification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_no", sa.String(length=44), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("verifier_id", sa.String(length=64), nullable=False),
        sa.Column("verifier_name", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["referral_no"], ["referral.no"], name=op.f("fk_verification_referral_no_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_referral_no"), "verification", ["referral_no"], unique=False)
    connection = op.get_bind()
    for statement in (TRIGGERS / f"0001.{connection.dialect.name}.sql").read_text().split("-- next\n"):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # these depend on the tables
        op.execute("DROP TRIGGER IF EXISTS division_plan_guard_dated ON division_plan")
        op.execute("DROP FUNCTION IF EXISTS onegrid_plan_dated()")
        op.execute("DROP FUNCTION IF EXISTS onegrid_apply_plan(text, timestamp with time zone)")
        op.execute("DROP VIEW IF EXISTS grid_public")
    op.drop_index(op.f("ix_verification_referral_no"), table_name="verification")
    op.drop_table("verification")
    op.drop_index(op.f("ix_supervision_notice_org_unit"), table_name="supervision_notice")
    op.drop_table("supervision_notice")
    op.drop_index("ix_dispute_precedent", table_name="dispute")
    op.drop_index(op.f("ix_dispute_incident_no"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_index(op.f("ix_deadline_clock_due_at"), table_name="deadline_clock")
    op.drop_table("deadline_clock")
    op.drop_index(
        "uq_clock_pause_open",
        table_name="clock_pause",
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.drop_index("ix_clock_pause_referral", table_name="clock_pause")
    op.drop_table("clock_pause")
    op.drop_index("ix_clock_extension_referral", table_name="clock_extension")
    op.drop_table("clock_extension")
    op.drop_index(op.f("ix_satisfaction_incident_no"), table_name="satisfaction")
    op.drop_table("satisfaction")
    op.drop_index(
        "uq_referral_lead",
        table_name="referral",
        sqlite_where=sa.text("role = 'lead' AND ended_at IS NULL"),
        postgresql_where=sa.text("role = 'lead' AND ended_at IS NULL"),
    )
    op.drop_index("ix_referral_unit", table_name="referral")
    op.drop_table("referral")
    op.drop_table("incident_supplement")
    op.drop_index(op.f("ix_incident_reporter_look_incident_no"), table_name="incident_reporter_look")
    op.drop_table("incident_reporter_look")
    op.drop_index(op.f("ix_incident_reporter_person_id"), table_name="incident_reporter")
    op.drop_table("incident_reporter")
    op.drop_table("incident_reopening")
    op.drop_table("incident_correction")
    op.drop_index(op.f("ix_incident_township"), table_name="incident")
    op.drop_index(op.f("ix_incident_process_instance_id"), table_name="incident")
    op.drop_index("ix_incident_item", table_name="incident")
    op.drop_index(op.f("ix_incident_grid"), table_name="incident")
    op.drop_index("ix_incident_county", table_name="incident")
    op.drop_table("incident")
    op.drop_table("grid_version")
    op.drop_index(
        "uq_grid_unit_membership_open",
        table_name="grid_unit_membership",
        sqlite_where=sa.text("ended_revision IS NULL"),
        postgresql_where=sa.text("ended_revision IS NULL"),
    )
    op.drop_index(op.f("ix_grid_unit_membership_grid_code"), table_name="grid_unit_membership")
    op.drop_table("grid_unit_membership")
    op.drop_index(op.f("ix_grid_lineage_successor"), table_name="grid_lineage")
    op.drop_table("grid_lineage")
    op.drop_index(
        "uq_grid_assignment_primary",
        table_name="grid_assignment",
        sqlite_where=sa.text("is_primary AND valid_to IS NULL"),
        postgresql_where=sa.text("is_primary AND valid_to IS NULL"),
    )
    op.drop_index(
        "uq_grid_assignment_open",
        table_name="grid_assignment",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index(op.f("ix_grid_assignment_worker_id"), table_name="grid_assignment")
    op.drop_index(op.f("ix_grid_assignment_grid_code"), table_name="grid_assignment")
    op.drop_table("grid_assignment")
    op.drop_index("ix_opinion_county", table_name="opinion")
    op.drop_index("ix_opinion_application_no", table_name="opinion")
    op.drop_table("opinion")
    op.drop_index(op.f("ix_grid_township"), table_name="grid")
    op.drop_index(op.f("ix_grid_community"), table_name="grid")
    op.drop_table("grid")
    op.drop_index(op.f("ix_registry_revision_township"), table_name="registry_revision")
    op.drop_table("registry_revision")
    op.drop_index("ix_job_lock_taken_at", table_name="job_lock")
    op.drop_index("ix_job_lock_job_id", table_name="job_lock")
    op.drop_table("job_lock")
    op.drop_table("filing_record")
    op.drop_table("division_plan")
    op.drop_index(
        "uq_catalogue_item_version_open",
        table_name="catalogue_item_version",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index("ix_catalogue_item_version_county", table_name="catalogue_item_version")
    op.drop_table("catalogue_item_version")
    op.drop_index(op.f("ix_catalogue_consultation_county"), table_name="catalogue_consultation")
    op.drop_table("catalogue_consultation")
    op.drop_index("ix_user_task_instance_id", table_name="user_task")
    op.drop_index(
        "ix_user_task_inbox",
        table_name="user_task",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_user_task_claimed",
        table_name="user_task",
        sqlite_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
    )
    op.drop_table("user_task")
    op.drop_index("ix_subscription_instance_id", table_name="subscription")
    op.drop_index("ix_subscription_awaited", table_name="subscription")
    op.drop_table("subscription")
    op.drop_index("ix_notice_recipient", table_name="notice")
    op.drop_index(op.f("ix_notice_instance_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "ix_message_waiting",
        table_name="message",
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.drop_index("ix_message_expires_at", table_name="message")
    op.drop_table("message")
    op.drop_index("ix_job_instance_id", table_name="job")
    op.drop_index(
        "ix_job_held",
        table_name="job",
        sqlite_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
    )
    op.drop_index(
        "ix_job_external",
        table_name="job",
        sqlite_where=sa.text("kind = 'external' AND state = 'waiting'"),
        postgresql_where=sa.text("kind = 'external' AND state = 'waiting'"),
    )
    op.drop_index(
        "ix_job_due",
        table_name="job",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_job_dead",
        table_name="job",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_table("job")
    op.drop_index("ix_history_event_instance_id", table_name="history_event")
    op.drop_table("history_event")
    op.drop_index(
        "uq_guarantee_lapse_open",
        table_name="guarantee_lapse",
        sqlite_where=sa.text("over_on IS NULL"),
        postgresql_where=sa.text("over_on IS NULL"),
    )
    op.drop_table("guarantee_lapse")
    op.drop_index(op.f("ix_division_proposal_township"), table_name="division_proposal")
    op.drop_index(op.f("ix_division_proposal_org_path"), table_name="division_proposal")
    op.drop_table("division_proposal")
    op.drop_table("demo_story")
    op.drop_table("correlated_start")
    op.drop_index(op.f("ix_catalogue_application_item_code"), table_name="catalogue_application")
    op.drop_index(op.f("ix_catalogue_application_department"), table_name="catalogue_application")
    op.drop_index(op.f("ix_catalogue_application_county"), table_name="catalogue_application")
    op.drop_table("catalogue_application")
    op.drop_table("catalogue")
    op.drop_index("ix_attachment_reference_instance_id", table_name="attachment_reference")
    op.drop_table("attachment_reference")
    op.drop_index(op.f("ix_worker_event_worker_id"), table_name="worker_event")
    op.drop_index("ix_worker_event_place", table_name="worker_event")
    op.drop_table("worker_event")
    op.drop_index(
        "uq_worker_engagement_open",
        table_name="worker_engagement",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index(op.f("ix_worker_engagement_worker_id"), table_name="worker_engagement")
    op.drop_index("ix_worker_engagement_township", table_name="worker_engagement")
    op.drop_table("worker_engagement")
    op.drop_index(op.f("ix_training_topic_item_code"), table_name="training_topic")
    op.drop_table("training_topic")
    op.drop_index(op.f("ix_training_attendance_worker_id"), table_name="training_attendance")
    op.drop_table("training_attendance")
    op.drop_table("start_timer")
    op.drop_index("ix_process_instance_org_path", table_name="process_instance")
    op.drop_table("process_instance")
    op.drop_table("work_calendar_day")
    op.drop_index(op.f("ix_training_session_township"), table_name="training_session")
    op.drop_table("training_session")
    op.drop_table("training_policy")
    op.drop_table("township_contact")
    op.drop_table("process_draft")
    op.drop_table("process_definition")
    op.drop_index(op.f("ix_person_post_person_id"), table_name="person_post")
    op.drop_index("ix_person_post_group", table_name="person_post")
    op.drop_table("person_post")
    op.drop_index(op.f("ix_login_session_person_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_table("grid_worker")
    op.drop_index("ix_grid_unit_place", table_name="grid_unit")
    op.drop_index(op.f("ix_grid_unit_community"), table_name="grid_unit")
    op.drop_table("grid_unit")
    op.drop_index(op.f("ix_division_finding_review_finding_id"), table_name="division_finding_review")
    op.drop_table("division_finding_review")
    op.drop_table("deployed_file")
    op.drop_index(op.f("ix_catalogue_item_department"), table_name="catalogue_item")
    op.drop_index(op.f("ix_catalogue_item_county"), table_name="catalogue_item")
    op.drop_table("catalogue_item")
    op.drop_index(
        "ix_attachment_waiting",
        table_name="attachment",
        sqlite_where=sa.text("NOT submitted"),
        postgresql_where=sa.text("NOT submitted"),
    )
    op.drop_index("ix_attachment_kept_for", table_name="attachment")
    op.drop_index("ix_attachment_digest", table_name="attachment")
    op.drop_table("attachment")
    op.drop_table("worker_token")
    op.drop_index("ix_work_calendar_import_part", table_name="work_calendar_import")
    op.drop_table("work_calendar_import")
    op.drop_table("plugin_switch")
    op.drop_table("plugin_setting")
    op.drop_table("plugin_report")
    op.drop_index("ix_plugin_event_plugin", table_name="plugin_event")
    op.drop_table("plugin_event")
    op.drop_index("ix_plugin_delivery_line", table_name="plugin_delivery")
    op.drop_index("ix_plugin_delivery_due", table_name="plugin_delivery")
    op.drop_table("plugin_delivery")
    op.drop_table("plugin_cursor")
    op.drop_table("plugin_breaker")
    op.drop_table("person")
    op.drop_index(op.f("ix_org_unit_path"), table_name="org_unit")
    op.drop_table("org_unit")
    op.drop_table("open311_key")
    op.drop_table("idempotency_key")
    op.drop_table("history_head")
    op.drop_table("division_finding")
    op.drop_index(op.f("ix_deployment_digest"), table_name="deployment")
    op.drop_table("deployment")
    op.drop_table("demo_replay")
    op.drop_table("attachment_bytes")
    # the triggers went with their tables
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION onegrid_guard()")
        op.execute("DROP FUNCTION onegrid_incident_guard()")
        op.execute("DROP FUNCTION onegrid_append_only()")
