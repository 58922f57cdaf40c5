"""The command line. Tables go to stdout, messages (German) and progress to stderr.

Exit codes: 0 done, 1 the old state was kept, 2 wrong usage (the nearest names are given), 75 another build is running.
"""

import csv
import difflib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from zwk_data.catalog import Indicator, indicators
from zwk_data.catalog.tidy import BASES
from zwk_data.sources.errors import SourceError
from zwk_data.warehouse import (
    Busy,
    DamagedError,
    Place,
    Statistics,
    UnknownPlace,
    ensure_built,
    open_statistics,
    up_to_date,
)
from zwk_data.warehouse.connection import DatabaseError
from zwk_data.warehouse.paths import SNAPSHOT, STATIC, archive_folder, build_folder

if TYPE_CHECKING:
    from zwk_data.sources.provider import Outcome, Scope
    from zwk_data.warehouse.live import Refreshed

KEPT, USAGE, BUSY = 1, 2, 75
FIRST_YEAR, LAST_YEAR = 1900, 2199
COLUMNS = ("indicator", "ags", "place", "year", "value", "unit", "status", "basis", "sources")
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
# What a build or a download can end with: contradicting figures, a full disk, a damaged file.
FAILURES = (SourceError, DatabaseError, ValueError, OSError, RuntimeError)

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Amtliche Zahlen der Kommunen: einlesen, bauen, abrufen, abfragen.",
)  # fmt: skip


class Format(StrEnum):
    """How values are printed."""

    csv = "csv"
    json = "json"


# --- messages --------------------------------------------------------------------------------------------------------


def say(message: str) -> None:
    """Print a message for the reader to stderr."""
    print(message, file=sys.stderr)  # noqa: T201


def stop(message: str, code: int) -> NoReturn:
    """End with a message and an exit code."""
    say(message)
    raise typer.Exit(code)


def out(text: str) -> None:
    """Print a table to stdout."""
    sys.stdout.write(text)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as text in columns of equal width, two blanks apart."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines) + "\n"


def reason_of(error: BaseException) -> str:
    """Return why something failed, in German where the error knows it."""
    return str(getattr(error, "reason_de", "") or error or type(error).__name__)


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar on stderr; yields a function of the step and the share done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


@contextmanager
def kept_state() -> Iterator[None]:
    """Turn what a build can end with into a German message and an exit code; the old state is untouched."""
    try:
        yield
    except typer.Exit:
        raise
    except Busy:
        stop("Gerade baut ein anderer Vorgang die Datenbank. Bitte versuchen Sie es gleich noch einmal.", BUSY)
    except FAILURES as error:
        stop(f"Nicht übernommen, der bisherige Stand bleibt: {reason_of(error)}", KEPT)


def opened() -> Statistics:
    """Open the current figures; build them first where there are none."""
    with kept_state():
        try:
            return open_statistics()
        except (FileNotFoundError, DamagedError):
            say("Die Datenbank wird aus dem mitgelieferten Auszug gebaut.")
            with progress() as report:
                ensure_built(report)
            return open_statistics()


# --- building --------------------------------------------------------------------------------------------------------


@app.command()
def snapshot(
    raw: Annotated[Path, typer.Option(help="Ordner der amtlichen Dateien", exists=True, file_okay=False)],
    boundaries: Annotated[bool, typer.Option(help="auch die Grenzen für die Karten schreiben")] = True,
) -> None:
    """Amtliche Dateien in den mitgelieferten Auszug und die Grenzen in die Kartendateien wandeln."""
    from zwk_data.sources.snapshot import write_snapshot  # the whole loading side: only for this command

    with kept_state():
        write_snapshot(raw, SNAPSHOT)
        if boundaries:
            from zwk_data.sources.boundaries import write_boundaries  # pulls in geopandas

            write_boundaries(raw, STATIC)
    say(f"Geschrieben: {SNAPSHOT.name}" + (f" und {STATIC.name}" if boundaries else ""))


@app.command()
def build(
    if_needed: Annotated[bool, typer.Option("--if-needed", help="nur, wenn keine oder eine veraltete da ist")] = False,
) -> None:
    """Die Datenbank neu bauen und veröffentlichen."""
    if not (if_needed and up_to_date(build_folder())):
        rebuild()


def rebuild() -> None:
    """Build and publish, with progress; says what is published."""
    from zwk_data.warehouse.build import build as build_now  # the whole loading side: only where something is built

    with kept_state(), progress() as report:
        generation = build_now(report=report)
    say(f"Veröffentlicht: Stand {generation.number} mit {generation.rows['indicator_value']} Werten")


# --- refreshing ------------------------------------------------------------------------------------------------------


@app.command()
def refresh(
    providers: Annotated[list[str] | None, typer.Argument(help="Anbieter; ohne Angabe alle")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="nur dieser Datensatz (mehrfach möglich)")] = None,
    since: Annotated[int | None, typer.Option(help="nur Jahre ab diesem", min=FIRST_YEAR, max=LAST_YEAR)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="nur zeigen, was abgerufen würde")] = False,
) -> None:
    """Neue Zahlen der Anbieter abrufen, prüfen, archivieren und die Datenbank neu bauen."""
    from zwk_data.warehouse.live import scope_of

    wanted = chosen_datasets(providers or [], dataset or [])
    with opened() as statistics:
        scope = scope_of(statistics, since)
    if dry_run:
        with kept_state():
            out(table(("Datensatz", "Anfragen", "Zellen höchstens", "zuerst"), planned(wanted, scope)))
        return
    done = refresh_now(wanted, scope)
    out("".join(f"{line(outcome)}\n" for outcome in done.outcomes))
    if not done.complete:
        raise typer.Exit(KEPT)


def chosen_datasets(providers: Sequence[str], datasets: Sequence[str]) -> dict[str, list[str]]:
    """Return the datasets to load by provider; ends with code 2 where a name is unknown."""
    from zwk_data.warehouse.live import PROVIDERS, datasets_of  # the loading side: only where something is loaded

    for name in providers:
        if name not in PROVIDERS:
            unknown("Anbieter", name, PROVIDERS)
    on_offer = {name: datasets_of(name) for name in PROVIDERS if not providers or name in providers}
    known = [dataset for some in on_offer.values() for dataset in some]
    for name in datasets:
        if name not in known:
            unknown("Datensatz", name, known)
    chosen = {name: [one for one in some if not datasets or one in datasets] for name, some in on_offer.items()}
    return {name: some for name, some in chosen.items() if some}


def planned(wanted: Mapping[str, Sequence[str]], scope: "Scope") -> Iterator[tuple[str, int, str, str]]:
    """Yield per dataset: requests, values at most, and what the first request asks for."""
    from zwk_data.warehouse.live import PROVIDERS, asked

    for provider, datasets in wanted.items():
        for dataset in datasets:
            if reason := PROVIDERS[provider].unavailable_de():
                yield dataset, 0, "", reason
                continue
            questions = list(asked({provider: [dataset]}, scope))
            cells = sum(question.cells for question in questions)
            yield dataset, len(questions), str(cells or "unbekannt"), questions[0].label_de if questions else ""


def refresh_now(wanted: Mapping[str, Sequence[str]], scope: "Scope") -> "Refreshed":
    """Ask, archive and publish, with a progress bar."""
    from zwk_data.warehouse.build import build as build_now
    from zwk_data.warehouse.live import refresh as run_refresh

    with kept_state(), progress() as bar:
        return run_refresh(
            wanted, scope, lambda: build_now(report=bar), lambda name, done, total: bar(name, done / max(total, 1))
        )


def line(outcome: "Outcome") -> str:
    """Return what became of one dataset, in one line."""
    if not outcome.ok:
        return f"{outcome.dataset}: bisheriger Stand behalten. {outcome.reason_de}"
    if outcome.unchanged:
        return f"{outcome.dataset}: unverändert (Abruf {outcome.load})"
    return f"{outcome.dataset}: {outcome.rows} Zeilen übernommen (Abruf {outcome.load})"


@app.command()
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


# --- asking ----------------------------------------------------------------------------------------------------------


def unknown(kind: str, name: str, known: Iterable[str]) -> NoReturn:
    """End with code 2 and the most similar names."""
    near = difflib.get_close_matches(name, list(known), 5, 0.5)
    stop(f"{kind} unbekannt: {name}" + (f". Ähnlich: {', '.join(near)}" if near else ""), USAGE)


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


@app.command()
def values(
    indicator: Annotated[str, typer.Argument(help="Kennung, etwa old_age_ratio_20_65")],
    ags: Annotated[str, typer.Option(help="Schlüssel mit Komma: DE, 05758, 05758012, 15001000")],
    years: Annotated[str, typer.Option(help="2018, 2013-2021 oder 2013,2018")],
    form: Annotated[Format, typer.Option("--format", help="csv oder json")] = Format.csv,
) -> None:
    """Werte eines Indikators zum 31. Dezember: eine Zeile je Ort und Jahr."""
    wanted = read_indicator(indicator)
    try:
        span = read_years(years)
    except ValueError as error:
        stop(f"Jahre nicht lesbar: {error}. Möglich sind 2018, 2013-2021 oder 2013,2018.", USAGE)
    with opened() as statistics:
        rows = list(value_rows(statistics, wanted, read_places(ags, statistics), span))
    out(as_csv(rows) if form is Format.csv else as_json(rows))


@app.command()
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


def main() -> None:
    """Run the command line; UTF-8 and LF everywhere, on Windows consoles too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")
    app()
