"""Who is signed in, in the frame: the way in and out, and why somebody may only read."""

import streamlit as st

from ui.literal import literal
from ui.signed_in import Access, access, login_configured, sign_in, sign_out
from ui.view import View

EDITED = ("werkstattplan", "moeglichkeiten", "wirkung", "szenarien", "eigene-daten")  # where something is saved


def account_menu(now: View) -> None:
    """Draw who acts, as a button of the frame: a way to sign in, or a menu with the way out."""
    found = access()
    if found.person.kind == "account":
        menu = st.popover(now.text("Angemeldet"), icon=":material/account_circle:", key="account", on_change="rerun",
                          type="tertiary")  # fmt: skip
        if menu.open:
            with menu:
                _who(now, found)
                st.button(now.text("Abmelden"), on_click=sign_out, key="sign_out", icon=":material/logout:")
    elif login_configured():
        st.button(now.text("Anmelden"), on_click=sign_in, key="sign_in", icon=":material/login:", type="tertiary")
    else:
        local = found.person.kind == "local"
        label = now.text("Ohne Anmeldung") if local else now.text("Nur lesen")
        menu = st.popover(label, icon=":material/person:" if local else ":material/lock:", key="account",
                          on_change="rerun", type="tertiary")  # fmt: skip
        if menu.open:
            with menu:
                st.markdown(_local(now) if local else reason(now, found))


def _who(now: View, found: Access) -> None:
    st.markdown(f"**{literal(found.person.name or found.person.account)}**")
    st.caption(now.text("Konto: {account}", account=literal(found.person.account)))
    if found.why:
        st.markdown(reason(now, found))


def _local(now: View) -> str:
    return now.text("Das Programm läuft nur auf diesem Rechner. Wer hier sitzt, darf alles; niemand sonst erreicht es.")


def read_only(now: View, path: str) -> None:
    """Say on a page on which something is saved why that is not possible, and what to do."""
    found = access()
    if now.present or path not in EDITED or found.person.may("edit", now.place.ags):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="read_only"):
        st.caption(f":material/lock: {reason(now, found)}", width="stretch")
        if login_configured() and found.person.kind == "nobody":
            st.button(now.text("Anmelden"), on_click=sign_in, key="sign_in_here", icon=":material/login:")


def reason(now: View, found: Access) -> str:
    """Return why the person of this run may only read here and what helps, in the reader's language."""
    text = now.language.text
    place = literal(now.place.name)
    reasons = {
        "not_configured": text(
            "Sie können alles lesen, aber nichts speichern: Für diese Installation ist keine Anmeldung eingerichtet. "
            "Wer sie betreibt, richtet eine ein (docs/access.md) oder startet sie auf dem eigenen Rechner mit "
            "ZWK\\_ACCESS=local."),
        "not_loopback": text(
            "Sie können alles lesen, aber nichts speichern: Ohne Anmeldung darf nur speichern, wer direkt an dem "
            "Rechner sitzt, auf dem das Programm läuft. Für den Zugriff von anderen Rechnern ist eine Anmeldung "
            "einzurichten (docs/access.md)."),
        "not_signed_in": text("Sie können alles lesen. Zum Bearbeiten melden Sie sich bitte an."),
        "no_role": text(
            "Sie sind angemeldet, haben aber noch keine Rolle. Auf der Seite »Zugang« fragen Sie eine an."),
        "idle": text("Ihre Sitzung ist beendet, weil länger nichts geschehen ist. Bitte melden Sie sich neu an."),
        "too_long": text("Ihre Sitzung ist nach der längsten erlaubten Dauer beendet. Bitte melden Sie sich neu an."),
        "ended": text("Ihre Sitzung wurde beendet. Bitte melden Sie sich neu an."),
        "undated": text(
            "Die Anmeldung nennt keinen gültigen Zeitpunkt und gilt deshalb nicht. Bitte melden Sie sich neu an; "
            "bleibt es dabei, hilft, wer diese Installation betreibt."),
        "incomplete": text(
            "Der Anmeldedienst hat kein Konto genannt. Bitte wenden Sie sich an die Stelle, die diese Installation "
            "betreibt."),
        "unreadable": text(
            "Der Speicher für Rollen ist zurzeit nicht erreichbar. Bis er es wieder ist, können Sie nur lesen."),
    }  # fmt: skip
    return reasons.get(found.why) or text(
        "Für {place} dürfen Sie lesen, aber nicht bearbeiten. Eine andere Rolle gibt, wer dort verwaltet.", place=place
    )
