"""The example plans compiled from public facts, one TOML file per partner, read strictly.

An example is never the municipality's official plan: its note says so, each entry and fact names its public source, and
each link to an indicator is marked as a proposal of this project.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from zwk_data.catalog.declarations import participants
from zwk_data.plan.model import (
    Concept,
    Entry,
    Fact,
    Goal,
    Handlungsfeld,
    Link,
    Mention,
    Origin,
    Plan,
    PublicSource,
    Tool,
)
from zwk_data.plan.reading import PlanError, is_period, read_value

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
NOTE = "Beispiel aus öffentlichen Quellen, Stand "
RATIONALE = "Soll beitragen zu"
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
PARTS = ("sources", "handlungsfelder", "goals", "tools", "concepts", "entries", "links", "facts")

T = TypeVar("T")


def load_example(ags: str, indicator_ids: Collection[str] | None = None, folder: Path = EXAMPLES) -> Plan | None:
    """Return the example plan of a place, or None where there is none.

    Args:
        ags: canonical key of the place.
        indicator_ids: the known indicators; None leaves the indicators unchecked.
        folder: where the files ``<participant id>.toml`` lie.

    Raises:
        PlanError: the file is wrong, or belongs to another place.
    """
    path = next((folder / f"{place.id}.toml" for place in participants().values() if ags and place.ags == ags), None)
    if path is None or not path.exists():
        return None
    plan = read_plan(path, indicator_ids)
    if plan.ags != ags:
        raise PlanError(f"{path.name}: ags is {plan.ags}, but the file belongs to {ags}")
    return plan


def read_plan(path: Path, indicator_ids: Collection[str] | None = None) -> Plan:
    """Read and check one plan file.

    Raises:
        PlanError: names the file and the entry that is wrong.
    """
    plan = _built(_content(path), path.name)
    _check_example(plan, path.name)
    _check_references(plan, path.name)
    if indicator_ids is not None:
        _check_indicators(plan, indicator_ids, path.name)
    return plan


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{path.name}: {error}") from error


def _built(content: Mapping[str, Any], file: str) -> Plan:
    tables = {part: _tables(content, part, file) for part in PARTS}
    sources = _values(PublicSource, tables["sources"], f"{file}, sources")
    known = {source.id: source for source in sources}
    parts = {
        "sources": sources,
        "handlungsfelder": _sourced(Handlungsfeld, tables["handlungsfelder"], known, f"{file}, handlungsfelder"),
        "goals": _values(Goal, tables["goals"], f"{file}, goals"),
        "tools": _values(Tool, tables["tools"], f"{file}, tools"),
        "concepts": _values(Concept, tables["concepts"], f"{file}, concepts"),
        "entries": _sourced(Entry, _entry_tables(tables["entries"], file), known, f"{file}, entries"),
        "links": _links(tables["links"], f"{file}, links"),
        "facts": _sourced(Fact, tables["facts"], known, f"{file}, facts"),
    }
    head = {name: value for name, value in content.items() if name not in PARTS}
    return read_value(Plan, head | parts, file)


def _tables(content: Mapping[str, Any], part: str, file: str) -> list[dict[str, Any]]:
    tables = content.get(part, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise PlanError(f"{file}, {part}: must be a list of tables")
    return tables


def _values(cls: type[T], tables: Sequence[Mapping[str, Any]], where: str) -> tuple[T, ...]:
    ids = [table.get("id", f"number {position}") for position, table in enumerate(tables, 1)]
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise PlanError(f"{where}, '{identifier}': the id occurs twice")
    values = tuple(read_value(cls, table, f"{where}, '{id_}'") for id_, table in zip(ids, tables, strict=True))
    for identifier in ids:
        if not IDENTIFIER.fullmatch(identifier):
            raise PlanError(f"{where}, '{identifier}': an id has small letters, digits and underscores")
    return values


def _sourced(
    cls: type[T], tables: Sequence[Mapping[str, Any]], known: Mapping[str, PublicSource], where: str
) -> tuple[T, ...]:
    return _values(cls, [_with_sources(table, known, f"{where}, '{table.get('id')}'") for table in tables], where)


def _entry_tables(tables: Sequence[Mapping[str, Any]], file: str) -> list[dict[str, Any]]:
    """Read what an entry holds as tables of its own: where concepts say it, and where it came from."""
    filled = []
    for table in tables:
        where, made = f"{file}, entries, '{table.get('id')}'", dict(table)
        if isinstance(mentions := table.get("mentions"), list) and all(isinstance(one, dict) for one in mentions):
            made["mentions"] = [read_value(Mention, one, f"{where}, mentions") for one in mentions]
        if isinstance(origin := table.get("origin"), dict):
            made["origin"] = read_value(Origin, origin, f"{where}, origin")
        filled.append(made)
    return filled


def _with_sources(table: Mapping[str, Any], known: Mapping[str, PublicSource], where: str) -> dict[str, Any]:
    filled = dict(table)
    if isinstance(named := table.get("evidence"), list):
        filled["evidence"] = [_source(name, known, where) for name in named]
    if "headline_source" in table:
        filled["headline_source"] = _source(table["headline_source"], known, where)
    return filled


def _source(name: object, known: Mapping[str, PublicSource], where: str) -> PublicSource:
    if not isinstance(name, str) or name not in known:
        raise PlanError(f"{where}: unknown source {name!r}")
    return known[name]


def _links(tables: Sequence[Mapping[str, Any]], where: str) -> tuple[Link, ...]:
    links = tuple(read_value(Link, table, _place(table, where)) for table in tables)
    seen: set[tuple[str, str]] = set()
    for link in links:
        if (link.entry, link.indicator) in seen:
            raise PlanError(f"{where}, '{link.entry}' to '{link.indicator}': linked twice")
        seen.add((link.entry, link.indicator))
    return links


def _place(link: Mapping[str, Any], where: str) -> str:
    return f"{where}, '{link.get('entry')}' to '{link.get('indicator')}'"


def _check_example(plan: Plan, file: str) -> None:
    if plan.as_of is None or not (plan.source_note or "").startswith(NOTE):
        raise PlanError(f"{file}: an example needs as_of and a source_note that begins with '{NOTE}'")
    told: tuple[Entry | Fact, ...] = (*plan.entries, *plan.facts)
    for item in told:
        if not item.evidence:
            raise PlanError(f"{file}, '{item.id}': no public source")
        if not is_period(item.start, item.end):
            raise PlanError(f"{file}, '{item.id}': ends {item.end} before it starts {item.start}")
    for handlungsfeld in plan.handlungsfelder:
        if handlungsfeld.headline_text and handlungsfeld.headline_source is None:
            raise PlanError(f"{file}, '{handlungsfeld.id}': headline_text without headline_source")
    for link in plan.links:
        _check_link(link, f"{file}, links, '{link.entry}' to '{link.indicator}'")


def _check_link(link: Link, where: str) -> None:
    if not link.proposed:
        raise PlanError(f"{where}: a link of an example is a proposal")
    if not (link.rationale or "").startswith(RATIONALE):
        raise PlanError(f"{where}: the rationale begins with '{RATIONALE}'")
    if link.role == "context" and link.expected_direction:
        raise PlanError(f"{where}: context expects no direction")


def _check_references(plan: Plan, file: str) -> None:
    parts = ("handlungsfelder", "goals", "tools", "concepts", "entries")
    ids = {part: {item.id for item in getattr(plan, part)} for part in parts}
    for entry in plan.entries:
        for part in ("handlungsfelder", "goals", "tools"):
            _check_known(getattr(entry, part), ids[part], f"{file}, entries, '{entry.id}', {part}")
        concepts = [mention.concept for mention in entry.mentions]
        _check_known(concepts, ids["concepts"], f"{file}, entries, '{entry.id}', mentions")
    headings: tuple[Goal | Tool, ...] = (*plan.goals, *plan.tools)
    for item in headings:
        named = (item.handlungsfeld,) if item.handlungsfeld else ()
        _check_known(named, ids["handlungsfelder"], f"{file}, '{item.id}', handlungsfeld")
    for link in plan.links:
        _check_known((link.entry,), ids["entries"], f"{file}, links, '{link.entry}' to '{link.indicator}'")


def _check_indicators(plan: Plan, known: Collection[str], file: str) -> None:
    for handlungsfeld in plan.handlungsfelder:
        named = (handlungsfeld.headline_indicator,) if handlungsfeld.headline_indicator else ()
        _check_known(named, known, f"{file}, '{handlungsfeld.id}', headline_indicator")
    for link in plan.links:
        _check_known((link.indicator,), known, f"{file}, links, '{link.entry}', indicator")


def _check_known(named: Iterable[str], known: Collection[str], where: str) -> None:
    if unknown := sorted(set(named) - set(known)):
        raise PlanError(f"{where}: unknown {', '.join(unknown)}")
