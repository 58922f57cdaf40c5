"""Opening a figure up in a meeting: another place, another year; the item waits where it was."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.card import card
from ui.data import statistics
from ui.literal import literal
from ui.rounds import session
from ui.view import View, partner_places
from zwk_data.exhibits import KINDS, Address
from zwk_data.rounds.model import Item, Meeting
from zwk_data.warehouse import Place

YEARS = 15  # back from the newest that can be opened
HEAD = 190  # pixels above the exhibit
Freeze = Callable[..., None]


def opened(now: View, one: Meeting, item: Item, address: str, freeze: Freeze) -> None:
    """Draw the exhibit of an address for another place or year; what is opened is frozen as an aside."""
    text, wanted = now.text, Address.parse(address)
    with st.container(key="round_form"):
        left, right = st.columns(2)
        places = {place.ags: place.name for place in _places(now)}
        here = dict(wanted.parameters).get("ags", "").split(",")[0]
        ags = left.selectbox(text("Ort"), list(places), format_func=places.__getitem__, key=f"open_place_{item.id}",
                             index=list(places).index(here) if here in places else 0)  # fmt: skip
        years = _years(wanted)
        year = right.selectbox(text("Jahr"), ["", *years], format_func=lambda value: value or text("neuestes"),
                               key=f"open_year_{item.id}") if years else ""  # fmt: skip
    changed = with_other(wanted, ags, year)
    found = session.exhibit(str(changed), now)
    if isinstance(found, str):
        st.info(literal(found), icon=":material/info:")
        return
    card(found, now, taken=HEAD)
    if changed != wanted:
        freeze(now, one, item, found, aside=True)


def with_other(address: Address, ags: str, year: str) -> Address:
    """Return an address for another place and year (empty: as it is); places compared with stay."""
    given = dict(address.parameters)
    if "ags" in given:
        rest = [part for part in given["ags"].split(",")[1:] if part != ags]
        given["ags"] = ",".join([ags, *rest])
    if year:
        given["year"] = year
    return replace(address, parameters=tuple(sorted(given.items())))


def _places(now: View) -> list[Place]:
    """Return the place in view, those compared with it, its partners, and what lies above it."""
    above = statistics().named_in(now.language.code).places.ancestors(now.place)
    found = [now.place, *now.compared, *above, *partner_places()]
    return list({place.ags: place for place in found}.values())


def _years(address: Address) -> list[str]:
    kind = KINDS.get(address.kind)
    if kind is None or "year" not in kind.readers:
        return []
    newest = _newest_year()
    return [str(year) for year in range(newest, newest - YEARS, -1)]


def _newest_year() -> int:
    """Return the newest year that figures of ages exist for."""
    dates = statistics().values(["share_u18"], ["DG"])["reference_date"]
    return int(dates.max().year)
