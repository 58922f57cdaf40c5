"""What the pages about the data need beside exhibits: the state in one line, refused downloads, parts and groups."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from ui import controls
from ui.card import show
from ui.data import exhibit as exhibit_of
from ui.layout import side_by_side
from ui.literal import literal
from ui.view import view
from zwk_data.catalog import GROUPS, sources
from zwk_data.exhibits import Address
from zwk_data.exhibits.data_changes import title_of
from zwk_data.warehouse.registers import attempts_mark, refused_downloads

STATUS_PAGE = "pages/data/status.py"
EVERY_GROUP = "all"


def today() -> str:
    """Return the day on which somebody looks at the page, as a parameter."""
    return date.today().isoformat()


def status_line() -> None:
    """Say in one line of which date the newest figures are and from how many loads, with the way to all of it."""
    now = view()
    if now.present:
        return
    found = exhibit_of(Address.of("data_status"), now.language)
    with st.container(key="status_line"):
        st.caption(f"{found.sentence} {found.subtitle}.")
        st.page_link(STATUS_PAGE, label=now.text("Zum Datenstand"), icon=":material/database:")


def refused() -> None:
    """Name the datasets whose newest download was not taken over, and why; yesterday's figures stay."""
    now = view()
    for dataset, reason in refused_downloads().items():
        title = title_of(sources()[dataset], now.language) if dataset in sources() else dataset
        st.warning(
            now.text("{title}: Der letzte Abruf wurde nicht übernommen, der bisherige Stand gilt weiter. {reason}",
                     title=title, reason=literal(now.text(reason.strip()))),
            icon=":material/sync_problem:",
        )  # fmt: skip


def how_to_refresh() -> None:
    """Say how new figures come in: by command, or from a computer with internet to one without."""
    now = view()
    if now.present:
        return
    st.markdown(now.text(
        "Neue Zahlen holt, wer den Rechner betreut, mit den folgenden Befehlen. Jeder Abruf wird geprüft und "
        "archiviert; "
        "passt etwas nicht, bleibt der bisherige Stand, und diese Seite nennt den Grund."))  # fmt: skip
    st.code("python -m zwk_data refresh\npython -m zwk_data status", language="bash")
    st.markdown(now.text(
        "Ohne Internet: Auf einem Rechner mit Internet einen Auszug des Archivs schreiben und ihn hier übernehmen. "
        "Er wird ebenso geprüft."))  # fmt: skip
    st.code(
        "python -m zwk_data archive export auszug.zip\npython -m zwk_data archive import auszug.zip", language="bash"
    )


def status() -> None:
    """Show the chosen part of the data's state; attempts are looked at anew after each of them."""
    part = status_part()
    looked = part == "attempts"
    show("data_status", part="" if part == "current" else part, today=today() if looked else "",
         seen=attempts_mark() if looked else "")  # fmt: skip


def status_part() -> str:
    """Choose what the page Datenstand shows."""
    text = view().text
    return controls.segments(
        "part", text("Ansicht"),
        {"current": text("Stand"), "attempts": text("Abrufe"), "changes": text("Änderungen"),
         "terms": text("Lizenzen und Bearbeitung"), "loads": text("Ladungen")}, "current",
    )  # fmt: skip


def method_part() -> str:
    """Choose a part of the catalogue."""
    text = view().text
    parts: Mapping[str, str] = {
        "available": text("Indikatoren"), "declared": text("Noch nicht verfügbar"), "rules": text("Regeln"),
        "breaks": text("Brüche"), "corrections": text("Fehler der Quellen"), "ages": text("Altersgruppen"),
        "projection": text("Vorausberechnung"), "objections": text("Einwände"),
    }  # fmt: skip
    return controls.segments("part", text("Teil des Katalogs"), parts, "available")


def method_filter(part: str) -> dict[str, str]:
    """Choose a subject and search; what is searched for is sought in every subject."""
    text = view().text
    if part not in ("available", "declared"):
        return {"contains": controls.search("q", text("Suchen"))}
    left, right = side_by_side()
    options = {key: names[view().language.code == "en"] for key, names in GROUPS.items()}
    with left:
        group = controls.select("group", text("Thema"), {EVERY_GROUP: text("alle Themen"), **options}, "stand")
    with right:
        words = controls.search("q", text("Suchen"))
    return {"contains": words, "group": "" if words or group == EVERY_GROUP else group}
