"""Levers of several numbers: new dwellings and one-off events."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.scenarios import chosen
from ui.scenarios.studio import Studio
from zwk_data.catalog import levers
from zwk_data.projection.ages import MIGRATION_GROUPS
from zwk_data.projection.scenario import ALL_AGES, Change, Scenario

PERSONS, SHARE = 2.0, 60.0  # a new dwelling, until the reader says otherwise
YEARS = 5
EVENT = 300.0


def dwellings(studio: Studio) -> None:
    """Draw new dwellings: from when to when, how many, who moves in."""
    text, one = studio.now.text, studio.focus
    now = next((change.values for change in one.changes if change.lever == "homes"), None)
    first = studio.start.year + 2
    values = now or (first, first + YEARS - 1, 0.0, PERSONS, SHARE)

    def write(position: int, value: float) -> None:
        new = [*values]
        new[position] = float(value)
        if position < 2:  # the first year pushes the last one on, the last one pulls the first back
            new[1 - position] = max(new[0], new[1]) if position == 0 else min(new[0], new[1])
        none = position == 2 and not value
        changes = [] if none else [Change("homes", tuple(new))]
        chosen.changed(studio.scenarios, lambda before: _with(before, "homes", changes))

    years = (studio.start.year + 1, studio.until)
    left, right = st.columns(2, gap="small")
    with left:
        _number("homes_0", text("Erstes Jahr"), values[0], years, 1, lambda value: write(0, value))
        _number("homes_2", text("Wohnungen je Jahr"), values[2], (0, 30_000), 10, lambda value: write(2, value))
    with right:
        _number("homes_1", text("Letztes Jahr"), values[1], years, 1, lambda value: write(1, value))
        _number("homes_4", text("Von außerhalb (%)"), values[4], (0, 100), 5, lambda value: write(4, value))
    _persons(studio, values[3], lambda value: write(3, value))
    if now is not None:
        people = values[2] * values[3] * values[4] / 100
        count = studio.now.language.number(round(people))
        st.caption(text("So ziehen je Jahr {count} Menschen zusätzlich zu.", count=count))


def events(studio: Studio) -> None:
    """Draw one-off events, each in a box, at most five."""
    text = studio.now.text
    there = [change for change in studio.focus.changes if change.lever == "event"]
    for number in range(len(there)):
        with st.container(border=True):
            _event(studio, number, there)
    most = levers()["event"].repeat
    if len(there) >= most:
        st.caption(text("Mehr als {count} Ereignisse passen nicht in ein Szenario.", count=most))
        return

    def add() -> None:
        new = Change("event", (float(studio.start.year + 3), EVENT, float(ALL_AGES)))
        chosen.changed(studio.scenarios, lambda one: _with(one, "event", [*there, new]))

    st.button(text("Ereignis hinzufügen"), key="event_add", icon=":material/add:", on_click=add)


def _event(studio: Studio, number: int, there: list[Change]) -> None:
    text, values = studio.now.text, (*there[number].values, 0.0)[:4]

    def write(position: int, value: float) -> None:
        new = [*values]
        new[position] = float(value)
        if not new[1]:
            return
        events = [*there[:number], Change("event", tuple(new)), *there[number + 1 :]]
        chosen.changed(studio.scenarios, lambda one: _with(one, "event", events))

    def drop() -> None:
        chosen.changed(studio.scenarios, lambda one: _with(one, "event", [*there[:number], *there[number + 1 :]]))

    name = f"event_{number}"
    left, right = st.columns(2, gap="small")
    with left:
        _number(f"{name}_0", text("Jahr"), values[0], (studio.start.year + 1, studio.until), 1, lambda v: write(0, v))
        groups = _groups(studio)
        key = f"lever_{name}_2"
        st.session_state[key] = values[2]
        st.selectbox(text("Alter"), list(groups), key=key, format_func=groups.__getitem__,
                     on_change=lambda: write(2, st.session_state[key]))  # fmt: skip
    with right:
        _number(
            f"{name}_1",
            text("Menschen"),
            values[1],
            (-100_000, 100_000),
            50,
            lambda v: write(1, v),
            text("Mit Minus: Menschen, die fortziehen."),
        )
        _number(
            f"{name}_3",
            text("Jahre bis Abzug"),
            values[3],
            (0, 40),
            1,
            lambda v: write(3, v),
            text("Nach so vielen Jahren gehen sie wieder; 0: Sie bleiben."),
        )
    st.button(text("Ereignis entfernen"), key=f"{name}_drop", icon=":material/delete:", type="tertiary", on_click=drop)


def _groups(studio: Studio) -> dict[float, str]:
    """Return the age groups of an event by the number that stands for them."""
    text = studio.now.text
    found = {float(ALL_AGES): text("alle Altersgruppen")}
    for ages in MIGRATION_GROUPS:
        label = text("ab {age}", age=ages.first) if ages.last is None else f"{ages.first}–{ages.last}"
        found[float(ages.first)] = label
    return found


def _with(one: Scenario, lever: str, changes: list[Change]) -> Scenario:
    return replace(one, changes=(*(other for other in one.changes if other.lever != lever), *changes))


def _persons(studio: Studio, value: float, write: Callable[[float], None]) -> None:
    """Draw persons per dwelling as a slider, with the reader's decimals."""
    key, grid = "lever_homes_3", [number / 10 for number in range(5, 41)]
    st.session_state[key] = value
    st.select_slider(studio.now.text("Menschen je Wohnung"), sorted({*grid, value}), key=key,
                     format_func=lambda persons: studio.now.language.number(persons, 1),
                     on_change=lambda: write(st.session_state[key]))  # fmt: skip


def _number(
    name: str, label: str, value: float, offered: tuple[int, int], step: int, write: Callable[[float], None],
    explained: str = "",
) -> None:  # fmt: skip
    """Draw one whole number; what the address holds beyond what is offered widens it."""
    key = f"lever_{name}"
    st.session_state[key] = int(value)
    st.number_input(label, int(min(offered[0], value)), int(max(offered[1], value)), step=step, key=key,
                    help=explained or None, on_change=lambda: write(st.session_state[key]))  # fmt: skip
