"""A meeting as its guests follow it along: one column, what is shown now on top; drawn anew only when it differs.

Who has scrolled down keeps the place meanwhile (``following.js``, which the frame brings).
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st
from pandas.api.types import is_numeric_dtype

from ui.card import FROZEN, card
from ui.literal import literal
from ui.stored import store
from ui.view import View
from zwk_data.access.guests import GuestLink
from zwk_data.exhibits import Address, Exhibit
from zwk_data.language import Language
from zwk_data.rounds.following import Followed, FollowedDecision, FollowedExhibit, FollowedItem, followed

if TYPE_CHECKING:
    from zwk_data.store import Store

LOG = logging.getLogger(__name__)
EVERY = "5s"  # between two looks at whether there is something new
HEIGHT = 340  # pixels of a chart: with its headline on the screen of a telephone
HEIGHTS = {"map": 420, "pyramid": 480, "multiples": 640}
IN_ROWS = ("bars", "balance", "dots", "diverging", "stacked")  # charts with a row for each name
ROW, EDGES = 58, 60  # pixels of such a row, and around all of them
# One column on every screen, and no way from here to anywhere else.
STYLE = """<style>
header[data-testid="stHeader"], [data-testid="stSidebar"] { display: none; }
[data-testid="stMain"] { overflow-anchor: none; }
.stMainBlockContainer { max-width: 46rem; padding-top: 0.4rem !important; }
.stMainBlockContainer h1 { font-size: clamp(1.4rem, 6vw, 2.2rem); padding: 0; overflow-wrap: anywhere; }
.stMainBlockContainer :is(h2, h3) { font-size: clamp(1.1rem, 4.6vw, 1.5rem); overflow-wrap: anywhere; }
[class*="st-key-followed_"] { overflow-wrap: anywhere; gap: 0.6rem; padding-top: 0.6rem; }
[class*="st-key-followed_"] { border-top: 3px solid color-mix(in srgb, currentColor 40%, transparent); }
[class*="st-key-followed_"] h2 { padding: 0 0 0.35rem; font-size: clamp(1rem, 4.2vw, 1.25rem); font-family: inherit; }
[class*="st-key-followed_"] [class*="st-key-card_"] { border-top: 0; padding: 0 0 0.4rem; }
</style>"""


def following(now: View, link: GuestLink, is_open: Callable[[], bool]) -> bool:
    """Draw the meeting of a link and look for something new while it is not closed.

    Args:
        now: the reader's view; nobody presents here.
        link: names the meeting.
        is_open: tells whether the link still shows something; may raise StoreError.

    Returns:
        Whether there is such a meeting; nothing is drawn where there is none.
    """
    from zwk_data.store import StoreError

    st.html(STYLE)
    try:
        found = _now(link)
    except StoreError:
        LOG.exception("a meeting cannot be read")
        return False
    if found is None:
        return False
    now = replace(now, present=False)
    _head(now, found)
    if found.begun:
        _items(now, found)
    else:
        st.info(now.text("Die Sitzung hat noch nicht begonnen."), icon=":material/schedule:")
        _agenda(now, found)
    st.caption(now.text("Zum Lesen freigegeben bis {date}", date=now.language.date(link.expires.date())))
    if not found.closed:
        st.fragment(_watch, run_every=EVERY)(link, found.mark, is_open)
    return True


def _watch(link: GuestLink, mark: str, is_open: Callable[[], bool]) -> None:
    """Draw the page anew when there is something new, or the link has been taken back."""
    from zwk_data.store import StoreError

    try:
        found = _now(link) if is_open() else None
    except StoreError:  # for a moment: what was drawn stays
        return
    if found is None or found.mark != mark:
        st.rerun()


def _now(link: GuestLink) -> Followed | None:
    state = store().state()
    return _followed(store(), state, link.target.ags, link.target.address)


@lru_cache(maxsize=8)  # the same for all guests, until something is written
def _followed(opened: "Store", state: int, ags: str, meeting: str) -> Followed | None:
    return followed(opened, ags, meeting)


def _head(now: View, found: Followed) -> None:
    text = now.text
    st.title(literal(found.title), anchor=False)
    state = text("abgeschlossen") if found.closed else ""
    day = now.language.date(found.day) if found.day else ""
    st.markdown(literal(" · ".join(part for part in (day, found.place, state) if part)))


def _agenda(now: View, found: Followed) -> None:
    st.subheader(now.text("Tagesordnung"), anchor=False)
    st.markdown("\n".join(f"{number}. {literal(one)}" for number, one in enumerate(found.questions, 1)))


def _items(now: View, found: Followed) -> None:
    """Draw the items reached: the last one on top while the meeting goes on, in the agenda's order afterwards."""
    last = found.last
    if last is None:
        st.info(now.text("Es ist noch nichts gezeigt worden."), icon=":material/schedule:")
        _agenda(now, found)
    elif found.closed:
        for item in found.items:
            _item(now, item, now.text("Punkt {number}", number=item.number))
    else:
        _item(now, last, now.text("Jetzt: Punkt {number}", number=last.number), running=True)
        for item in found.before:
            _item(now, item, now.text("Punkt {number}", number=item.number), running=True)


def _item(now: View, item: FollowedItem, name: str, *, running: bool = False) -> None:
    """Draw an item; while the meeting runs, what was shown last comes first, the rest below the decision."""
    with st.container(key=f"followed_{item.number}"):
        st.header(literal(f"{name} · {item.question}"), anchor=False)
        first, rest = (item.exhibits[-1:], item.exhibits[-2::-1]) if running else (item.exhibits, ())
        for one in first:
            _exhibit(now, one)
        if item.decision:
            _decision(now, item.decision)
        for one in rest:
            _exhibit(now, one)


def _exhibit(now: View, one: FollowedExhibit) -> None:
    """Draw an exhibit in the language it was shown in, with nothing to pass it on."""
    card(_named(one), replace(now, language=Language(one.language)), _height(one.exhibit), shared=False)


def _height(found: Exhibit) -> int:
    """Return the height of a chart in pixels, tall enough for every row of it."""
    marks, table = found.marks, found.table
    if marks.chart not in IN_ROWS:
        return HEIGHTS.get(marks.chart, HEIGHT)
    named = (name for name in (marks.x, marks.y) if name in table and not is_numeric_dtype(table[name]))
    return max(HEIGHT, EDGES + ROW * max((table[name].nunique() for name in named), default=0))


def _named(one: FollowedExhibit) -> Exhibit:
    """Return an exhibit under a name of its own: the same may have been shown at two items, with other figures."""
    found = one.exhibit
    address = Address.of(found.address.kind, **{**dict(found.address.parameters), "shown": one.id})
    lead = {name: value for name, value in found.marks.options.items() if name != "lead"}
    return replace(found, address=address, marks=replace(found.marks, options={**lead, FROZEN: one.id}))


def _decision(now: View, one: FollowedDecision) -> None:
    text = now.text
    words = {"adopted": text("angenommen"), "amended": text("geändert angenommen"), "postponed": text("vertagt")}
    more = [one.office, text("bis {date}", date=now.language.date(one.due)) if one.due else ""]
    st.markdown(f"**{text('Beschluss')}: {words[one.outcome]}**  \n{literal(one.text)}")
    if any(more):
        st.caption(literal(" · ".join(part for part in more if part)))
