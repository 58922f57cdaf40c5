"""First tables: record, audit (append-only by triggers), revision, draft."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KIND, NAME, STAMP, DIGEST = sa.String(40), sa.String(200), sa.String(27), sa.String(64)

# INSERT OR REPLACE deletes without telling the trigger against DELETE, unless recursive_triggers is on: a tool that
# opens the file by itself does not set it, so the third trigger stops the INSERT.
SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq "
    "OR request_id = NEW.request_id OR (kind = NEW.kind AND record_id = NEW.record_id AND version = NEW.version)) "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision "
    "BEGIN SELECT RAISE(ABORT, 'a text may be erased, not changed'); END",
    "CREATE TRIGGER revision_no_replace BEFORE INSERT ON revision WHEN EXISTS (SELECT 1 FROM revision "
    "WHERE kind = NEW.kind AND record_id = NEW.record_id AND version = NEW.version) "
    "BEGIN SELECT RAISE(ABORT, 'a text may be erased, not changed'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON revision "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Make the tables and what keeps the audit append-only."""
    op.create_table(
        "record",
        sa.Column("kind", KIND, primary_key=True),
        sa.Column("id", NAME, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("scope", NAME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", STAMP, nullable=False),
        sa.Column("updated_at", STAMP, nullable=False),
        sa.Column("actor", NAME, nullable=False),
    )
    op.create_index("record_by_scope", "record", ["kind", "scope"])
    _audit()
    op.create_table(
        "revision",
        sa.Column("kind", KIND, primary_key=True),
        sa.Column("record_id", NAME, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("salt", DIGEST, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "draft",
        sa.Column("actor", NAME, primary_key=True),
        sa.Column("form", NAME, primary_key=True),
        sa.Column("kind", KIND, primary_key=True),
        sa.Column("record_id", NAME, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("version_seen", sa.Integer, nullable=False),
        sa.Column("updated_at", STAMP, nullable=False),
    )
    for trigger in POSTGRESQL_TRIGGERS if _postgresql() else SQLITE_TRIGGERS:
        op.execute(sa.DDL(trigger.replace("%", "%%")))


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("record_id", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", KIND, nullable=False),
        sa.Column("at_utc", STAMP, nullable=False),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("request_id", NAME, nullable=False),
        sa.Column("scope", NAME, nullable=False),
        sa.Column("before", DIGEST),
        sa.Column("after", DIGEST),
        sa.Column("prev_hash", DIGEST, nullable=False),
        sa.Column("hash", DIGEST, nullable=False),
        sa.UniqueConstraint("kind", "record_id", "version", name="audit_version_once"),
        sa.UniqueConstraint("request_id", name="audit_request_once"),
    )


def downgrade() -> None:
    """Drop everything; the triggers go with their tables."""
    for table in ("draft", "revision", "audit", "record"):
        op.drop_table(table)
    if _postgresql():
        op.execute("DROP FUNCTION refuse_change()")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
