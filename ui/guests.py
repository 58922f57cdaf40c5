"""Guest links: made, listed and revoked on the page Zugang; the page Freigabe shows what one was made for.

A link to a meeting is made where the meeting is (``link_for_meeting``).
"""

import logging
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import streamlit as st

from ui.card import card
from ui.data import exhibit_for
from ui.following import following
from ui.literal import literal
from ui.permissions import may
from ui.plans import Seen, seen_by
from ui.signed_in import person
from ui.stored import is_there, store
from ui.view import View, view
from zwk_data.access import NOBODY, Denied, Person
from zwk_data.access.guests import DAYS, LONGEST_DAYS, LONGEST_LABEL, GuestLink, Guests, NotShareable, Target, opened
from zwk_data.exhibits import Address, AddressError
from zwk_data.exhibits.registry import KINDS
from zwk_data.rounds.model import Meeting

LOG = logging.getLogger(__name__)
PATH, NEW, SAID = "freigabe", "_guest_new", "_guest_said"
OF_A_MEETING = "_guest_meeting_"  # in the session, before municipality and meeting: the token made for it
WANTED = "guests_"  # in the session, before the meeting: the page of the meeting shows its link
# What of a plan a guest sees, in this order; each needs the municipality alone.
OF_A_PLAN = ("plan_stages", "plan_fields", "plan_board", "plan_timeline", "plan_targets", "plan_facts")


# --- the page Freigabe -----------------------------------------------------------------------------------------------


def shared() -> None:
    """Show what the token in the address was made for; one answer for all that show nothing."""
    now = view()
    link = _opened(st.query_params.get("token", ""))
    if link is None:
        _nothing(now)
        return
    if link.target.what == "meeting":
        token = st.query_params["token"]
        if not following(now, link, lambda: opened(store(), token) is not None):
            _nothing(now)
        return
    st.title(literal(link.label), anchor=False)
    st.caption(now.text("Zum Lesen freigegeben bis {date}", date=now.language.date(link.expires.date())))
    if link.target.what == "exhibit":
        _exhibit(now, Address.parse(link.target.address), _seen(link))
    else:
        _plan(now, link)


def _nothing(now: View) -> None:
    st.title(now.text("Freigabe"), anchor=False)
    st.info(now.text(
        "Unter diesem Link ist nichts freigegeben. Vielleicht ist er unvollständig, abgelaufen oder "
        "zurückgenommen. Bitte fragen Sie die Person, von der Sie ihn haben."),
        icon=":material/link_off:")  # fmt: skip


def _opened(token: str) -> GuestLink | None:
    from zwk_data.store import StoreError

    try:
        return opened(store(), token) if is_there() else None
    except StoreError:
        LOG.exception("guest links cannot be read")
        return None


def _seen(link: GuestLink) -> Seen:
    """Return what of the plans a link shows: all of its own municipality's, or only what is published.

    The reader made here exists for this one page only: nothing else asks for it, and nobody becomes it.
    """
    whole = link.target.what != "published"
    return seen_by(Person(roles={link.target.ags: "reader"}) if whole else NOBODY, guest=True)


def _plan(now: View, link: GuestLink) -> None:
    seen, ags = _seen(link), link.target.ags
    plan = seen.plan(ags)
    if plan is None or plan.kind == "example":
        st.info(now.text("Hier ist zurzeit nichts zu sehen: Im Werkstattplan steht noch nichts, was freigegeben ist."),
                icon=":material/info:")  # fmt: skip
        return
    for kind in OF_A_PLAN[:2]:
        _exhibit(now, Address.of(kind, ags=ags), seen)
    for field in plan.handlungsfelder:
        _exhibit(now, Address.of("plan_entries", ags=ags, field=field.id), seen)
    for kind in OF_A_PLAN[2:]:
        _exhibit(now, Address.of(kind, ags=ags), seen)


def _exhibit(now: View, address: Address, seen: Seen) -> None:
    if address.kind not in KINDS:
        return
    try:
        card(exhibit_for(address, now.language, lambda: seen), now)
    except AddressError:  # the place, the indicator or the state of the data is gone, or the plan has no such part
        LOG.info("a guest link shows nothing for %s", address.kind)


# --- the page Zugang -------------------------------------------------------------------------------------------------


def manage() -> None:
    """Draw the links of the place in view, and the form for a new one, for those who may share."""
    from zwk_data.store import StoreError

    now = view()
    if not may("share"):
        return
    st.subheader(now.text("Freigabe-Links"), anchor=False)
    st.caption(now.text(
        "Ein Link zeigt ohne Konto genau eine Sache zum Lesen: den Werkstattplan oder eine Ansicht. Er läuft ab und "
        "lässt sich jederzeit widerrufen. Interne Notizen und Kontakte zeigt er nie."))  # fmt: skip
    if said := st.session_state.pop(SAID, ""):
        st.error(literal(said))
    _new(now)
    _form(now)
    try:
        links = Guests(store(), person()).links(now.place.ags) if is_there() else []
    except StoreError as error:
        st.error(literal(now.text(error.reason_de)))
        return
    for link in links:
        _row(now, link)


def _new(now: View) -> None:
    """Show a link that was just made: this once."""
    token = st.session_state.pop(NEW, "")
    if token:
        st.success(now.text("Der Link ist erstellt. Er wird nur jetzt angezeigt: Bitte kopieren Sie ihn."),
                   icon=":material/link:")  # fmt: skip
        st.code(address_of(token), language=None, wrap_lines=True)


def address_of(token: str) -> str:
    """Return the whole address of a link, beside the page that is open."""
    parts = urlsplit(st.context.url or "")
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/{PATH}?token={token}"


def _form(now: View) -> None:
    panel = st.expander(now.text("Neuer Freigabe-Link"), key="guest_form", icon=":material/add_link:")
    labels = {
        "plan": now.text("Werkstattplan, auch Unveröffentlichtes"),
        "published": now.text("Werkstattplan, nur Veröffentlichtes"),
        "exhibit": now.text("Eine Ansicht"),
    }
    with panel:
        what = st.radio(now.text("Was der Link zeigt"), list(labels), format_func=labels.__getitem__, key="guest_what")
        if what == "exhibit":
            st.text_input(
                now.text("Adresse der Ansicht"), key="guest_address", max_chars=2000,
                placeholder="time_series?ags=05758012&indicator=population_total",
                help=now.text("Sie steht bei jeder Ansicht unter »Weitergeben«, mit Datenstand und Szenario."),
            )  # fmt: skip
        st.text_input(now.text("Bezeichnung, für wen oder wofür"), key="guest_label", max_chars=LONGEST_LABEL)
        st.number_input(now.text("Gültig für Tage"), 1, LONGEST_DAYS, DAYS, key="guest_days")
        st.button(now.text("Link erstellen"), type="primary", key="guest_create", on_click=_create, args=(now,))


def _create(now: View) -> None:
    """Make the link that the form describes; what is wrong with it is told."""
    from zwk_data.store import StoreError

    given = st.session_state
    what = given["guest_what"]
    try:
        address = str(_shareable(now, given.get("guest_address", ""))) if what == "exhibit" else ""
        target = Target(what, now.place.ags, address)
        st.session_state[NEW] = Guests(store(), person()).create(given["guest_label"], target, given["guest_days"])
        given["guest_label"] = given["guest_address"] = ""
    except AddressError as error:
        given[SAID] = str(error)
    except NotShareable as error:
        given[SAID] = now.text("Bitte geben Sie eine Bezeichnung an.") if error.field == "label" else now.text(
            "Bitte geben Sie 1 bis 365 Tage und die Adresse einer Ansicht an.")  # fmt: skip
    except Denied as error:
        given[SAID] = error.reason(now.language)
    except StoreError as error:
        LOG.exception("a guest link is not saved")
        given[SAID] = now.text(error.reason_de)


def _shareable(now: View, text: str) -> Address:
    """Return the address of an exhibit that can be made; one of a plan must be of the place in view.

    Raises:
        AddressError: it cannot be made, or is another municipality's plan.
    """
    address = Address.parse(text.strip())
    exhibit_for(address, now.language, lambda: seen_by(person()))
    given = dict(address.parameters)
    if KINDS[address.kind].of_plan and given.get("ags", now.place.ags) != now.place.ags:
        raise AddressError(now.text("Freigeben können Sie hier nur Pläne von {place}.", place=now.place.name))
    return address


def _row(now: View, link: GuestLink) -> None:
    state = now.text("widerrufen") if link.revoked else (
        now.text("gültig bis {date}", date=now.language.date(link.expires.date()))
        if link.is_open(datetime.now(UTC)) else now.text("abgelaufen"))  # fmt: skip
    what = {"plan": now.text("Werkstattplan, auch Unveröffentlichtes"),
            "published": now.text("Werkstattplan, nur Veröffentlichtes"),
            "meeting": now.text("Sitzung: was gezeigt und beschlossen wird")}  # fmt: skip
    shows = what.get(link.target.what) or link.target.address
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"guest_{link.id[:12]}"):
        st.markdown(f"**{literal(link.label)}**  \n{literal(shows)} · {state}", width="stretch")
        if link.is_open(datetime.now(UTC)):
            st.button(now.text("Widerrufen"), key=f"revoke_{link.id[:12]}", on_click=_revoke, args=(now, link.id),
                      icon=":material/link_off:")  # fmt: skip


def _revoke(now: View, id: str) -> None:
    from zwk_data.store import StoreError

    try:
        Guests(store(), person()).revoke(now.place.ags, id)
    except Denied as error:
        st.session_state[SAID] = error.reason(now.language)
    except StoreError as error:
        LOG.exception("a guest link is not revoked")
        st.session_state[SAID] = now.text(error.reason_de)


# --- a meeting -------------------------------------------------------------------------------------------------------


def link_for_meeting(now: View, meeting: Meeting) -> str | None:
    """Return the whole address of a link to a meeting; the first call of a session makes it, the others return it.

    None, and nothing is made, for who may not share there; None once where the link was revoked or has run out, and
    where the store does not answer (the reader is told).
    """
    from zwk_data.store import StoreError

    key = f"{OF_A_MEETING}{meeting.ags}_{meeting.id}"
    try:
        if not person().may("share", meeting.ags):
            return None
        token = st.session_state.get(key)
        if token is None:
            token = Guests(store(), person()).create(
                _label(now, meeting), Target("meeting", meeting.ags, meeting.id), _days(meeting.day)
            )
            st.session_state[key] = token
        elif opened(store(), token) is None:  # taken back elsewhere: it comes again only when somebody asks for it
            del st.session_state[key]
            st.session_state.pop(f"{WANTED}{meeting.id}", None)
            return None
        return address_of(token)
    except (StoreError, Denied, NotShareable) as error:
        LOG.exception("no guest link to a meeting")
        wrong = now.text("Der Link ist nicht erstellt.")
        st.error(literal(wrong if isinstance(error, NotShareable) else now.text(error.reason_de)))
        return None


def revoke_for_meeting(now: View, meeting: Meeting) -> None:
    """Revoke every link to a meeting, whoever made it; where that cannot be saved, the reader is told."""
    from zwk_data.store import StoreError

    try:
        mine = Guests(store(), person())
        for link in mine.links(meeting.ags):
            if (link.target.what, link.target.address, link.revoked) == ("meeting", meeting.id, False):
                mine.revoke(meeting.ags, link.id)
    except (StoreError, Denied) as error:
        LOG.exception("a guest link to a meeting is not revoked")
        st.error(literal(now.text(error.reason_de)))
        return
    st.session_state.pop(f"{OF_A_MEETING}{meeting.ags}_{meeting.id}", None)


def _label(now: View, meeting: Meeting) -> str:
    """Return title and day of a meeting, cut to what a label may be."""
    day = f", {now.language.date(meeting.day)}" if meeting.day else ""
    title = "".join(sign if sign.isprintable() else " " for sign in meeting.title).strip()
    return f"{title[: LONGEST_LABEL - len(day)]}{day}"


def _days(day: date | None) -> int:
    """Return for how many days a link to a meeting of a day holds: until 30 days after it."""
    today = datetime.now(UTC).date()
    return min(max(((day or today) + timedelta(days=DAYS) - today).days, 1), LONGEST_DAYS)
