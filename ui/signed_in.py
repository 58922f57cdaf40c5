"""Who looks at this page: nobody known, the one who sits at this machine, or an account that has signed in."""

import ipaddress
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from ui.stored import store
from zwk_data.access import LOCAL, NOBODY, Person
from zwk_data.access.accounts import PREFIX, account_of, display_name, names
from zwk_data.access.roles import person_of
from zwk_data.access.sessions import Sessions, SignIn, sign_in_of

LOG = logging.getLogger(__name__)
LOCAL_ADDRESSES = ("127.0.0.1", "localhost", "::1")
FORWARDED = ("forwarded", "via", "x-real-ip")  # and every header that begins with x-forwarded-
CHECKED_EVERY = 1.0  # seconds for which an answer of the store holds: a withdrawn right ends within them
STATE = "_access"
Why = Literal[
    "", "not_configured", "not_loopback", "not_signed_in", "incomplete", "no_role", "idle", "too_long", "ended",
    "undated", "unreadable",
]  # fmt: skip


@dataclass(frozen=True)
class Access:
    """The person of this run and, where they may nothing, why (empty: they have a role, or this machine is theirs)."""

    person: Person
    why: Why = ""


def person() -> Person:
    """Return the person of this run."""
    return access().person


def access() -> Access:
    """Return the person of this run and why they may nothing; roles and session are looked up again every second."""
    if not login_configured():
        return _without_login(os.environ.get("ZWK_ACCESS", ""), st.get_option("server.address"), _headers())
    known = st.session_state.get(STATE)
    if known and 0 <= time.monotonic() - known[0] < CHECKED_EVERY:
        found: Access = known[1]
        return found
    found = _with_login(dict(st.user))
    st.session_state[STATE] = (time.monotonic(), found)
    return found


def login_configured() -> bool:
    """Tell whether people can sign in; a file of secrets that cannot be read counts as if they could."""
    from streamlit.errors import StreamlitSecretNotFoundError

    try:
        return bool(st.secrets.get("auth"))
    except StreamlitSecretNotFoundError:
        return any(Path(file).exists() for file in st.get_option("secrets.files") or ())


def name_of(actor: str, ags: str) -> str:
    """Return who an actor of the store is, for people who read a municipality's internal data; else the account."""
    from zwk_data.store import StoreError

    now = person()
    if actor == now.account:
        return now.name or actor
    try:
        return names(store(), now, ags).get(actor, actor) if actor.startswith(PREFIX) else actor
    except StoreError:
        return actor


def sign_in() -> None:
    """Send the reader to the provider."""
    st.session_state.pop(STATE, None)
    st.login()


def sign_out() -> None:
    """End this session, here and for every copy of its cookie, and send the reader to the provider to sign out."""
    from zwk_data.store import StoreError

    now = current_sign_in()
    if now:
        try:
            Sessions(store()).end(now)
        except StoreError:
            LOG.exception("the end of a session cannot be noted")
    st.session_state.pop(STATE, None)
    st.logout()


def current_sign_in() -> SignIn | None:
    """Return the sign-in of this session, None where nobody has signed in."""
    return _sign_in(dict(st.user)) if login_configured() else None


# --- without login: one person at this machine -----------------------------------------------------------------------


def _without_login(said: str, address: str | None, headers: Mapping[str, str]) -> Access:
    """Return the local person where the operator says so and nothing contradicts it.

    A request that came through a proxy, or under another name than this machine's, is not from the person who sits
    here, whatever address the server listens on.
    """
    if said != "local":
        return Access(NOBODY, "not_configured")
    if address not in LOCAL_ADDRESSES or _contradicted(headers):
        return Access(NOBODY, "not_loopback")
    return Access(LOCAL)


def _contradicted(headers: Mapping[str, str]) -> bool:
    named = {name.lower(): value for name, value in headers.items()}
    if any(name in FORWARDED or name.startswith("x-forwarded-") for name in named):
        return True
    host, origin = named.get("host"), named.get("origin")
    return (host is not None and not _loopback(f"//{host}")) or (origin is not None and not _loopback(origin))


def _loopback(url: str) -> bool:
    """Tell whether the host of an address can only be this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _headers() -> dict[str, str]:
    return dict(st.context.headers)


# --- with login ------------------------------------------------------------------------------------------------------


def _with_login(claims: Mapping[str, Any]) -> Access:
    """Return the person an ID token stands for, as long as the session is open."""
    from zwk_data.store import StoreError

    if claims.get("is_logged_in") is not True:
        return Access(NOBODY, "not_signed_in")
    now = _sign_in(claims)
    if now is None:
        return Access(NOBODY, "incomplete")
    try:
        state = Sessions(store()).check(now)
        if state != "open":
            return Access(NOBODY, state)
        found = person_of(store(), now.account, display_name(claims))
    except StoreError:
        LOG.exception("roles and sessions cannot be read")
        return Access(NOBODY, "unreadable")
    return Access(found, "" if found.roles else "no_role")


def _sign_in(claims: Mapping[str, Any]) -> SignIn | None:
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True or not isinstance(issuer, str) or not isinstance(subject, str):
        return None
    try:
        return sign_in_of(account_of(issuer, subject), claims)
    except ValueError:
        return None
