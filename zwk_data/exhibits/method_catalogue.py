"""The catalogue in words: indicators, what is still missing, breaks, corrections, age groups of the sources, rules."""

from collections.abc import Callable

import pandas as pd

from zwk_data.catalog import GROUPS, UNITS, Indicator, breaks, indicators, sources
from zwk_data.catalog.declarations import read_toml
from zwk_data.exhibits.data_changes import title_of
from zwk_data.exhibits.data_status import own_source
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.methods import SHORT, age_range, caveat, formula, measure_name, rules, years_between
from zwk_data.exhibits.projection_methods import objections, projection
from zwk_data.exhibits.registry import Context, choice, is_offered, kind
from zwk_data.warehouse.registers import age_groups, single_ages, supply

PARTS = ("available", "declared", "breaks", "corrections", "ages", "rules", "projection", "objections")
LONGEST = 60  # characters of a search
Part = tuple[pd.DataFrame, tuple[Column, ...], str, str]  # table, columns, title, sentence


def words(value: str, context: Context) -> str:
    """Read the text of a search; only the first characters count."""
    return value.strip()[:LONGEST]


@kind(required={}, optional={"part": choice(*PARTS), "group": choice(*GROUPS), "contains": words})
def method_catalogue(context: Context, *, part: str = "available", group: str = "", contains: str = "") -> Exhibit:
    """Show one part of the catalogue; indicators of one group or those whose name or formula contains a text."""
    text = context.language.text
    table, columns, title, sentence = _BUILDERS[part](context, group)
    found = _containing(table, contains)
    if contains:
        sentence = text(
            "{count} von {all} Einträgen enthalten »{words}«.", count=len(found), all=len(table), words=contains
        )
    return Exhibit(
        address=Address.of(
            "method_catalogue", part="" if part == "available" else part, group=group, contains=contains
        ),
        title=title,
        subtitle=GROUPS[group][context.language.code == "en"] if group else "",
        sentence=sentence,
        alt=text("Tabelle: {sentence}", sentence=sentence),
        table=found,
        columns=columns,
        marks=Marks("table"),
        sources=(own_source(context),),
    )


def _containing(table: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """Keep the rows in which any cell contains the text, whatever the case."""
    if not wanted or table.empty:
        return table
    hit = table.apply(lambda row: wanted.casefold() in " ".join(str(cell) for cell in row).casefold(), axis=1)
    return table[hit].reset_index(drop=True)


def _chosen(context: Context, group: str, available: bool) -> list[Indicator]:
    every = (one for one in indicators().values() if group in ("", one.group))
    return [one for one in every if is_offered(one, context.data) == available]


def _base_row(one: Indicator, context: Context) -> dict[str, object]:
    english = context.language.code == "en"
    return {
        "label": one.label(context.language.code), "group": GROUPS[one.group][english],
        "unit": UNITS[one.unit][english], "formula": formula(one, context.language),
    }  # fmt: skip


def _base_columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (Column("label", text("Indikator")), Column("formula", text("Formel")), Column("unit", text("Einheit")))


def _available(context: Context, group: str) -> Part:
    """Return the indicators the figures give, with the newest date by level."""
    text = context.language.text
    reach = supply(context.data)
    rows = [_base_row(one, context) | {"newest": _newest(reach[reach["indicator"] == one.id], context)}
            for one in _chosen(context, group, True)]  # fmt: skip
    columns = (*_base_columns(context), Column("newest", text("Neueste Zahlen")))
    every = indicators()
    sentence = text(
        "{count} von {all} Indikatoren lassen sich aus den vorhandenen Zahlen berechnen.",
        count=len(_chosen(context, "", True)), all=len(every),
    )  # fmt: skip
    return (
        pd.DataFrame(rows, columns=["label", "group", "unit", "formula", "newest"]),
        columns,
        text("Indikatoren"),
        sentence,
    )


def _newest(reach: pd.DataFrame, context: Context) -> str:
    """Write the newest year and the levels that have it: ``2024: Deutschland, Länder, Kreise; 2022: Gemeinden``."""
    english = context.language.code == "en"
    last = reach.groupby("level")["last_date"].max()
    years = {level: int(last[level].year) for level in SHORT if level in last}
    groups = {
        year: [level for level in years if years[level] == year] for year in sorted(set(years.values()), reverse=True)
    }
    return "; ".join(
        f"{year}: {', '.join(SHORT[level][english] for level in levels)}" for year, levels in groups.items()
    )


def _declared(context: Context, group: str) -> Part:
    text = context.language.text
    rows = [
        _base_row(one, context) | {"needs": text(one.needs), "caveat": caveat(one, context.language)}
        for one in _chosen(context, group, False)
    ]
    columns = (*_base_columns(context), Column("needs", text("Stünde in")), Column("caveat", text("Hinweis")))
    sentence = text(
        "{count} Indikatoren sind erklärt, aber noch nicht verfügbar: Die Tabelle, die sie liefern würde, fehlt noch.",
                    count=len(_chosen(context, "", False)))  # fmt: skip
    table = pd.DataFrame(rows, columns=["label", "group", "unit", "formula", "needs", "caveat"])
    return table, columns, text("Noch nicht verfügbar"), sentence


def _breaks(context: Context, group: str) -> Part:
    text, english = context.language.text, context.language.code == "en"
    places = context.data.places
    rows = [
        {
            "day": pd.Timestamp(entry.first_date), "label": entry.label_en if english else entry.label_de,
            "scope": ", ".join(places[ags].name if ags in places else ags for ags in entry.scope) or text("überall"),
            "measures": ", ".join(measure_name(one, context.language) for one in entry.measures) or text("alle Zahlen"),
            "reason": entry.reason_en if english else entry.reason_de, "source": entry.source,
        }
        for entry in sorted(breaks().values(), key=lambda entry: entry.first_date, reverse=True)
    ]  # fmt: skip
    columns = (
        Column("day", text("Erster neuer Stichtag")), Column("label", text("Bruch")), Column("scope", text("Wo")),
        Column("measures", text("Betrifft")), Column("reason", text("Grund")), Column("source", text("Quelle")),
    )  # fmt: skip
    sentence = text(
        "{count} Brüche sind verzeichnet; keine Veränderung, kein Trend und kein Rang geht unbemerkt über einen "
        "hinweg.",
                    count=len(rows))  # fmt: skip
    return pd.DataFrame(rows), columns, text("Brüche in den Reihen"), sentence


def _corrections(context: Context, group: str) -> Part:
    text, english = context.language.text, context.language.code == "en"
    places = context.data.places
    rows = [
        {
            "place": places[entry["ags"]].name if entry["ags"] in places else entry["ags"],
            "measure": measure_name(entry["measure"], context.language), "day": pd.Timestamp(entry["reference_date"]),
            "dataset": title_of(sources()[entry["dataset"]], context.language), "wrong": float(entry["wrong_value"]),
            "better": float(entry["better_value"]) if "better_value" in entry else None,
            "reason": entry["reason_en"] if english else entry["reason_de"],
        }
        for entry in read_toml("corrections").values()
    ]  # fmt: skip
    columns = (
        Column("place", text("Ort")), Column("measure", text("Zahl")), Column("day", text("Stichtag")),
        Column("dataset", text("Datensatz")), Column("wrong", text("Falscher Wert"), decimals=0),
        Column("better", text("Wert der stimmigen Quelle"), decimals=0), Column("reason", text("Grund")),
    )  # fmt: skip
    sentence = text(
        "{count} Fehler amtlicher Dateien sind bekannt und bleiben weg; an ihre Stelle tritt nie eine eigene Zahl.",
        count=len(rows),
    )
    return pd.DataFrame(rows), columns, text("Bekannte Fehler der Quellen"), sentence


def _written_groups(rows: pd.DataFrame) -> str:
    pairs = zip(rows["age_from"], rows["age_to"], strict=True)
    return ", ".join(age_range(first, None if pd.isna(last) else last) for first, last in pairs)


def _ages(context: Context, group: str) -> Part:
    """Return which age groups each dataset has, written out in one line."""
    text = context.language.text
    grouped = age_groups(context.data).groupby(["dataset", "measure", "age_set"], sort=False)
    lines = [(dataset, measure, part, _written_groups(part)) for (dataset, measure, _), part in grouped]
    alone = single_ages(context.data)
    for (dataset, measure), part in alone.groupby(["dataset", "measure"], sort=False):
        first, last = part["age_from"].min(), part["age_to"].max()
        lines.append((dataset, measure, part, text("jedes Altersjahr von {first} bis {last}", first=first, last=last)))
    rows = [
        {
            "dataset": title_of(sources()[str(dataset)], context.language),
            "measure": measure_name(str(measure), context.language),
            "groups": said,
            "years": years_between(part["first_date"].min(), part["last_date"].max()),
        }
        for dataset, measure, part, said in lines
    ]
    columns = (
        Column("dataset", text("Datensatz")), Column("measure", text("Zahl")), Column("groups", text("Altersgruppen")),
        Column("years", text("Jahre")),
    )  # fmt: skip
    sentence = text("Jede Quelle hat ihre eigenen Altersgruppen; sie werden nie stillschweigend zusammengefügt.")
    return pd.DataFrame(rows), columns, text("Altersgruppen der Quellen"), sentence


def _rules(context: Context, group: str) -> Part:
    text = context.language.text
    table = pd.DataFrame(rules(context.language), columns=["name", "rule"])
    columns = (Column("name", text("Regel")), Column("rule", text("Was sie bedeutet")))
    return table, columns, text("Regeln"), text("Diese Regeln gelten für jede Zahl auf jeder Seite.")


def _projection(context: Context, group: str) -> Part:
    text = context.language.text
    table = pd.DataFrame(projection(context.language), columns=["name", "rule"])
    columns = (Column("name", text("Schritt")), Column("rule", text("Wie gerechnet wird")))
    sentence = text("So rechnen die Szenarien: wenn die Annahmen gelten, dann diese Zahlen; keine Vorhersage.")
    return table, columns, text("Vorausberechnung"), sentence


def _objections(context: Context, group: str) -> Part:
    text = context.language.text
    table = pd.DataFrame(objections(context.language), columns=["name", "rule"])
    columns = (Column("name", text("Einwand")), Column("rule", text("Warum er zählt")))
    sentence = text("Das ist aus Sicht der amtlichen Statistik gegen diese Rechnung einzuwenden.")
    return table, columns, text("Einwände gegen die Vorausberechnung"), sentence


_BUILDERS: dict[str, Callable[[Context, str], Part]] = {
    "available": _available, "declared": _declared, "breaks": _breaks, "corrections": _corrections, "ages": _ages,
    "rules": _rules, "projection": _projection, "objections": _objections,
}  # fmt: skip
