"""``plan``: a Werkstattplan as a file, and a file into the plan, with the rights of who runs the machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from zwk_data.cli.figures import canonical
from zwk_data.cli.messages import KEPT, USAGE, out, say, stop, table
from zwk_data.cli.storing import named
from zwk_data.language import GERMAN

app = typer.Typer(no_args_is_help=True, help="Werkstattplan: als Datei ausgeben, aus einer Datei einlesen.")
if TYPE_CHECKING:
    from zwk_data.plan.exchange.preview import Preview

FORMATS = ("xlsx", "csv", "json")
Ags = Annotated[str, typer.Option("--ags", help="Gemeindeschlüssel, wie in places")]


@app.command()
def export(
    ags: Ags,
    out_file: Annotated[Path, typer.Option("--out", help="Datei, die geschrieben wird", dir_okay=False)],
    kind: Annotated[str, typer.Option("--format", help="xlsx, csv (ZIP) oder json")] = "xlsx",
) -> None:
    """Den Plan mit allen internen Angaben schreiben; ohne eigenen das Beispiel, sonst die leere Vorlage."""
    from zwk_data.access import LOCAL
    from zwk_data.plan.examples import load_example
    from zwk_data.plan.exchange.book import book_of
    from zwk_data.plan.exchange.files import as_json, as_zip
    from zwk_data.plan.model import Plan
    from zwk_data.plan.service import Plans
    from zwk_data.render.xlsx import form
    from zwk_data.store import open_store

    if kind not in FORMATS:
        stop(f"Unbekanntes Format: {kind}. Möglich: {', '.join(FORMATS)}", USAGE)
    ags = canonical(ags)
    with named(), open_store() as store:
        plan = Plans(store, LOCAL).plan(ags) or load_example(ags) or Plan(ags, "")
    raw = form(book_of(plan)) if kind == "xlsx" else as_zip(plan) if kind == "csv" else as_json(plan)
    try:
        out_file.write_bytes(raw)
    except OSError as error:
        stop(f"Nicht geschrieben: {error.strerror}", KEPT)
    say(f"Geschrieben: {out_file} ({len(plan.entries)} Einträge, {len(raw)} Bytes)")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="XLSX, CSV, ZIP oder JSON", exists=True, dir_okay=False)],
    ags: Ags,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="nur zeigen, was sich ändern würde")] = False,
) -> None:
    """Neues und Geändertes einlesen; nichts wird entfernt. Zeilen mit Fehlern bleiben außen vor und werden genannt."""
    from zwk_data.access import LOCAL
    from zwk_data.plan.exchange.preview import preview, take
    from zwk_data.plan.exchange.reading import NotReadable, read
    from zwk_data.plan.service import Plans
    from zwk_data.store import open_store

    ags = canonical(ags)
    with named(), open_store() as store:
        plans = Plans(store, LOCAL)
        try:
            found = preview(read(file.read_bytes()), plans.stored(ags))
        except NotReadable as error:
            stop(error.reason(), KEPT)
        wrong = _told(found)
        if dry_run:
            raise typer.Exit(KEPT if wrong else 0)
        done = take(plans, found, {item.key for item in found.items}, (), request_id=str(uuid4()), language=GERMAN)
    for refused in done.refused:
        say(f"{refused.sheet} {refused.row}: {refused.title}: {refused.reason}")
    say(f"Übernommen: {len(done.saved)}")
    if wrong or done.refused:
        raise typer.Exit(KEPT)


def _told(found: "Preview") -> bool:
    """Print what would change and what is wrong; return whether anything is."""
    from zwk_data.plan.exchange.problems import expected

    rows = [
        ("neu" if item.new else "geändert", item.sheet, item.row, _flat(item.title, 60),
         _flat("; ".join(f"{one.heading}: {one.old or '–'} → {one.new or '–'}" for one in item.changes), 160))
        for item in found.items
    ]  # fmt: skip
    rows += [("fehlt", one.sheet, 0, _flat(one.title, 60), "bleibt") for one in found.missing]
    if rows:
        out(table(("what", "sheet", "row", "title", "changes"), rows))
    for one in found.problems:
        say(f"{one.sheet or '–'} {one.row or '–'} {one.column}: »{_flat(one.found, 40)}« {expected(one, GERMAN)}")
    say(f"Unverändert: {sum(found.unchanged.values())}")
    return any(problem.stops for problem in found.problems)


def _flat(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"
