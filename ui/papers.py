"""Papers to hand out: the profile, handout, workbook and offline pack of the deck in hand, papers of the plan."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import streamlit as st

from ui.decks import working
from ui.documents import offer
from ui.literal import literal
from ui.view import View
from zwk_data.decks.making import drawable
from zwk_data.documents.demography_check import Project, demography_check, groups_of
from zwk_data.documents.handout import handout
from zwk_data.documents.model import Document
from zwk_data.documents.options import NoPlan, options_paper, recommendations_paper
from zwk_data.documents.profile import profile
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.exhibits import AddressError, Context, Exhibit
from zwk_data.plan.model import Plan

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def papers(now: View) -> None:
    """Draw the whole part."""
    text, context, today = now.text, working.context(now), date.today()
    ags = now.place.ags
    _paper(now, text("Kommunalprofil"), text("Vier Seiten: Lage, Altersstruktur, Bewegungen, Ausblick und Plan."),
           "profile", lambda: profile(context, ags, today))  # fmt: skip
    _of_deck(now, context, today)
    _of_plan(now, context, today)
    _check(now, context, today)


def _paper(now: View, title: str, said: str, key: str, make: Callable[[], Document]) -> None:
    """Offer one document as PDF and as Word; it is made when it is asked for."""
    with st.container(border=True, key=f"paper_{key}"):
        st.subheader(literal(title), anchor=False)
        st.caption(said)
        _buttons(now, key, make)


def _buttons(now: View, key: str, make: Callable[[], Document]) -> None:
    offer(make, f"{key}-{now.place.ags}", now)


def _of_deck(now: View, context: Context, today: date) -> None:
    """Offer what the deck in hand gives besides slides."""
    text, deck = now.text, working.current(now).deck
    addresses = [slide.address for slide in deck.slides if slide.kind == "exhibit"]
    with st.container(border=True, key="paper_deck"):
        st.subheader(text("Aus den Folien"), anchor=False)
        st.caption(text("{count} Darstellungen von »{name}«: als Handout, als Arbeitsmappe mit Diagrammen oder als "
                        "Paket, das sich ohne Netz öffnen lässt.", count=len(addresses), name=deck.name))  # fmt: skip
        if not addresses:
            return
        with st.container(horizontal=True, key="paper_deck_files"):
            _buttons(now, "handout", lambda: handout(context, addresses, deck.name, today))
            _files(now, context, deck.name)


def _files(now: View, context: Context, title: str) -> None:
    text, language, deck = now.text, now.language, working.current(now).deck

    def exhibits() -> list[Exhibit]:
        return [one.exhibit for one in drawable(deck.slides, context)[0] if isinstance(one, ExhibitSlide)]

    def workbook() -> bytes:
        from zwk_data.render.xlsx import workbook_of

        return workbook_of(exhibits(), language, title)

    def pack() -> bytes:
        from zwk_data.render import pack as packing

        return packing.pack(exhibits(), language, title, f"{now.place.name} · {language.date(date.today())}")

    name = f"{now.place.ags}-{date.today():%Y-%m-%d}"
    st.download_button(text("Arbeitsmappe (Excel)"), data=workbook, file_name=f"{text('zahlen')}-{name}.xlsx",
                       mime=EXCEL, key="paper_workbook", icon=":material/table:", on_click="ignore")  # fmt: skip
    st.download_button(text("Paket ohne Netz (ZIP)"), data=pack, file_name=f"{text('sitzungskoffer')}-{name}.zip",
                       mime="application/zip", key="paper_pack", icon=":material/folder_zip:",
                       on_click="ignore")  # fmt: skip


def _of_plan(now: View, context: Context, today: date) -> None:
    """Offer the papers that a plan gives, where it has what they need."""
    text, plan, ags = now.text, context.plans(now.place.ags), now.place.ags
    if plan is None or not plan.entries:
        return
    _paper(now, text("Möglichkeitenkonzept"),
           text("Was es gibt und was anzustreben ist, nach Kommune, Politik und Bürgerschaft geordnet."), "options",
           lambda: options_paper(context, ags, today))  # fmt: skip
    try:
        recommendations_paper(context, ags, today)
    except (NoPlan, AddressError):
        return
    _paper(now, text("Empfehlungen"), text("Jede Empfehlung mit Begründung, Kennzahl und Quelle."), "recommendations",
           lambda: recommendations_paper(context, ags, today))  # fmt: skip


def _check(now: View, context: Context, today: date) -> None:
    """Ask what a project is about and offer the annex for the council paper."""
    text, ags = now.text, now.place.ags
    try:
        known = groups_of(context, ags)
    except AddressError:
        return
    with st.container(border=True, key="paper_check"):
        st.subheader(text("Demografie-Check"), anchor=False)
        st.caption(text("Eine Seite für die Ratsvorlage: betroffene Altersgruppen heute und 2035 mit Bereich, Bezug "
                        "zum Plan, Barrierefreiheit."))  # fmt: skip
        project, title = _project(now, context.plans(ags))
        chosen = st.multiselect(text("Betroffene Altersgruppen"), known, key="check_groups",
                                placeholder=text("die ganze Bevölkerung"))  # fmt: skip
        if title:
            _buttons(now, "demografie-check", lambda: demography_check(context, ags, project, chosen, today))
        else:
            st.caption(text("Bitte nennen Sie das Vorhaben."))


def _project(now: View, plan: Plan | None) -> tuple[Project, str]:
    """Ask for the project: an entry of the plan, or one in words of one's own."""
    text = now.text
    entries = {entry.id: entry.title for entry in plan.entries} if plan else {}
    id = st.selectbox(text("Eintrag des Plans"), ["", *entries], key="check_entry",
                      format_func=lambda one: entries.get(one) or text("ein anderes Vorhaben"))  # fmt: skip
    known = Project.of(plan.entry(id), plan, _linked(plan, id, now)) if plan and id in entries else Project("")
    left, middle, right = st.columns(3)
    key = f"check_{id}"
    title = left.text_input(text("Vorhaben"), known.title, key=f"{key}_title", max_chars=200).strip()
    binds = middle.number_input(text("Bindet die Kommune für (Jahre)"), 0, 200, known.binds, key=f"{key}_binds")
    cost = right.number_input(text("Kosten (EUR)"), 0, None, None if known.cost is None else int(known.cost),
                              step=1000, key=f"{key}_cost")  # fmt: skip
    asked = Project(title, known.office, binds, None if cost is None else Decimal(cost), known.goals, known.contributes)
    return asked, title


def _linked(plan: Plan, entry: str, now: View) -> list[str]:
    """Return the names of the indicators that an entry should contribute to."""
    from zwk_data.catalog import indicators

    known = indicators()
    english = now.language.code == "en"
    return [known[link.indicator].label_en if english else known[link.indicator].label_de
            for link in plan.links if link.entry == entry and link.indicator in known]  # fmt: skip
