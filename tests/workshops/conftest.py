"""What groups say is kept on a file of SQLite and on a real PostgreSQL, as everything in the store."""

from tests.store.conftest import cluster, store, url

__all__ = ["cluster", "store", "url"]
