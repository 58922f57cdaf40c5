"""Commands that build: the embedded figures from official files, the database from them."""

from pathlib import Path
from typing import Annotated

import typer

from zwk_data.cli.messages import kept_state, progress, say
from zwk_data.warehouse import up_to_date
from zwk_data.warehouse.paths import SNAPSHOT, STATIC, build_folder


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
