"""Place and comparison pickers of the frame, and the switches beside them."""

import streamlit as st

from ui import parameters
from ui.account import account_menu
from ui.data import statistics
from ui.literal import literal
from ui.state import state_picker
from ui.view import TOKENS, View, partner_places
from zwk_data.catalog import participants
from zwk_data.language import LANGUAGES, Language
from zwk_data.warehouse import Place
from zwk_data.warehouse.places import town_of


def pickers(view: View) -> None:
    """Draw the frame's row: place, comparison, state of the data, presenter mode, language."""
    with st.container(horizontal=True, vertical_alignment="center", key="frame"):
        place = st.popover(view.place.name, icon=":material/location_on:", key="pick_place", on_change="rerun")
        comparison = st.popover(
            _comparison_label(view), icon=":material/compare_arrows:", key="pick_comparison", on_change="rerun"
        )
        st.space("stretch")
        state_picker(view)
        st.button(
            view.text("Präsentieren"), icon=":material/slideshow:", on_click=parameters.write, args=("present", "1"),
            type="tertiary", key="present_on",
        )  # fmt: skip
        other = next(code for code in LANGUAGES if code != view.language.code)
        st.button(LANGUAGES[other], on_click=parameters.write, args=("lang", other), type="tertiary", key="language")
        account_menu(view)
    if place.open:
        with place:
            _place_search(view)
    if comparison.open:
        with comparison:
            _comparison(view)


def describe(place: Place, language: Language) -> str:
    """Return name, kind and surroundings of a place: ``Schossin · Gemeinde in Landkreis Ludwigslust-Parchim``."""
    places = statistics().places
    kinds = {
        "germany": language.text("Staat"), "land": language.text("Land"), "kreis": language.text("Kreis"),
        "gemeinde": language.text("Gemeinde"), "quartier": language.text("Gebiet"),
    }  # fmt: skip
    kind = language.text("Kreisfreie Stadt") if place.is_own_gemeinde else kinds[place.level]
    parent = town_of(place) or (place.kreis if place.level == "gemeinde" else place.land)
    inside = f" · {places[parent].name}" if parent and parent in places and parent != place.ags else ""
    return f"{place.name} · {kind}{inside}"


def _choose(ags: str) -> None:
    parameters.write("ags", ags)
    st.session_state["place_search"] = ""
    st.session_state["pick_place"] = False


def _place_search(view: View) -> None:
    wanted = st.text_input(
        view.text("Name oder Gemeindeschlüssel"), key="place_search", placeholder=view.text("zum Beispiel Schossin"),
    )  # fmt: skip
    if wanted:
        found = statistics().places.find(wanted, 8)
        if not found:
            st.caption(view.text("Kein Ort passt zu »{text}«.", text=literal(wanted[:40])))
        _buttons(found, view, "found")
        return
    st.caption(view.text("Partner des Programms"))
    _buttons(partner_places(), view, "partner")
    _participants(view)


def _buttons(found: list[Place], view: View, prefix: str) -> None:
    for place in found:
        st.button(
            describe(place, view.language), key=f"{prefix}_{place.ags}", on_click=_choose, args=(place.ags,),
            type="tertiary",
        )  # fmt: skip


def _participants(view: View) -> None:
    places = statistics().places
    options = [entry.ags for entry in participants().values() if not entry.partner and entry.ags in places]
    options.sort(key=lambda ags: places[ags].name)
    st.selectbox(
        view.text("Weitere Teilnehmer des Programms"), options, index=None, key="participant",
        format_func=lambda ags: places[ags].name, placeholder=view.text("Bitte wählen"),
        on_change=lambda: st.session_state["participant"] and _choose(st.session_state["participant"]),
    )  # fmt: skip


def _token_labels(view: View) -> dict[str, str]:
    text = view.text
    return {
        "kreis": text("Eigener Kreis"), "land": text("Land"), "DG": text("Deutschland"),
        "partner": text("Die vier Partner"), "aehnlich": text("Ähnliche Orte"),
    }  # fmt: skip


def _comparison_label(view: View) -> str:
    names = [other.name for other in view.compared]
    if not names:
        return view.text("Kein Vergleich")
    shown = ", ".join(names[:2])
    return view.text("Vergleich: {names}", names=shown) + (f" +{len(names) - 2}" if len(names) > 2 else "")


def _comparison(view: View) -> None:
    labels = _token_labels(view)
    own = [token for token in view.comparison if token not in TOKENS]
    st.session_state["tokens"] = [token for token in view.comparison if token in TOKENS]
    st.pills(
        view.text("Womit vergleichen?"), list(TOKENS), selection_mode="multi", format_func=labels.__getitem__,
        key="tokens", on_change=_tokens_changed, args=(own,),
    )  # fmt: skip
    wanted = st.text_input(view.text("Eigene Auswahl: Ort hinzufügen"), key="compare_search")
    for place in statistics().places.find(wanted, 6) if wanted else []:
        st.button(
            describe(place, view.language),
            key=f"add_{place.ags}",
            type="tertiary",
            on_click=_add,
            args=(view, place.ags),
        )
    for ags in own:
        label = view.text("{name} entfernen", name=statistics().places[ags].name)
        st.button(
            label, key=f"drop_{ags}", icon=":material/close:",
            on_click=_compare, args=([token for token in view.comparison if token != ags],), type="tertiary",
        )  # fmt: skip


def _tokens_changed(own: list[str]) -> None:
    chosen = st.session_state["tokens"]
    _compare([*(token for token in TOKENS if token in chosen), *own])


def _add(view: View, ags: str) -> None:
    _compare([*view.comparison, ags])
    st.session_state["compare_search"] = ""


def _compare(tokens: list[str]) -> None:
    parameters.write("compare", ",".join(tokens) or "-")
    st.session_state["pick_comparison"] = True  # its label changes with the choice, which would close it
