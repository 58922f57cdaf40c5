"""Controls of the map: which places, value or change, which dates, how the classes are formed.

Dates without figures at the chosen level are never offered; one that stands in the address gives way to the nearest
that has some, and the reader is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from ui import controls, parameters
from ui.data import statistics
from ui.view import View, view
from zwk_data.catalog import indicators
from zwk_data.exhibits import Context
from zwk_data.exhibits.classes import COUNTS, DEFAULT_COUNT, DEFAULT_SCHEME
from zwk_data.exhibits.map_change import allowed, span_words, spans
from zwk_data.exhibits.map_scope import day, day_token, limit_list, map_dates
from zwk_data.exhibits.wording import at_place
from zwk_data.warehouse import Place
from zwk_data.warehouse.places import GERMANY

LEVELS = {"kreise": "kreis", "land": "kreis", "gemeinden": "gemeinde", "alle": "gemeinde"}
FIRST_LAND = "01"


@dataclass(frozen=True)
class MapChoice:
    """What the reader chose: parameters of the exhibit, ready for ``show``."""

    kind: str
    parameters: dict[str, object]


@st.cache_data(max_entries=256, show_spinner=False)
def _dates(indicator: str, level: str, generation: int) -> pd.DataFrame:
    return map_dates(Context(statistics()), indicators()[indicator], level)


def scope_choice() -> str:
    """Draw the choice of places and return it as the exhibit's scope, for example ``gemeinde-12073``."""
    now = view()
    options = {
        "kreise": now.text("Kreise in Deutschland"), "land": now.text("Kreise eines Landes"),
        "gemeinden": _own_gemeinden(now), "alle": now.text("Alle Gemeinden"),
    }  # fmt: skip
    chosen = controls.select("scope", now.text("Ausschnitt"), options, "kreise")
    level = LEVELS[chosen]
    if chosen in ("kreise", "alle"):
        return f"{level}-DG"
    if chosen == "gemeinden" and (kreis := _kreis(now.place)):
        return f"{level}-{kreis}"
    return f"{level}-{_land(now)}"


def _kreis(place: Place) -> str | None:
    """Return the Kreis whose Gemeinden make a map; a kreisfreie Stadt is alone in its own and is shown in its Land."""
    if place.level == "kreis":
        return None if place.is_own_gemeinde else place.ags
    return place.kreis if place.level == "gemeinde" else None


def _own_gemeinden(now: View) -> str:
    kreis = _kreis(now.place)
    if kreis is None:
        return now.text("Gemeinden eines Landes")
    return now.text("Gemeinden {inside}", inside=at_place(statistics().places[kreis], now.language))


def _land(now: View) -> str:
    places = sorted(statistics().places.members(GERMANY, "land"), key=lambda place: place.name)
    lands = {place.ags: place.name for place in places}
    return controls.select("land", now.text("Land"), lands, now.place.land or FIRST_LAND)


def map_choice(indicator: str, where: str) -> MapChoice:
    """Draw value or change, the dates and the classes; return the exhibit asked for."""
    now = view()
    common: dict[str, object] = {"indicator": indicator, "scope": where, "ags": now.place.ags}
    found = _dates(indicator, where.partition("-")[0], statistics().generation.number)
    ways = {"value": now.text("Wert"), "change": now.text("Veränderung")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        way = controls.segments("map", now.text("Gezeigt wird"), ways, "value")
        if way == "value":
            dates: dict[str, object] = {"day": _day(found, now)}
        else:
            dates = _span(found, now)
        classes = _classes(now)
    kind = "choropleth" if way == "value" else "choropleth_change"
    return MapChoice(kind, common | dates | classes)


def _labels(dates: pd.DataFrame, now: View) -> Mapping[str, str]:
    """Return the dates as they are written on the slider: the year, or the whole date where it is no year-end."""
    tokens = [day_token(found.date()) for found in dates["reference_date"]]
    return {token: token if token.isdigit() else now.language.date(date.fromisoformat(token)) for token in tokens}


def _day(dates: pd.DataFrame, now: View) -> str:
    labels = _labels(dates, now)
    if not labels:
        return day_token(date.today().replace(month=12, day=31))
    tokens = list(labels)
    _nearest("year", tokens, now)
    return controls.slider("year", now.text("Stichtag"), tokens, tokens[-1], labels)


def _nearest(name: str, tokens: list[str], now: View) -> None:
    """Put the nearest date with figures in place of one without, and say so."""

    def parse(text: str) -> date:
        return day(text, Context(statistics(), now.language))

    wanted = parameters.read(name, parse, None)
    if wanted is None or day_token(wanted) in tokens:
        return
    nearest = min(tokens, key=lambda token: abs(parse(token) - wanted))
    parameters.write(name, nearest)
    st.toast(now.text(
        "Für {wanted} liegen hier keine Werte vor; gezeigt wird {shown}.", wanted=now.language.date(wanted),
        shown=now.language.date(parse(nearest))))  # fmt: skip


def _span(dates: pd.DataFrame, now: View) -> dict[str, object]:
    labels, found = _labels(dates, now), spans(dates)
    if not found:
        token = next(iter(labels), "2024")
        return {"start": token, "end": token}
    longest = max(found, key=lambda span: (span[1] - span[0], span[1]))
    tokens = list(labels)
    _nearest("start", tokens, now)
    _nearest("end", tokens, now)
    start = controls.select("start", now.text("Von"), labels, day_token(longest[0]))
    end = controls.select("end", now.text("Bis"), labels, day_token(longest[1]))
    return {"start": start, "end": end}


def offer_spans(choice: MapChoice) -> None:
    """Offer the spans that are allowed, where the chosen one crosses a census or runs backwards."""
    now = view()
    indicator, level = str(choice.parameters["indicator"]), str(choice.parameters["scope"]).partition("-")[0]
    dates = _dates(indicator, level, statistics().generation.number)
    chosen = (str(choice.parameters.get("start")), str(choice.parameters.get("end")))
    if now.present or chosen in {(day_token(start), day_token(end)) for start, end in allowed(dates)}:
        return
    with st.container(horizontal=True):
        for start, end in spans(dates):
            st.button(
                now.text("{span} zeigen", span=span_words([(start, end)])), on_click=_set_span,
                args=(day_token(start), day_token(end)), key=f"span_{start}_{end}",
            )  # fmt: skip


def _set_span(start: str, end: str) -> None:
    parameters.write("start", start)
    parameters.write("end", end)


def offer_level() -> None:
    """Offer the map of Kreise where Gemeinden have no figures of their own."""
    now = view()
    if not now.present:
        st.button(now.text("Kreise zeigen"), on_click=parameters.write, args=("scope", "kreise"), key="to_kreise")


def _classes(now: View) -> dict[str, object]:
    """Draw scheme, number of classes and own limits in one menu."""
    names = {
        "quantile": now.text("Gleich viele Orte (Quantile)"), "equal": now.text("Gleiche Breite"),
        "jenks": now.text("Natürliche Grenzen (Jenks)"), "deviation": now.text("Standardabweichung"),
        "own": now.text("Eigene Grenzen"),
    }  # fmt: skip
    if now.present:
        return _class_values(names)
    with st.popover(now.text("Klassen"), icon=":material/palette:"):
        return _class_values(names)


def _class_values(names: Mapping[str, str]) -> dict[str, object]:
    now = view()
    scheme = controls.select("scheme", now.text("Einteilung"), names, DEFAULT_SCHEME)
    if scheme == "own":
        limits = _limits(now)
        return {"scheme": scheme, "limits": limits} if limits else {}
    counts = [str(count) for count in COUNTS]
    count = controls.slider("classes", now.text("Anzahl der Klassen"), counts, str(DEFAULT_COUNT))
    changed: dict[str, object] = {"scheme": scheme} if scheme != DEFAULT_SCHEME else {}
    if count != str(DEFAULT_COUNT):
        changed["classes"] = count
    return changed


def _limits(now: View) -> str:
    """Draw the field for own limits, written as the reader writes numbers; return them as the address has them."""

    def parse(text: str) -> str:
        limit_list(text, Context(statistics(), now.language))
        return text

    current = parameters.read("limits", parse, "")
    if now.present:
        return current
    shown = "; ".join(now.language.number(float(part), _decimals(part)) for part in current.split(",") if part)
    st.text_input(
        now.text("Grenzen, mit Semikolon getrennt"), value=shown, key="control_limits", on_change=_set_limits,
        placeholder=now.text("30; 35,5; 40"),
    )  # fmt: skip
    return current


def _decimals(part: str) -> int:
    return len(part.partition(".")[2])


def _set_limits() -> None:
    text = str(st.session_state["control_limits"])
    plain = [_plain(part) for part in text.split(";") if part.strip()]
    parameters.write("limits", ",".join(plain))


def _plain(part: str) -> str:
    """Turn ``1.250,5`` into ``1250.5`` for German readers; English ones write the point already."""
    part = part.strip().replace("−", "-")
    return part.replace(".", "").replace(",", ".") if view().language.code == "de" else part.replace(",", "")


def select_place(ags: str) -> None:
    """Make the place that was clicked on the place of the page."""
    if ags in statistics().places:
        parameters.write("ags", ags)


__all__ = ["MapChoice", "map_choice", "offer_level", "offer_spans", "scope_choice", "select_place"]
