"""Accounts: a name of our own for whoever signs in, and what admins are shown of it.

OpenID Connect promises one thing that stays and is never given to somebody else: the provider's ``iss`` with its
``sub``. An e-mail address may change, may be handed on with an office, and some providers do not say whether they have
checked it. So the account is made from ``iss`` and ``sub``; it fits every column of the store, and the audit, from
which nothing can be taken out, holds no name. The name an admin is shown stands in a record of its own (kind
``account``), written only when somebody asks for a role, and can be erased.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from zwk_data.access import roles
from zwk_data.access.people import EVERYWHERE, Denied, Person, require

if TYPE_CHECKING:
    from zwk_data.store import Record, Store

KIND = "account"
PREFIX, SIGNS = "konto-", 20  # 20 signs of base32: 100 bits
ACCOUNT = re.compile(r"konto-[a-z2-7]{20}")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Account:
    """What is kept of an account: the name it came with, and where it asked for a role (canonical keys)."""

    id: str
    name: str
    asked: tuple[str, ...] = ()


def account_of(issuer: str, subject: str) -> str:
    """Return the account of a provider's subject: ``konto-`` and 20 signs.

    Raises:
        ValueError: one of both is empty.
    """
    if not issuer or not subject:
        raise ValueError("an account needs issuer and subject")
    raw = hashlib.sha256(f"{len(issuer)}:{issuer}{subject}".encode("utf-8", "surrogatepass")).digest()
    return PREFIX + base64.b32encode(raw).decode("ascii").lower()[:SIGNS]


def display_name(claims: Mapping[str, object]) -> str:
    """Return how a signed-in person is shown: e-mail address, else user name, else name; empty without any."""
    for key in ("email", "preferred_username", "name"):
        text = "".join(sign for sign in str(claims.get(key) or "") if sign.isprintable()).strip()
        if text:
            return text[:LONGEST_NAME]
    return ""


def known(store: "Store") -> dict[str, Account]:
    """Return the accounts that have asked for a role, by id."""
    return {record.id: _read(record) for record in store.records(KIND)}


def names(store: "Store", person: Person, ags: str) -> dict[str, str]:
    """Return the names of those with a role in a municipality, for people who may read its internal data.

    Whoever has no role there any more is shown by account only.
    """
    if not person.may("read_internal", ags):
        return {}
    held = {one.account for one in roles.assignments(store) if one.place in (ags, EVERYWHERE)}
    return {one.id: one.name for one in known(store).values() if one.id in held and one.name}


def ask(store: "Store", person: Person, ags: str) -> None:
    """Ask for a role in a municipality; from then on its admins are shown the name.

    Raises:
        Denied: nobody has signed in.
        NotSaved: as in ``Store.save``.
    """
    if person.kind != "account":
        raise Denied("ask", ags)
    record = store.get(KIND, person.account)
    asked = list(_read(record).asked) if record else []
    wanted = {"name": person.name, "asked": sorted({*asked, ags})[:40]}
    if record is None or dict(record.body) != wanted:
        store.save(KIND, person.account, wanted, seen_version=record.version if record else 0, actor=person.actor,
                   request_id=str(uuid4()))  # fmt: skip


def answered(store: "Store", person: Person, account: str, ags: str) -> None:
    """Note that a request has been answered; the name stays for the lists.

    Raises:
        Denied: the person may not give roles there.
        NotSaved: as in ``Store.save``.
    """
    require(person, "roles", ags)
    record = store.get(KIND, account)
    if record is None or ags not in _read(record).asked:
        return
    left = [other for other in _read(record).asked if other != ags]
    store.save(KIND, account, {**record.body, "asked": left}, seen_version=record.version, actor=person.actor,
               request_id=str(uuid4()))  # fmt: skip


def forget(store: "Store", person: Person, account: str) -> None:
    """Erase the name of an account, with all versions of the record; roles stay.

    Raises:
        Denied: it is not the person's own account, and they may not erase everywhere.
    """
    if person.kind != "account" or person.account != account:
        require(person, "erase")
    record = store.get(KIND, account)
    if record:
        store.remove(KIND, account, seen_version=record.version, actor=person.actor, request_id=str(uuid4()),
                     erase=True)  # fmt: skip


def _read(record: "Record") -> Account:
    asked = record.body.get("asked")
    places = tuple(str(ags) for ags in asked) if isinstance(asked, list) else ()
    return Account(record.id, str(record.body.get("name") or ""), places)
