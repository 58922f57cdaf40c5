"""The levers of an own scenario, in planners' words; what was observed stands beside each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from ui import parameters
from ui.literal import literal
from ui.scenarios import chosen, observed
from ui.scenarios.extras import dwellings, events
from ui.scenarios.studio import Studio
from zwk_data.catalog import Lever, levers
from zwk_data.exhibits.outlook import common
from zwk_data.projection.scenario import MOST_IN_NAME, PRESETS, shortfalls

BIRTHS, LIFE = (0.6, 2.6, 0.05), (-2.0, 10.0, 0.5)  # lowest, highest, step of the sliders


@contextmanager
def beside_levers(studio: Studio) -> Iterator[None]:
    """Draw the levers on the left where they are open, and what comes inside on the right."""
    if not studio.editing:
        yield
        return
    left, right = st.columns([4, 9], gap="large")
    with left, st.container(key="levers"):
        _levers(studio)
    with right, st.container(key="beside_levers"):
        yield


def _levers(studio: Studio) -> None:
    now, one = studio.now, studio.focus
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{now.text('Eigenes Szenario')}**", width="stretch")
        st.button(now.text("Schließen"), key="edit_off", icon=":material/close:", type="tertiary",
                  on_click=parameters.forget, args=("edit",))  # fmt: skip
    if not chosen.is_own(one):
        name = common.preset_name(one.preset, now.language)
        st.caption(now.text("Bewegen Sie einen Hebel: Neben »{name}« entsteht Ihr eigenes Szenario.", name=name))
    _name_and_start(studio)
    for key, heading, draw in _sections(studio):
        panel = st.expander(heading, key=f"levers_{key}", on_change="rerun", expanded=key == "life")
        if panel.open:
            with panel:
                draw(studio)
    _summary(studio)
    _reset(studio)


def _sections(studio: Studio) -> list[tuple[str, str, Callable[[Studio], None]]]:
    """Return the groups of levers; their headings never change, for a new one would close what is open."""
    text = studio.now.text
    return [
        ("life", text("Geburten und Lebenserwartung"), _life),
        ("in", text("Zuzüge"), lambda it: _moves(it, "in")),
        ("out", text("Fortzüge"), lambda it: _moves(it, "out")),
        ("homes", text("Neue Wohnungen"), dwellings),
        ("events", text("Einmalige Ereignisse"), events),
    ]


def _summary(studio: Studio) -> None:
    """Say which levers are moved, also those in closed groups."""
    now, text = studio.now, studio.now.text
    said = []
    for lever in dict.fromkeys(levers()[change.lever] for change in studio.focus.changes):
        ages = f" {_ages(lever, studio)}" if lever.kind in ("in", "out") else ""
        groups = {"in": text("Zuzüge"), "out": text("Fortzüge")}
        value = studio.focus.value(lever.id) if ages else None
        number = f" {now.language.number(value, sign=True)}" if value is not None else ""
        said.append(f"{groups.get(lever.kind, lever.label(now.language.code))}{ages}{number}")
    st.caption(literal(text("Geändert: {levers}", levers="; ".join(said)) if said else text("Nichts geändert.")))


def _name_and_start(studio: Studio) -> None:
    now, one = studio.now, studio.focus
    _set("lever_name", one.name)
    st.text_input(now.text("Name"), key="lever_name", max_chars=MOST_IN_NAME, on_change=_named, args=(studio,),
                  placeholder=now.text("zum Beispiel Neues Wohngebiet"))  # fmt: skip
    _set("lever_preset", one.preset)

    def moved() -> None:
        preset = st.session_state["lever_preset"]
        chosen.changed(studio.scenarios, lambda before: replace(before, preset=preset))

    if chosen.is_own(one):
        st.selectbox(now.text("Ausgangspunkt"), list(PRESETS), key="lever_preset", on_change=moved,
                     format_func=lambda key: common.preset_name(key, now.language))  # fmt: skip


def _named(studio: Studio) -> None:
    """Take over a name; what an address cannot hold is left out."""
    typed = "".join(c for c in st.session_state["lever_name"] if c.isprintable() and c not in "~,").strip()
    chosen.changed(studio.scenarios, lambda before: replace(before, name=typed[:MOST_IN_NAME]))


def _reset(studio: Studio) -> None:
    one, text = studio.focus, studio.now.text
    with st.container(horizontal=True):
        st.button(text("Zurücksetzen"), key="levers_reset", icon=":material/restart_alt:", disabled=not one.changes,
                  on_click=chosen.changed,
                  args=(studio.scenarios, lambda before: replace(before, changes=())))  # fmt: skip
        st.button(text("Entfernen"), key="levers_drop", icon=":material/delete:", type="tertiary",
                  disabled=not chosen.is_own(one), on_click=chosen.dropped,
                  args=(one, studio.scenarios))  # fmt: skip


def _set(key: str, value: object) -> None:
    """Let a control stand where the address says, whatever it showed before."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _life(studio: Studio) -> None:
    """Draw births per woman and life expectancy: at the start they stand where the preset has them."""
    now, one, start = studio.now, studio.focus, studio.start
    seen, number = observed.observed(start), now.language.number
    births, life = observed.births_of(start, one.preset), observed.life_of(start, one.preset)
    _slider(studio, "tfr", now.text("Geburten je Frau · zuletzt {value}", value=number(seen.births, 2)), births, BIRTHS)
    _slider(studio, "e0", now.text("Lebenserwartung 2050: Jahre mehr als heute ({value})", value=number(seen.life, 1)),
            life, LIFE)  # fmt: skip


def _slider(studio: Studio, lever: str, label: str, at: float, offered: tuple[float, float, float]) -> None:
    """Draw a lever of one number as a slider; back at the value of the preset it is not moved any more.

    Args:
        studio: the page.
        lever: id.
        label: what it moves, and what was observed.
        at: value of the preset.
        offered: lowest and highest value and step; other values of the preset and the address are offered too.
    """
    low, high, step = offered
    places = 2 if step < 0.1 else 1
    here = studio.focus.value(lever)
    value = at if here is None else round(here, places)
    grid = (round(low + number * step, places) for number in range(round((high - low) / step) + 1))
    key = f"lever_{lever}"
    _set(key, value)

    def moved() -> None:
        new = float(st.session_state[key])
        chosen.changed(studio.scenarios, lambda one: one.with_value(lever, None if new == at else new))

    number = studio.now.language.number
    st.select_slider(label, sorted({*grid, at, value}), key=key, on_change=moved,
                     format_func=lambda value: number(value, places, sign=lever == "e0"),
                     help=_explained(levers()[lever], studio))  # fmt: skip


def _explained(lever: Lever, studio: Studio) -> str:
    return literal(lever.explanation_en if studio.now.language.code == "en" else lever.explanation_de)


def _moves(studio: Studio, kind: str) -> None:
    """Draw additional moves a year by six age groups, each with what was observed."""
    now = studio.now
    seen, number = observed.observed(studio.start), now.language.number
    st.caption(
        now.text("Mehr oder weniger Menschen in jedem Jahr als zuletzt")
        if seen.gross
        else now.text("Mehr oder weniger Menschen in jedem Jahr als zuletzt; bekannt sind nur Salden.")
    )
    missing = {short.change.lever: short.possible for short in shortfalls(studio.start.baseline, studio.focus)}
    columns = st.columns(2, gap="small")
    chosen_levers = [lever for lever in levers().values() if lever.kind == kind]
    for position, lever in enumerate(chosen_levers):
        with columns[position % 2]:
            beside = now.text("zuletzt {value}", value=number(seen.moves[lever.id])) if seen.gross else now.text(
                "Saldo {value}", value=number(seen.moves[lever.id], sign=True))  # fmt: skip
            _number(studio, lever, f"{_ages(lever, studio)} · {beside}")
            if lever.id in missing:
                st.caption(now.text("Gerechnet mit {value}: Weniger als niemand zieht nicht um.",
                                    value=number(missing[lever.id], sign=True)))  # fmt: skip


def _ages(lever: Lever, studio: Studio) -> str:
    if lever.age_to is None:
        return studio.now.text("ab {age}", age=lever.age_from)
    return f"{lever.age_from}–{lever.age_to}"


def _number(studio: Studio, lever: Lever, label: str) -> None:
    key = f"lever_{lever.id}"
    low, high = observed.limits(studio.start, lever, studio.focus)
    _set(key, int(round(studio.focus.value(lever.id) or 0)))

    def moved() -> None:
        new = st.session_state[key]
        chosen.changed(studio.scenarios, lambda one: one.with_value(lever.id, float(new) if new else None))

    st.number_input(label, low, high, step=10, key=key, on_change=moved, help=_explained(lever, studio))
