"""The frame around every page: page settings, the first build, pickers, navigation, presenter mode."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from ui import parameters, presenter
from ui.account import read_only
from ui.by_itself import FRAME_PARAMETERS
from ui.data import is_built, newest, settle_memory
from ui.literal import literal
from ui.pickers import pickers
from ui.state import read_state, state_badge
from ui.view import View, read_view
from zwk_data.language import Language

HERE = Path(__file__).parent
LOG = logging.getLogger(__name__)
STYLE, PRESENTER, SHELL = HERE / "style.css", HERE / "presenter.css", HERE / "shell.js"
FOLLOWING = HERE / "following.js"  # of the pages that only a link leads to
STATIC = "/app/static"  # the browser fetches it once; a file's contents would travel with every run
PageFile = tuple[str, str, str]  # file below pages/, title, path in the address


def run(sections: Mapping[str, Sequence[PageFile]], hidden: Sequence[PageFile] = ()) -> None:
    """Draw the frame and run the chosen page inside it.

    Args:
        sections: heading of each section (German) and its pages; the very first page is the start page.
        hidden: pages that only a link leads to; the frame offers nothing around them.
    """
    st.set_page_config(page_title="Zukunftswerkstatt Kommunen", page_icon=f"{STATIC}/icon.svg", layout="wide")
    st.logo(f"{STATIC}/logo.svg", size="large")
    parameters.begin()
    presenter.begin()
    _figures_or_stop()
    read_state()
    now = read_view()
    page = st.navigation(_pages(sections, hidden, now.text), position="top")  # hidden by CSS while somebody presents
    alone = page.visibility == "hidden"
    parameters.restore(*(() if alone else FRAME_PARAMETERS))
    _shell(now, [path for pages in (*sections.values(), hidden) for _, _, path in pages], alone)
    if not (now.present or alone):
        pickers(now)
        state_badge(now)
    messages = st.container(key="messages")
    if not alone:
        with messages:
            read_only(now, page.url_path)
    page.run()
    for problem in dict.fromkeys(parameters.problems()):
        messages.warning(literal(problem), icon=":material/info:")
    settle_memory()
    if now.present:
        presenter.controls(now)


def _figures_or_stop() -> None:
    """Open the figures; where the first build cannot give any, tell the reader and end the run."""
    # A server that has shown no page yet tells whoever opens a link that there is no such page, until the run ends.
    silence = None if is_built() else st.html("<style>[role=dialog] { display: none; }</style>")
    try:
        newest()
        if silence:
            silence.empty()
    except Exception:  # a full disk, another build that hangs, a damaged file: the log says which
        LOG.exception("no figures")
        st.error(_language().text(
            "Die Zahlen stehen gerade nicht bereit. Bitte laden Sie die Seite in einigen Minuten neu; bleibt es dabei, "
            "nennt das Protokoll des Servers den Grund."), icon=":material/database_off:")  # fmt: skip
        st.stop()


def _language() -> Language:
    """Return the language asked for, before there is anything to show."""
    return Language("en" if st.query_params.get("lang") == "en" else "de")


def _pages(
    sections: Mapping[str, Sequence[PageFile]], hidden: Sequence[PageFile], text: Callable[[str], str]
) -> dict[str, list[st.Page]]:
    first = next(iter(next(iter(sections.values()))))
    shown = {
        text(heading): [
            st.Page(file, title=text(title), url_path=path, default=(file, title, path) == first)
            for file, title, path in pages
        ]
        for heading, pages in sections.items()
    }
    alone = [st.Page(file, title=text(title), url_path=path, visibility="hidden") for file, title, path in hidden]
    return {**shown, "": alone} if alone else shown


def _shell(now: View, paths: list[str], alone: bool) -> None:
    """Set the language of the document, German words for built-in controls, and the style sheet."""
    css = _contents(STYLE)
    large = _contents(PRESENTER) if now.present else ""
    script = _contents(SHELL).replace("__LANG__", now.language.code)
    script = script.replace("__PAGES__", json.dumps(paths))
    st.html(f"<style>{css}\n{large}</style>")
    st.html(f"<script>{script}\n{_contents(FOLLOWING) if alone else ''}</script>", unsafe_allow_javascript=True)


@cache
def _contents(file: Path) -> str:
    return file.read_text(encoding="utf-8")
