"""Fetching new figures from the page: one child process for all readers, its progress read from a file.

The page only starts it and watches; the archive's lock decides who works. A page loaded anew, or by somebody else,
shows the same.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import streamlit as st

from ui.literal import literal
from ui.permissions import may
from ui.view import view
from zwk_data.catalog import sources
from zwk_data.exhibits.data_changes import title_of
from zwk_data.warehouse.paths import PROJECT, archive_folder
from zwk_data.warehouse.progress import PUBLISHING, Progress, Result, read

LOG = logging.getLogger(__name__)
EVERY = 2.0  # seconds between two looks at a running refresh
BUSY = 75
NAMED = 3  # datasets named beside one reason
WATCHED = "_refresh_watched"  # in the session: this reader saw it running, so its end brings the new figures


@dataclass
class Child:
    """The child process of this server, shared by all its readers."""

    process: subprocess.Popen[bytes] | None = None
    since: str = ""  # when it was started (ISO 8601, UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return self.process is not None and self.process.poll() is None

    def failed(self, progress: Progress | None) -> bool:
        """Tell whether it ended without having told anything: not by a kept state, nor because another one works."""
        told = progress is not None and progress.started_at >= self.since
        return self.process is not None and not told and self.process.poll() not in (None, 0, 1, BUSY)


@st.cache_resource(show_spinner=False)
def child() -> Child:
    """Return the one child of this server."""
    return Child()


def start() -> None:
    """Start a refresh of all providers, unless one runs; does nothing for those who may not."""
    one = child()
    with one.lock:
        if not may("refresh") or is_running(read(archive_folder())):
            return
        archive_folder().mkdir(parents=True, exist_ok=True)
        one.since = datetime.now(UTC).isoformat(timespec="seconds")
        with (archive_folder() / "refresh.log").open("wb") as told:
            one.process = subprocess.Popen(
                [sys.executable, "-m", "zwk_data", "refresh"], cwd=PROJECT, env=dict(os.environ),
                stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True,
            )  # fmt: skip
        threading.Thread(target=one.process.wait, daemon=True).start()  # no zombie
    st.session_state[WATCHED] = True


def is_running(progress: Progress | None) -> bool:
    """Tell whether a refresh works now: one of this page's, or of the command line."""
    return child().running or bool(progress and progress.alive)


def panel() -> None:
    """Show how far a refresh is or how the last one ended, and the button for those who may start one."""
    now = view()
    if now.present:
        return
    running = is_running(read(archive_folder()))
    with st.container(key="refreshing"):
        st.subheader(now.text("Zahlen abrufen"), anchor=False)
        if may("refresh"):
            st.button(now.text("Zahlen jetzt abrufen"), icon=":material/sync:", disabled=running, on_click=start,
                      key="refresh_now")  # fmt: skip
        st.fragment(_state, run_every=EVERY if running else None)()


def _state() -> None:
    """Draw the state of the refresh; at the end of one that was watched, the whole page is drawn anew, once."""
    progress = read(archive_folder())
    running = is_running(progress)
    if running:
        st.session_state[WATCHED] = True
        _running(progress)
    elif st.session_state.pop(WATCHED, False):
        st.rerun()
    elif child().failed(progress):
        st.error(view().text("Der Abruf konnte nicht gestartet werden; das Protokoll des Servers nennt den Grund."),
                 icon=":material/error:")  # fmt: skip
    elif progress:
        _ended(progress)


def _running(progress: Progress | None) -> None:
    text = view().text
    if progress is None or not progress.alive:
        st.progress(0.0, text("Der Abruf wird gestartet …"))
        return
    share = progress.done / progress.total if progress.total else 0.0
    if progress.dataset == PUBLISHING:
        label = text("Die Datenbank wird gebaut und geprüft …")
    elif progress.dataset:
        label = text("{title}: {done} von {total} Anfragen beantwortet", title=_title(progress.dataset),
                     done=progress.done, total=progress.total)  # fmt: skip
    else:
        label = text("Der Abruf wird gestartet …")
    st.progress(min(share, 1.0), literal(label))
    st.caption(text("Ein Abruf läuft; ein zweiter kann erst danach beginnen. Sie können die Seite verlassen."))
    _results(progress)


def _ended(progress: Progress) -> None:
    text = view().text
    if progress.broken_off:
        st.warning(text("Der letzte Abruf wurde unterbrochen. Der bisherige Stand gilt weiter; ein neuer Abruf setzt "
                        "ihn fort."), icon=":material/sync_problem:")  # fmt: skip
    elif progress.failed_de:
        st.warning(literal(text(progress.failed_de)), icon=":material/sync_problem:")
    day = progress.ended_at or progress.started_at
    st.caption(
        text(
            "Letzter Abruf: {date}, {time} Uhr (UTC)",
            date=view().language.date(date.fromisoformat(day[:10])),
            time=day[11:16],
        )
    )
    _results(progress)


def _results(progress: Progress) -> None:
    """Name what was taken over one by one, and what was not by its reason: a missing account concerns many datasets."""
    for result in progress.results:
        if result.ok:
            st.markdown(f":material/check: {literal(_line(result))}")
    kept: dict[str, list[str]] = {}
    for result in progress.results:
        if not result.ok:
            kept.setdefault(result.reason_de, []).append(_title(result.dataset))
    for reason, titles in kept.items():
        st.markdown(f":material/sync_problem: {literal(_kept(titles, reason))}")


def _kept(titles: Sequence[str], reason_de: str) -> str:
    text = view().text
    named = "; ".join(titles[:NAMED])
    if len(titles) > NAMED:
        named = text("{titles} und {count} weitere", titles=named, count=len(titles) - NAMED)
    return text("{title}: bisheriger Stand behalten. {reason}", title=named, reason=text(reason_de))


def _line(result: Result) -> str:
    text, title = view().text, _title(result.dataset)
    if result.unchanged:
        return text("{title}: unverändert", title=title)
    return text("{title}: {count} Zeilen übernommen", title=title, count=view().language.number(result.rows))


def _title(dataset: str) -> str:
    found = sources().get(dataset)
    return title_of(found, view().language) if found else dataset
