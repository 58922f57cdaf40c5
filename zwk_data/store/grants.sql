-- PostgreSQL: what the role of the running dashboard may do, run by the owner of the schema after the first start.
-- Migrations and restores are the owner's; the audit can then only grow, even for somebody who has the role's password.
GRANT USAGE ON SCHEMA zwk TO zwk_app;
GRANT SELECT ON zwk.alembic_version TO zwk_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON zwk.record, zwk.draft TO zwk_app;
GRANT SELECT, INSERT, DELETE ON zwk.revision TO zwk_app;
GRANT SELECT, INSERT ON zwk.audit TO zwk_app;
