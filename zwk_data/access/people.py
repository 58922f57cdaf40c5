"""A person of this run and what their roles allow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from zwk_data.language import GERMAN, Language

Role = Literal["reader", "editor", "decider", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
EVERYWHERE = "*"  # in place of a municipality: all of them, and what belongs to none

# What can be done, and the least role that may; ``refresh`` and ``accounts`` concern all municipalities at once.
ACTIONS: Mapping[str, Role] = MappingProxyType({
    "read_internal": "reader",  # the plan with what is not published
    "edit": "editor",  # entries, capacities, notes, status sheets
    "own_data": "editor",
    "scenarios": "editor",
    "publish": "decider",  # or withdraw
    "share": "decider",  # guest links
    "decide": "decider",  # decisions of a round
    "roles": "admin",  # of one municipality
    "erase": "admin",  # texts and names for good
    "refresh": "admin",  # figures from outside
    "accounts": "admin",  # end sessions
})  # fmt: skip
OF_ALL = ("refresh", "accounts")
WITHOUT_ACCOUNT = "ohne Anmeldung"  # who acts, where nobody has to sign in


class Denied(PermissionError):
    """An action is not allowed; ``reason_de`` says so to the reader."""

    reason_de = "Dazu sind Sie hier nicht berechtigt."

    def __init__(self, action: str, ags: str) -> None:
        self.action, self.ags = action, ags
        super().__init__(f"{action} in {ags or 'no municipality'}")

    def reason(self, language: Language = GERMAN) -> str:
        """Return the reason in the reader's language."""
        return language.text("Dazu sind Sie hier nicht berechtigt.")


@dataclass(frozen=True)
class Person:
    """Who acts: nobody known, the one who sits at this machine, or an account that has signed in.

    ``roles`` gives the role for the canonical key of a municipality or ``EVERYWHERE``; ``name`` is for the reader.
    """

    kind: Literal["nobody", "local", "account"] = "nobody"
    account: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    name: str = ""

    def may(self, action: str, ags: str = "") -> bool:
        """Tell whether an action is allowed in a municipality (its canonical key).

        Raises:
            KeyError: there is no such action.
        """
        least = ACTIONS[action]
        granted = [self.roles.get(EVERYWHERE)]
        if ags and action not in OF_ALL:
            granted.append(self.roles.get(ags))
        return any(role in ROLES and ROLES.index(role) >= ROLES.index(least) for role in granted if role)

    @property
    def actor(self) -> str:
        """The account as the audit names it."""
        return self.account or WITHOUT_ACCOUNT


NOBODY = Person()
LOCAL = Person("local", "", MappingProxyType({EVERYWHERE: "admin"}))


def require(person: Person, action: str, ags: str = "") -> None:
    """Refuse what is not allowed.

    Raises:
        Denied: the person may not.
        KeyError: there is no such action.
    """
    if not person.may(action, ags):
        raise Denied(action, ags)
