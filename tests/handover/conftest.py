"""A store, and one on PostgreSQL, as in the tests of the store."""

from tests.store.conftest import cluster, store, url

__all__ = ["cluster", "store", "url"]
