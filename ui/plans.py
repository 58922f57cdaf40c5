"""Plans as the person of this run may see them: their own, what is published, or the example."""

import logging
from dataclasses import dataclass, field

from ui.signed_in import person
from ui.stored import is_there, store
from zwk_data.access import Person
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.model import Plan

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """What somebody may see of the plans in a state of the store; equal ones give the same exhibits."""

    state: int
    person: Person = field(compare=False)
    rights: tuple[tuple[str, str], ...] = ()  # the roles: all that what is seen depends on
    guest: bool = False  # without internal notes and contacts, whatever else is seen

    def plan(self, ags: str) -> Plan | None:
        """Return the plan of a municipality: its own or, where this person may see none, the example."""
        from zwk_data.plan.parts import parts_of, plan_from, public
        from zwk_data.plan.service import Plans
        from zwk_data.store import StoreError

        try:
            own = Plans(store(), self.person).plan(ags) if self.state else None
        except StoreError:
            LOG.exception("plans cannot be read")
            own = None
        if own and self.guest:
            own = plan_from(ags, map(public, parts_of(own)), kind=own.kind, as_of=own.as_of)
        return own or example_plan(ags)


def seen() -> Seen:
    """Return what the person of this run may see now."""
    return seen_by(person())


def seen_by(now: Person, *, guest: bool = False) -> Seen:
    """Return what somebody may see now; a ``guest`` gets it without internal notes and contacts."""
    from zwk_data.store import StoreError

    try:
        state = store().state() if is_there() else 0
    except StoreError:
        LOG.exception("plans cannot be read")
        state = 0
    return Seen(state, now, tuple(sorted(now.roles.items())), guest)
