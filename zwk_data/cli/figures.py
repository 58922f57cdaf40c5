"""Commands that ask the figures: what there is, values of an indicator, places."""

import csv
import difflib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from zwk_data.catalog import Indicator, indicators
from zwk_data.catalog.tidy import BASES
from zwk_data.cli.messages import USAGE, kept_state, opened, out, progress, say, stop, table
from zwk_data.warehouse import NoSuchState, Place, Statistics, UnknownPlace, open_as_of
from zwk_data.warehouse.paths import archive_folder

FIRST_YEAR, LAST_YEAR = 1900, 2199
COLUMNS = ("indicator", "ags", "place", "year", "value", "unit", "status", "basis", "sources")
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


class Format(StrEnum):
    """How values are printed."""

    csv = "csv"
    json = "json"


def status() -> None:
    """Je Datensatz: Stichtage, Zeilen und der Abruf, aus dem die Zahlen stammen."""
    with opened() as statistics:
        loads = {str(load["dataset"]): load for load in statistics.newest_loads}
        rows = [
            (row["dataset"], f"{row['first_date']:%d.%m.%Y}", f"{row['last_date']:%d.%m.%Y}", row["rows"],
             row["without_value"], *_origin(loads.get(str(row["dataset"]))))
            for row in statistics.coverage().to_dict("records")
        ]  # fmt: skip
        generation = statistics.generation
    out(table(("Datensatz", "von", "bis", "Zeilen", "ohne Wert", "Ladung", "abgerufen"), rows))
    say(f"Stand {generation.number}, Archiv: {'vorhanden' if archive_folder().exists() else 'leer'}")


def _origin(load: Mapping[str, object] | None) -> tuple[str, str]:
    return (str(load["load_id"]), str(load["retrieved_at"])[:10]) if load else ("berechnet", "")


def read_years(text: str) -> list[int]:
    """Read ``2018``, ``2013-2021`` or ``2013,2018`` (parts may be mixed) into sorted years, each once.

    Raises:
        ValueError: another form, a span that runs backwards, or a year outside 1900 to 2199.
    """
    years: set[int] = set()
    for part in text.split(","):
        match = YEARS.fullmatch(part.strip())
        if match is None:
            raise ValueError(part)
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise ValueError(part)
        years.update(range(first, last + 1))
    return sorted(years)


def read_day(text: str) -> date:
    """Read ``2026-11-15``; ends with code 2 where it is another form."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        stop(f"Tag nicht lesbar: {text}. Erwartet wird die Form 2026-11-15.", USAGE)


def of_day(newest: Statistics, day: date | None) -> Statistics:
    """Return the figures as they were known on a day; ends with code 2 where there were none yet."""
    if day is None:
        return newest
    with kept_state(), progress() as report:
        try:
            return open_as_of(newest, day, report)
        except NoSuchState as error:
            stop(error.reason_de, USAGE)


def read_indicator(name: str) -> Indicator:
    """Return a declared indicator; ends with code 2 and the nearest ids where there is none."""
    if found := indicators().get(name.strip()):
        return found
    wanted = name.strip().casefold()
    by_label = [key for key, entry in indicators().items() if wanted and wanted in entry.label_de.casefold()]
    near = difflib.get_close_matches(wanted, indicators(), 5, 0.5) or by_label[:5]
    return stop(f"Indikator unbekannt: {name}" + (f". Ähnlich: {', '.join(near)}" if near else ""), USAGE)


def read_places(text: str, statistics: Statistics) -> list[Place]:
    """Return the places of comma-separated keys, sorted, each once; ends with code 2 where one is unknown."""
    found: dict[str, Place] = {}
    for key in filter(None, (part.strip() for part in text.split(","))):
        try:
            place = statistics.places.resolve(key)
        except UnknownPlace as error:
            near = "; ".join(f"{other.ags} {other.name}" for other in error.nearest)
            stop(f"Ort unbekannt: {key}" + (f". Ähnlich: {near}" if near else ""), USAGE)
        found[place.ags] = place
    if not found:
        stop("Bitte geben Sie mit --ags mindestens einen Schlüssel an.", USAGE)
    return sorted(found.values(), key=lambda place: place.ags)


def canonical(ags: str) -> str:
    """Return the canonical key of one place, by which all that people enter is kept; ends with code 2 without such."""
    with opened() as statistics:
        return read_places(ags, statistics)[0].ags


def value_rows(
    statistics: Statistics, indicator: Indicator, places: Sequence[Place], years: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield one row per place and year: the value of 31 December, on its newest census basis.

    Only the place's own value: never the one of its Kreis. ``value`` is None where there is none; ``status`` says why.
    """
    frame = statistics.values([indicator.id], [place.ags for place in places])
    dates = frame["reference_date"].dt
    frame = frame[(dates.month == 12) & (dates.day == 31)]
    newest = {(row["ags"], row["year"]): row for row in sorted(frame.to_dict("records"), key=_basis_rank)}
    nothing = {"value": None, "status": "missing" if indicator.available else "not_available"}
    for place in places:
        for year in years:
            row = newest.get((place.ags, year), nothing)
            value = row["value"]
            yield {
                "indicator": indicator.id, "ags": place.ags, "place": place.name, "year": year,
                "value": None if value is None or value != value else float(value), "unit": indicator.unit,
                "status": row["status"], "basis": row.get("basis", ""), "sources": row.get("datasets", ""),
            }  # fmt: skip


def _basis_rank(row: Mapping[Any, Any]) -> int:
    return BASES.index(row["basis"])


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV: comma, decimal point, full precision, missing values empty, lines ending in LF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)  # a float is written as repr() writes it, None as nothing
    return text.getvalue()


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as a JSON list, one object per line, missing values null."""
    lines = ",\n".join(json.dumps(dict(row), ensure_ascii=False, allow_nan=False) for row in rows)
    return f"[\n{lines}\n]\n"


def values(
    indicator: Annotated[str, typer.Argument(help="Kennung, etwa old_age_ratio_20_65")],
    ags: Annotated[str, typer.Option(help="Schlüssel mit Komma: DE, 05758, 05758012, 15001000")],
    years: Annotated[str, typer.Option(help="2018, 2013-2021 oder 2013,2018")],
    form: Annotated[Format, typer.Option("--format", help="csv oder json")] = Format.csv,
    as_of: Annotated[str, typer.Option("--as-of", help="Stand dieses Tages (JJJJ-MM-TT) statt des neuesten")] = "",
) -> None:
    """Werte eines Indikators zum 31. Dezember: eine Zeile je Ort und Jahr."""
    wanted = read_indicator(indicator)
    try:
        span = read_years(years)
    except ValueError as error:
        stop(f"Jahre nicht lesbar: {error}. Möglich sind 2018, 2013-2021 oder 2013,2018.", USAGE)
    day = read_day(as_of) if as_of else None
    with opened() as newest, of_day(newest, day) as statistics:
        rows = list(value_rows(statistics, wanted, read_places(ags, statistics), span))
    out(as_csv(rows) if form is Format.csv else as_json(rows))


def places(text: Annotated[str, typer.Argument(help="Teil des Namens oder Schlüssel")]) -> None:
    """Orte finden: Schlüssel, Ebene, Name, Art, Kreis."""
    with opened() as statistics:
        register = statistics.places
        found = register.find(text)
        near = [] if found else register.nearest(text)
        rows = [
            (place.ags, place.level, place.name, place.type or "",
             register[place.kreis].name if place.kreis and place.kreis in register else "")
            for place in found
        ]  # fmt: skip
    if not rows:
        similar = f" Ähnlich: {'; '.join(f'{place.ags} {place.name}' for place in near)}" if near else ""
        stop(f"Kein Ort gefunden: {text}.{similar}", USAGE)
    out(table(("ags", "level", "name", "type", "kreis"), rows))
