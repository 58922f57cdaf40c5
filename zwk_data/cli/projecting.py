"""``project``: a what-if calculation of Kreise and towns, by single age and sex, with its band."""

import difflib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import numpy as np
import typer

from zwk_data.catalog import levers
from zwk_data.cli.figures import Format, of_day, read_day, read_places
from zwk_data.cli.messages import KEPT, USAGE, opened, out, say, stop
from zwk_data.exhibits.outlook.common import refusal
from zwk_data.language import GERMAN
from zwk_data.outlook import MOST_PATHS, NoStart, Start, start
from zwk_data.outlook.batches import executor, tasks
from zwk_data.projection.ages import AGES, Array
from zwk_data.projection.batch import EXECUTORS, Band, Done, ExecutorError, run_all
from zwk_data.projection.scenario import LAST_YEAR, PRESETS, Scenario, ScenarioError, number_text
from zwk_data.warehouse import Place, Statistics
from zwk_data.warehouse.connection import DatabaseError

COLUMNS = ("ags", "year", "sex", "age", "value", "low80", "high80")
DECIMALS = 3  # persons; the last bits of a sum differ between machines
SEXES = ("m", "f", "t")
AGE_NAMES = (*map(str, range(AGES)), "total")  # 100 is the open group
EVERY = "all"
REASONS = {
    "level": "Für {name} gibt es keine eigene Rechnung: Gerechnet wird für Kreise und kreisfreie Städte. "
             "Mit --ags all kommen alle Kreise.",
    "no_figures": "Für {name} fehlen die Zahlen, von denen eine Rechnung ausgeht.",
    "form": "Diese Art der Rechnung gibt es für {name} nicht.",
    "no_total": "Für {name} ist keine Einwohnerzahl bekannt, auf die der Kreis umgerechnet werden könnte.",
    "no_own_ages": "{name} hat keine eigenen Zahlen nach Alter und Geschlecht.",
}  # fmt: skip


def project(
    ags: Annotated[list[str], typer.Option(help="Schlüssel, mehrfach oder mit Komma; all: alle Kreise")],
    to: Annotated[int, typer.Option(help=f"letztes Jahr, höchstens {LAST_YEAR}")],
    from_year: Annotated[int | None, typer.Option("--start", help="Ausgangsjahr; ohne Angabe das vorhandene")] = None,
    scenario: Annotated[str, typer.Option(help="etwa continue oder continue~tfr_1.6~in18_50")] = "continue",
    trajectories: Annotated[
        int, typer.Option(min=0, max=MOST_PATHS, help="Verläufe für das 80-%-Band; 0: kein Band")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="gleicher Startwert, gleiche Ausgabe")] = 1,
    form: Annotated[Format, typer.Option("--format", help="csv oder json")] = Format.csv,
    as_of: Annotated[str, typer.Option("--as-of", help="Stand dieses Tages (JJJJ-MM-TT) statt des neuesten")] = "",
) -> None:
    """Wenn-dann-Rechnung zum 31. Dezember jedes Jahres: eine Zeile je Ort, Jahr, Geschlecht und Altersjahr.

    Werte in Personen auf drei Stellen, das letzte Alter (100) ist offen. Wo der Kreis statt einer Gemeinde gerechnet
    wird, steht sein Schlüssel. Wie gerechnet wird, sagt ZWK_EXECUTOR: serial, processes[:Zahl] oder dask[:Adresse].
    """
    wanted = read_scenario(scenario)
    day = read_day(as_of) if as_of else None
    with opened() as newest, of_day(newest, day) as statistics:
        starts = read_starts(statistics, ags, from_year, to)
        try:
            done = run_all(tasks(statistics, starts, wanted, to, trajectories, seed), executor())
            write(done, [found.year for found in starts], form)
        except ExecutorError as error:
            stop(_no_executor(error), USAGE)
        except ScenarioError as error:
            stop(f"Szenario passt nicht: {refusal(error, GERMAN)}{fitting(error)}", USAGE)
        except BrokenPipeError:  # whoever read has seen enough
            os._exit(KEPT)


def read_scenario(text: str) -> Scenario:
    """Read a scenario; ends with code 2, the lever and what would fit."""
    try:
        return Scenario.parse(text)
    except ScenarioError as error:
        stop(f"Szenario nicht lesbar: {refusal(error, GERMAN)}{fitting(error)}", USAGE)


def fitting(error: ScenarioError) -> str:
    """Return what would fit in place of what a scenario says, as a sentence behind the reason."""
    if error.code == "preset":
        return f" Möglich sind {', '.join(PRESETS)}."
    if error.code == "lever":
        near = difflib.get_close_matches(error.value, levers(), 5, 0.5) or list(levers())
        return f" Möglich sind {', '.join(near)}."
    parts = [part for part in levers()[error.lever].parts if part.id == error.part] if error.lever in levers() else []
    if error.code == "choice" and parts:
        return f" Möglich sind {', '.join(number_text(value) for value in parts[0].choices)}."
    return ""


def _no_executor(error: ExecutorError) -> str:
    if error.reason == "missing":
        return "ZWK_EXECUTOR=dask braucht das Paket dask[distributed], das hier nicht installiert ist."
    return f"ZWK_EXECUTOR nicht lesbar: {error}. Möglich sind {EXECUTORS}."


def read_starts(statistics: Statistics, ags: Sequence[str], year: int | None, to: int) -> list[Start]:
    """Return the starts of the wanted places, each Kreis once; ends with code 2 where one cannot run from that year."""
    try:
        known = statistics.projection_places()
    except DatabaseError:  # built by a version that had no projections
        stop("Die Datenbank stammt von einer älteren Fassung. Bitte zuerst: python -m zwk_data build", KEPT)
    everyone = [part.strip() for part in ",".join(ags).split(",")] == [EVERY]
    places = (
        [statistics.places[key] for key in known] if everyone
        else read_places(",".join(ags), statistics)
    )  # fmt: skip
    starts: dict[str, Start] = {}
    for place in places:
        found = _start_of(statistics, place)
        starts.setdefault(found.place.ags, found)
        if year not in (None, found.year):
            stop(
                f"{found.place.name} hat keinen Ausgangsstand von {year}; vorhanden ist der 31.12.{found.year}.", USAGE
            )
        if not found.year < to <= LAST_YEAR:
            stop(f"--to {to} ist nicht möglich: {found.year + 1} bis {LAST_YEAR} gehen.", USAGE)
    return list(starts.values())


def _start_of(statistics: Statistics, place: Place) -> Start:
    try:
        found = start(statistics, place)
    except NoStart as error:
        stop(REASONS[error.reason].format(name=place.name), USAGE)
    if found.place.ags != place.ags:
        say(f"{place.name} ist nicht nach Altersjahren bekannt; gerechnet wird {found.place.name} ({found.place.ags}).")
    return found


def write(done: Iterable[Done], years: Sequence[int], form: Format) -> None:
    """Print the results place by place.

    Args:
        done: the projected places.
        years: the year in which each of them starts.
        form: csv or json.
    """
    row, between = (_csv_row, "\n") if form is Format.csv else (_json_row, ",\n")
    out(",".join(COLUMNS) + "\n" if form is Format.csv else "[\n")
    for number, (one, year) in enumerate(zip(done, years, strict=True)):
        out((between if number else "") + between.join(row(*values) for values in rows(one, year)))
    out("\n" if form is Format.csv else "\n]\n")


def rows(done: Done, year: int) -> Iterator[tuple[str, int, str, str, str, str, str]]:
    """Yield the rows of a place: year by year, men, women and both, the ages and their total, as texts."""
    value = _columns(done.projection.population)
    low, high = (_edge_columns(edge) if edge else None for edge in (done.low, done.high))
    for step, of_year in enumerate(value):
        for sex, of_sex in enumerate(of_year):
            for age, (name, number) in enumerate(zip(AGE_NAMES, of_sex, strict=True)):
                edges = (low[step][sex][age], high[step][sex][age]) if low and high else ("", "")
                yield done.key, year + step, SEXES[sex], name, number, *edges


def _columns(population: Array) -> list[list[list[str]]]:
    """Return persons ``(years, 2, 101)`` as texts by year, sex (m, f, t) and age, the total last."""
    sexes = np.stack([population[:, 1], population[:, 0], population.sum(axis=1)], axis=1)
    return _texts(np.concatenate([sexes, sexes.sum(axis=-1, keepdims=True)], axis=-1))


def _edge_columns(edge: Band) -> list[list[list[str]]]:
    """Return an edge of the band likewise; that of a sum is not the sum of the edges."""
    sexes = np.stack([edge.cells[:, 1], edge.cells[:, 0], edge.ages], axis=1)
    totals = edge.totals[:, [1, 0, 2], None]
    return _texts(np.concatenate([sexes, totals], axis=-1))


def _texts(values: Array) -> list[list[list[str]]]:
    text = f"{{:.{DECIMALS}f}}".format
    return [[[text(number) for number in of_sex] for of_sex in of_year] for of_year in values.tolist()]


def _csv_row(ags: str, year: int, sex: str, age: str, value: str, low: str, high: str) -> str:
    return f"{ags},{year},{sex},{age},{value},{low},{high}"


def _json_row(ags: str, year: int, sex: str, age: str, value: str, low: str, high: str) -> str:
    named = zip(
        COLUMNS, (ags, year, sex, age, float(value), *(float(e) if e else None for e in (low, high))), strict=True
    )
    return json.dumps(dict(named))
