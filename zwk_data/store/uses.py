"""Which exhibit stands in which slide or meeting: what a revised figure has to be announced to.

An ordinary record of the kind ``exhibit_use``, so it is written, audited and restored like everything else.
"""

import hashlib
from dataclasses import asdict, dataclass
from uuid import uuid4

from zwk_data.store.errors import Conflict
from zwk_data.store.store import Store

KIND = "exhibit_use"


@dataclass(frozen=True)
class Use:
    """An exhibit's address, where it is used (slide, meeting), and the data state it was shown with."""

    address: str
    used_in: str
    data_state: str


def _id(address: str, used_in: str) -> str:
    return hashlib.sha256(f"{address}\n{used_in}".encode()).hexdigest()[:40]


def note_use(store: Store, use: Use, *, actor: str, scope: str = "") -> None:
    """Note that an exhibit is used somewhere; a later note of the same place takes the new data state.

    Raises:
        NotSaved: as in ``Store.save``.
    """
    for _ in range(10):
        known = store.get(KIND, _id(use.address, use.used_in))
        if known and known.body == asdict(use):
            return
        try:
            seen = known.version if known else 0
            store.save(KIND, _id(use.address, use.used_in), asdict(use), seen_version=seen, actor=actor,
                       request_id=str(uuid4()), scope=scope)  # fmt: skip
        except Conflict:
            continue  # somebody noted the same use: look again
        return


def drop_use(store: Store, address: str, used_in: str, *, actor: str) -> None:
    """Note that an exhibit is used there no longer.

    Raises:
        Conflict: somebody changed the note in between.
    """
    known = store.get(KIND, _id(address, used_in))
    if known:
        store.remove(KIND, known.id, seen_version=known.version, actor=actor, request_id=str(uuid4()), erase=False)


def uses(store: Store, scope: str | None = None) -> list[Use]:
    """Return all uses, sorted by address and place."""
    found = [Use(**record.body) for record in store.records(KIND, scope)]
    return sorted(found, key=lambda use: (use.address, use.used_in))
