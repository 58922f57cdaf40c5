"""What the forms ask: for each kind of part its fields in groups, and how each is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

How = Literal["line", "text", "choice", "pills", "many", "day", "number", "whole", "yes", "names", "rows", "inside"]


@dataclass(frozen=True)
class Field:
    """One field of a form; ``inside`` are the fields of its rows or of the value it holds."""

    name: str
    how: How = "line"
    wide: bool = False
    inside: tuple["Field", ...] = ()
    kind: str = ""  # what a row is called in the labels


@dataclass(frozen=True)
class Group:
    """Fields that belong together; ``open``: seen at once."""

    key: str
    fields: tuple[Field, ...]
    open: bool = False


EVIDENCE = Field("evidence", "rows", True, (Field("name"), Field("url")), "source")
LINK = Field("_links", "rows", True, (
    Field("indicator", "choice"), Field("role", "choice"), Field("expected_direction", "choice"),
    Field("lag_years", "whole"), Field("rationale", "text", True),
), "link")  # fmt: skip
MENTION = Field("mentions", "rows", True, (
    Field("concept", "choice"), Field("page"), Field("says", "text", True),
), "mention")  # fmt: skip
EFFECT = Field("effects", "rows", True, (
    Field("lever", "choice"), Field("start_year", "whole"), Field("end_year", "whole"), Field("low", "number"),
    Field("mid", "number"), Field("high", "number"), Field("reason", "text", True), Field("source", "line", True),
), "effect")  # fmt: skip
ORIGIN = Field("origin", "inside", True, (
    Field("kind", "choice"), Field("day", "day"), Field("text"), Field("address"),
), "origin")  # fmt: skip
NOTE = Field("_note", "inside", True, (
    Field("done", "text", True), Field("planned", "text", True), Field("percent", "whole"), Field("figure"),
), "progress")  # fmt: skip

ENTRY = (
    Group("state", (Field("status", "pills", True), NOTE), True),
    Group("what", (
        Field("title", "line", True), Field("stage", "choice"), Field("audience", "many"),
        Field("description", "text", True), Field("reason", "text", True), Field("themes", "many"),
        Field("example_place"),
    ), True),
    Group("who", (
        Field("responsible_office"), Field("partners", "names"), Field("target_group"), Field("date_text"),
        Field("start", "day"), Field("end", "day"),
    )),
    Group("money", (
        Field("cost_plan", "number"), Field("cost_actual", "number"), Field("funding"),
        Field("funding_share", "number"),
    )),
    Group("purpose", (
        Field("handlungsfelder", "many", True), Field("goals", "many"), Field("tools", "many"), LINK,
        Field("no_indicator", "text", True), Field("success_criterion"), Field("success_figure"),
    )),
    Group("origin", (ORIGIN, MENTION, EVIDENCE)),
    Group("stock", (
        Field("exists", "yes", True), Field("place"), Field("service", "choice"), Field("capacity", "number"),
        Field("capacity_unit"), Field("secured_until", "day"),
    )),
    Group("effect", (EFFECT, Field("no_effect", "text", True))),
    Group("internal", (Field("note", "text", True), Field("contact"))),
)  # fmt: skip
# What somebody who writes one recommendation after another needs; all else is one click away.
SHORT = (
    Group("short", (
        Field("title", "line", True), Field("handlungsfelder", "many"), Field("audience", "many"),
        Field("reason", "text", True), LINK,
    ), True),
)  # fmt: skip

OTHERS: Mapping[str, tuple[Field, ...]] = MappingProxyType({
    "head": (Field("title", "line", True), Field("source_note", "text", True)),
    "field": (
        Field("title", "line", True), Field("slogan", "line", True), Field("headline_indicator", "choice"),
        Field("order", "whole"), Field("headline_text", "line", True),
        Field("headline_source", "inside", True, (Field("name"), Field("url")), "source"),
    ),
    "goal": (
        Field("title", "line", True), Field("handlungsfeld", "choice"), Field("level", "choice"),
        Field("target_group"), Field("factor", "choice"),
    ),
    "tool": (Field("title", "line", True), Field("handlungsfeld", "choice"), Field("toolbox_theme", "choice")),
    "concept": (Field("title", "line", True), Field("publisher"), Field("year", "whole"), Field("url", "line", True)),
    "target": (
        Field("indicator", "choice", True), Field("value", "number"), Field("year", "whole"),
        Field("base_year", "whole"), Field("tolerance", "number"), Field("handlungsfeld", "choice"),
        Field("source"), Field("reason", "text", True),
    ),
    "swot": (
        Field("quadrant", "pills", True), Field("title", "line", True), Field("exhibit"), Field("counter"),
        Field("counter_text", "text", True), Field("source"), Field("day", "day"),
    ),
    "fact": (
        Field("title", "line", True), Field("stage", "choice"), Field("place"), Field("start", "day"),
        Field("end", "day"), Field("date_text"), Field("text", "text", True), EVIDENCE,
    ),
    "progress": (
        Field("day", "day"), Field("status", "choice"), Field("done", "text", True), Field("planned", "text", True),
        Field("percent", "whole"), Field("cost_actual", "number"), Field("figure"), Field("office"),
    ),
})  # fmt: skip


def groups_of(kind: str, *, short: bool = False) -> tuple[Group, ...]:
    """Return the groups of a form."""
    if kind == "entry":
        return SHORT if short else ENTRY
    return (Group("all", OTHERS[kind], True),)
