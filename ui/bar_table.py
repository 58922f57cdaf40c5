"""A table of several indicators with a bar behind each figure, as real HTML; on a phone one block per place."""

import re
from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import streamlit as st

from ui.view import View
from zwk_data.exhibits import Column, Exhibit
from zwk_data.render.palette import Palette

JOINTS = re.compile(r"(ungs|keits|schafts)(?=\w{4})")  # where a long German word may be broken


def bar_table(found: Exhibit, now: View) -> None:
    """Draw the table of an exhibit whose marks carry ``bars``, ``kreis`` and ``grey`` by column and place."""
    st.html(markup(found, now))


def markup(found: Exhibit, now: View) -> str:
    """Return the table as HTML. Roles are spelt out because the phone's layout takes them from the elements."""
    first, *others = found.columns
    heads = f'<th role="columnheader" scope="col">{escape(first.label)}</th>' + "".join(
        _head(column) for column in others
    )
    rows = "".join(_row(row, others, found, now) for row in found.table.to_dict("records"))
    return (
        f'<table role="table" class="zwk-bars" aria-label="{escape(found.alt)}">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _head(column: Column) -> str:
    label = JOINTS.sub("\\1&shy;", escape(column.label))
    return f'<th role="columnheader" scope="col">{label}<small>{escape(column.unit)}</small></th>'


def _row(row: Mapping[Hashable, Any], columns: list[Column], found: Exhibit, now: View) -> str:
    name = str(row["place"])
    cells = "".join(_cell(row, column, found, now) for column in columns)
    weight = ' class="focus"' if name == found.marks.focus else ""
    return f'<tr role="row"{weight}><th role="rowheader" scope="row">{escape(name)}</th>{cells}</tr>'


def _cell(row: Mapping[Hashable, Any], column: Column, found: Exhibit, now: View) -> str:
    options, ags = found.marks.options, str(row["ags"])
    grey = ags in _at(options, "grey", column.key)
    value = row[column.key]
    if isinstance(value, str):
        text = escape(value)
    else:
        text = now.language.number(value, column.decimals or 0, sign=column.sign)
    if ags in _at(options, "kreis", column.key):
        text += f' <abbr title="{escape(now.text("Wert des Kreises"))}">K</abbr>'
    span = _at(options, "bars", column.key).get(ags)
    bar = _bar(span, _colour(str(row["place"]), found, now.palette, grey)) if span else ""
    tone = ' class="grey"' if grey else ""
    label = escape(f"{column.label} ({column.unit})" if column.unit else column.label)
    return f'<td role="cell"{tone} data-label="{label}"><span>{text}</span>{bar}</td>'


def _at(options: Mapping[str, Any], name: str, column: str) -> Any:
    return options[name].get(column, {})


def _bar(span: list[float], colour: str) -> str:
    start, width = span
    return f'<i><b style="margin-left:{start}%;width:{width}%;background:{colour}"></b></i>'


def _colour(name: str, found: Exhibit, palette: Palette, grey: bool) -> str:
    if grey:
        return palette.missing
    accents = {found.marks.second: palette.second, found.marks.focus: palette.focus}
    return accents.get(name, palette.others[3])
