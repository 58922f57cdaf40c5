"""Which scenarios stand side by side: as texts in the address. The first one is in focus and has the band.

Whoever moves a lever while a preset is in focus gets a scenario of their own beside it; presets are never changed.
Scenarios of one's own stay within reach for the session, also while they are not shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from ui import parameters
from ui.data import statistics
from ui.view import View
from zwk_data.exhibits import AddressError, Context
from zwk_data.exhibits.outlook import common
from zwk_data.projection.scenario import PRESETS, Scenario

NAME, MOST = "scenarios", common.MOST_SCENARIOS
AT_FIRST = tuple(Scenario(preset) for preset in ("continue", "low", "high"))
OWN, MOST_OWN = "_own_scenarios", 8


def read(now: View) -> tuple[Scenario, ...]:
    """Return the scenarios of the address, one to four; what cannot be read is named and the rest is kept."""
    written = st.query_params.get(NAME)
    text = parameters.kept(NAME) if written is None else written
    if not text:
        return AT_FIRST
    found, refused = parsed(text, now)
    found = tuple(dict.fromkeys(found))
    if len(found) > MOST:
        refused.append(now.text("Höchstens vier Szenarien stehen nebeneinander; gezeigt werden die ersten vier."))
    for problem in refused if written is not None else ():
        parameters.complain(problem)
    found = found[:MOST] or AT_FIRST
    write(found)
    return found


def parsed(text: str, now: View) -> tuple[list[Scenario], list[str]]:
    """Return what can be read of a list of scenarios, and why the rest cannot, in the reader's language."""
    context = Context(statistics(), now.language)
    found, refused = [], []
    for part in text.split(","):
        try:
            found.append(common.scenario(part.strip(), context))
        except AddressError as error:
            refused.append(str(error))
    return found, refused


def write(wanted: Sequence[Scenario]) -> None:
    """Put scenarios into the address, each once, at most four; own ones are remembered."""
    kept = tuple(dict.fromkeys(wanted))[:MOST]
    if st.query_params.get(NAME) is not None or kept != AT_FIRST:
        parameters.write(NAME, ",".join(map(str, kept)))


def is_own(one: Scenario) -> bool:
    """Tell whether a scenario is more than a preset."""
    return bool(one.changes or one.name)


def offered(shown: Sequence[Scenario]) -> list[Scenario]:
    """Return what can be chosen: the presets, then the own ones of this session and of the address."""
    known: list[Scenario] = st.session_state.get(OWN, [])
    own = list(dict.fromkeys([*known, *filter(is_own, shown)]))
    here = set(shown)
    while len(own) > MOST_OWN:  # those not shown give way first, the oldest before the others
        own.remove(next((one for one in own if one not in here), own[0]))
    st.session_state[OWN] = own
    return [*map(Scenario, PRESETS), *own]


def changed(shown: Sequence[Scenario], edit: Callable[[Scenario], Scenario]) -> None:
    """Edit the scenario in focus; a preset stays beside what is made of it."""
    before = shown[0]
    after = edit(before)
    if after == before:
        return
    if is_own(before):
        remembered: list[Scenario] = st.session_state.get(OWN, [])
        st.session_state[OWN] = [
            after if one == before else one for one in remembered if is_own(after) or one != before
        ]
        write([after, *shown[1:]])
    else:
        write([after, *shown])


def opened(one: Scenario) -> None:
    """Put a scenario in focus, before those that are shown."""
    text = st.query_params.get(NAME)
    others = [Scenario.parse(part) for part in text.split(",")] if text else list(AT_FIRST)
    write([one, *(other for other in others if other != one)])


def renamed(before: str, after: str) -> None:
    """Give a scenario that is shown or offered its new name."""

    def new(one: Scenario) -> Scenario:
        return replace(one, name=after) if one.name == before else one

    st.session_state[OWN] = [new(one) for one in st.session_state.get(OWN, [])]
    if text := st.query_params.get(NAME):
        write([new(Scenario.parse(part)) for part in text.split(",")])


def dropped(one: Scenario, shown: Sequence[Scenario]) -> None:
    """Take an own scenario away, from the address and from what is offered."""
    st.session_state[OWN] = [other for other in st.session_state.get(OWN, []) if other != one]
    write([other for other in shown if other != one] or AT_FIRST)
