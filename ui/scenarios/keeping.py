"""Scenarios that are kept: saved for the town, opened again, renamed, removed; and as a file, to pass on and take in.

Who may not save can still pass everything on: the address of the page holds all assumptions, and so does the file.
"""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import streamlit as st

from ui import parameters
from ui.data import statistics
from ui.literal import literal
from ui.own_tables import reason
from ui.permissions import may
from ui.plain_table import plain_table
from ui.scenarios import chosen
from ui.scenarios.studio import Studio
from ui.share import link
from ui.signed_in import person
from ui.stored import store
from ui.view import View
from zwk_data.catalog import LeverPart, levers
from zwk_data.exhibits.outlook import common
from zwk_data.outlook import exchange, saved
from zwk_data.outlook.saved import SavedScenario
from zwk_data.own_data.records import is_there
from zwk_data.projection.scenario import MOST_IN_NAME, Scenario, ScenarioError, number_text

SAID, WRONG, OPENED = "_kept_said", "_kept_wrong", "_kept_opened"


def saved_scenarios(studio: Studio) -> None:
    """Draw the saved scenarios of the place, the form to save the one in focus, and the ways of passing on."""
    if said := st.session_state.pop(SAID, ""):
        st.success(literal(said), icon=":material/check:")
    if wrong := st.session_state.pop(WRONG, ""):
        st.error(literal(wrong), icon=":material/error:")
    left, right = st.columns(2, gap="large")
    with left:
        _list(studio)
    with right:
        _form(studio)
        _file(studio)


# --- what is saved ---------------------------------------------------------------------------------------------------


def _list(studio: Studio) -> None:
    from zwk_data.store import StoreError

    now, place = studio.now, studio.now.place
    st.subheader(now.text("Gespeichert für {place}", place=literal(place.name)), anchor=False)
    try:
        found = saved.scenarios(store(), place.ags) if is_there() else []
    except StoreError as error:
        st.error(literal(reason(error, now.language)), icon=":material/error:")
        return
    if not found:
        st.caption(now.text("Noch ist nichts gespeichert."))
    for one in found:
        with st.container(border=True, key=f"kept_{one.id}"):
            _one(studio, one)


def _one(studio: Studio, one: SavedScenario) -> None:
    now, content = studio.now, one.content
    if content is None:
        st.warning(now.text("Dieses Szenario lässt sich nicht lesen. Es lässt sich nur entfernen."))
    else:
        st.markdown(f"**{literal(content.name)}**")
        day = now.language.date(date.fromisoformat(one.saved_at[:10]))
        st.caption(literal(now.text("{author}, gespeichert am {date}.", author=content.author, date=day)))
        if content.remark:
            st.markdown(literal(content.remark))
    with st.container(horizontal=True):
        if content is not None:
            st.button(now.text("Öffnen"), key=f"kept_open_{one.id}", icon=":material/folder_open:",
                      on_click=_open, args=(one,))  # fmt: skip
        if may("scenarios"):
            _rename(studio, one)
            with st.popover(
                now.text("Entfernen"), icon=":material/delete:", key=f"kept_drop_{one.id}", type="tertiary"
            ):
                st.button(now.text("Endgültig entfernen"), key=f"kept_gone_{one.id}", type="primary",
                          on_click=_remove, args=(now, one))  # fmt: skip


def _open(one: SavedScenario) -> None:
    if one.content is not None:
        chosen.opened(one.content.scenario)
        parameters.write("form", one.content.form)
        parameters.write("part", "result")
        st.session_state[OPENED] = one


def _rename(studio: Studio, one: SavedScenario) -> None:
    now, key = studio.now, f"kept_name_{one.id}"
    if one.content is None:
        return
    with st.popover(now.text("Umbenennen"), icon=":material/edit:", key=f"kept_rename_{one.id}", type="tertiary"):
        st.session_state.setdefault(key, one.name)
        st.text_input(now.text("Neuer Name"), key=key, max_chars=MOST_IN_NAME)
        st.button(now.text("Umbenennen"), key=f"kept_renamed_{one.id}", on_click=_renamed, args=(now, one, key))


def _renamed(now: View, one: SavedScenario, key: str) -> None:
    if not may("scenarios"):  # it may have been withdrawn while the page was open
        return
    with _Told(now):
        name = st.session_state[key]
        done = saved.rename(store(), one, name, actor=person().actor, request_id=str(uuid4()))
        opened: SavedScenario | None = st.session_state.get(OPENED)
        if opened and opened.id == one.id:
            st.session_state[OPENED] = done
            chosen.renamed(one.name, name)
        st.session_state[SAID] = now.text("Umbenannt in »{name}«.", name=name)


def _remove(now: View, one: SavedScenario) -> None:
    if not may("scenarios"):
        return
    with _Told(now):
        opened: SavedScenario | None = st.session_state.get(OPENED)
        if opened and opened.id == one.id:
            del st.session_state[OPENED]
        saved.remove(store(), one, actor=person().actor, request_id=str(uuid4()))
        st.session_state[SAID] = now.text("»{name}« wurde entfernt.", name=one.name)


class _Told:
    """Tells the reader at the next run why something was not done."""

    def __init__(self, now: View) -> None:
        self.now = now

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Take the errors that have words for the reader; all others go on."""
        from zwk_data.store import StoreError

        if isinstance(error, StoreError):
            st.session_state[WRONG] = reason(error, self.now.language)
        elif isinstance(error, ScenarioError):
            st.session_state[WRONG] = common.refusal(error, self.now.language)
        elif isinstance(error, saved.NotUsable):
            st.session_state[WRONG] = _lacking(error, self.now)
        else:
            return False
        return True


def _lacking(error: saved.NotUsable, now: View) -> str:
    """Say which fields are empty or hold what cannot be kept."""
    names = {"name": now.text("Name"), "author": now.text("Stelle oder Amt"), "remark": now.text("Bemerkung")}
    return now.text("Bitte prüfen Sie: {fields}.", fields=", ".join(names.get(field, field) for field in error.fields))


# --- saving ----------------------------------------------------------------------------------------------------------


def _form(studio: Studio) -> None:
    now, one = studio.now, studio.focus
    name = common.names([one], now.language)[0]
    st.subheader(now.text("»{name}« speichern", name=literal(name)), anchor=False)
    if not may("scenarios"):
        st.caption(now.text("Speichern darf, wer dazu berechtigt ist. Die Adresse dieser Seite und die Datei enthalten "
                            "alle Annahmen und lassen sich weitergeben."))  # fmt: skip
        return
    opened: SavedScenario | None = st.session_state.get(OPENED)
    st.session_state.setdefault("kept_request", str(uuid4()))
    if st.session_state.get("_kept_for") != str(one):
        st.session_state["_kept_for"], st.session_state["kept_name"] = str(one), one.name
    with st.form("kept_form", border=False):
        st.text_input(now.text("Name"), key="kept_name", max_chars=MOST_IN_NAME)
        st.text_input(now.text("Stelle oder Amt"), key="kept_author", max_chars=saved.LONGEST["author"])
        st.caption(now.text("Name und Stelle werden gebraucht, eine Bemerkung nicht."))
        st.text_area(now.text("Bemerkung"), key="kept_remark", max_chars=saved.LONGEST["remark"], height=80)
        with st.container(horizontal=True):
            st.form_submit_button(now.text("Speichern"), type="primary", icon=":material/save:", key="kept_save",
                                  on_click=_save, args=(studio, None))  # fmt: skip
            if opened and (opened.name, opened.ags) == (one.name, now.place.ags):
                st.form_submit_button(now.text("»{name}« ersetzen", name=literal(opened.name)), key="kept_again",
                                      on_click=_save, args=(studio, opened))  # fmt: skip


def _save(studio: Studio, opened: SavedScenario | None) -> None:
    now, field = studio.now, st.session_state
    request = field["kept_request"]
    if not may("scenarios"):
        return
    with _Told(now):
        named = replace(studio.focus, name=field["kept_name"])
        content = saved.content_of(statistics(), studio.start, named, field["kept_author"], field["kept_remark"])
        done = saved.save(store(), opened.id if opened else request, content, actor=person().actor, request_id=request,
                          seen_version=opened.version if opened else 0)  # fmt: skip
        del field["kept_request"]  # after the save: a second click on an answer that got lost saves nothing twice
        chosen.changed(studio.scenarios, lambda _: named)
        field[OPENED] = done
        field[SAID] = now.text("»{name}« ist gespeichert.", name=named.name)


# --- files -----------------------------------------------------------------------------------------------------------


def _file(studio: Studio) -> None:
    """Draw the address and the file of the scenario in focus, and the way to take one in."""
    now = studio.now
    st.subheader(now.text("Weitergeben und übernehmen"), anchor=False)
    st.download_button(now.text("Als Datei (JSON)"), lambda: _exported(studio), f"{_file_name(studio)}.json",
                       mime="application/json", icon=":material/download:", key="kept_export",
                       on_click="ignore")  # fmt: skip
    st.caption(now.text("Adresse mit allen Annahmen"))
    st.code(link(), language=None, wrap_lines=True)
    file = st.file_uploader(now.text("Datei eines Szenarios (JSON, bis 64 kB)"), type=["json"],
                            key=f"kept_file_{st.session_state.get('kept_round', 0)}")  # fmt: skip
    if file is None:
        return
    try:
        found = exchange.read(statistics(), file.getvalue(), now.language)
    except exchange.NotImported as error:
        st.error(now.text("Nichts wurde übernommen."), icon=":material/error:")
        st.markdown("\n".join(f"- {literal(problem)}" for problem in error.problems[:20]))
        return
    _preview(now, found)


def _exported(studio: Studio) -> bytes:
    """Return the file of the scenario in focus; one without a name gets that of its preset."""
    one = studio.focus
    named = replace(one, name=one.name or common.names([one], studio.now.language)[0].replace(",", ""))
    author = st.session_state.get("kept_author", "").strip() or studio.now.text("ohne Angabe")
    remark = st.session_state.get("kept_remark", "")
    return exchange.export(statistics(), saved.content_of(statistics(), studio.start, named, author, remark))


def _file_name(studio: Studio) -> str:
    name = common.names([studio.focus], studio.now.language)[0]
    plain = "".join(c if c.isalnum() else "-" for c in f"szenario-{studio.now.place.ags}-{name}".lower())
    return plain[:80].strip("-")


def _preview(now: View, found: exchange.Imported) -> None:
    """Show what a file holds, and take it over on request."""
    content = found.content
    place = statistics().places[content.ags]
    st.markdown(f"**{literal(content.name)}** · {literal(place.name)} · {literal(content.author)}")
    if content.remark:
        st.markdown(literal(content.remark))
    told = _assumptions(now, content.scenario)
    plain_table({now.text("Annahme"): [name for name, _ in told], now.text("Wert"): [said for _, said in told]}, (),
                now.text("Annahmen der Datei"))  # fmt: skip
    if found.other_loads:
        st.caption(now.text("Die Zahlen können abweichen: Die Datei entstand mit anderen Datenständen."))
    st.button(now.text("Übernehmen"), key="kept_take", type="primary", icon=":material/check:", on_click=_take,
              args=(content,))  # fmt: skip


def _assumptions(now: View, one: Scenario) -> list[tuple[str, str]]:
    """Return the preset and the changes in words and numbers."""
    told = [(now.text("Ausgangspunkt"), common.preset_name(one.preset, now.language))]
    for change in one.changes:
        lever = levers()[change.lever]
        parts = [_label(now, part) for part in lever.parts] if not lever.single else [""]
        numbers = [f"{label}: {_number(now, value)}" if label else _number(now, value)
                   for label, value in zip(parts, change.values, strict=False)]  # fmt: skip
        told.append((lever.label(now.language.code), " · ".join(numbers)))
    return told


def _label(now: View, part: LeverPart) -> str:
    return part.label_en if now.language.code == "en" else part.label_de


def _number(now: View, value: float) -> str:
    """Write a number with the decimals it has; years without a mark of thousands."""
    text = number_text(value)
    whole, _, places = text.partition(".")
    if places or abs(value) >= 10_000:
        return now.language.number(value, len(places))
    return whole


def _take(content: saved.Content) -> None:
    parameters.write("ags", content.ags)
    parameters.write("form", content.form)
    parameters.write("part", "result")
    chosen.opened(content.scenario)
    st.session_state["kept_round"] = st.session_state.get("kept_round", 0) + 1
