"""Own data as this program stores and shows them: the store, the tables of a town, the figures anew after a change."""

import logging
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import streamlit as st

from ui.data import newest
from ui.literal import literal
from ui.permissions import may
from ui.plain_table import plain_table
from ui.signed_in import person
from ui.stored import store
from ui.view import View, view
from zwk_data.language import Language
from zwk_data.own_data import records
from zwk_data.own_data.columns import ALL_AGES, MEASURE_NAMES, Cell
from zwk_data.own_data.consistency import by_area
from zwk_data.own_data.records import OwnTable
from zwk_data.warehouse import Generation, Place, ensure_built, lacks_own_data
from zwk_data.warehouse.places import town_of

if TYPE_CHECKING:
    from zwk_data.store import StoreError

LOG = logging.getLogger(__name__)
MANY = 12  # rows of a summary that are shown at once


def town() -> Place | None:
    """Return the town in view: the Gemeinde itself, a kreisfreie Stadt, or that of a quarter."""
    place = view().place
    key = town_of(place)
    found = newest().places[key] if key else place
    return found if found.level == "gemeinde" or found.is_own_gemeinde else None


def reason(error: "StoreError", language: Language) -> str:
    """Return why the store refused, in the reader's language."""
    found = getattr(error, "reason", None)
    return str(found(language)) if callable(found) else language.text(error.reason_de)


def stored_tables() -> None:
    """Show what is stored for the town in view, each with its release, and the way to remove it."""
    from zwk_data.store import StoreError

    now, place = view(), town()
    st.subheader(now.text("Gespeicherte Tabellen"), anchor=False)
    try:
        found = records.tables(store(), place.ags if place else None) if records.is_there() else []
    except StoreError as error:
        st.error(literal(reason(error, now.language)), icon=":material/error:")
        return
    if not found:
        st.caption(now.text("Für diesen Ort ist nichts gespeichert.") if place else now.text("Nichts gespeichert."))
    for table in found:
        _one(now, table)
    _rebuild_button(now)


def _one(now: View, table: OwnTable) -> None:
    release, places = table.release, newest().places
    name = places[table.ags].name if table.ags in places else table.ags
    with st.container(border=True, key=f"own_{table.id}"):
        st.markdown(f"**{literal(release.title)}** · {literal(name)}")
        if not table.readable:
            st.warning(now.text("Diese Tabelle lässt sich nicht lesen und steht in keiner Zahl. Sie lässt sich nur "
                                "entfernen."), icon=":material/warning:")  # fmt: skip
            if may("own_data"):
                _removal(now, table)
            return
        st.caption(literal(now.text(
            "{source} ({basis}). Freigegeben durch {by} am {on}; gespeichert am {saved}. Mindestgröße {minimum}.",
            source=release.source, basis=release.basis, by=release.released_by,
            on=now.language.date(release.released_on), minimum=release.minimum,
            saved=now.language.date(date.fromisoformat(table.saved_at[:10])))))  # fmt: skip
        with st.expander(now.text("Inhalt"), key=f"own_content_{table.id}"):
            summary(now, table.cells)
        if may("own_data"):
            _removal(now, table)


def summary(now: View, cells: tuple[Cell, ...] | list[Cell]) -> None:
    """Show one line per date, Merkmal and area: total, age groups, secret cells."""
    text, number = now.text, now.language.number
    areas = by_area(cells)
    names: dict[str, list[str]] = {name: [] for name in (
        text("Stichtag"), text("Merkmal"), text("Gebiet"), text("Insgesamt"), text("Altersgruppen"), text("geheim")
    )}  # fmt: skip
    for (day, measure, area), part in list(areas.items())[:MANY]:
        total = part.get(("t", ALL_AGES))
        groups = {group for _, group in part if group != ALL_AGES}
        hidden = sum(cell.value is None for cell in part.values())
        shown = "•" if total is None or total.value is None else number(total.value)
        line = (now.language.date(date.fromisoformat(day)), text(MEASURE_NAMES[measure]),
                area or text("ganze Gemeinde"), shown, number(len(groups)), number(hidden))  # fmt: skip
        for values, value in zip(names.values(), line, strict=True):
            values.append(value)
    heads = list(names)
    plain_table(names, heads[3:], text("Zahlen je Stichtag, Merkmal und Gebiet"))
    if len(areas) > MANY:
        st.caption(text("… und {count} weitere", count=number(len(areas) - MANY)))


def _removal(now: View, table: OwnTable) -> None:
    """Draw the removal with its confirmation; the figures vanish, who removed them when stays."""
    with st.popover(now.text("Entfernen"), icon=":material/delete:", key=f"own_drop_{table.id}", type="tertiary"):
        st.markdown(now.text("Die Zahlen werden gelöscht und nirgends mehr gezeigt. Das lässt sich nicht rückgängig "
                             "machen; frühere Sicherungen behalten sie."))  # fmt: skip
        if st.button(now.text("Endgültig entfernen"), key=f"own_gone_{table.id}", type="primary"):
            _remove(now, table)


def _remove(now: View, table: OwnTable) -> None:
    from zwk_data.store import StoreError

    try:
        records.remove(store(), table, actor=person().actor, request_id=str(uuid4()))
    except StoreError as error:
        st.error(literal(reason(error, now.language)), icon=":material/error:")
        return
    if rebuild(now):
        st.session_state["own_said"] = now.text("»{title}« wurde entfernt.", title=table.release.title)
        st.rerun()


def rebuild(now: View) -> bool:
    """Build the figures with what is stored now, with progress; False where that failed (the old ones stay)."""
    bar = st.progress(0.0, now.text("Die Zahlen werden mit den eigenen Angaben aufbereitet …"))

    def report(step: str, share: float) -> None:
        bar.progress(share, f"{now.text(step)} …")

    try:
        built = ensure_built(report)
    except Exception:  # a full disk, another build that hangs, a check that failed: the log says which
        LOG.exception("no figures with own data")
        built = newest().generation
    bar.empty()
    if _shows_all(built):
        return True
    st.error(now.text(
        "Gespeichert, aber die Zahlen ließen sich nicht neu aufbereiten; die Seiten zeigen den bisherigen Stand. Das "
        "Protokoll des Servers nennt den Grund."), icon=":material/error:")  # fmt: skip
    return False


def _shows_all(generation: Generation) -> bool:
    """Tell whether the generation is known to hold what is stored now: no where the store does not answer."""
    from zwk_data.store import StoreError

    try:
        return generation.own == records.mark()
    except StoreError:
        LOG.exception("own data cannot be read")
        return False


def _rebuild_button(now: View) -> None:
    """Offer to build anew where a change is stored and not yet shown: its build failed or was killed."""
    if not may("own_data") or not lacks_own_data(newest().generation):
        return
    st.info(now.text("Gespeichert ist ein anderer Stand, als die Seiten zeigen."), icon=":material/sync_problem:")
    if st.button(now.text("Zahlen neu aufbereiten"), key="own_rebuild") and rebuild(now):
        st.rerun()
