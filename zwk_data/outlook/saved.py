"""Scenarios that people keep, in the transactional store: a name, the office that made it, the place, the assumptions.

A saved scenario also says which loads its author looked at, so that it can be told later whether figures have changed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from unicodedata import category

from zwk_data.outlook.starts import FORMS, Start
from zwk_data.projection.scenario import Scenario, ScenarioError
from zwk_data.warehouse import Statistics

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Store

log = logging.getLogger(__name__)
KIND = "scenario"
LONGEST = {"author": 200, "remark": 2000}  # signs
Vintage = tuple[tuple[str, str], ...]  # dataset, load; sorted


class NotUsable(ValueError):
    """What should be saved lacks something; ``fields`` names what: name, author, remark, form, ags."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(", ".join(fields))


@dataclass(frozen=True)
class Content:
    """What is kept of a scenario.

    scenario: with its name; author: the office that made it; ags: the place it was made for; form: of the start
    (``starts.FORMS``, empty: as usual); start_day: when the population stood that it ran from; vintage: datasets and
    loads it was made with; remark: free text.
    """

    scenario: Scenario
    author: str
    ags: str
    start_day: date
    vintage: Vintage = ()
    form: str = ""
    remark: str = ""

    @property
    def name(self) -> str:
        """The name of the scenario."""
        return self.scenario.name

    def missing(self) -> list[str]:
        """Return the fields that are empty, too long or hold what cannot be printed."""
        wrong = [] if self.name else ["name"]
        if not 1 <= len(self.author.strip()) <= LONGEST["author"] or not self.author.isprintable():
            wrong.append("author")
        if len(self.remark) > LONGEST["remark"] or not self.remark.replace("\n", "").isprintable():
            wrong.append("remark")
        return [*wrong, *([] if self.form in ("", *FORMS) else ["form"]), *([] if self.ags else ["ags"])]


@dataclass(frozen=True)
class SavedScenario:
    """One stored scenario; ``version`` is what the next save must have seen, ``saved_at`` the time of the last (UTC).

    One that cannot be read (``content`` None) can only be removed; ``reason`` says why.
    """

    id: str
    version: int
    ags: str
    content: Content | None
    actor: str
    saved_at: str
    reason: str = ""

    @property
    def name(self) -> str:
        """The name of the scenario; the id of one that cannot be read."""
        return self.content.name if self.content else self.id


def content_of(data: Statistics, start: Start, scenario: Scenario, author: str, remark: str = "") -> Content:
    """Return what is to be kept of a scenario as it runs here, with the loads of its datasets."""
    loads = {str(load["dataset"]): str(load["load_id"]) for load in data.newest_loads}
    vintage = tuple(sorted((dataset, loads.get(dataset, "")) for dataset in start.datasets))
    form = start.form if start.form == "scaled" else ""  # the others are what comes by itself
    return Content(scenario, _plain(author), start.asked.ags, start.baseline.day, vintage, form, _plain(remark))


def _plain(text: str) -> str:
    """Return a text as it can be kept: what a word processor puts between letters becomes a blank or nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    kept = ("".join(" " if sign.isspace() else sign for sign in line if category(sign) != "Cf") for line in lines)
    return "\n".join(kept)


def body_of(content: Content) -> dict[str, Any]:
    """Return a content as JSON for the store.

    Raises:
        NotUsable: a field is missing or too long.
    """
    if wrong := content.missing():
        raise NotUsable(wrong)
    return {
        "name": content.name, "scenario": str(content.scenario), "author": content.author, "ags": content.ags,
        "form": content.form, "start_day": content.start_day.isoformat(), "remark": content.remark,
        "vintage": [list(pair) for pair in content.vintage],
    }  # fmt: skip


def _content(body: Mapping[str, Any]) -> Content:
    scenario = Scenario.parse(body["scenario"])
    vintage = tuple((str(dataset), str(load)) for dataset, load in body["vintage"])
    found = Content(
        scenario, str(body["author"]), str(body["ags"]), date.fromisoformat(body["start_day"]), vintage,
        str(body["form"]), str(body["remark"]),
    )  # fmt: skip
    if wrong := found.missing():
        raise NotUsable(wrong)
    return found


def saved_of(record: Any) -> SavedScenario:
    """Return a record of the store as a scenario; one that nobody can read any more is said to be that."""
    content, reason = None, ""
    try:
        content = _content(record.body)
    except (ScenarioError, NotUsable, ValueError, KeyError, TypeError) as error:
        log.exception("scenario %s cannot be read", record.id)
        reason = str(error)
    return SavedScenario(
        record.id, record.version, record.scope, content, record.actor, record.updated_at.isoformat(), reason
    )


def scenarios(store: "Store", ags: str | None = None) -> list[SavedScenario]:
    """Return the saved scenarios, of one place or all, by name."""
    found = [saved_of(record) for record in store.records(KIND, ags)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def save(
    store: "Store", id: str, content: Content, *, seen_version: int, actor: str, request_id: str
) -> SavedScenario:  # fmt: skip
    """Save a scenario: a new one (``seen_version`` 0, ``id`` a uuid made when the form opened) or the next version.

    Raises:
        NotUsable: a field is missing or too long.
        Conflict, NotSaved: as in ``Store.save``; of two people at once the second one hears of the first.
    """
    body = body_of(content)
    return saved_of(store.save(
        KIND, id, body, seen_version=seen_version, actor=actor, request_id=request_id, scope=content.ags
    ))  # fmt: skip


def rename(store: "Store", one: SavedScenario, name: str, *, actor: str, request_id: str) -> SavedScenario:
    """Save a scenario under another name.

    Raises:
        NotUsable: it cannot be read, or the name is empty.
        ScenarioError: the name holds what an address cannot.
        Conflict, NotSaved: as in ``Store.save``.
    """
    if one.content is None:
        raise NotUsable(["name"])
    content = replace(one.content, scenario=replace(one.content.scenario, name=name))
    return save(store, one.id, content, seen_version=one.version, actor=actor, request_id=request_id)


def remove(store: "Store", one: SavedScenario, *, actor: str, request_id: str) -> None:
    """Remove a scenario; who removed it when stays, and so do its texts in the history.

    Raises:
        Conflict, NotSaved: as in ``Store.remove``.
    """
    store.remove(KIND, one.id, seen_version=one.version, actor=actor, request_id=request_id, erase=False)
