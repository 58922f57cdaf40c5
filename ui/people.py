"""The page Zugang: what the person of this run may, who else may what, and the end of sessions."""

import logging
from collections.abc import Callable

import streamlit as st

from ui.account import reason
from ui.literal import literal
from ui.permissions import may
from ui.plain_table import plain_table
from ui.signed_in import access, current_sign_in, person, sign_in
from ui.stored import is_there, store
from ui.view import View, view
from zwk_data.access import ACTIONS, EVERYWHERE, ROLES, Denied, Role
from zwk_data.access import accounts as named
from zwk_data.access.roles import Assignment, LastAdmin, Roles
from zwk_data.access.sessions import Sessions

LOG = logging.getLogger(__name__)
SAID, OTHER = "_access_said", "-"


def heading() -> None:
    """Name the page and say what became of the last action."""
    now = view()
    st.title(now.text("Zugang"), anchor=False)
    if said := st.session_state.pop(SAID, None):
        kind, text = said
        (st.success if kind == "done" else st.error)(literal(text))


def told(text: str, kind: str = "done") -> None:
    """Keep what is to be said at the top of the next run."""
    st.session_state[SAID] = (kind, text)


def role_names(now: View) -> dict[Role, str]:
    """Return the roles as the reader calls them."""
    return {"reader": now.text("Lesen"), "editor": now.text("Bearbeiten"), "decider": now.text("Beschließen"),
            "admin": now.text("Verwalten")}  # fmt: skip


def action_names(now: View) -> dict[str, str]:
    """Return what can be done as the reader calls it."""
    return {
        "read_internal": now.text("Nicht veröffentlichte Teile des Werkstattplans lesen"),
        "edit": now.text("Werkstattplan bearbeiten"),
        "own_data": now.text("Eigene Daten hochladen und entfernen"),
        "scenarios": now.text("Szenarien und Plätze speichern"),
        "publish": now.text("Teile des Plans veröffentlichen und zurückziehen"),
        "share": now.text("Freigabe-Links erstellen und widerrufen"),
        "decide": now.text("Beschlüsse festhalten"),
        "roles": now.text("Rollen vergeben und entziehen"),
        "erase": now.text("Texte und Namen endgültig löschen"),
        "refresh": now.text("Amtliche Zahlen abrufen (für alle Kommunen)"),
        "accounts": now.text("Sitzungen anderer beenden"),
    }  # fmt: skip


# --- for everybody: what I may ---------------------------------------------------------------------------------------


def mine() -> None:
    """Show what the person of this run may at the place in view, why not more, and the way to a role."""
    now, found = view(), access()
    st.subheader(now.text("Was ich hier darf: {place}", place=literal(now.place.name)), anchor=False)
    if found.person.kind == "local":
        st.markdown(now.text("Das Programm läuft nur auf diesem Rechner. Wer hier sitzt, darf alles; niemand sonst "
                             "erreicht es."))  # fmt: skip
    elif found.why or not found.person.may("read_internal", now.place.ags):
        st.markdown(reason(now, found), width="content")
        if found.person.kind == "nobody" and found.why not in ("not_configured", "not_loopback"):
            st.button(now.text("Anmelden"), on_click=sign_in, key="sign_in_here", icon=":material/login:")
    _rights(now)
    if found.person.kind == "account":
        _my_account(now)


def _rights(now: View) -> None:
    may_what = {label: may(action) for action, label in action_names(now).items() if action in ACTIONS}
    plain_table(
        {now.text("Tätigkeit"): list(may_what), now.text("Erlaubt"): [now.text("ja") if yes else now.text("nein")
                                                                       for yes in may_what.values()]},
        (), now.text("Was ich hier darf"),
    )  # fmt: skip


def _my_account(now: View) -> None:
    me = person()
    st.caption(now.text("Ihr Konto: {account} ({name})", account=literal(me.account), name=literal(me.name)))
    with st.container(horizontal=True):
        if not me.may("read_internal", now.place.ags):
            st.button(now.text("Rolle für {place} anfragen", place=literal(now.place.name)), key="ask_role",
                      on_click=_doing, args=(_ask, now), icon=":material/how_to_reg:")  # fmt: skip
        st.button(now.text("Alle meine Sitzungen beenden"), key="end_mine", on_click=_doing, args=(_end_mine, now),
                  icon=":material/logout:")  # fmt: skip


def _ask(now: View) -> str:
    named.ask(store(), person(), now.place.ags)
    return now.text("Ihre Anfrage liegt vor. Wer für {place} verwaltet, sieht nun Ihren Namen und kann Ihnen eine "
                    "Rolle geben.", place=now.place.name)  # fmt: skip


def _end_mine(now: View) -> str:
    mine = current_sign_in()
    if mine:
        Sessions(store()).end_all(mine.account, person())
    return now.text("Alle Sitzungen sind beendet.")


def _doing(action: Callable[..., str], now: View, *given: object) -> None:
    """Do something and keep what came of it for the next run; what is refused is told."""
    from zwk_data.store import StoreError

    try:
        told(action(now, *given))
    except (Denied, LastAdmin) as error:
        told(error.reason(now.language), "refused")
    except ValueError:
        told(now.text("Das ist kein Konto: Es beginnt mit »konto-« und hat danach 20 Zeichen."), "refused")
    except StoreError as error:
        LOG.exception("not done")
        told(now.text(error.reason_de), "refused")


# --- for admins: who may what ----------------------------------------------------------------------------------------


def manage() -> None:
    """Draw the roles of the place in view, or everywhere, with the way to give and take them."""
    from zwk_data.store import StoreError

    now = view()
    if not may("roles"):
        return
    st.subheader(now.text("Rollen"), anchor=False)
    where = _where(now)
    try:
        held = Roles(store(), person()).at(where) if is_there() else []
        known = named.known(store()) if is_there() else {}
    except StoreError as error:
        st.error(literal(now.text(error.reason_de)))
        return
    names = {one.id: one.name for one in known.values()}
    asked = [one.id for one in known.values() if where in one.asked]
    _table(now, held, names)
    _form(now, where, held, asked, names)


def _where(now: View) -> str:
    """Choose between the place in view and everywhere, for those who may give roles everywhere."""
    if not person().may("roles"):
        return now.place.ags
    labels = {now.place.ags: now.place.name, EVERYWHERE: now.text("überall")}
    chosen = st.segmented_control(now.text("Wo"), list(labels), default=now.place.ags, key="role_place",
                                  format_func=labels.__getitem__)  # fmt: skip
    return chosen or now.place.ags


def _table(now: View, held: list[Assignment], names: dict[str, str]) -> None:
    if not held:
        st.caption(now.text("Hier hat noch niemand eine Rolle."))
        return
    labels = role_names(now)
    plain_table(
        {now.text("Person"): [names.get(one.account) or now.text("ohne Namen") for one in held],
         now.text("Rolle"): [labels[one.role] for one in held],
         now.text("Konto"): [one.account for one in held]},
        (), now.text("Rollen"),
    )  # fmt: skip


def _form(now: View, where: str, held: list[Assignment], asked: list[str], names: dict[str, str]) -> None:
    """Draw the form that gives or takes a role and ends sessions."""
    roles: dict[str, Role] = {one.account: one.role for one in held}
    if asked:
        people = ", ".join(literal(names.get(one) or one) for one in asked)
        st.info(now.text("Angefragt: {people}", people=people), icon=":material/how_to_reg:")
    options = [*asked, *(one for one in roles if one not in asked), OTHER]
    left, right = st.columns(2)
    with left:
        account = st.selectbox(
            now.text("Person"), options, key=f"role_account_{where}",
            format_func=lambda one: now.text("anderes Konto …") if one == OTHER else names.get(one) or one,
        )  # fmt: skip
        if account == OTHER:
            account = st.text_input(now.text("Konto (konto-…)"), key="role_other", max_chars=60).strip()
    labels: dict[str, str] = {**role_names(now), "": now.text("keine (entziehen)")}
    with right:
        role = st.selectbox(now.text("Rolle"), [*ROLES, ""], format_func=labels.__getitem__,
                            key=f"role_role_{where}_{account}",
                            index=[*ROLES, ""].index(roles.get(account, "reader")))  # fmt: skip
    with st.container(horizontal=True):
        st.button(now.text("Rolle speichern"), type="primary", key="role_save",
                  on_click=_doing, args=(_save, now, account, where, role))  # fmt: skip
        if may("accounts"):
            st.button(now.text("Alle Sitzungen beenden"), key="role_end", on_click=_doing,
                      args=(_end, now, account), icon=":material/logout:")  # fmt: skip


def _save(now: View, account: str, where: str, role: str) -> str:
    if not named.ACCOUNT.fullmatch(account):
        raise ValueError(account)
    service = Roles(store(), person())
    if role:
        service.grant(account, where, role)  # type: ignore[arg-type]
    else:
        service.revoke(account, where)
    if where != EVERYWHERE:
        named.answered(store(), person(), account, where)
    return now.text("Gespeichert. Es gilt sofort, auch in Sitzungen, die schon offen sind.")


def _end(now: View, account: str) -> str:
    if not named.ACCOUNT.fullmatch(account):
        raise ValueError(account)
    Sessions(store()).end_all(account, person())
    return now.text("Alle Sitzungen dieses Kontos sind beendet.")
