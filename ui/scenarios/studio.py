"""The studio of scenarios: what runs, which scenarios, until when, for whom, and which part of the page is open."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from ui import card, controls, parameters
from ui.data import statistics
from ui.literal import literal
from ui.scenarios import chosen
from ui.view import View, partner_places, view
from zwk_data import outlook
from zwk_data.catalog import services
from zwk_data.exhibits import AddressError, Context, Exhibit
from zwk_data.exhibits.outlook import common
from zwk_data.exhibits.registry import KINDS
from zwk_data.outlook import NoStart, Start
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse import Place

MORE_GROUPS = ("6-6", "0-17", "18-24")  # asked for beside the services: first-graders, minors, young adults
OPENED = "_studio_controls"  # in the session: whether somebody on a phone has opened the controls
PARTS = ("result", "certain", "ages", "services", "needed", "compare", "basis", "saved")


@dataclass(frozen=True)
class Studio:
    """What the reader has chosen; ``scenarios``: the first one is in focus."""

    now: View
    start: Start
    scenarios: tuple[Scenario, ...]
    until: int
    group: str
    form: str
    part: str
    editing: bool

    @property
    def focus(self) -> Scenario:
        """The scenario with the band, which levers move."""
        return self.scenarios[0]

    def again(self) -> "Studio":
        """Return the studio as the address has it now: levers move the scenarios without the head being drawn again."""
        return replace(self, scenarios=chosen.read(self.now))

    def seen(self) -> object:
        """Return what the head shows of the address: its choices, and how the scenarios are called."""
        head = {name: st.query_params.get(name, "") for name in ("until", "group", "form", "part", "edit")}
        return head, common.names(chosen.read(self.now), self.now.language)

    @property
    def tested(self) -> str:
        """The age group of the back-test that is nearest to the chosen one; empty for everyone."""
        if self.group == common.TOTAL:
            return ""
        return outlook.tested_group(common.group(self.group, Context(statistics(), self.now.language)).ages)

    def show(self, kind: str, *, height: int | None = None, **more: object) -> Exhibit | None:
        """Show an exhibit of the scenarios: of what is chosen here it is told what it knows."""
        known: dict[str, object] = {
            "ags": self.now.place.ags, "scenario": str(self.focus), "scenarios": [str(one) for one in self.scenarios],
            "until": self.until if self.until != outlook.UNTIL else "", "form": self.form,
            "group": self.group if self.group != common.TOTAL else "", "year": self.until,
        } | more  # fmt: skip
        readers = KINDS[kind].readers if kind in KINDS else {}
        if not readers:
            return None
        return card.show(kind, height=height, **{name: value for name, value in known.items() if name in readers})


def presented(studio: Studio) -> list[str]:
    """Return the parts to draw: the chosen one; where somebody presents, the others after it, but for what is kept."""
    if not studio.now.present:
        return [studio.part]
    others = [part for part in PARTS[:-1] if part != studio.part]
    return [*([studio.part] if studio.part in PARTS[:-1] else []), *others]


def opened() -> Studio | None:
    """Draw the head of the page and return what is chosen; None where no scenario runs for the place."""
    now = view()
    form = _form(now)
    try:
        start = outlook.start(statistics(), now.place, form)
    except NoStart as none:
        _nothing_runs(now, none)
        return None
    scenarios = chosen.read(now)
    if not now.present:
        _whose(now, start)
        _on_a_phone(now)
    with st.container(key="studio_controls"):
        if not now.present:
            with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="scenario_choice"):
                _side_by_side(now, scenarios)
                _focus(now, scenarios)
                _edit_button(now)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="scope"):
            years = {str(year): str(year) for year in common.UNTIL if year > start.year}
            until = int(controls.segments("until", now.text("Bis"), years, str(outlook.UNTIL)))
            group = controls.select("group", now.text("Gruppe"), groups(now, "group"), common.TOTAL)
        part = controls.segments("part", now.text("Ansicht"), _parts(now), PARTS[0], named=False)
    editing = parameters.choice("edit", {"1": "", "0": ""}, "0", now.text("»{value}« ist hier nicht möglich.")) == "1"
    return Studio(now, start, scenarios, until, group, form, part, editing and not now.present)


def _on_a_phone(now: View) -> None:
    """Draw the button that opens the controls on a phone, where the sentence and the chart come first.

    The style sheet hides it on wider screens and, on a phone, the controls as long as its container is called closed.
    """
    is_open = bool(st.session_state.get(OPENED))

    def turned() -> None:
        st.session_state[OPENED] = not is_open

    with st.container(key="studio_open" if is_open else "studio_closed"):
        label = now.text("Auswahl schließen") if is_open else now.text("Szenarien, Jahr, Gruppe und Ansicht wählen")
        st.button(label, key="studio_turn", icon=":material/tune:", on_click=turned, width="stretch")


# --- whose figures run -----------------------------------------------------------------------------------------------


def _form(now: View) -> str:
    """Read how the place is run; what another place left behind and this one cannot have is quietly let go."""
    offered = {"": "", "scaled": "", "kreis": ""} if now.place.level == "gemeinde" else {"": ""}
    wanted = st.query_params.get("form", parameters.kept("form") or "")
    if wanted in outlook.FORMS and wanted not in offered:
        parameters.forget("form")
        return ""
    found = parameters.choice("form", offered, "", now.text("»{value}« ist hier nicht möglich."))
    parameters.restore("form")
    return found


def _whose(now: View, start: Start) -> None:
    """Say what this is, whose figures run from when, and offer another way for a town without its own ages."""
    text = now.text
    day = now.language.date(start.register_day or start.baseline.day)
    said = text(
        "**Wenn – dann, keine Vorhersage.** Gerechnet wird mit Zahlen für **{place}** vom {date}.",
        place=literal(start.place.name), date=day)  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="whose"):
        st.caption(said, width="content")
        if start.form == "kreis":
            st.page_link("pages/data/own_data.py", label=text("Eigene Zahlen hinzufügen"),
                         icon=":material/upload_file:")  # fmt: skip
            if now.place.level == "gemeinde" and _can_be_scaled(now.place):
                st.button(text("Als Näherung für die Gemeinde rechnen"), key="scaled", type="tertiary",
                          icon=":material/percent:", on_click=parameters.write, args=("form", "scaled"))  # fmt: skip
        elif start.form == "scaled":
            st.button(text("Zurück zum Kreis"), key="unscaled", type="tertiary", icon=":material/undo:",
                      on_click=parameters.forget, args=("form",))  # fmt: skip


def _can_be_scaled(place: Place) -> bool:
    try:
        outlook.start(statistics(), place, "scaled")
    except NoStart:
        return False
    return True


def _nothing_runs(now: View, why: NoStart) -> None:
    """Say why nothing runs, and offer Kreise."""
    if now.present:
        card.show("outlook_line", ags=now.place.ags, scenarios=[str(one) for one in chosen.AT_FIRST])
        return
    text, places = now.text, statistics().places
    name = literal(now.place.name)
    said = text("Für {place} liegen keine Zahlen vor, mit denen sich rechnen ließe.", place=name)
    if why.reason == "level":
        said = text("Szenarien gibt es für Kreise, kreisfreie Städte und Gemeinden, nicht für {place}.", place=name)
    st.subheader(said, anchor=False)
    if why.reason == "level":
        st.caption(text("Viele einzelne Wenn-dann-Rechnungen zusammenzuzählen, ergäbe eine Vorhersage, die niemand "
                        "gemacht hat."))  # fmt: skip
    inside = [one for one in places if one.level == "kreis" and one.current
              and now.place.ags in ("DG", one.land)]  # fmt: skip
    options = [one.ags for one in sorted(inside, key=lambda one: one.name)]
    st.selectbox(text("Kreis wählen"), options, index=None, key="scenario_kreis", width=420,
                 placeholder=text("Bitte wählen"), on_change=_choose_kreis,
                 format_func=lambda ags: places[ags].name)  # fmt: skip
    st.caption(text("Kreise der Partner"))
    with st.container(horizontal=True, key="partner_kreise"):
        for place in partner_places():
            kreis = places[place.kreis] if place.level == "gemeinde" else place
            st.button(kreis.name, key=f"kreis_{kreis.ags}", on_click=parameters.write, args=("ags", kreis.ags))


def _choose_kreis() -> None:
    if found := st.session_state["scenario_kreis"]:
        parameters.write("ags", found)


# --- which scenarios, for whom ---------------------------------------------------------------------------------------


def _side_by_side(now: View, shown: Sequence[Scenario]) -> None:
    """Draw the choice of one to four scenarios; they go by their places, for levers change their texts meanwhile."""
    offered = chosen.offered(shown)
    labels = dict(enumerate(common.names(offered, now.language)))
    key = "scenarios_shown"
    here = [place for place, one in enumerate(offered) if one in shown]
    if st.session_state.get(key) != here:
        st.session_state[key] = here
    st.pills(now.text("Szenarien nebeneinander (bis zu vier)"), list(labels), selection_mode="multi", key=key,
             format_func=lambda place: literal(labels[place]), on_change=_shown_changed, args=(now,),
             width="content")  # fmt: skip


def _edit_button(now: View) -> None:
    if parameters.kept("edit") != "1" and st.query_params.get("edit") != "1":
        st.button(now.text("Eigenes Szenario"), key="edit_on", icon=":material/tune:",
                  on_click=parameters.write, args=("edit", "1"))  # fmt: skip


def _shown_changed(now: View) -> None:
    """Take over the choice: what was there keeps its order, what is new comes last; none and five change nothing."""
    shown = chosen.read(now)
    wanted = [chosen.offered(shown)[place] for place in st.session_state["scenarios_shown"]]
    found = [*(one for one in shown if one in wanted), *(one for one in wanted if one not in shown)]
    if 1 <= len(found) <= chosen.MOST:
        chosen.write(found)


def _focus(now: View, shown: tuple[Scenario, ...]) -> None:
    """Draw which of the scenarios is in focus: it comes first."""
    if len(shown) < 2:
        return
    offered = chosen.offered(shown)
    names = dict(zip(shown, common.names(shown, now.language), strict=True))
    labels = {place: names[one] for place, one in enumerate(offered) if one in shown}  # they stay where they are
    st.session_state["focus"] = offered.index(shown[0])
    st.segmented_control(
        now.text("Im Mittelpunkt"), list(labels), key="focus", format_func=lambda place: literal(labels[place]),
        required=True, on_change=_focus_changed, args=(now,),
    )  # fmt: skip


def _focus_changed(now: View) -> None:
    shown = chosen.read(now)
    first = chosen.offered(shown)[st.session_state["focus"]]
    chosen.write([first, *(one for one in shown if one != first)])


def groups(now: View, name: str) -> dict[str, str]:
    """Return the groups to choose from: everyone, those of services, and what the address names under a parameter."""
    context = Context(statistics(), now.language)
    options = {common.TOTAL: now.text("Alle")}
    options |= {key: common.group(key, context).people for key in MORE_GROUPS}
    options |= {key: service.label(now.language.code) for key, service in services().items()}
    wanted = st.query_params.get(name, parameters.kept(name) or "")
    if wanted and wanted not in options:
        with suppress(AddressError):  # the control says so
            options[wanted] = common.group(wanted, context).heading
    return options


def _parts(now: View) -> dict[str, str]:
    text = now.text
    return {
        "result": text("Ergebnis"), "certain": text("Gewissheit"), "ages": text("Altersgruppen"),
        "services": text("Einrichtungen"),        "needed": text("Was nötig wäre"), "compare": text("Unterschiede"),
        "basis": text("Annahmen und Güte"), "saved": text("Sichern, öffnen"),
    }  # fmt: skip
