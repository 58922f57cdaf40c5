"""The exhibit card: sentence, chart, table, source line and one menu to pass it on."""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

import pandas as pd
import streamlit as st

from ui import presenter
from ui.bar_table import bar_table
from ui.data import exhibit as exhibit_of
from ui.data import statistics
from ui.literal import link, literal
from ui.plain_table import plain_table
from ui.plan_body import plan_body
from ui.share import share_menu
from ui.tiles import tiles
from ui.view import View, view
from zwk_data.exhibits import KINDS, Address, AddressError, Exhibit, SourceLine
from zwk_data.exhibits.exhibit import Column, heading
from zwk_data.language import Language
from zwk_data.render.plotly import config_of, draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.tabular import cells, together, written

BADGES = ("kreis_value", "own_data")  # kinds of remarks that stand at the head of a card
SHORT_TABLE = 40  # rows up to which a table is drawn whole, as real HTML
TEXT_TABLE = 120  # the same for one without numbers: its sentences would be cut off inside scrolling cells
# Parameters that turn the same exhibit without making it another one: a table opened beside it stays open.
FROZEN = "frozen"  # option of the marks: what tells an exhibit that was kept from the one of today
TURNED = (
    "day year start end span compare compare_year sex form scheme classes limits scenario scenarios until group "
    "capacities target lever"
)
PRESENTED = 690  # pixels for chart and footing on a screen of 1080, below a headline of one line and above the keys
LEAST_PRESENTED = 320  # pixels below which a chart cannot be read across a room
LETTERS = 95, 150  # of a headline and of a footing that stand in one line there
HEIGHTS = {"map": 620, "pyramid": 560, "multiples": 640}


def show(
    kind: str, *, height: int | None = None, on_select: Callable[[str], None] | None = None, **parameters: object
) -> Exhibit | None:
    """Show the exhibit of an address as a card.

    Args:
        kind: of the exhibit.
        height: of the chart in pixels.
        on_select: called with the key of a place that the reader clicks on in a map, before the next run.
        parameters: of the address, as plain ids.

    Returns:
        The exhibit, or None where the address does not fit (the reader is told) or another one is presented.
    """
    now = view()
    address = Address.of(kind, **parameters)
    try:
        found = exhibit_of(address, now.language)
    except AddressError as error:
        st.warning(literal(str(error)), icon=":material/info:")
        return None
    if now.present and not presenter.is_turn():
        return None
    card(found, now, height, on_select)
    return found


def card(
    found: Exhibit, now: View, height: int | None = None, on_select: Callable[[str], None] | None = None, *,
    taken: int = 0, shared: bool = True,
) -> None:  # fmt: skip
    """Draw an exhibit as a card; arguments as in ``show``.

    ``taken``: pixels of a presented page that something else needs; not ``shared``: nothing to pass it on.
    """
    with st.container(key=f"card_{found.address.key}"):
        _head(found, now)
        _body(found, now, style_of(found, now, height or HEIGHTS.get(found.marks.chart, 400), taken), on_select)
        _foot(found, now, shared=shared)


def _head(found: Exhibit, now: View) -> None:
    heading_of_size = st.header if found.marks.options.get("lead") else st.subheader
    sentence = found.sentence.replace(" %", "\u00a0%")  # a headline never begins a line with the sign
    heading_of_size(literal(sentence), anchor=False)
    title = f"**{literal(found.title)}**"
    st.caption(f"{title} · {literal(found.subtitle)}" if found.subtitle else title)
    for note in found.notes:
        if note.kind in BADGES:
            st.badge(literal(note.text), icon=":material/info:", color="orange")


def style_of(found: Exhibit, now: View, height: int, taken: int = 0) -> Style:
    """Return how figures are drawn in this view: larger where somebody presents, less what is ``taken`` there."""
    if now.present:
        height = max(presented_height(found, now.language) - taken, LEAST_PRESENTED)
        return Style(now.palette, now.language, font_size=26, height=height, static_url=static_url())
    return Style(now.palette, now.language, height=height, static_url=static_url())


def presented_height(found: Exhibit, language: Language) -> int:
    """Return the height of a chart that fills a screen of 1080 pixels without scrolling, in pixels."""
    notes = " ".join(note.text for note in found.notes if note.kind not in BADGES)
    badges = sum(note.kind in BADGES for note in found.notes)
    sources = re.sub(r"\]\([^)]*\)", "]", source_text(found.sources, language))  # addresses of links are not seen
    headline, footing = LETTERS
    foot = len(notes) // footing + len(sources) // footing
    legend = 30 if found.marks.chart == "map" else 0
    return max(PRESENTED - legend - 56 * (len(found.sentence) // headline) - 65 * badges - 32 * (foot + 2), 400)


def static_url() -> str:
    """Return the address below which the server gives the files of ``static/``."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/app/static" if base else "/app/static"


@st.cache_resource(max_entries=512, show_spinner=False)
def _drawn(address: str, generation: int, content: str, style_key: int, _found: Exhibit, _style: Style) -> object:
    """Draw once (``content`` as of ``_content``).

    A style's own hash is its key, because Streamlit would take one apart field by field in every run.
    """
    return figure(_found, _style)


def _content(found: Exhibit) -> str:
    """Return what tells two exhibits of one address apart: a plan changes, and not everyone sees all of it.

    One that was kept as it was shown says so itself (``FROZEN``).
    """
    if FROZEN in found.marks.options:
        return str(found.marks.options[FROZEN])
    known = KINDS.get(found.address.kind)
    if known is None or not known.of_plan:
        return ""
    return sha256(repr((found.marks, found.table.to_csv())).encode()).hexdigest()


def _body(found: Exhibit, now: View, style: Style, on_select: Callable[[str], None] | None) -> None:
    if draws(found):
        drawn = _drawn(str(found.address), statistics().generation.number, _content(found), hash(style), found, style)
        _chart(drawn, found, on_select)
        if "below" in found.marks.options and not now.present:
            plan_body(found, now)
        if not now.present:
            _table_on_request(found, now)
    elif found.marks.chart == "tiles":
        tiles(found, now)
        if not now.present:
            _table_on_request(found, now)
    elif "bars" in found.marks.options:
        bar_table(found, now)
    elif "layout" in found.marks.options:
        plan_body(found, now)
        if not now.present:
            _table_on_request(found, now)
    else:
        table(found.table, found.columns, now.language, alt=found.alt)


def _chart(drawn: object, found: Exhibit, on_select: Callable[[str], None] | None) -> None:
    key = f"chart_{found.address.key}"

    def selected() -> None:
        points = st.session_state[key].selection.points
        if on_select and points and points[0].get("location"):
            on_select(str(points[0]["location"]))

    st.plotly_chart(
        drawn, key=key, config=config_of(found), theme=None, alt=found.alt, selection_mode="points",
        on_select=selected if on_select else "ignore",
    )  # fmt: skip


def _table_on_request(found: Exhibit, now: View) -> None:
    label = now.text("Als Tabelle")
    kept = {name: value for name, value in found.address.parameters if name not in TURNED.split()}
    key = f"table_{Address.of(found.address.kind, **kept).key}"
    panel = st.expander(label, key=key, on_change="rerun", icon=":material/table:")
    if panel.open:
        with panel:
            table(found.table, found.columns, now.language, alt=found.alt)


def table(rows: pd.DataFrame, columns: Sequence[Column], language: Language, *, alt: str) -> None:
    """Draw a table in the reader's way of writing numbers: short ones as HTML, long ones to scroll and sort."""
    with_numbers = any(column.decimals is not None for column in columns)
    if len(rows) <= (SHORT_TABLE if with_numbers else TEXT_TABLE):
        numbers = {heading(column) for column in columns if pd.api.types.is_numeric_dtype(rows[column.key])}
        plain_table(written(rows, columns, language), numbers, alt)
        return
    shown = rows[[column.key for column in columns]].copy()
    config = {
        column.key: st.column_config.NumberColumn(heading(column), format="localized")
        if column.decimals is not None
        else st.column_config.Column(heading(column))
        for column in columns
    }
    for column in columns:
        if column.decimals is not None:
            shown[column.key] = shown[column.key].round(column.decimals)
        elif pd.api.types.is_datetime64_any_dtype(shown[column.key]):
            shown[column.key] = cells(shown[column.key], column, language)
    st.dataframe(shown, column_config=config, hide_index=True, alt=alt, height=420)


def _foot(found: Exhibit, now: View, *, shared: bool = True) -> None:
    """Draw notes, breaks and sources; who presents leaves the reasons of breaks to the word in the chart."""
    notes = [note.text for note in found.notes if note.kind not in BADGES]
    breaks = [] if now.present else [f"{mark.label}: {mark.reason}" for mark in found.breaks]
    with st.container(key=f"foot_{found.address.key}"):
        if notes or breaks:
            st.caption(literal(" ".join([*notes, *breaks])))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(source_text(found.sources, now.language), width="stretch")
            if shared and not now.present:
                share_menu(found, now)


def source_text(lines: Sequence[SourceLine], language: Language) -> str:
    """Return the source line: who and what by licence, each with its link, and when it was taken over."""
    groups: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        groups.setdefault((line.licence_short, line.licence_url), []).append(line.short)
    parts = [
        f"{literal(', '.join(together(names, language)))} ({link(licence, url)})"
        for (licence, url), names in groups.items()
    ]
    newest = max((line.retrieved for line in lines if line.retrieved), default=None)
    if newest is None:
        return language.text("Quelle: {sources}.", sources="; ".join(parts))
    return language.text(
        "Quelle: {sources}. Übernommen am {date}.", sources="; ".join(parts), date=language.date(newest)
    )
