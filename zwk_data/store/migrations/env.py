"""Alembic's entry: it runs on the connection it is handed, which holds the lock."""

from alembic import context

from zwk_data.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,  # on SQLite too: the driver leaves transactions to us
    transaction_per_migration=False,
)
context.run_migrations()
