"""The fields of a form: each writes into what was typed as soon as it is left or rests for a moment."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from ui.data import statistics
from ui.plan_edit.fields import Field
from ui.plan_edit.session import GONE, LINKS, Form, form, keep
from ui.plan_edit.typed import ROW, Typed
from ui.plan_edit.words import Names
from ui.view import View
from zwk_data.catalog import indicators, levers, services
from zwk_data.exhibits.registry import is_offered
from zwk_data.plan.parts import new_id

PAUSE = "700ms"  # without a key: then what is typed is kept (text areas: ui/shell.js)
FIRST, LAST = date(1950, 1, 1), date(2100, 12, 31)
LONGEST = {"line": 300, "text": 10_000, "number": 40, "whole": 20, "names": 1_000}


def ask(now: View, names: Names, opened: Form, fields: tuple[Field, ...]) -> None:
    """Draw fields, two abreast; wide ones have the whole width.

    Each is given what was typed only where it is drawn first: what somebody is typing must never be replaced.
    """
    _abreast(now, names, opened, fields, opened.values, opened.kind, "")


def _abreast(
    now: View, names: Names, opened: Form, fields: tuple[Field, ...], holder: Typed, kind: str, path: str
) -> None:
    waiting: list[Field] = []
    for one in (*fields, None):
        if one is not None and not one.wide:
            waiting.append(one)
        if len(waiting) == 2 or (waiting and (one is None or one.wide)):
            for column, narrow in zip(st.columns(2), waiting, strict=False):
                with column:
                    _one(now, names, opened, narrow, holder, kind, path)
            waiting = []
        if one is not None and one.wide:
            _one(now, names, opened, one, holder, kind, path)


def _one(now: View, names: Names, opened: Form, one: Field, holder: Typed, kind: str, path: str) -> None:
    if one.how == "rows":
        _rows(now, names, opened, one, holder, path)
    elif one.how == "inside":
        holder.setdefault(one.name, {})
        if one.name != "_note":
            st.markdown(f"**{names.label(one.name, kind)}**")
        _abreast(now, names, opened, one.inside, holder[one.name], one.kind, f"{path}{one.name}_")
    else:
        _simple(now, names, opened, one, holder, kind, path)


def _simple(now: View, names: Names, opened: Form, one: Field, holder: Typed, kind: str, path: str) -> None:
    key = f"pe_{opened.token[:12]}_{path}{one.name}"
    opened.asked[key] = (holder, one)
    label, value = names.label(one.name, kind), _widget_value(one, holder.get(one.name))
    shared: dict[str, Any] = {"key": key, "on_change": changed}
    if one.how == "text":
        st.text_area(label, value, height=96, max_chars=LONGEST["text"], **shared)
    elif one.how == "yes":
        st.checkbox(label, value, **shared)
    elif one.how == "day":
        st.date_input(label, value, min_value=FIRST, max_value=LAST, format="DD.MM.YYYY", **shared)
    elif one.how in ("choice", "pills", "many"):
        _choice(now, one, label, _options(names, one, kind, holder), value, shared)
    else:
        hint = {"number": now.text("zum Beispiel 40.000"), "names": now.text("mit Semikolon trennen")}.get(one.how)
        st.text_input(label, value, max_chars=LONGEST[one.how], live=PAUSE, placeholder=hint, **shared)


def _choice(now: View, one: Field, label: str, options: Mapping[str, str], value: Any, shared: dict[str, Any]) -> None:
    word, shared = now.text("nicht angegeben"), {**shared, "format_func": lambda id: options.get(id, id)}
    if one.how == "many":
        st.multiselect(label, list(options), value, placeholder=word, **shared)
    elif one.how == "pills":
        st.segmented_control(label, list(options), default=value, **shared)
    else:
        index = list(options).index(value) if value else None
        st.selectbox(label, list(options), index, placeholder=word, **shared)


def _options(names: Names, one: Field, kind: str, holder: Typed) -> dict[str, str]:
    """Return what can be chosen; what is chosen already stays choosable, whatever became of it."""
    known = names.of(one.name, kind)
    offered = dict(known)
    if one.name in ("indicator", "headline_indicator"):
        offered = {id: said for id, said in known.items() if is_offered(indicators()[id], statistics())}
    elif one.name == "lever":
        offered = {id: said for id, said in known.items() if levers()[id].single}
    elif one.name == "service":
        offered = {id: said for id, said in known.items() if services()[id].capacity}
    chosen = holder.get(one.name) or []
    for id in chosen if isinstance(chosen, list) else [chosen]:
        offered.setdefault(id, known.get(id, id))
    return offered


def _widget_value(one: Field, value: Any) -> Any:
    if one.how == "day":
        return date.fromisoformat(value) if value else None
    if one.how == "many":
        return list(value or [])
    if one.how == "yes":
        return bool(value)
    if one.how in ("choice", "pills"):
        return value or None
    return str(value or "")


def changed() -> None:
    """Take what the fields hold now into the form, and keep the draft."""
    if absorb():
        keep()


def absorb() -> bool:
    """Take what the fields hold now into the form; tell whether that changed anything.

    The browser gives its values back to a server that has started anew, so they may be newer than the draft.
    """
    opened, any_new = form(), False
    for key, (holder, one) in list(opened.asked.items()) if opened else []:
        if key not in st.session_state:
            continue
        value = st.session_state[key]
        value = value.isoformat() if isinstance(value, date) else value
        if value == _plain(one, holder.get(one.name)):
            continue
        any_new = True
        holder[one.name] = value
        if value in (None, "", [], False):
            del holder[one.name]
    return any_new


def _plain(one: Field, value: Any) -> Any:
    """Return what the field of a typed value holds, dates as text."""
    shown = _widget_value(one, value)
    return shown.isoformat() if isinstance(shown, date) else shown


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(now: View, names: Names, opened: Form, one: Field, holder: Typed, path: str) -> None:
    titles = {"_links": now.text("Verknüpfte Kennzahlen"), "evidence": names.label("evidence", "entry"),
              "mentions": names.label("mentions", "entry"), "effects": names.label("effects", "entry")}  # fmt: skip
    st.markdown(f"**{titles[one.name]}**")
    if one.name == LINKS:
        st.caption(now.text("Der Eintrag soll zu diesen Kennzahlen beitragen; »Rahmen« beschreibt nur den Bedarf."))
    rows: list[Typed] = holder.setdefault(one.name, [])
    for row in rows:
        row.setdefault(ROW, new_id("row"))
        with st.container(border=True, key=f"pe_row_{opened.token[:12]}_{row[ROW]}"):
            _abreast(now, names, opened, one.inside, row, one.kind, f"{path}{one.name}_{row[ROW]}_")
            st.button(now.text("Zeile entfernen"), key=f"pe_gone_{opened.token[:12]}_{row[ROW]}", type="tertiary",
                      icon=":material/close:", on_click=_without, args=(holder, one.name, row))  # fmt: skip
    words = {"_links": now.text("Kennzahl verknüpfen"), "evidence": now.text("Beleg hinzufügen"),
             "mentions": now.text("Konzept hinzufügen"), "effects": now.text("Beitrag hinzufügen")}  # fmt: skip
    st.button(words[one.name], key=f"pe_more_{opened.token[:12]}_{path}{one.name}", icon=":material/add:",
              on_click=_more, args=(rows,))  # fmt: skip


def _more(rows: list[Typed]) -> None:
    absorb()
    rows.append({ROW: new_id("row")})
    keep()


def _without(holder: Typed, name: str, row: Typed) -> None:
    """Take a row out; a link that is stored is removed from the store when the form is saved."""
    opened = form()
    absorb()
    if opened and name == LINKS and row.get("_of"):  # whatever the row names now
        opened.values[GONE] = [*opened.values.get(GONE, []), [row["_of"], row["_seen"]]]
    holder[name] = [other for other in holder[name] if other is not row]
    keep()
