"""Building a deck: the proposal for a question, slides in order, words of one's own, saving by name, the download."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import streamlit as st

from ui import controls
from ui.data import exhibit
from ui.decks import working
from ui.decks.working import Working
from ui.literal import literal
from ui.view import View
from zwk_data.access import Denied
from zwk_data.decks.kept import SavedDeck
from zwk_data.decks.making import made
from zwk_data.decks.model import MOST_SLIDES, Deck, NotADeck, Slide
from zwk_data.decks.proposal import questions
from zwk_data.exhibits import Address, AddressError

TEMPLATE = "_deck_template"  # in the session: name and bytes of the user's own template
ASK = "_deck_ask"  # in the session: the place whose changed deck a proposal would replace


def builder(now: View) -> None:
    """Draw the whole part."""
    _question(now)
    _asked_back(now)
    held = working.current(now)
    _told()
    with st.container(horizontal=True, vertical_alignment="bottom", key="deck_actions"):
        _download(now, held)
        _template(now)
        if working.may_keep(now):
            st.button(now.text("Speichern"), icon=":material/save:", key="deck_save", on_click=_saved, args=(now,))
        _open(now)
    _name(now, held)
    st.caption(now.text("{count} Folien. Überschriften sind die Aussagen der Daten, bis Sie eigene Worte schreiben.",
                        count=len(held.deck.slides)))  # fmt: skip
    with st.container(key="deck_slides", gap="xsmall"):
        for number, slide in enumerate(held.deck.slides, 1):
            _row(now, held.deck, slide, number)
    _more(now, held.deck)


def _told() -> None:
    with st.container(key="deck_told"):
        if said := st.session_state.pop(working.SAID, ""):
            st.info(literal(said), icon=":material/info:")


def _tell(said: str) -> None:
    st.session_state[working.SAID] = said


# --- proposal --------------------------------------------------------------------------------------------------------


def _question(now: View) -> None:
    names = {one.id: one.title for one in questions(now.language)}
    st.pills(now.text("Worum geht es?"), list(names), format_func=names.__getitem__, key="deck_question",
             default=None if "deck_question" in st.session_state else next(iter(names)), required=True,
             on_change=_asked, args=(now,))  # fmt: skip


def _asked(now: View) -> None:
    """Propose anew for another question; a deck that was changed stays until the reader lets it go."""
    held = st.session_state.get(working.STATE + now.place.ags)
    if held is not None and held.changed:
        st.session_state[ASK] = now.place.ags
        return
    _take_proposal(now)


def _take_proposal(now: View) -> None:
    st.session_state.pop(ASK, None)
    working.take(now, working.proposed(now))


def _asked_back(now: View) -> None:
    """Ask before a deck that was changed makes way for a proposal."""
    if st.session_state.get(ASK) != now.place.ags:
        return
    text = now.text
    with st.container(border=True, key="deck_ask"):
        st.markdown(text("Sie haben die Folien unten geändert. Soll der Vorschlag zur neuen Frage sie ersetzen?"))
        with st.container(horizontal=True):
            st.button(text("Ersetzen"), key="deck_replace", type="primary", on_click=_take_proposal, args=(now,))
            st.button(text("Behalten"), key="deck_stay", on_click=st.session_state.pop, args=(ASK, None))


def _template(now: View) -> None:
    text = now.text
    with st.popover(text("Vorlage"), icon=":material/style:", key="deck_template_menu"):
        st.caption(text("Ihre PowerPoint-Vorlage (.pptx) mit Platzhaltern für Titel und Text; einer, dessen Name "
                        "»Quelle« enthält, nimmt die Quellenzeile auf."))  # fmt: skip
        file = st.file_uploader(text("Eigene Vorlage (bis 50 MB)"), type=["pptx"], key="deck_template",
                                max_upload_size=working.MOST_UPLOADED)  # fmt: skip
        if file is None:
            st.session_state.pop(TEMPLATE, None)
            return
        held = st.session_state.get(TEMPLATE)
        if held is None or held[0] != file.file_id:
            held = (file.file_id, file.getvalue(), _wrong_template(file.getvalue(), now))
            st.session_state[TEMPLATE] = held
        if held[2]:
            st.error(literal(held[2]), icon=":material/error:")
        else:
            st.success(literal(text("»{name}« wird verwendet.", name=file.name)), icon=":material/check:")


def _wrong_template(raw: bytes, now: View) -> str:
    """Return what is wrong with a template in the reader's words, nothing where it can serve."""
    from zwk_data.decks.template_apart import NotATemplate, check_template

    try:
        check_template(raw, now.language)
    except NotATemplate as error:
        return str(error)
    return ""


def _own_template() -> bytes | None:
    held = st.session_state.get(TEMPLATE)
    return held[1] if held and not held[2] else None


def _download(now: View, held: Working) -> None:
    deck, context, template = held.deck, working.context(now), _own_template()
    st.download_button(
        now.text("PowerPoint herunterladen"), data=lambda: made(deck, context, template).raw, mime=working.PPTX,
        file_name=f"{_file_name(deck)}.pptx", key="deck_download", icon=":material/download:", type="primary",
        on_click="ignore", disabled=not deck.slides,
    )  # fmt: skip


def _file_name(deck: Deck) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in deck.name).strip("-")[:80] or "folien"


# --- keeping ---------------------------------------------------------------------------------------------------------


def _name(now: View, held: Working) -> None:
    """Ask for the name: of the file, and of the deck where it is saved."""
    key = f"deck_name_{held.id}"
    st.session_state[key] = held.deck.name
    st.text_input(now.text("Name des Foliensatzes"), max_chars=200, key=key, on_change=_renamed, args=(now, key))


def _renamed(now: View, key: str) -> None:
    """Take another name; an empty one is none, so that the old one stays."""
    name = " ".join(str(st.session_state[key]).split())
    deck = working.current(now).deck
    if name and name != deck.name:
        working.touch(now, replace(deck, name=name))


def _saved(now: View) -> None:
    from zwk_data.store import Conflict, StoreError

    held = working.current(now)
    deck = held.deck
    try:
        kept = working.mine().save(held.id, deck, seen_version=held.version, request_id=uuid4().hex)
        working.mine().note_uses(kept, made(deck, working.context(now)).exhibits)
    except NotADeck:
        _tell(now.text("Nicht gespeichert: Ein Name oder eine Zeile ist zu lang, oder eine Folie hat über 14 Zeilen."))
    except Conflict:
        other = replace(
            held, deck=replace(deck, name=now.text("{name} (eigene Fassung)", name=deck.name)), id=uuid4().hex
        )
        st.session_state[working.STATE + now.place.ags] = replace(other, version=0)
        _tell(now.text("Jemand hat diesen Foliensatz inzwischen geändert. Ihre Fassung steht hier unter einem neuen "
                       "Namen; speichern Sie sie so, oder öffnen Sie die andere."))  # fmt: skip
    except (StoreError, Denied) as error:
        _tell(now.text(error.reason_de))
    else:
        working.take(now, Working(deck, kept.id, kept.version))
        _tell(now.text("Gespeichert: {name}", name=kept.name))


def _open(now: View) -> None:
    found = working.kept(now)
    if not found:
        return
    text = now.text
    with st.popover(text("Öffnen"), icon=":material/folder_open:", key="deck_open_menu"):
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center", key=f"deck_kept_{one.id}"):
                st.button(literal(one.name), key=f"deck_open_{one.id}", type="tertiary", on_click=_opened,
                          args=(now, one), disabled=one.deck is None, width="stretch")  # fmt: skip
                if working.may_keep(now):
                    st.button(text("Entfernen"), key=f"deck_remove_{one.id}", icon=":material/delete:",
                              type="tertiary", on_click=_removed, args=(now, one))  # fmt: skip


def _opened(now: View, one: SavedDeck) -> None:
    found = working.opened(one)
    if found:
        working.take(now, found)


def _removed(now: View, one: SavedDeck) -> None:
    from zwk_data.store import StoreError

    try:
        working.mine().remove(one, request_id=uuid4().hex)
        _tell(now.text("Entfernt: {name}", name=one.name))
    except (StoreError, Denied) as error:
        _tell(now.text(error.reason_de))


# --- slides ----------------------------------------------------------------------------------------------------------


def _kind_names(now: View) -> dict[str, str]:
    text = now.text
    return {
        "title": text("Titel"), "agenda": text("Ablauf"), "section": text("Abschnitt"), "text": text("Text"),
        "closing": text("Abschluss"), "exhibit": text("Darstellung"),
    }  # fmt: skip


def _row(now: View, deck: Deck, slide: Slide, number: int) -> None:
    """Draw one slide of the list: its number, what it says, and what can be done with it."""
    said, under, wrong = _said(now, slide)
    with st.container(horizontal=True, vertical_alignment="center", key=f"deck_slide_{slide.id}", border=True):
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f"{number}. {literal(said)}" if slide.kind != "exhibit" else f"{number}. **{literal(said)}**")
            st.caption(literal(under))
            if wrong:
                st.caption(f":orange[{literal(wrong)}]")
        with st.container(horizontal=True, width="content", gap="xsmall", key=f"deck_acts_{slide.id}"):
            _buttons(now, deck, slide, number)


def _said(now: View, slide: Slide) -> tuple[str, str, str]:
    """Return headline, what stands below it, and what is wrong with a slide."""
    kind = _kind_names(now)[slide.kind]
    if slide.kind != "exhibit":
        return slide.headline or kind, f"{kind} · {' · '.join(slide.lines)}" if slide.lines else kind, ""
    try:
        found = exhibit(Address.parse(slide.address), now.language)
    except AddressError as error:
        return slide.headline or slide.address, kind, str(error)
    own = now.text("Überschrift in eigenen Worten") + " · " if slide.headline else ""
    return slide.headline or found.sentence, f"{own}{found.title} · {found.subtitle}", ""


def _buttons(now: View, deck: Deck, slide: Slide, number: int) -> None:
    text = now.text
    actions: list[tuple[str, str, str, Callable[[], Deck], bool]] = [
        ("up", ":material/arrow_upward:", text("Nach oben"), lambda: deck.moved(slide.id, -1), number == 1),
        ("down", ":material/arrow_downward:", text("Nach unten"), lambda: deck.moved(slide.id, 1),
         number == len(deck.slides)),
        ("remove", ":material/delete:", text("Folie entfernen"), lambda: deck.without(slide.id), False),
    ]  # fmt: skip
    _edit(now, deck, slide)
    for name, icon, label, change, off in actions:
        st.button(label, key=f"deck_{name}_{slide.id}", icon=icon, help=label, disabled=off, type="tertiary",
                  on_click=_changed, args=(now, change))  # fmt: skip


def _changed(now: View, change: Callable[[], Deck]) -> None:
    working.touch(now, change())


def _edit(now: View, deck: Deck, slide: Slide) -> None:
    text = now.text
    menu = st.popover(text("Bearbeiten"), icon=":material/edit:", help=text("Bearbeiten"), type="tertiary",
                      key=f"deck_edit_{slide.id}", on_change="rerun")  # fmt: skip
    if not menu.open:
        return
    with menu:
        label = text("Überschrift (leer: die Aussage der Daten)") if slide.kind == "exhibit" else text("Überschrift")
        headline = st.text_area(label, slide.headline, max_chars=400, key=f"deck_headline_{slide.id}", height=100)
        lines = ""
        if slide.kind != "exhibit":
            lines = st.text_area(text("Zeilen"), "\n".join(slide.lines), key=f"deck_lines_{slide.id}", height=180)
        else:
            st.caption(f"`{literal(slide.address)}`")
        st.button(text("Übernehmen"), key=f"deck_take_{slide.id}", type="primary", on_click=_edited,
                  args=(now, replace(slide, headline=" ".join(headline.split()), lines=_lines(lines))))  # fmt: skip


def _edited(now: View, slide: Slide) -> None:
    working.touch(now, working.current(now).deck.changed(slide))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _more(now: View, deck: Deck) -> None:
    """Offer slides of words, and the exhibits of the other questions."""
    text = now.text
    full = len(deck.slides) >= MOST_SLIDES
    with st.container(horizontal=True, key="deck_more"):
        for kind in ("section", "text", "agenda", "closing"):
            name = _kind_names(now)[kind]
            slide = Slide(kind, "", name)  # type: ignore[arg-type]
            st.button(text("Folie »{kind}«", kind=name), key=f"deck_add_{kind}", icon=":material/add:", disabled=full,
                      on_click=_added, args=(now, slide))  # fmt: skip
    offered = _offered(now, deck)
    if offered:
        chosen = controls.select(
            "deck_offer", text("Darstellung hinzufügen"), {"-": text("bitte wählen"), **offered}, "-"
        )
        st.button(text("Hinzufügen"), key="deck_add_offer", icon=":material/add:", disabled=full or chosen == "-",
                  on_click=working.add, args=(now, chosen))  # fmt: skip
    st.caption(
        text("Unter jeder Darstellung auf jeder Seite steht unter »Weitergeben« der Knopf »In die Folien (Workshop)«.")
    )


def _added(now: View, slide: Slide) -> None:
    """Put a slide of words at the end, with an id of its own."""
    working.touch(now, working.current(now).deck.with_slide(replace(slide, id=uuid4().hex[:12])))


def _offered(now: View, deck: Deck) -> dict[str, str]:
    """Return what the questions show and the deck does not, by address, with its sentence."""
    there = {slide.address for slide in deck.slides}
    found: dict[str, str] = {}
    for one in questions(now.language):
        for pattern in one.addresses:
            if "{day}" in pattern:
                continue
            address = str(Address.parse(pattern.format(ags=now.place.ags)))
            if address not in there and address not in found:
                try:
                    found[address] = exhibit(Address.parse(address), now.language).sentence
                except AddressError:
                    continue
    return found
