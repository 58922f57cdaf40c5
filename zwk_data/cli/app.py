"""The command line: which commands there are."""

import io
import sys

import typer

from zwk_data.cli import (
    archive,
    building,
    bundles,
    decks,
    documents,
    exchanging,
    figures,
    persons,
    projecting,
    refreshing,
    roles,
    storing,
)

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Amtliche Zahlen der Kommunen: einlesen, bauen, abrufen, abfragen.",
)  # fmt: skip
COMMANDS = (
    building.snapshot, building.build, refreshing.refresh, figures.status, figures.values, figures.places, archive.diff,
    projecting.project, decks.deck, decks.deck_check,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.add_typer(archive.app, name="archive")
app.add_typer(documents.app, name="document")
app.add_typer(storing.app, name="store")
app.add_typer(exchanging.app, name="plan")
app.add_typer(bundles.app, name="bundle")
app.add_typer(roles.app, name="role")
app.add_typer(persons.app, name="person")


def main() -> None:
    """Run the command line; UTF-8 and LF everywhere, on Windows consoles too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")
    app()
