"""Views of a plan as tables of plain ids and texts; column labels and languages belong to the exhibits."""

from collections.abc import Iterable, Iterator

import pandas as pd

from zwk_data.plan.model import Entry, Fact, Link, Plan

OUTLINE = ("handlungsfeld", "goal", "tool", "entry", "stage", "status")
LINKS = ("entry", "indicator", "role", "expected_direction", "rationale", "proposed")
CALENDAR = ("kind", "id", "title", "start", "end", "date_text")


def outline(plan: Plan) -> pd.DataFrame:
    """Return the plan as rows Handlungsfeld -> goal -> tool -> entry (ids, None where an entry has none).

    An entry stands once below each of its Handlungsfelder, and there once for each of its goals and tools of that
    Handlungsfeld. Handlungsfelder follow their ``order``, entries the order of the plan; entries without any
    Handlungsfeld come last; a Handlungsfeld without entries keeps one row with entry None.
    """
    rows = [row for field in _ordered_handlungsfelder(plan) for row in _outline_rows(plan, field)]
    return pd.DataFrame(rows, columns=list(OUTLINE), dtype=object)


def _ordered_handlungsfelder(plan: Plan) -> list[str | None]:
    ordered = sorted(plan.handlungsfelder, key=lambda field: (field.order is None, field.order or 0))
    return [*(field.id for field in ordered), None]


def _outline_rows(plan: Plan, handlungsfeld: str | None) -> Iterator[tuple[str | None, ...]]:
    here = [entry for entry in plan.entries if _belongs(entry, handlungsfeld)]
    if not here and handlungsfeld is not None:
        yield handlungsfeld, None, None, None, None, None
    for entry in here:
        for goal in _of_handlungsfeld(plan, entry, "goals", handlungsfeld):
            for tool in _of_handlungsfeld(plan, entry, "tools", handlungsfeld):
                yield handlungsfeld, goal, tool, entry.id, entry.stage, entry.status


def _belongs(entry: Entry, handlungsfeld: str | None) -> bool:
    return not entry.handlungsfelder if handlungsfeld is None else handlungsfeld in entry.handlungsfelder


def _of_handlungsfeld(plan: Plan, entry: Entry, part: str, handlungsfeld: str | None) -> list[str | None]:
    """Return the entry's goals or tools that belong to the Handlungsfeld or to none, or one None."""
    own = [item for item in getattr(plan, part) if item.id in getattr(entry, part)]
    fitting = [item.id for item in own if handlungsfeld is None or item.handlungsfeld in (None, handlungsfeld)]
    return fitting or [None]


def actions_of_indicator(plan: Plan, indicator: str) -> pd.DataFrame:
    """Return the links that lead to an indicator: one row per entry, in the order of the plan; empty without links."""
    return _links(link for link in plan.links if link.indicator == indicator)


def indicators_of_entry(plan: Plan, entry: str) -> pd.DataFrame:
    """Return the links that lead from an entry: one row per indicator, in the order of the plan."""
    return _links(link for link in plan.links if link.entry == entry)


def _links(links: Iterable[Link]) -> pd.DataFrame:
    rows = [tuple(getattr(link, column) for column in LINKS) for link in links]
    return pd.DataFrame(rows, columns=list(LINKS), dtype=object)


def calendar(plan: Plan) -> pd.DataFrame:
    """Return entries and facts with a published date, sorted by start; rows with only a text of a date come last.

    ``start`` and ``end`` are ``datetime.date`` or None; a missing end means a single day or an open end as published.
    """
    dated: list[tuple[str, Entry | Fact]] = [("entry", entry) for entry in plan.entries]
    dated += [("fact", fact) for fact in plan.facts]
    rows = [
        (kind, item.id, item.title, item.start, item.end, item.date_text)
        for kind, item in dated
        if item.start or item.end or item.date_text
    ]
    rows.sort(key=lambda row: (row[3] is None and row[4] is None, str(row[3] or row[4] or ""), row[1]))
    return pd.DataFrame(rows, columns=list(CALENDAR), dtype=object)
