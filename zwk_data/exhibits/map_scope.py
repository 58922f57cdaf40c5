"""What a map shows: which places of which level, their file of boundaries, and the dates with figures for them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.catalog import Break, Indicator, breaks
from zwk_data.exhibits.classes import class_of
from zwk_data.exhibits.comparison import below_base
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.provenance import measures_of, source_line, sources_of
from zwk_data.exhibits.registry import Context, place
from zwk_data.exhibits.wording import at_place, members
from zwk_data.language import Language
from zwk_data.paths import boundaries_folder, boundary_edition
from zwk_data.warehouse.places import GERMANY, Place, Places

MAP_LEVELS = ("kreis", "gemeinde")
ENOUGH = 0.5  # of the places of a level: a date with fewer values is no map
MOST_LIMITS = 8


@dataclass(frozen=True)
class Scope:
    """The places on a map: all of one level inside a parent. ``kreis-DG``, ``kreis-12``, ``gemeinde-12073``."""

    level: str
    parent: Place

    def __str__(self) -> str:
        return f"{self.level}-{self.parent.ags}"

    @property
    def file(self) -> str:
        """The file of boundaries below ``static/boundaries``, of the newest edition there."""
        if self.level == "kreis":
            return f"{boundary_edition()}kreise.geojson"
        name = f"gemeinden/{self.parent.ags}" if self.parent.level == "kreis" else "gemeinden"
        return f"{boundary_edition()}{name}.geojson"

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        index = _index(boundary_edition())
        found = {"germany": index["files"]["gemeinden.geojson"]["bbox"]}.get(self.parent.level)
        found = found or index["laender" if self.parent.level == "land" else "kreise"][self.parent.ags]
        west, south, east, north = (float(degree) for degree in found)
        return west, south, east, north

    def counted(self, count: int, language: Language) -> str:
        """Return ``400 Kreisen``, ``34 Gemeinden im Landkreis Uckermark``: as after ``von``."""
        word = f"{language.number(count)} {members(self.level, language)}"
        return word if self.parent.ags == GERMANY else f"{word} {at_place(self.parent, language)}"

    def name(self, language: Language) -> str:
        """Return ``Kreise in Deutschland``, ``Gemeinden im Landkreis Uckermark``."""
        word = language.text("Kreise") if self.level == "kreis" else language.text("Gemeinden")
        return f"{word} {at_place(self.parent, language)}"


@cache
def _index(edition: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((boundaries_folder() / edition / "index.json").read_text(encoding="utf-8"))
    return found


def scope(value: str, context: Context) -> Scope:
    """Read a scope.

    Raises:
        AddressError: no such level or place, or Kreise of something that is no Land.
    """
    level, _, key = value.partition("-")
    parent = place(key, context) if level in MAP_LEVELS else None
    fits = parent is not None and parent.current and parent.level in ("germany", "land", "kreis")
    if parent is None or not fits or (level == "kreis" and parent.level == "kreis"):
        raise AddressError(context.language.text("Den Ausschnitt »{value}« gibt es nicht.", value=value[:40]))
    return Scope(level, parent)


def day(value: str, context: Context) -> date:
    """Read a reference date: ``2024`` is 31 December 2024, ``2022-05-15`` that day."""
    try:
        found = date(int(value), 12, 31) if len(value) == 4 and value.isdigit() else date.fromisoformat(value)
    except ValueError:
        found = date.min
    if found.year < 1950 or len(value) not in (4, 10):
        raise AddressError(context.language.text("»{value}« ist kein Stichtag.", value=value[:40]))
    return found


def day_token(found: date) -> str:
    """Return the shortest text that ``day`` reads as this date."""
    return str(found.year) if (found.month, found.day) == (12, 31) else found.isoformat()


def class_count(value: str, context: Context) -> int:
    """Read the number of classes."""
    if value not in {"3", "4", "5", "6", "7"}:
        raise AddressError(context.language.text("Möglich sind 3 bis 7 Klassen."))
    return int(value)


def limit_list(value: str, context: Context) -> tuple[float, ...]:
    """Read own class limits: one to eight rising numbers with decimal point, joined by commas."""
    try:
        found = tuple(float(part) for part in value.split(","))
    except ValueError:
        found = ()
    if not 1 <= len(found) <= MOST_LIMITS or not np.isfinite(found).all() or list(found) != sorted(set(found)):
        message = context.language.text(
            "Klassengrenzen sind ein bis acht aufsteigende Zahlen, zum Beispiel 30; 35,5; 40."
        )
        raise AddressError(message)
    return found


def map_dates(context: Context, indicator: Indicator, level: str) -> pd.DataFrame:
    """Return the dates on which at least half of a level's places have a value.

    Columns reference_date, basis, datasets, and ``segment``: dates of one segment may be compared, between two lies a
    census or a registered change of method.
    """
    found = context.data.dates(indicator.id, level)
    found = found[found["places"] >= ENOUGH * _size(context, level)].reset_index(drop=True)
    methods = [pd.Timestamp(entry.first_date) for entry in method_breaks(indicator)]
    passed = [sum(first <= day for first in methods) for day in found["reference_date"]]
    return found.assign(segment=[f"{basis} {count}" for basis, count in zip(found["basis"], passed, strict=True)])


def method_breaks(indicator: Indicator) -> list[Break]:
    """Return the registered changes of method that hold everywhere for the measures of an indicator."""
    measures = measures_of(indicator)
    return [
        entry for entry in breaks().values() if not entry.scope and not entry.bridged and measures & set(entry.measures)
    ]


def _size(context: Context, level: str) -> int:
    return len(context.data.places.members(GERMANY, level))


def basis_of(dates: pd.DataFrame, wanted: date) -> str | None:
    """Return the census basis of a date that has figures, None for one without."""
    rows = dates[dates["reference_date"] == pd.Timestamp(wanted)]
    return None if rows.empty else str(rows["basis"].iloc[-1])


def no_date(context: Context, indicator: Indicator, level: str, dates: pd.DataFrame, wanted: date) -> AddressError:
    """Return the refusal of a date without figures, with the dates that have some."""
    known = ", ".join(day_token(found.date()) for found in dates["reference_date"])
    return AddressError(context.language.text(
        "Für {date} gibt es keine flächendeckenden Werte. Möglich sind: {known}.",
        date=context.language.date(wanted), known=known))  # fmt: skip


def frame_of(context: Context, where: Scope) -> pd.DataFrame:
    """Return the places of a scope: ags, place, around (the name of its Land or Kreis)."""
    places = context.data.places
    found = places.members(where.parent.ags, where.level)
    around = [_around(other, places) for other in found]
    names = [other.name for other in found]
    return pd.DataFrame({"ags": [other.ags for other in found], "place": names, "around": around})


def _around(found: Place, places: Places) -> str:
    key = found.kreis if found.level == "gemeinde" else found.land
    return places[key].name if key and key in places else ""


def admitted(values: pd.DataFrame, indicator: Indicator, language: Language) -> pd.DataFrame:
    """Take out values below the minimum base and say in ``remark`` why a value is missing."""
    small = below_base(values, indicator) & values["value"].notna()
    words = {
        "secret": language.text("geheim gehalten"), "territory": language.text("Gebietsstand geändert"),
        "later": language.text("noch nicht veröffentlicht"),
    }  # fmt: skip
    remark = values["reason"].map(words).fillna(language.text("keine Angabe")).where(values["value"].isna(), "")
    below = language.text(
        "weniger als {base} Personen in der Bezugsgruppe", base=language.number(indicator.minimum_base)
    )
    return values.assign(value=values["value"].mask(small), remark=remark.mask(small, below))


def ranked(table: pd.DataFrame, limits: tuple[float, ...], decimals: int) -> pd.DataFrame:
    """Add rank (1 = highest, equal printed values share it) and class; highest first, without a value last."""
    printed = table["value"].round(decimals)
    found = table.assign(
        rank=printed.rank(method="min", ascending=False), klass=class_of(printed.to_numpy(), limits, decimals)
    )
    return found.sort_values(["rank", "place"], na_position="last", ignore_index=True)


def shown_on(where: Scope, asked: Place, context: Context) -> Place:
    """Return whose polygon stands for a place: the own Kreis where a Gemeinde looks at a map of Kreise."""
    inside = where.level == "kreis" and asked.level == "gemeinde"
    return context.data.places[asked.kreis] if inside and asked.kreis and asked.kreis in context.data.places else asked


def common_notes(
    table: pd.DataFrame, asked: Place, own: Place, indicator: Indicator, context: Context
) -> tuple[Note, ...]:
    """Return the remarks that every map needs: whose value, how many are missing, what chance does."""
    text, notes = context.language.text, []
    if own != asked and own.ags in set(table["ags"]):
        notes.append(Note("kreis_value", text(
            "Kreiswert: Die Karte zeigt {kreis}, nicht {place} für sich.", kreis=own.name,
            place=asked.name)))  # fmt: skip
    missing = table[table["value"].isna()]
    if len(missing):
        counts = missing["remark"].value_counts()
        parts = ", ".join(f"{reason} ({context.language.number(count)})" for reason, count in counts.items())
        notes.append(Note("missing", text("Grau: {parts}.", parts=parts)))
    if indicator.chance != "none":
        notes.append(Note("chance", text("Benachbarte Ränge können sich durch Zufall unterscheiden.")))
    return tuple(notes)


def short_label(indicator: Indicator, language: Language) -> str:
    """Return the name of an indicator without the age limits in brackets: they stand in the title."""
    return indicator.short_label(language.code)


def headline_of_extremes(
    table: pd.DataFrame, write: Callable[[float], str], indicator: Indicator, when: str, language: Language
) -> str:
    """Say the highest and the lowest value as a headline, with measure and time; empty with fewer than two values."""
    known = table.dropna(subset=["value"])
    if len(known) < 2:
        return ""
    top, bottom = known.iloc[0], known.iloc[-1]
    return language.text(
        "{label} {when}: höchster Wert {top} ({high}), niedrigster {bottom} ({low}).",
        label=short_label(indicator, language), when=when, top=top["place"], high=write(top["value"]),
        bottom=bottom["place"], low=write(bottom["value"]),
    )  # fmt: skip


def extremes(table: pd.DataFrame, write: Callable[[float], str], language: Language) -> str:
    """Say where the highest and the lowest value lie; empty with fewer than two values."""
    known = table.dropna(subset=["value"])
    if len(known) < 2:
        return ""
    top, bottom = known.iloc[0], known.iloc[-1]
    return language.text(
        "Am höchsten liegt {top} ({high}), am niedrigsten {bottom} ({low}).", top=top["place"],
        high=write(top["value"]), bottom=bottom["place"], low=write(bottom["value"]),
    )  # fmt: skip


def map_sources(datasets: pd.Series, where: Scope, context: Context) -> tuple[SourceLine, ...]:
    """Return the sources of the figures and of the boundaries drawn."""
    embedded = ("bkg_vg2500",) if where.level == "kreis" else ("bkg_vg2500", "bkg_vg250")
    edition = boundary_edition()
    lines = sources_of([*datasets.dropna().unique(), *(("bkg_vg250_live",) if edition else embedded)], context)
    own = str(_index(edition)["attribution"]["kreise"])  # with the year of the data, which the licence wants
    return tuple(replace(line, attribution=own) if line.dataset == "bkg_vg250_live" else line for line in lines)


def marks_of(table: pd.DataFrame, where: Scope, own: Place, limits: tuple[float, ...], *, diverging: bool) -> Marks:
    """Return how the map is drawn; ``extent`` in degrees, ``limits`` between the classes, classes in column klass."""
    focus = own.ags if own.ags in set(table["ags"]) else ""
    return Marks("map", x="ags", y="value", series="klass", focus=focus, options={
        "file": where.file, "level": where.level, "extent": where.extent, "limits": limits, "diverging": diverging,
    })  # fmt: skip


def no_map(context: Context, address: Address, indicator: Indicator, where: Scope) -> Exhibit:
    """Return what is shown where a level has no figures: a sentence that says so and which level has some."""
    text, language = context.language.text, context.language
    label = indicator.label(language.code)
    sentence = text("»{label}« liegt für {scope} nicht flächendeckend vor.", label=label, scope=where.name(language))
    if where.level == "gemeinde" and len(map_dates(context, indicator, "kreis")):
        sentence += " " + text("Werte gibt es für die Kreise.")
    table = pd.DataFrame({"place": [where.name(language)], "state": [text("keine Zahlen")]})
    columns = (Column("place", text("Ausschnitt")), Column("state", label))
    return Exhibit(address, label, text("keine Zahlen"), sentence, sentence, table, columns, Marks("table"),
                   (source_line("gvisys_2022", context),))  # fmt: skip
