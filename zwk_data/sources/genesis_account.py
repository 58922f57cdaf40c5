"""Accounts of the GENESIS databases: from the environment or a file of secrets, never from or into an address.

``ZWK_<NAME>_USER`` and ``ZWK_<NAME>_PASSWORD``, or ``ZWK_<NAME>_TOKEN``; else the table ``[<name>]`` with ``user`` and
``password`` or ``token`` of the TOML file named by ``ZWK_SECRETS``, which nobody else may read.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zwk_data.sources.errors import NoAccess

SECRETS = "ZWK_SECRETS"
PARTS = ("user", "password", "token")
HIDDEN = "***"


@dataclass(frozen=True)
class Account:
    """User and password, or a token, which cannot start jobs in the background."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether somebody can be signed in with it."""
        return bool((self.user and self.password) or self.token)

    @property
    def can_run_jobs(self) -> bool:
        """Only a user with password may start a job."""
        return bool(self.user and self.password)

    def headers(self) -> dict[str, str]:
        """Return the HTTP headers that carry it, as UTF-8."""
        user, password = (self.user, self.password) if self.can_run_jobs else (self.token, "")
        return {"username": _on_the_wire(user), "password": _on_the_wire(password)}

    def hidden_in(self, text: str) -> str:
        """Return a text of the provider without anything of the account that it repeats."""
        for secret in (self.password, self.token, self.user):
            text = text.replace(secret, HIDDEN) if secret else text
        return text


def account(name: str) -> Account:
    """Return the account of a database (``regio``, ``destatis``, ``zensus``); an incomplete one where none is set.

    Raises:
        NoAccess: the file of secrets cannot be read, or others can read it; the message repeats nothing of it.
    """
    from_environment = {part: os.environ.get(f"ZWK_{name.upper()}_{part.upper()}", "") for part in PARTS}
    found = Account(**{part: _clean(value) for part, value in from_environment.items()})
    if found.complete or not os.environ.get(SECRETS):
        return found
    entry = _read(Path(os.environ[SECRETS])).get(name, {})
    values = {part: entry.get(part, "") for part in PARTS} if isinstance(entry, dict) else {}
    return Account(**{part: _clean(str(value)) for part, value in values.items()})


def _read(path: Path) -> Mapping[str, object]:
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise NoAccess(
                "the file of secrets can be read by others",
                f"Die Datei mit den Zugangsdaten ({SECRETS}) ist für andere lesbar und wird deshalb nicht verwendet "
                "(Abhilfe: chmod 600).",
            )
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NoAccess(
            f"the file of secrets cannot be read: {type(error).__name__}",
            f"Die Datei mit den Zugangsdaten ({SECRETS}) ist nicht lesbar.",
        ) from None


def _clean(value: str) -> str:
    """A line end would become part of a header, and the library would repeat the whole header in its error."""
    value = value.strip()
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
        raise NoAccess("a control character in an account", "Die Zugangsdaten enthalten unzulässige Zeichen.")
    return value


def _on_the_wire(value: str) -> str:
    """Headers are sent as Latin-1: bytes of UTF-8, one sign each."""
    return value.encode("utf-8").decode("latin-1")
