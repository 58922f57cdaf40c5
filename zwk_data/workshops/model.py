"""A workshop as people keep it: groups with a question and an exhibit, and what each group held on to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, get_args

ResultKind = Literal["idea", "result"]  # something to do; something found or agreed
RESULT_KINDS: tuple[ResultKind, ...] = get_args(ResultKind)
LONGEST = {"title": 200, "place": 200, "question": 400, "address": 2000, "text": 2000}  # signs
MOST_GROUPS, MOST_VOTES = 20, 9999


class NotUsable(ValueError):
    """Something cannot be kept; ``fields`` names what is missing, too long or too much."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(", ".join(fields))


@dataclass(frozen=True)
class Group:
    """One table: its name, its question, the exhibit it looks at (an address, may be empty)."""

    id: str
    name: str
    question: str = ""
    address: str = ""


@dataclass(frozen=True)
class Workshop:
    """One workshop of a municipality (canonical key ``ags``)."""

    id: str
    ags: str
    title: str
    day: date | None = None
    place: str = ""
    groups: tuple[Group, ...] = ()

    def group(self, id: str) -> Group | None:
        """Return a group by its id, None where there is none."""
        return next((one for one in self.groups if one.id == id), None)

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or too much."""
        found = [] if self.title.strip() and len(self.title) <= LONGEST["title"] else ["title"]
        found += ["place"] if len(self.place) > LONGEST["place"] else []
        found += ["groups"] if len(self.groups) > MOST_GROUPS else []
        found += (
            ["name"] if any(not one.name.strip() or len(one.name) > LONGEST["title"] for one in self.groups) else []
        )
        long = any(
            len(one.question) > LONGEST["question"] or len(one.address) > LONGEST["address"] for one in self.groups
        )
        return found + (["question"] if long else [])


@dataclass(frozen=True)
class Result:
    """One thing that a group held on to, with its votes; ``entry`` is the idea of the plan it became (empty: none)."""

    id: str
    workshop: str
    group: str
    text: str
    kind: ResultKind = "idea"
    votes: int = 0
    entry: str = ""

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or out of range."""
        found = [] if self.text.strip() and len(self.text) <= LONGEST["text"] else ["text"]
        found += [] if self.kind in RESULT_KINDS else ["kind"]
        return found + ([] if 0 <= self.votes <= MOST_VOTES else ["votes"])


def body_of(part: Workshop | Result) -> dict[str, Any]:
    """Return a part as JSON.

    Raises:
        NotUsable: something is missing, too long or too much.
    """
    if wrong := part.wrong():
        raise NotUsable(wrong)
    body = asdict(part)
    if isinstance(part, Workshop):
        body["day"] = part.day.isoformat() if part.day else None
        body["groups"] = [asdict(one) for one in part.groups]
    return body


def workshop_of(body: Mapping[str, Any]) -> Workshop:
    """Read a workshop from JSON.

    Raises:
        NotUsable: it is none.
    """
    try:
        groups = tuple(Group(*(str(one[name]) for name in ("id", "name", "question", "address")))
                       for one in body["groups"])  # fmt: skip
        day = date.fromisoformat(body["day"]) if body["day"] else None
        found = Workshop(str(body["id"]), str(body["ags"]), str(body["title"]), day, str(body["place"]), groups)
    except (KeyError, TypeError, ValueError) as error:
        raise NotUsable(["workshop"]) from error
    if wrong := found.wrong():
        raise NotUsable(wrong)
    return found


def result_of(body: Mapping[str, Any]) -> Result:
    """Read a result from JSON.

    Raises:
        NotUsable: it is none.
    """
    try:
        found = Result(
            str(body["id"]), str(body["workshop"]), str(body["group"]), str(body["text"]), body["kind"],
            int(body["votes"]), str(body["entry"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise NotUsable(["result"]) from error
    if wrong := found.wrong():
        raise NotUsable(wrong)
    return found
