"""Commands for loads as a whole: what one changed against another, and carrying them to offices without internet."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zwk_data.catalog import sources
from zwk_data.cli.figures import Format
from zwk_data.cli.messages import USAGE, kept_state, opened, out, progress, say, stop, table, unknown
from zwk_data.cli.refreshing import published, tell
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.changes import CLASSES_DE, ClassSummary, summary
from zwk_data.warehouse.paths import archive_folder

if TYPE_CHECKING:
    from zwk_data.warehouse.live import Refreshed

app = typer.Typer(no_args_is_help=True, help="Archivierte Abrufe für Rechner ohne Internet mitnehmen und übernehmen.")
SHOWN = 10
HEAD = ("Art", "Anzahl", "Ort", "Stichtag", "Merkmal", "vorher", "jetzt", "Unterschied")


# --- what changed ----------------------------------------------------------------------------------------------------


def diff(
    first: Annotated[str, typer.Argument(help="Ladung, etwa eurostat_demo_r_births@1, oder Datensatz")],
    second: Annotated[str, typer.Argument(help="spätere Ladung; ohne Angabe die letzten zwei des Datensatzes")] = "",
    form: Annotated[Format | None, typer.Option("--format", help="csv oder json: alle Änderungen einzeln")] = None,
) -> None:
    """Was eine Ladung gegenüber einer früheren geändert hat: jeder Wert nach Art der Änderung."""
    from zwk_data.warehouse.compared import compare

    with opened() as statistics, kept_state():
        old, new = chosen_loads(statistics, first, second)
        found = compare(statistics, old, new)
        names = {place.ags: place.name for place in statistics.places}
    if form is not None:
        out(_every(found.to_pylist(), found.column_names, form))
        return
    short = summary(found, SHOWN)
    out(table(HEAD, _lines(short, names)))
    counted = ", ".join(f"{CLASSES_DE[one.name]} {one.count}" for one in short) or "nichts"
    say(f"{old} → {new}: {found.num_rows} geänderte Werte ({counted})")


def chosen_loads(statistics: Statistics, first: str, second: str) -> tuple[str, str]:
    """Return the earlier and the later load; ends with code 2 where a name is unknown or there is only one load."""
    from zwk_data.warehouse.compared import history

    known = [str(one) for one in statistics.loads()["load_id"]]
    if not second and "@" not in first:
        if first not in sources():
            unknown("Datensatz", first, sources())
        loads = history(statistics, first)
        if len(loads) < 2:
            stop(f"Von {first} gibt es {'nur eine Ladung' if loads else 'keine Ladung'}; nichts zu vergleichen.", USAGE)
        return loads[-2], loads[-1]
    if not second:
        stop("Bitte geben Sie zwei Ladungen oder einen Datensatz an.", USAGE)
    for name in (first, second):
        if name not in known:
            unknown("Ladung", name, known)
    if first.rpartition("@")[0] != second.rpartition("@")[0]:
        stop("Verglichen werden zwei Ladungen desselben Datensatzes.", USAGE)
    return first, second


def _every(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: Format) -> str:
    """Return all changes: CSV with full precision and empty cells where nothing is, or one JSON object per line."""
    if form is Format.json:
        import json

        return "".join(json.dumps(dict(row), ensure_ascii=False, default=str) + "\n" for row in rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _lines(short: Sequence[ClassSummary], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the biggest changes of each class; kind and count stand in the first line of a class."""
    for one in short:
        for number, row in enumerate(one.biggest):
            first = (CLASSES_DE[one.name], str(one.count)) if number == 0 else ("", "")
            ages = f"{row['age_from']}-{'' if row['age_to'] is None else row['age_to']}"
            what = f"{row['measure']} {row['sex']}" + ("" if row["age_set"] == "total" else f" {ages}")
            yield (
                *first, f"{row['ags']} {names.get(row['ags'], '')}".strip(), f"{row['reference_date']:%d.%m.%Y}", what,
                _cell(row["old_value"], row["old_status"]), _cell(row["new_value"], row["new_status"]), _size(row),
            )  # fmt: skip


def _cell(value: float | None, status: str | None) -> str:
    return f"{value:.10g}" if value is not None else (status or "–")


def _size(row: Mapping[str, Any]) -> str:
    if row["size"] is None:
        return ""
    return f"{row['size']:+.10g}" + ("" if row["percent"] is None else f" ({row['percent']:+.1f} %)")


# --- carrying loads --------------------------------------------------------------------------------------------------


@app.command("export")
def export_loads(
    target: Annotated[Path, typer.Argument(help="Datei (Endung .zip) oder Ordner")],
    dataset: Annotated[list[str] | None, typer.Option(help="nur dieser Datensatz (mehrfach möglich)")] = None,
    since_load: Annotated[list[str] | None, typer.Option(help="nur Abrufe nach diesem, etwa x@3")] = None,
) -> None:
    """Archivierte Abrufe mit Rohdaten und Prüfsummen in eine Datei oder einen Ordner schreiben."""
    from zwk_data.sources.archive import Archive
    from zwk_data.sources.bundle import export

    archive = Archive(archive_folder())
    known = archive.datasets()
    for name in dataset or []:
        if name not in known:
            unknown("Im Archiv kein Datensatz", name, known)
    with kept_state():
        done = export(archive, target, dataset or [], _after(since_load or []))
    if not done.loads:
        say("Das Archiv enthält keinen passenden Abruf; der Auszug ist leer.")
    out(f"{target.name}: {done.loads} Abrufe, {done.files} Dateien, {done.bytes} Byte\n")


def _after(names: Sequence[str]) -> dict[str, int]:
    """Read ``dataset@number``; ends with code 2 where it is another form."""
    found = {}
    for name in names:
        dataset, _, number = name.rpartition("@")
        if not dataset or not number.isdigit():
            stop(f"Abruf nicht lesbar: {name}. Möglich ist etwa eurostat_demo_r_births@3.", USAGE)
        found[dataset] = int(number)
    return found


@app.command("import")
def import_loads(
    source: Annotated[Path, typer.Argument(help="Datei oder Ordner eines Auszugs", exists=True)],
    dataset: Annotated[list[str] | None, typer.Option(help="nur dieser Datensatz (mehrfach möglich)")] = None,
) -> None:
    """Abrufe aus einem Auszug prüfen, übernehmen und die Datenbank neu bauen."""
    tell(taken(source, dataset or []))


def taken(source: Path, datasets: Sequence[str], *, may_lack: bool = False) -> "Refreshed":
    """Take loads of a bundle or of another archive, with a progress bar.

    ``datasets`` empty: all. A dataset that the bundle does not have ends with code 2, unless it may lack some.
    """
    from zwk_data.sources import bundle
    from zwk_data.warehouse.live import scope_of, take_bundle

    with opened() as statistics:
        scope = scope_of(statistics)
    with kept_state(), progress() as bar, bundle.opened(source) as loads:
        for name in datasets:
            if name not in loads.datasets() and not may_lack:
                unknown("Im Auszug kein Datensatz", name, loads.datasets())
        return take_bundle(
            loads, scope, lambda: published(bar), lambda name, done, total: bar(name, done / max(total, 1)),
            datasets or None,
        )  # fmt: skip
