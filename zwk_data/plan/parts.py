"""The parts a plan is stored in: each kind of part, its place in the plan, and what of it is never published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from zwk_data.plan.model import (
    Concept,
    Entry,
    Fact,
    Goal,
    Handlungsfeld,
    Link,
    Plan,
    Progress,
    PublicSource,
    Swot,
    Target,
    Tool,
)


@dataclass(frozen=True)
class Head:
    """What is said of the plan as a whole; there is one in each plan."""

    title: str
    source_note: str | None = None
    id: str = "head"


Part = Head | Handlungsfeld | Goal | Tool | Concept | Entry | Link | Target | Progress | Swot | Fact | PublicSource

# Kind of part: its class and the field of ``Plan``; in the order in which one part may name those before it.
PARTS: Mapping[str, tuple[type, str]] = MappingProxyType({
    "head": (Head, ""),
    "source": (PublicSource, "sources"),
    "field": (Handlungsfeld, "handlungsfelder"),
    "goal": (Goal, "goals"),
    "tool": (Tool, "tools"),
    "concept": (Concept, "concepts"),
    "entry": (Entry, "entries"),
    "link": (Link, "links"),
    "target": (Target, "targets"),
    "progress": (Progress, "progress"),
    "swot": (Swot, "swot"),
    "fact": (Fact, "facts"),
})  # fmt: skip
NEVER_PUBLISHED: Mapping[type, tuple[str, ...]] = MappingProxyType({Entry: ("note", "contact")})


def kind_of(part: Part) -> str:
    """Return the kind of a part."""
    return next(kind for kind, (cls, _) in PARTS.items() if isinstance(part, cls))


def new_id(kind: str) -> str:
    """Return the id of a new part."""
    return f"{kind[0]}{uuid4().hex}"


def public(part: Part) -> Part:
    """Return a part without what is never published."""
    hidden: dict[str, Any] = dict.fromkeys(NEVER_PUBLISHED.get(type(part), ()))
    return replace(part, **hidden)


def parts_of(plan: Plan) -> list[Part]:
    """Return all parts of a plan, those that others name first."""
    found: list[Part] = [Head(plan.title, plan.source_note)]
    for _, name in PARTS.values():
        if name:
            found.extend(getattr(plan, name))
    return found


def plan_from(ags: str, parts: Iterable[Part], **about: Any) -> Plan:
    """Put a plan together; what is named and not there is let go, so that nothing falls out of the views."""
    by_kind: dict[str, list[Any]] = {kind: [] for kind in PARTS}
    for part in parts:
        by_kind[kind_of(part)].append(part)
    ids = {kind: {part.id for part in found} for kind, found in by_kind.items()}
    head = by_kind["head"][0] if by_kind["head"] else Head("")
    by_kind["goal"] = [_in_field(part, ids) for part in by_kind["goal"]]
    by_kind["tool"] = [_in_field(part, ids) for part in by_kind["tool"]]
    by_kind["target"] = [_in_field(part, ids) for part in by_kind["target"]]
    by_kind["entry"] = [_known(entry, ids) for entry in by_kind["entry"]]
    for kind in ("link", "progress"):
        by_kind[kind] = [part for part in by_kind[kind] if part.entry in ids["entry"]]
    filled: dict[str, Any] = {name: tuple(by_kind[kind]) for kind, (_, name) in PARTS.items() if name}
    return Plan(ags, head.title, head.source_note, **filled, **about)


def _in_field(part: Any, ids: Mapping[str, set[str]]) -> Any:
    return part if part.handlungsfeld in (None, *ids["field"]) else replace(part, handlungsfeld=None)


def _known(entry: Entry, ids: Mapping[str, set[str]]) -> Entry:
    kept: dict[str, Any] = {
        name: tuple(item for item in getattr(entry, name) if item in ids[kind])
        for name, kind in (("handlungsfelder", "field"), ("goals", "goal"), ("tools", "tool"))
    }
    mentions = tuple(mention for mention in entry.mentions if mention.concept in ids["concept"])
    return replace(entry, **kept, mentions=mentions)
