"""What people decided on evidence cards: accepted ones are statements of the plan, rejected ones keep their reason.

A rejection holds for what the card said then: with other figures it is a new question, and the old reason is shown.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from zwk_data.access import Person, require
from zwk_data.plan.model import Quadrant, Swot
from zwk_data.plan.service import NoPlanYet, Plans

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Store

log = logging.getLogger(__name__)
KIND = "evidence_decision"
LONGEST = 1000  # signs of a reason


class NoReason(ValueError):
    """A card is rejected without a reason, or with one that is too long."""


@dataclass(frozen=True)
class Card:
    """A card as somebody saw it: rule and field, finding, addresses of proof and counter-evidence, its words."""

    id: str
    quadrant: Quadrant
    finding: str
    proof: str
    counter: str = ""
    against: str = ""


@dataclass(frozen=True)
class Rejection:
    """Why a card was rejected, what it said then, and the version that the next decision must have seen."""

    card: str
    reason: str
    finding: str
    version: int

    def holds(self, finding: str) -> bool:
        """Tell whether a card still says what it said then."""
        return self.finding == finding


class Decisions:
    """The decisions on cards in a store, as one person may see and take them."""

    def __init__(self, store: "Store", person: Person) -> None:
        self._store, self.person = store, person

    def rejections(self, ags: str) -> Mapping[str, Rejection]:
        """Return the rejections of a municipality by card.

        Raises:
            Denied: the person may not read internal data there.
            Unreadable: the store does not answer.
        """
        require(self.person, "read_internal", ags)
        found = {}
        for record in self._store.records(KIND, ags):
            try:
                one = Rejection(record.body["card"], record.body["reason"], record.body["finding"], record.version)
            except (KeyError, TypeError):
                log.exception("evidence decision %s cannot be read", record.id)
                continue
            found[one.card] = one
        return found

    def reject(self, ags: str, card: Card, reason: str, *, request_id: str) -> None:
        """Reject a card with a reason; a later rejection of the same card takes the place of an earlier one.

        Raises:
            NoReason: there is none, or it is too long.
            Denied: the person may not edit there.
            Conflict, NotSaved: as in ``Store.save``.
        """
        require(self.person, "edit", ags)
        said = " ".join(reason.split())
        if not said or len(said) > LONGEST:
            raise NoReason
        known = self._store.get(KIND, f"{ags}:{card.id}")
        body = {"card": card.id, "reason": said, "finding": card.finding}
        self._store.save(KIND, f"{ags}:{card.id}", body, seen_version=known.version if known else 0,
                         actor=self.person.actor, request_id=request_id, scope=ags)  # fmt: skip

    def accept(self, ags: str, card: Card, title: str, quadrant: Quadrant, *, source: str, request_id: str) -> Swot:
        """Put a card into the plan, in the words and the field that people chose; said twice, it is one statement.

        Raises:
            NoPlanYet: the municipality has not begun a plan of its own.
            Denied, NotUsable, Conflict, NotSaved: as in ``Plans.save``.
        """
        plans = Plans(self._store, self.person)
        stored = plans.stored(ags)
        if not stored.begun:
            raise NoPlanYet(ags)
        part = Swot(statement_id(card.id), quadrant, " ".join(title.split()) or card.finding, card.proof,
                    card.counter or None, None if card.counter else card.against or None, source)  # fmt: skip
        if any(one.id == part.id for one in stored.plan.swot):
            return part
        plans.save(ags, part, seen_version=0, request_id=request_id)
        return part


def statement_id(card: str) -> str:
    """Return the id of the statement that a card becomes."""
    return "ev_" + uuid5(NAMESPACE_OID, card).hex[:12]
