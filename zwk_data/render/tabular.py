"""What all media made of a table share: which column is a number, and where the figures come from."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit, SourceLine, heading
from zwk_data.language import Language

# A spreadsheet reads a text that begins so as a formula; a leading apostrophe keeps it a text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_number(exhibit: Exhibit, column: Column) -> bool:
    """Tell whether a column holds numbers (with or without declared decimals) and no truth values."""
    values = exhibit.table[column.key]
    plain = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return column.decimals is not None or plain


def row_decimals(exhibit: Exhibit, column: Column) -> list[int | None]:
    """Return the decimals of each row: a column ``<key>_decimals`` gives every row its own."""
    own = f"{column.key}_decimals"
    if own in exhibit.table.columns:
        return [None if is_missing(places) else int(places) for places in exhibit.table[own]]
    return [column.decimals] * len(exhibit.table)


def is_date(exhibit: Exhibit, column: Column) -> bool:
    """Tell whether a column holds dates."""
    return pd.api.types.is_datetime64_any_dtype(exhibit.table[column.key])


def is_missing(value: object) -> bool:
    """Tell whether a cell is empty: None, NaN or NaT."""
    return value is None or bool(value != value) or value is pd.NaT


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def credits(exhibit: Exhibit, language: Language) -> list[tuple[str, str]]:
    """Return what must travel with the figures: heading and text, one pair per line."""
    text = language.text
    lines = [(text("Titel"), exhibit.title), (text("Angabe"), exhibit.subtitle), (text("Aussage"), exhibit.sentence)]
    lines += [line for source in exhibit.sources for line in source_lines(source, language)]
    lines += [(text("Bruch"), f"{mark.label}: {mark.reason}") for mark in exhibit.breaks]
    lines += [(text("Hinweis"), note.text) for note in exhibit.notes]
    lines += [(text("Kreiswert"), said) for said in _said_of_kreis_values(exhibit)]
    lines.append((text("Adresse"), str(exhibit.address)))
    return [pair for pair in lines if pair[1]]


def kreis_values(exhibit: Exhibit) -> Mapping[str, Collection[str]]:
    """Return by column the keys of the places whose value in it is that of their Kreis."""
    found = exhibit.marks.options.get("kreis", {})
    return found if isinstance(found, Mapping) else {}


def _said_of_kreis_values(exhibit: Exhibit) -> list[str]:
    """Name column and places: a cell of a file is a bare number and cannot carry the mark."""
    marked = kreis_values(exhibit)
    return [
        f"{heading(column)}: {', '.join(names)}"
        for column in exhibit.columns
        if column.key in marked and (names := _names(exhibit, marked[column.key]))
    ]


def _names(exhibit: Exhibit, keys: Collection[str]) -> list[str]:
    return [str(row["place"]) for row in exhibit.table.to_dict("records") if row["ags"] in keys]


def source_lines(source: SourceLine, language: Language) -> list[tuple[str, str]]:
    """Return attribution, dataset, licence with its address, and the date of taking over."""
    text = language.text
    licence = f"{source.licence}, {source.licence_url}" if source.licence_url else source.licence
    lines = [
        (text("Quelle"), source.attribution.removeprefix("Quelle: ")),
        (text("Datensatz"), f"{source.provider}: {source.title}"),
        (text("Lizenz"), licence),
    ]
    if source.retrieved:
        lines.append((text("Übernommen am"), language.date(source.retrieved)))
    if source.changed:
        lines.append((text("Verändert"), text("Die Daten wurden für diese Darstellung bearbeitet.")))
    return lines


def written(rows: pd.DataFrame, columns: Sequence[Column], language: Language) -> dict[str, list[str]]:
    """Return the table as texts by heading: numbers and dates as the reader writes them, headings with units."""
    return {heading(column): _cells_of(rows, column, language) for column in columns}


def _cells_of(rows: pd.DataFrame, column: Column, language: Language) -> list[str]:
    """Return one column as texts; a column ``<key>_decimals`` beside it gives each row its own places."""
    if f"{column.key}_decimals" not in rows:
        return cells(rows[column.key], column, language)
    pairs = zip(rows[column.key], rows[f"{column.key}_decimals"], strict=True)
    return [language.number(value, decimals, sign=column.sign) for value, decimals in pairs]


def cells(values: pd.Series, column: Column, language: Language) -> list[str]:
    """Return the values of a column as the reader writes them."""
    decimals = column.decimals
    if decimals is not None:
        return [language.number(value, decimals, sign=column.sign) for value in values]
    if pd.api.types.is_datetime64_any_dtype(values):
        return [language.date(day.date()) if pd.notna(day) else "" for day in values]
    return ["" if value is None or value != value else str(value) for value in values]


# What several tables of one provider share is said once: "…, Tabelle 12411-…", "Eurostat (demo_…), bearbeitet",
# "stadt.de, Beitrag vom …".
_ALIKE = (
    re.compile(r"(?P<head>.+, )Tabelle (?P<own>[\w-]+)(?P<tail>)"),
    re.compile(r"(?P<head>[^(]+ )\((?P<own>[^)]+)\)(?P<tail>.*)"),
    re.compile(r"(?P<head>\S+\.[a-z]{2,}, )(?P<own>.+)(?P<tail>)"),
)


def together(names: Iterable[str], language: Language) -> list[str]:
    """Return short names of sources with what several have in common said once, in the order of their first use."""
    groups: dict[tuple[int, str, str], list[str]] = {}
    for name in dict.fromkeys(names):
        kind, found = next(((n, hit) for n, form in enumerate(_ALIKE) if (hit := form.fullmatch(name))), (-1, None))
        key = (kind, found["head"], found["tail"]) if found else (kind, name, "")
        groups.setdefault(key, []).append(found["own"] if found else "")
    return [_said_once(kind, head, tail, own, language) for (kind, head, tail), own in groups.items()]


def _said_once(kind: int, head: str, tail: str, own: list[str], language: Language) -> str:
    if kind == 0:
        word = language.text("Tabelle") if len(own) == 1 else language.text("Tabellen")
        return f"{head}{word} {', '.join(own)}"
    if kind == 1:
        return f"{head}({', '.join(own)}){tail}"
    return head + "; ".join(own) if kind == 2 else head
