"""Preparing a meeting: day and place, an agenda proposed and changed, papers, calendar, a link for guests."""

from dataclasses import replace
from datetime import date, time
from functools import partial
from uuid import uuid4

import streamlit as st

from ui import documents, guests, parameters
from ui.decks import working
from ui.literal import literal
from ui.rounds import papers, session
from ui.rounds.since import since
from ui.signed_in import person
from ui.stored import is_there
from ui.view import View
from zwk_data.exhibits import Exhibit
from zwk_data.plan.model import Plan
from zwk_data.rounds.model import (
    FEWEST_ITEMS,
    LONGEST,
    MOST_EXHIBITS,
    MOST_ITEMS,
    MOST_MINUTES,
    Item,
    Meeting,
    NotUsable,
)
from zwk_data.rounds.proposal import propose, timed
from zwk_data.rounds.service import Kept

OFFERED = (
    "population_line?ags={ags}", "key_figures?ags={ags}", "balance?ags={ags}", "in_out_migration?ags={ags}",
    "migration_by_age?ags={ags}", "births_deaths?ags={ags}", "age_pyramid?ags={ags}", "age_groups?ags={ags}",
    "outlook_line?ags={ags}&scenarios=continue", "plan_fields?ags={ags}", "plan_board?ags={ags}",
    "plan_timeline?ags={ags}", "plan_targets?ags={ags}", "plan_health?ags={ags}",
)  # fmt: skip


def new(now: View) -> None:
    """Ask for a new meeting; its agenda is proposed when it is saved."""
    st.subheader(now.text("Sitzung anlegen"), anchor=False)
    st.caption(
        now.text(
            "Die Tagesordnung wird danach vorgeschlagen: aus Wiedervorlagen, Überfälligem, verfehlten Zielen, "
            "neuen Zahlen. Jeder Punkt nennt seinen Anlass und lässt sich ändern."
        )
    )
    place = now.place.name
    _details(now, Kept(Meeting(uuid4().hex[:12], now.place.ags, now.text("Managementrunde {place}", place=place)), 0))


def prepare(now: View, one: Kept[Meeting]) -> None:
    """Draw a meeting that is not closed yet."""
    text, may = now.text, person().may("edit", now.place.ags)
    last, changes = session.changes_since(now)
    if last is not None and not one.part.begun:
        decided = [found.part for found in session.mine().decisions(now.place.ags)]
        with st.container(border=True, key="since_last"):
            since(now, last, decided, changes)
    with st.container(horizontal=True, vertical_alignment="center", key="round_actions"):
        _start(now, one, may)
        if may and not one.part.begun:
            with st.popover(text("Angaben ändern"), icon=":material/edit:"):
                _details(now, one)
                st.button(
                    text("Sitzung löschen"), key="round_delete", type="tertiary", on_click=_removed, args=(now, one)
                )
    st.caption(literal(_when(one.part, now)))
    _papers(now, one.part)
    _guests(now, one.part)
    st.subheader(text("Tagesordnung"), anchor=False)
    for number, item in enumerate(one.part.items, 1):
        _item(now, one, number, item, may and not one.part.begun)
    if may and not one.part.begun:
        _more(now, one)


def _when(one: Meeting, now: View) -> str:
    text = now.text
    day = now.language.date(one.day) if one.day else text("ohne Tag")
    at = text("{time} Uhr", time=one.at.strftime("%H:%M")) if one.at else ""
    people = ", ".join(one.participants)
    return " · ".join(part for part in (day, at, text("{count} Minuten", count=one.minutes), one.place, people) if part)


def _details(now: View, one: Kept[Meeting]) -> None:
    text, part = now.text, one.part
    with st.form(f"round_{part.id if one.version else 'new'}_{one.version}", border=not one.version):
        title = st.text_input(text("Titel"), part.title, max_chars=LONGEST["title"])
        left, middle, right = st.columns(3)
        day = left.date_input(text("Tag"), part.day, format="DD.MM.YYYY")
        at = middle.time_input(text("Beginn"), part.at, step=900)
        minutes = right.number_input(text("Dauer in Minuten"), 10, MOST_MINUTES, part.minutes, step=5)
        place = st.text_input(text("Ort"), part.place, max_chars=LONGEST["place"])
        people = st.text_area(text("Teilnehmende Ämter und Stellen (jede Zeile eine)"), "\n".join(part.participants))
        if not st.form_submit_button(text("Speichern"), type="primary"):
            return
    offices = tuple(dict.fromkeys(line.strip() for line in people.splitlines() if line.strip()))
    changed = replace(
        part, title=title, day=day if isinstance(day, date) else None, at=at if isinstance(at, time) else None,
        minutes=int(minutes), place=place, participants=offices,
    )  # fmt: skip
    if not one.version:
        changed = replace(changed, items=_proposed(now, changed))
    if session.save(now, one, changed, text("Gespeichert: {name}", name=title)):
        parameters.write(session.MEETING, part.id)
    st.rerun()


def _proposed(now: View, one: Meeting) -> tuple[Item, ...]:
    ags, used = now.place.ags, working.context(now)
    decided = [found.part for found in session.mine().decisions(ags)] if is_there() else []
    _, changes = session.changes_since(now) if is_there() else (None, [])
    day = one.day or date.today()
    return propose(ags, used, day, decisions=decided, changes=changes, minutes=one.minutes)


def _removed(now: View, one: Kept[Meeting]) -> None:
    session.do(
        now,
        lambda: session.mine().remove(now.place.ags, one.part, seen_version=one.version, request_id=uuid4().hex),
        now.text("Die Sitzung ist gelöscht."),
    )
    parameters.forget(session.MEETING)


# --- what goes out before --------------------------------------------------------------------------------------------


def _start(now: View, one: Kept[Meeting], may: bool) -> None:
    text, part = now.text, one.part
    label = text("Weiter präsentieren") if part.begun else text("Sitzung beginnen")
    enough = len(part.items) >= FEWEST_ITEMS
    st.button(
        label,
        type="primary",
        icon=":material/slideshow:",
        key="round_begin",
        on_click=_begun,
        args=(now, one, may),
        disabled=not enough,
    )
    if not enough:
        st.caption(text("Eine Sitzung braucht drei bis sieben Punkte."))


def _begun(now: View, one: Kept[Meeting], may: bool) -> None:
    """Begin (who may) and present from the first page."""
    ags, begin = now.place.ags, may and not one.part.begun
    if begin and not session.do(now, lambda: session.mine().begin(ags, one, request_id=uuid4().hex)):
        return
    parameters.write(session.MEETING, one.part.id)
    parameters.write("slide", "1")
    parameters.write("present", "1")


def _papers(now: View, one: Meeting) -> None:
    """Offer invitation with Tischvorlage and the calendar file."""
    _, changes = session.changes_since(now)
    made = partial(papers.invitation, one, working.context(now), [change.sentence for change in changes])
    with st.container(horizontal=True, vertical_alignment="center", key="round_papers"):
        st.caption(now.text("Einladung mit Tischvorlage"), width="content")
        documents.offer(made, now.text("tischvorlage") + f"-{one.id}", now)
        if one.day:
            st.download_button(
                now.text("Kalender"),
                data=partial(papers.of_meeting, one, now.language),
                file_name=f"{now.text('sitzung')}-{one.id}.ics",
                mime="text/calendar",
                key="round_calendar",
                on_click="ignore",
                icon=":material/event:",
            )


def _guests(now: View, one: Meeting) -> None:
    """Offer a link for those who follow along without an account."""
    if not person().may("share", now.place.ags):
        return
    with st.expander(
        now.text("Link für Gäste"), icon=":material/qr_code:", key="round_guests", on_change="rerun"
    ) as panel:
        st.caption(
            now.text(
                "Wer den Link hat, sieht ohne Konto, was in dieser Sitzung gezeigt und beschlossen wurde, und "
                "nur das. Der Code steht auf der ersten Seite der Präsentation."
            )
        )
        if panel.open and st.session_state.get(f"guests_{one.id}") != "yes":
            st.button(now.text("Link erstellen"), key=f"guests_make_{one.id}", on_click=_wanted, args=(one,))
        elif panel.open:
            address = guests.link_for_meeting(now, one)
            if address:
                st.code(address, language=None, wrap_lines=True)
                st.button(now.text("Link widerrufen"), key=f"guests_end_{one.id}", on_click=_revoked, args=(now, one))


def _wanted(one: Meeting) -> None:
    st.session_state[f"guests_{one.id}"] = "yes"


def _revoked(now: View, one: Meeting) -> None:
    guests.revoke_for_meeting(now, one)
    st.session_state.pop(f"guests_{one.id}", None)


# --- the agenda ------------------------------------------------------------------------------------------------------


def _item(now: View, one: Kept[Meeting], number: int, item: Item, may: bool) -> None:
    text = now.text
    with st.container(border=True, key=f"round_item_{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{number}. {literal(item.question)}**", width="stretch")
            st.caption(text("{count} Minuten", count=item.minutes), width="content")
        if item.why:
            st.caption(literal(text("Anlass: {why}", why=item.why)))
        if item.proposal:
            st.markdown(literal(text("Beschlussvorschlag: {text}", text=item.proposal)))
        for address in item.addresses:
            found = session.exhibit(address, now)
            st.caption(literal(f"{found.title}: {found.sentence}" if isinstance(found, Exhibit) else found))
        if not may:
            return
        with st.container(horizontal=True, key=f"round_tools_{item.id}"):
            with st.popover(text("Ändern"), icon=":material/edit:"):
                _item_form(now, one, item)
            _tool(now, one, item, number, -1, "arrow_upward", text("Nach oben"), number == 1)
            _tool(now, one, item, number, 1, "arrow_downward", text("Nach unten"), number == len(one.part.items))
            rest = tuple(other for other in one.part.items if other.id != item.id)
            st.button(text("Entfernen"), icon=":material/delete:", key=f"round_drop_{item.id}", on_click=_items,
                      args=(now, one, rest))  # fmt: skip


def _tool(now: View, one: Kept[Meeting], item: Item, number: int, step: int, icon: str, label: str, off: bool) -> None:
    items = list(one.part.items)
    if not off:
        items.insert(number - 1 + step, items.pop(number - 1))
    st.button(label, icon=f":material/{icon}:", key=f"round_{icon}_{item.id}", on_click=_items, disabled=off,
              args=(now, one, tuple(items)))  # fmt: skip


def _items(now: View, one: Kept[Meeting], items: tuple[Item, ...]) -> None:
    session.save(now, one, replace(one.part, items=items))


def _item_form(now: View, one: Kept[Meeting], item: Item) -> None:
    text, key = now.text, f"round_{item.id}_{one.version}"
    plan = working.context(now).plans(now.place.ags)
    with st.form(key, border=False):
        question = st.text_area(text("Frage"), item.question, max_chars=LONGEST["question"], height=90)
        proposal = st.text_area(text("Beschlussvorschlag"), item.proposal, max_chars=LONGEST["proposal"], height=120)
        minutes = st.number_input(text("Minuten"), 0, MOST_MINUTES, item.minutes, step=5)
        shown = _addresses(now, item)
        addresses = st.multiselect(
            text("Darstellungen"),
            list(shown),
            list(item.addresses),
            format_func=shown.__getitem__,
            max_selections=MOST_EXHIBITS,
            placeholder=text("Bitte wählen"),
        )
        own = st.text_input(text("Weitere Darstellung (Adresse unter »Weitergeben«)"), max_chars=LONGEST["address"])
        titles = _titles(plan, item)
        entries = st.multiselect(text("Betroffene Einträge des Plans"), list(titles), list(item.entries),
                                 format_func=titles.__getitem__, placeholder=text("Bitte wählen"))  # fmt: skip
        if not st.form_submit_button(text("Übernehmen"), type="primary", key=f"{key}_take"):
            return
    found = session.exhibit(own.strip(), now) if own.strip() else None
    if isinstance(found, str):
        st.error(literal(found))
        return
    addresses = [*addresses, *([str(found.address)] if found else [])]
    changed = replace(item, question=question, proposal=proposal, minutes=int(minutes), addresses=tuple(addresses),
                      entries=tuple(entries))  # fmt: skip
    session.save(now, one, one.part.with_item(changed), text("Gespeichert."))
    st.rerun()


def _addresses(now: View, item: Item) -> dict[str, str]:
    """Return what can be shown, by address: what the item has, then what every place and plan offers."""
    found = {}
    for address in (*item.addresses, *(pattern.format(ags=now.place.ags) for pattern in OFFERED)):
        made = session.exhibit(address, now)
        if isinstance(made, Exhibit):
            found.setdefault(address if address in item.addresses else str(made.address), made.title)
        elif address in item.addresses:
            found[address] = address
    return found


def _titles(plan: Plan | None, item: Item) -> dict[str, str]:
    known = {entry.id: entry.title for entry in plan.entries} if plan else {}
    return {**{id: id for id in item.entries}, **known}


def _more(now: View, one: Kept[Meeting]) -> None:
    text = now.text
    with st.container(horizontal=True, key="round_more"):
        st.button(text("Punkt hinzufügen"), icon=":material/add:", key="round_add", on_click=_added, args=(now, one),
                  disabled=len(one.part.items) >= MOST_ITEMS)  # fmt: skip
        st.button(text("Minuten gleich verteilen"), icon=":material/timer:", key="round_timed", on_click=_items,
                  args=(now, one, timed(one.part.items, one.part.minutes)))  # fmt: skip
        st.button(text("Tagesordnung neu vorschlagen"), icon=":material/refresh:", key="round_propose",
                  on_click=_again, args=(now, one))  # fmt: skip


def _added(now: View, one: Kept[Meeting]) -> None:
    item = Item(uuid4().hex[:12], now.text("Neuer Punkt"), minutes=10)
    try:
        _items(now, one, (*one.part.items, item))
    except NotUsable:  # seven there already
        return


def _again(now: View, one: Kept[Meeting]) -> None:
    """Propose anew; items of people's own, and changed ones, stay in front."""
    fresh = _proposed(now, one.part)
    mine = [item for item in one.part.items if not any(_untouched(item, other) for other in fresh)]
    kept = [item for item in mine if "-" not in item.id or item.resubmitted]
    items = (*kept, *(item for item in fresh if item.id not in {other.id for other in kept}))[:MOST_ITEMS]
    _items(now, one, items)


def _untouched(item: Item, other: Item) -> bool:
    return replace(item, minutes=0) == replace(other, minutes=0)
