"""A management round as people keep it: the meeting, its agenda, what was decided, what was noted.

A decision belongs to one item of one meeting and lives on after it: it is done, dropped, due or submitted again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, time
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Outcome = Literal["adopted", "amended", "postponed"]  # of the Beschlussvorschlag
State = Literal["open", "done", "dropped"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
STATES: tuple[State, ...] = get_args(State)
FEWEST_ITEMS, MOST_ITEMS = 3, 7
MOST_EXHIBITS, MOST_PARTICIPANTS, MOST_MINUTES, MOST_VOTES = 4, 40, 600, 9999
LONGEST = {
    "title": 200,
    "place": 200,
    "question": 240,
    "proposal": 800,
    "why": 400,
    "text": 4000,
    "office": 200,
    "address": 2000,
}  # signs


class NotUsable(ValueError):
    """Something cannot be kept; ``fields`` names what is missing, too long or too much."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(self.fields))


@dataclass(frozen=True)
class Item:
    """One item of the agenda: a question, a Beschlussvorschlag, exhibits by address, entries of the plan concerned.

    ``why`` says what brought it onto the agenda; ``resubmitted`` is the id of the decision it takes up again.
    """

    id: str
    question: str
    proposal: str = ""
    addresses: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    minutes: int = 0
    why: str = ""
    resubmitted: str = ""

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or too much."""
        found = [] if self.question.strip() else ["question"]
        found += [name for name in ("question", "proposal", "why") if len(getattr(self, name)) > LONGEST[name]]
        long = len(self.addresses) > MOST_EXHIBITS or any(len(one) > LONGEST["address"] for one in self.addresses)
        found += ["addresses"] if long else []
        return found + ([] if 0 <= self.minutes <= MOST_MINUTES else ["minutes"])


@dataclass(frozen=True)
class Meeting:
    """One meeting of a municipality (canonical key ``ags``); local time of day, length in minutes.

    ``begun`` and ``closed`` are points in time (ISO, UTC), empty before; a closed meeting is not changed any more.
    """

    id: str
    ags: str
    title: str
    day: date | None = None
    at: time | None = None
    minutes: int = 60
    place: str = ""
    participants: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    begun: str = ""
    closed: str = ""

    def item(self, id: str) -> Item | None:
        """Return an item by its id, None where there is none."""
        return next((one for one in self.items if one.id == id), None)

    def with_item(self, item: Item) -> "Meeting":
        """Return the meeting with an item in place of the one of the same id, or added at the end."""
        if self.item(item.id) is None:
            return replace(self, items=(*self.items, item))
        return replace(self, items=tuple(item if one.id == item.id else one for one in self.items))

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or too much; too few items only matter to hold it."""
        found = [] if self.title.strip() and len(self.title) <= LONGEST["title"] else ["title"]
        found += ["place"] if len(self.place) > LONGEST["place"] else []
        found += [] if 1 <= self.minutes <= MOST_MINUTES else ["minutes"]
        many = len(self.participants) > MOST_PARTICIPANTS or any(len(p) > LONGEST["office"] for p in self.participants)
        found += ["participants"] if many else []
        ids = [one.id for one in self.items]
        found += ["items"] if len(ids) > MOST_ITEMS or len(set(ids)) < len(ids) else []
        return list(dict.fromkeys([*found, *(name for one in self.items for name in one.wrong())]))


@dataclass(frozen=True)
class Votes:
    """How many voted for it, against it, and abstained."""

    yes: int
    no: int = 0
    abstained: int = 0


@dataclass(frozen=True)
class Decision:
    """What was decided on one item: the text as decided, by which office, until when; ``on`` is the meeting's day.

    ``due`` is when it is to be done, ``resubmit`` when it comes before the round again. ``entry`` is the entry of the
    plan that it became or changed (empty: none). ``state`` is what became of it, since ``state_day``.
    """

    meeting: str
    item: str
    question: str
    outcome: Outcome
    text: str
    on: date | None = None
    office: str = ""
    due: date | None = None
    resubmit: date | None = None
    votes: Votes | None = None
    state: State = "open"
    state_day: date | None = None
    entry: str = ""
    remark: str = ""

    @property
    def id(self) -> str:
        """The name of a decision in its municipality: an item is decided once."""
        return f"{self.meeting}:{self.item}"

    def is_overdue(self, day: date) -> bool:
        """Tell whether it is still open after the day it was due."""
        return self.state == "open" and self.due is not None and self.due < day

    def comes_again(self, day: date) -> bool:
        """Tell whether it is to be submitted again on or before a day."""
        return self.state == "open" and self.resubmit is not None and self.resubmit <= day

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or out of range."""
        found = [] if self.text.strip() and len(self.text) <= LONGEST["text"] else ["text"]
        found += ["office"] if len(self.office) > LONGEST["office"] else []
        found += ["outcome"] if self.outcome not in OUTCOMES else []
        found += ["state"] if self.state not in STATES else []
        found += ["remark"] if len(self.remark) > LONGEST["text"] else []
        votes = self.votes
        counts = (votes.yes, votes.no, votes.abstained) if votes else ()
        return found + (["votes"] if any(not 0 <= one <= MOST_VOTES for one in counts) else [])


@dataclass(frozen=True)
class Remark:
    """Something noted in a meeting, at an item (empty: at none)."""

    id: str
    meeting: str
    item: str
    text: str

    def wrong(self) -> list[str]:
        """Return the names of what is missing or too long."""
        return [] if self.text.strip() and len(self.text) <= LONGEST["text"] else ["text"]


@dataclass(frozen=True)
class Shown:
    """An exhibit as it was shown at an item (empty: before the first) in a language, frozen; ``at`` in ISO, UTC.

    ``aside``: it was opened up live and does not stand on the agenda. ``assumptions``: the frozen exhibit of what a
    scenario assumed (empty where there is none); both as ``frozen.freeze`` wrote them.
    """

    meeting: str
    item: str
    at: str
    exhibit: str
    aside: bool = False
    assumptions: str = ""
    language: str = "de"


@dataclass(frozen=True)
class PlanThen:
    """Where the entries of the plan stood when a meeting was closed: title, stage and status by id."""

    meeting: str
    entries: Mapping[str, Mapping[str, str]]


Part = Meeting | Decision | Remark
P = TypeVar("P")


def body_of(part: Any) -> dict[str, Any]:
    """Return a part as JSON.

    Raises:
        NotUsable: something is missing, too long or too much.
    """
    if isinstance(part, Meeting | Decision | Remark) and (wrong := part.wrong()):
        raise NotUsable(wrong)
    found: dict[str, Any] = _plain(asdict(part))
    return found


def part_of(kind: type[P], body: Mapping[str, Any]) -> P:
    """Read a part from JSON; what a newer version added is left out, what an older one lacked has its default.

    Raises:
        NotUsable: it is none.
    """
    try:
        found: P = _read(kind, body)
    except (KeyError, TypeError, ValueError) as error:
        raise NotUsable([kind.__name__.lower()]) from error
    if isinstance(found, Meeting | Decision | Remark) and (wrong := found.wrong()):
        raise NotUsable(wrong)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _read(wanted: Any, value: Any) -> Any:
    """Read a JSON value as what a field is declared to be."""
    if isinstance(wanted, type) and hasattr(wanted, "__dataclass_fields__"):
        hints = get_type_hints(wanted)
        return wanted(**{one.name: _read(hints[one.name], value[one.name]) for one in fields(wanted)
                         if one.name in value})  # fmt: skip
    if get_origin(wanted) is UnionType:
        return None if value is None else _read(get_args(wanted)[0], value)
    if get_origin(wanted) is tuple:
        return tuple(_read(get_args(wanted)[0], one) for one in value)
    if wanted in (date, time):
        return wanted.fromisoformat(value)
    if wanted in (str, int, bool) and type(value) is not wanted:
        raise TypeError(f"{value!r} is no {wanted.__name__}")
    return value
