"""Roles in the store: who may what in which municipality, given and taken by those who may.

One record (kind ``role``, id and scope the municipality) holds all roles there, so that two people who change them at
once cannot both be right: the second one's change is made anew on what the first one saved. Otherwise the two last
admins everywhere could take each other's role.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import uuid4

from zwk_data.access.people import EVERYWHERE, ROLES, Person, Role, require
from zwk_data.language import GERMAN, Language

if TYPE_CHECKING:
    from zwk_data.store import Store

KIND = "role"
PLACE = re.compile(r"[^\s:]{2,60}|\*")
ACCOUNT_NAME = 200  # signs, as the store takes them
TRIES = 20


class LastAdmin(RuntimeError):
    """The only admin everywhere cannot be taken away: nobody could give roles any more."""

    reason_de = "Diese Rolle lässt sich nicht entziehen: Es muss mindestens eine Person geben, die überall verwaltet."

    def reason(self, language: Language = GERMAN) -> str:
        """Return the reason in the reader's language."""
        return language.text(
            "Diese Rolle lässt sich nicht entziehen: Es muss mindestens eine Person geben, die überall verwaltet."
        )


@dataclass(frozen=True)
class Assignment:
    """One role of one account in one municipality (its canonical key) or ``EVERYWHERE``."""

    account: str
    place: str
    role: Role


def person_of(store: "Store", account: str, name: str = "") -> Person:
    """Return the person behind an account with the roles they have now; without any they may nothing.

    Raises:
        Unreadable: the store does not answer.
    """
    held = {one.place: one.role for one in assignments(store) if one.account == account}
    return Person("account", account, MappingProxyType(held), name)


class Roles:
    """The roles in a store, as one person may see and change them."""

    def __init__(self, store: "Store", person: Person) -> None:
        self._store, self.person = store, person

    def at(self, place: str) -> list[Assignment]:
        """Return the roles held in a municipality or ``EVERYWHERE``, by account.

        Raises:
            Denied: the person may not give roles there.
        """
        self._require(place)
        return [Assignment(account, place, role) for account, role in sorted(_held(self._store, place)[1].items())]

    def everything(self) -> list[Assignment]:
        """Return all roles.

        Raises:
            Denied: the person may not give roles everywhere.
        """
        self._require(EVERYWHERE)
        return sorted(assignments(self._store), key=lambda one: (one.place, one.account))

    def grant(self, account: str, place: str, role: Role) -> None:
        """Give an account a role in a municipality or ``EVERYWHERE``, in place of the one it has there.

        Raises:
            Denied: the person may not give roles there.
            LastAdmin: it would leave nobody who is admin everywhere.
            ValueError: no such role, or a name that cannot be one.
            NotSaved, Conflict: as in ``Store.save``.
        """
        if role not in ROLES:
            raise ValueError(f"role: {role!r}")
        self._change(account, place, lambda held: {**held, account: role})

    def revoke(self, account: str, place: str) -> None:
        """Take the role of an account in a municipality or ``EVERYWHERE``; nothing happens where it has none.

        Raises:
            Denied, LastAdmin, ValueError, NotSaved, Conflict: as in ``grant``.
        """
        self._change(account, place, lambda held: {other: role for other, role in held.items() if other != account})

    def _change(self, account: str, place: str, change: Callable[[Mapping[str, Role]], dict[str, Role]]) -> None:
        from zwk_data.store import Conflict

        self._require(place)
        if not PLACE.fullmatch(place) or not account or len(account) > ACCOUNT_NAME or not account.isprintable():
            raise ValueError(f"account or place: {account!r}, {place!r}")
        for last in range(TRIES - 1, -1, -1):
            version, held = _held(self._store, place)
            after = change(held)
            if after == held:
                return
            if place == EVERYWHERE and "admin" in held.values() and "admin" not in after.values():
                raise LastAdmin
            try:
                self._store.save(KIND, place, {"roles": after}, seen_version=version, actor=self.person.actor,
                                 request_id=str(uuid4()), scope=place)  # fmt: skip
            except Conflict:  # somebody else gave or took one at the same time: look again
                if not last:
                    raise
            else:
                return

    def _require(self, place: str) -> None:
        require(self.person, "roles", "" if place == EVERYWHERE else place)


def _held(store: "Store", place: str) -> tuple[int, dict[str, Role]]:
    """Return the version of a municipality's record and the roles in it, 0 and none where there is no record."""
    record = store.get(KIND, place)
    return (record.version, _roles(record.body)) if record else (0, {})


def assignments(store: "Store") -> list[Assignment]:
    """Return all roles, in no particular order: for the services, which ask for the right to show them."""
    return [
        Assignment(account, record.id, role)
        for record in store.records(KIND)
        for account, role in _roles(record.body).items()
    ]


def _roles(body: Mapping[str, object]) -> dict[str, Role]:
    """Read a body; a role this version does not know gives no right."""
    found = body.get("roles")
    return {str(one): role for one, role in found.items() if role in ROLES} if isinstance(found, dict) else {}
