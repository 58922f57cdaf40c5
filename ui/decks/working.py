"""The deck somebody is working on, per place: in the session, and as a draft in the store for those who may edit.

A deck that was never touched is the proposal for the chosen question; the first change makes it one's own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

import streamlit as st

from ui.data import statistics
from ui.plans import seen
from ui.signed_in import person
from ui.stored import is_there, store
from ui.view import View
from zwk_data.decks.kept import Decks, SavedDeck
from zwk_data.decks.model import Deck, NotADeck, Slide, body_of, deck_of
from zwk_data.decks.proposal import propose, questions
from zwk_data.exhibits import Context

LOG = logging.getLogger(__name__)
STATE, SAID = "_deck:", "_deck_said"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST_UPLOADED = 50  # MB: templates and presentations hold pictures
DRAFT = "working"  # id of the draft of a deck that has no name in the store yet


@dataclass(frozen=True)
class Working:
    """The deck in hand: the stored one it comes from (``version`` 0: none) and whether it was changed since."""

    deck: Deck
    id: str
    version: int = 0
    changed: bool = False


def context(now: View) -> Context:
    """Return what exhibits are made from in this run: the figures, the language, the plans this person may see."""
    return Context(statistics().named_in(now.language.code), now.language, seen().plan)


def question(now: View) -> str:
    """Return the question that is asked for the next proposal."""
    known = [one.id for one in questions(now.language)]
    found = str(st.session_state.get("deck_question", ""))
    return found if found in known else known[0]


def current(now: View) -> Working:
    """Return the deck in hand of the place in view."""
    held: Working | None = st.session_state.get(STATE + now.place.ags)
    if held is None:
        held = _drafted(now) or proposed(now)
        st.session_state[STATE + now.place.ags] = held
    return held


def proposed(now: View) -> Working:
    """Return the proposal for the question asked, untouched."""
    return Working(propose(question(now), now.place.ags, context(now), day=date.today()), uuid4().hex)


def touch(now: View, deck: Deck) -> None:
    """Take a changed deck in hand, and keep it as a draft where this person may."""
    held = replace(current(now), deck=deck, changed=True)
    st.session_state[STATE + now.place.ags] = held
    _keep(now, held)


def take(now: View, one: Working) -> None:
    """Take another deck in hand; the draft of the one before is let go."""
    st.session_state[STATE + now.place.ags] = one
    if may_keep(now):
        _quietly(lambda: mine().drop_draft(now.place.ags, DRAFT))


def add(now: View, address: str) -> None:
    """Put an exhibit into the deck of the place in view, before its closing slides."""
    deck = current(now).deck
    places = [number for number, one in enumerate(deck.slides) if one.kind == "exhibit"]
    touch(now, deck.with_slide(Slide("exhibit", address), places[-1] + 1 if places else len(deck.slides)))


def opened(one: SavedDeck) -> Working | None:
    """Return a stored deck as the one in hand; None where nobody can read it."""
    return Working(one.deck, one.id, one.version) if one.deck else None


def may_keep(now: View) -> bool:
    """Tell whether this person may keep decks of the place in view."""
    return person().may("edit", now.place.ags)


def mine() -> Decks:
    """Return the kept decks as this person may see and change them."""
    return Decks(store(), person())


def kept(now: View) -> list[SavedDeck]:
    """Return the kept decks of the place in view; nothing where this person may not read them."""
    from zwk_data.store import StoreError

    if not (is_there() and person().may("read_internal", now.place.ags)):
        return []
    try:
        return mine().all(now.place.ags)
    except StoreError:
        LOG.exception("decks cannot be read")
        return []


def _keep(now: View, held: Working) -> None:
    if not may_keep(now):
        return
    try:
        body = body_of(held.deck) | {"from": [held.id, held.version]}
    except NotADeck:
        return  # what cannot be saved yet stays in the session
    _quietly(lambda: mine().keep_draft(now.place.ags, DRAFT, body, seen_version=held.version))


def _drafted(now: View) -> Working | None:
    """Return the deck this person had in hand before the session ended."""
    from zwk_data.store import StoreError

    if not (is_there() and may_keep(now)):
        return None
    try:
        draft = mine().draft(now.place.ags, DRAFT)
        if draft is None:
            return None
        id, version = draft.body["from"]
        return Working(deck_of(draft.body), str(id), int(version), changed=True)
    except (StoreError, NotADeck, KeyError, ValueError, TypeError):
        LOG.exception("the draft of a deck cannot be read")
        return None


def _quietly(act: Callable[[], object]) -> None:
    """Do something whose failure loses nothing that is not in the session."""
    from zwk_data.store import StoreError

    try:
        act()
    except StoreError:
        LOG.exception("the draft of a deck was not kept")
