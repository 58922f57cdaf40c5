"""What people write: own figures, scenarios, plan entries, drafts. One transactional store, one way to write.

SQLite by default, PostgreSQL by ``ZWK_DATABASE_URL``; the only home of SQLAlchemy and Alembic. No object of either
leaves the package: callers get frozen dataclasses. A save names the version its form has seen; where somebody was
faster, ``Conflict`` carries both texts. Every save is one row of an append-only, hash-chained audit in the same
transaction.
"""

from zwk_data.store.errors import Conflict, NotSaved, StoreError
from zwk_data.store.records import Change, Draft, Record, Verification
from zwk_data.store.store import Store, open_store
from zwk_data.store.uses import Use, drop_use, note_use, uses

__all__ = [
    "Change",
    "Conflict",
    "Draft",
    "NotSaved",
    "Record",
    "Store",
    "StoreError",
    "Use",
    "Verification",
    "drop_use",
    "note_use",
    "open_store",
    "uses",
]
