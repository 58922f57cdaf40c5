"""Decks that people keep, in the transactional store: by name, for one municipality, asked with its rights.

Which exhibits a deck shows is noted too (``store.uses``): a revised figure can be announced to it.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zwk_data.access import Person, require
from zwk_data.decks.model import Deck, NotADeck, body_of, deck_of
from zwk_data.documents.slides import ExhibitSlide

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Draft, Record, Store

log = logging.getLogger(__name__)
KIND = "deck"
FORM = "deck"  # of drafts


@dataclass(frozen=True)
class SavedDeck:
    """One stored deck; ``version`` is what the next save must have seen, ``saved_at`` the time of the last (UTC).

    One that cannot be read (``deck`` None) can only be removed; ``reason`` says why.
    """

    id: str
    version: int
    ags: str
    deck: Deck | None
    actor: str
    saved_at: str
    reason: str = ""

    @property
    def name(self) -> str:
        """The name of the deck; the id of one that cannot be read."""
        return self.deck.name if self.deck else self.id


class Decks:
    """The decks in a store, as one person may see and change them."""

    def __init__(self, store: "Store", person: Person) -> None:
        self._store, self.person = store, person

    def all(self, ags: str) -> list[SavedDeck]:
        """Return the decks of a municipality by name.

        Raises:
            Denied: the person may not read internal data there.
            Unreadable: the store does not answer.
        """
        require(self.person, "read_internal", ags)
        found = [_saved(record) for record in self._store.records(KIND, ags)]
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def one(self, ags: str, id: str) -> SavedDeck | None:
        """Return a deck of a municipality, None where there is none of that id. Raises as ``all``."""
        require(self.person, "read_internal", ags)
        record = self._store.get(KIND, _key(ags, id))
        return _saved(record) if record else None

    def save(self, id: str, deck: Deck, *, seen_version: int, request_id: str) -> SavedDeck:
        """Save a deck: a new one (``seen_version`` 0, ``id`` a uuid made when it was begun) or the next version.

        Raises:
            Denied: the person may not edit there.
            NotADeck: a field is missing or too long.
            Conflict, NotSaved: as in ``Store.save``; of two people at once the second one hears of the first.
        """
        require(self.person, "edit", deck.ags)
        body = body_of(replace(deck, name=" ".join(deck.name.split())))
        return _saved(self._store.save(
            KIND, _key(deck.ags, id), body, seen_version=seen_version, actor=self.person.actor, request_id=request_id,
            scope=deck.ags,
        ))  # fmt: skip

    def remove(self, one: SavedDeck, *, request_id: str) -> None:
        """Remove a deck; its texts stay in the history, and what it showed is no longer noted.

        Raises:
            Denied: the person may not edit there.
            Conflict, NotSaved: as in ``Store.remove``.
        """
        require(self.person, "edit", one.ags)
        self._store.remove(
            KIND,
            _key(one.ags, one.id),
            seen_version=one.version,
            actor=self.person.actor,
            request_id=request_id,
            erase=False,
        )
        self._forget(one, ())

    def note_uses(self, one: SavedDeck, slides: Iterable[ExhibitSlide]) -> None:
        """Note which exhibits a deck shows, with their loads; what it shows no longer is noted no longer.

        Raises:
            Denied: the person may not edit there.
            NotSaved: as in ``Store.save``.
        """
        from zwk_data.store.uses import Use, note_use

        require(self.person, "edit", one.ags)
        shown = list(slides)
        for slide in shown:
            use = Use(str(slide.exhibit.address), used_in(one), state_of(slide))
            note_use(self._store, use, actor=self.person.actor, scope=one.ags)
        self._forget(one, [str(slide.exhibit.address) for slide in shown])

    def _forget(self, one: SavedDeck, shown: Iterable[str]) -> None:
        from zwk_data.store.uses import drop_use, uses

        kept = set(shown)
        for use in uses(self._store, one.ags):
            if use.used_in == used_in(one) and use.address not in kept:
                drop_use(self._store, use.address, use.used_in, actor=self.person.actor)

    # --- drafts: what somebody has changed and not saved ---

    def keep_draft(self, ags: str, id: str, typed: Mapping[str, Any], *, seen_version: int) -> None:
        """Keep an unfinished deck of this person.

        Raises:
            Denied: the person may not edit there.
            NotSaved: as in ``Store.save``.
        """
        require(self.person, "edit", ags)
        self._store.keep_draft(self.person.actor, FORM, KIND, _key(ags, id), typed, version_seen=seen_version)

    def drafts(self, ags: str) -> "list[Draft]":
        """Return the unfinished decks of this person for a municipality, newest first. Raises ``Denied``."""
        require(self.person, "edit", ags)
        return [
            draft for draft in self._store.drafts(self.person.actor)
            if draft.form == FORM and draft.id.startswith(f"{ags}:")
        ]  # fmt: skip

    def draft(self, ags: str, id: str) -> "Draft | None":
        """Return an unfinished deck of this person, None where there is none. Raises ``Denied``."""
        require(self.person, "edit", ags)
        return self._store.draft(self.person.actor, FORM, KIND, _key(ags, id))

    def drop_draft(self, ags: str, id: str) -> None:
        """Forget an unfinished deck. Raises ``Denied``, ``NotSaved``."""
        require(self.person, "edit", ags)
        self._store.drop_draft(self.person.actor, FORM, KIND, _key(ags, id))


def _key(ags: str, id: str) -> str:
    """Return the name of a deck in the store: nobody reaches that of another municipality by its id."""
    return f"{ags}:{id}"


def used_in(one: SavedDeck) -> str:
    """Return how a deck is named as the place where an exhibit is used."""
    return f"{KIND}:{_key(one.ags, one.id)}"


def state_of(slide: ExhibitSlide) -> str:
    """Return the loads an exhibit was made from, as one text."""
    return ",".join(sorted({source.vintage or source.dataset for source in slide.exhibit.sources}))


def _saved(record: "Record") -> SavedDeck:
    """Return a record of the store as a deck; one that nobody can read any more is said to be that."""
    deck, reason = None, ""
    try:
        deck = deck_of(record.body)
    except (NotADeck, KeyError, TypeError, ValueError) as error:
        log.exception("deck %s cannot be read", record.id)
        reason = str(error)
    return SavedDeck(
        record.id.partition(":")[2],
        record.version,
        record.scope,
        deck,
        record.actor,
        record.updated_at.isoformat(),
        reason,
    )
