"""The entries as a table to edit: saved row by row, each against the version it was read with; refusals are named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import uuid4

import pandas as pd
import streamlit as st

from ui.plan_edit.saving import CONFLICTS, Clash, Wish, Wrong, carry_out, part_of
from ui.plan_edit.session import mine, tell, tell_wrong, why
from ui.plan_edit.typed import typed_of
from ui.plan_edit.words import Names
from ui.signed_in import name_of
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.labels import stages, statuses
from zwk_data.plan.service import Stored

STATE, DRAFT = "_plan_table", "table"
COLUMNS = (
    "title", "stage", "status", "responsible_office", "start", "end", "date_text", "cost_plan", "cost_actual",
    "funding", "handlungsfelder",
)  # fmt: skip


@dataclass
class Sheet:
    """The table of this session: rows as read, their versions, and what was changed since, by id of the entry."""

    ags: str
    rows: pd.DataFrame
    versions: Mapping[str, int]
    token: str
    changed: dict[str, dict[str, Any]]

    @property
    def key(self) -> str:
        """The key of the editor; a new one for every reading."""
        return f"plan_sheet_{self.token[:12]}"


def table(now: View, stored: Stored) -> None:
    """Draw the table, what was changed in it, and the way to save."""
    sheet = _sheet(now, stored)
    names = Names(stored.plan, now.language)
    st.caption(now.text("Jede Zeile wird für sich gespeichert. Neue Zeilen stehen unten; entfernt wird im Formular."))
    st.data_editor(
        sheet.rows, key=sheet.key, hide_index=True, num_rows="add", height=560, column_config=_config(now, names),
        column_order=COLUMNS, on_change=_keep, placeholder="", alt=now.text("Einträge des Plans, zum Bearbeiten"),
    )  # fmt: skip
    waiting = _changes(sheet)
    with st.container(horizontal=True, vertical_alignment="center", key="plan_sheet_actions"):
        kind: Literal["primary", "secondary"] = "primary" if waiting else "secondary"
        st.button(now.text("Zeilen speichern"), type=kind, key="plan_sheet_save", icon=":material/save:",
                  disabled=not waiting, on_click=_save, args=(now, names))  # fmt: skip
        if waiting:
            st.button(now.text("Entwurf verwerfen"), key="plan_sheet_discard", on_click=_discard)
            count = now.language.number(len(waiting))
            st.caption(now.text("Noch nicht gespeichert: {count} Zeilen. Ihr Entwurf ist gesichert.", count=count))


def _config(now: View, names: Names) -> dict[str, Any]:
    column, fields = st.column_config, names.of("handlungsfelder")
    label = {name: names.label(name, "entry") for name in COLUMNS}
    day = {"format": "DD.MM.YYYY", "width": 110, "min_value": date(1950, 1, 1), "max_value": date(2100, 12, 31)}
    return {
        "title": column.TextColumn(label["title"], width="large", pinned=True, max_chars=300),
        "stage": column.SelectboxColumn(label["stage"], width=130, options=list(stages(now.language)),
                                        format_func=lambda id: stages(now.language).get(id, id)),
        "status": column.SelectboxColumn(label["status"], width=110, options=list(statuses(now.language)),
                                         format_func=lambda id: statuses(now.language).get(id, id)),
        "responsible_office": column.TextColumn(label["responsible_office"], max_chars=300),
        "start": column.DateColumn(label["start"], **day), "end": column.DateColumn(label["end"], **day),
        "date_text": column.TextColumn(label["date_text"], max_chars=300),
        "cost_plan": column.NumberColumn(label["cost_plan"], min_value=0, format="localized"),
        "cost_actual": column.NumberColumn(label["cost_actual"], min_value=0, format="localized"),
        "funding": column.TextColumn(label["funding"], max_chars=300),
        "handlungsfelder": column.MultiselectColumn(label["handlungsfelder"], options=list(fields),
                                                    format_func=lambda id: fields.get(id, id), width="medium"),
    }  # fmt: skip


# --- what was changed ------------------------------------------------------------------------------------------------


def _sheet(now: View, stored: Stored) -> Sheet:
    """Return the table of this session; a new one stands as stored, with what was typed and not saved laid over it."""
    from zwk_data.store import StoreError

    found: Sheet | None = st.session_state.get(STATE)
    if found and found.ags == now.place.ags:
        return found
    versions = {entry.id: stored.version("entry", entry.id) for entry in stored.plan.entries}
    changed: dict[str, dict[str, Any]] = {}
    try:
        draft = mine().draft(now.place.ags, "entry", DRAFT)
    except StoreError:
        draft = None
    if draft:
        changed = {id: dict(cells) for id, cells in draft.body["rows"].items()}
        versions |= {id: number for id, number in draft.body["versions"].items() if id in versions}
    sheet = Sheet(now.place.ags, _rows(stored, changed), versions, uuid4().hex, changed)
    st.session_state[STATE] = sheet
    return sheet


def _rows(stored: Stored, changed: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    known = {entry.id: {name: _cell(getattr(entry, name)) for name in COLUMNS} for entry in stored.plan.entries}
    for id, cells in changed.items():
        known[id] = {**dict.fromkeys(COLUMNS), **known.get(id, {}), **cells}
    rows = pd.DataFrame.from_dict(known, orient="index", columns=list(COLUMNS), dtype=object)
    for name in ("start", "end"):
        rows[name] = pd.to_datetime(rows[name], errors="coerce")
    for name in ("cost_plan", "cost_actual"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
    return rows


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value is not None and not isinstance(value, str) else value


def _changes(sheet: Sheet) -> dict[str, dict[str, Any]]:
    """Return what is not saved, by id of the entry: of drafts, and what the editor holds now."""
    state = st.session_state.get(sheet.key, {})
    found = {id: dict(cells) for id, cells in sheet.changed.items()}
    for number, cells in state.get("edited_rows", {}).items():
        found.setdefault(str(sheet.rows.index[int(number)]), {}).update(cells)
    for number, cells in enumerate(state.get("added_rows", [])):
        if any(value not in (None, "", []) for value in cells.values()):
            found[f"e{sheet.token}{number}"] = dict(cells)
    return found


def _keep() -> None:
    """Keep what was changed as a draft."""
    sheet: Sheet = st.session_state[STATE]
    changed = _changes(sheet)
    _left(sheet.ags, changed, {id: sheet.versions.get(id, 0) for id in changed})


def _discard() -> None:
    sheet: Sheet = st.session_state.pop(STATE)
    _left(sheet.ags, {}, {})


# --- saving ----------------------------------------------------------------------------------------------------------


def _save(now: View, names: Names) -> None:
    """Save each changed row by itself; what was refused stays in the table, with its reason above it."""
    from zwk_data.store import StoreError

    sheet: Sheet = st.session_state[STATE]
    left: dict[str, dict[str, Any]] = {}
    clashes: list[Clash] = []
    changed = _changes(sheet)
    for id, cells in changed.items():
        try:
            found = _row(sheet, id, cells, now, names)
        except (StoreError, Denied) as error:
            tell_wrong(f"{_title(sheet, id, cells)}: {why(error, now)}")
        except Wrong as error:
            tell_wrong(*error.lines)
        else:
            clashes += found
            if not found:
                continue
            who = name_of(found[0].actor, found[0].ags)
            tell_wrong(now.text("{title}: inzwischen von {actor} geändert; beide Fassungen liegen vor.",
                                title=_title(sheet, id, cells), actor=who))  # fmt: skip
        left[id] = cells  # of two versions too: until one of them is chosen, what was typed is in the draft
    _after(now, sheet, left, clashes, len(changed) - len(left))


def _after(now: View, sheet: Sheet, left: dict[str, dict[str, Any]], clashes: list[Clash], saved: int) -> None:
    """Keep what was not saved as the draft, and read the table anew; where that fails it stays as it is."""
    if _left(sheet.ags, left, {id: sheet.versions.get(id, 0) for id in left}):
        del st.session_state[STATE]
    if clashes:
        st.session_state[CONFLICTS] = clashes
    if saved:
        tell(now.text("Gespeichert: {count} Zeilen.", count=now.language.number(saved)))


def settled(clash: Clash) -> None:
    """Take a row out of the draft: one of the two versions of it was chosen."""
    from zwk_data.store import StoreError

    try:
        draft = mine().draft(clash.ags, "entry", DRAFT)
    except (StoreError, Denied) as error:
        tell_wrong(error.reason_de)
        return
    if draft is None or clash.kind != "entry" or clash.id not in draft.body["rows"]:
        return
    rows = {id: cells for id, cells in draft.body["rows"].items() if id != clash.id}
    _left(clash.ags, rows, {id: draft.body["versions"].get(id, 0) for id in rows})
    st.session_state.pop(STATE, None)


def _left(ags: str, rows: Mapping[str, Any], versions: Mapping[str, int]) -> bool:
    """Keep rows as the draft, drop it where there are none; tell whether that was done."""
    from zwk_data.store import StoreError

    try:
        if rows:
            mine().keep_draft(ags, "entry", DRAFT, {"rows": rows, "versions": versions}, seen_version=0)
        else:
            mine().drop_draft(ags, "entry", DRAFT)
    except (StoreError, Denied) as error:
        tell_wrong(error.reason_de)
        return False
    return True


def _row(sheet: Sheet, id: str, cells: Mapping[str, Any], now: View, names: Names) -> list[Clash]:
    """Save one row; return the two versions where somebody else changed it.

    Raises:
        Wrong: it cannot be saved.
    """
    found = next((entry for entry in names.plan.entries if entry.id == id), None)
    typed = typed_of(found, now.language) if found else {"id": id}
    typed |= {name: _typed(value) for name, value in cells.items()}
    entry = part_of("entry", typed, names, _title(sheet, id, cells)).after(found and found.stage, date.today())
    return carry_out(sheet.ags, [Wish("entry", id, entry, sheet.versions.get(id, 0))], sheet.token)


def _typed(value: Any) -> Any:
    """Return a cell as a form would hold it."""
    if isinstance(value, str) and len(value) > 10 and value[4:5] == "-" and "T" in value:
        return value[:10]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return value if value is not None else ""


def _title(sheet: Sheet, id: str, cells: Mapping[str, Any]) -> str:
    stored = sheet.rows["title"].get(id) if id in sheet.rows.index else None
    return f"»{cells.get('title') or stored or '–'}«"
