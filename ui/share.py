"""The menu "Weitergeben": picture, table as CSV or XLSX with a chart, and the link to exactly this view."""

from functools import partial
from urllib.parse import urlencode, urlsplit

import streamlit as st

from ui.permissions import may
from ui.view import View, view
from zwk_data.exhibits import Context, Exhibit

MIME = {
    "png": "image/png",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def share_menu(found: Exhibit, now: View) -> None:
    """Draw the menu; each file is made only when it is asked for."""
    name = found.address.slug
    key = f"share_{found.address.key}"
    menu = st.popover(now.text("Weitergeben"), icon=":material/ios_share:", key=key, on_change="rerun", type="tertiary")
    if not menu.open:
        return
    with menu:
        _slide_buttons(found, now, key)
        for label, ending in _choices(found, now).items():
            st.download_button(
                label, data=partial(content, found, now, ending), file_name=f"{name}.{ending}",
                mime=MIME[ending], key=f"{key}_{ending}", on_click="ignore", width="stretch",
            )  # fmt: skip
        st.caption(now.text("Link zu dieser Ansicht"))
        st.code(link(), language=None, wrap_lines=True)
        if may("share"):
            st.caption(now.text("Adresse für einen Freigabe-Link (Seite Zugang)"))
            st.code(str(found.address), language=None, wrap_lines=True)


def _choices(found: Exhibit, now: View) -> dict[str, str]:
    from zwk_data.render.plotly import draws

    native = draws(found) and found.marks.chart not in ("map", "timeline")
    book = now.text("Tabelle mit Diagramm (Excel)") if native else now.text("Tabelle (Excel)")
    return {
        now.text("Bild (PNG)"): "png",
        now.text("Tabelle (CSV)"): "csv",
        book: "xlsx",
    }


def _slide_buttons(found: Exhibit, now: View, key: str) -> None:
    """Offer the exhibit as one slide, and for the deck in hand."""
    from ui.decks import working

    st.download_button(
        now.text("Folie (PowerPoint)"), data=partial(_slide, found, now, working.context(now)), mime=working.PPTX,
        file_name=f"{found.address.slug}.pptx", key=f"{key}_pptx", on_click="ignore", width="stretch",
    )  # fmt: skip
    st.button(now.text("In die Folien (Workshop)"), key=f"{key}_deck", on_click=_into_deck, args=(found, now),
              width="stretch")  # fmt: skip


def _slide(found: Exhibit, now: View, context: Context) -> bytes:
    from zwk_data.decks.making import made
    from zwk_data.decks.model import Deck, Slide

    return made(Deck(found.title, now.place.ags, (Slide("exhibit", str(found.address)),)), context).raw


def _into_deck(found: Exhibit, now: View) -> None:
    from ui.decks import working

    working.add(now, str(found.address))
    st.toast(now.text("In den Folien: {title}", title=found.title), icon=":material/check:")


def content(found: Exhibit, now: View, ending: str) -> bytes:
    """Return the file of one kind."""
    if ending == "png":
        from zwk_data.render.image import png

        return png(found, now.language)
    if ending == "csv":
        from zwk_data.render.csv import csv

        return csv(found, now.language)
    from zwk_data.render.xlsx import workbook

    return workbook(found, now.language)


def link() -> str:
    """Return the address of this page with all that it shows."""
    parts = urlsplit(st.context.url or "")
    values = {"ags": view().place.ags, **st.query_params}  # named, though it may be the place one starts with
    shown = {name: value for name, value in sorted(values.items()) if name not in ("present", "slide")}
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(shown, safe=',')}"
