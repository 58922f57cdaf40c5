"""``document``: exhibits as a tagged PDF or a Word file."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zwk_data.cli.messages import KEPT, USAGE, opened, say, stop
from zwk_data.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from zwk_data.documents.model import Document
    from zwk_data.exhibits import Context

app = typer.Typer(no_args_is_help=True, help="Dokumente schreiben: PDF mit Struktur oder Word.")
Out = Annotated[Path, typer.Option("--out", help="Datei, die geschrieben wird (.pdf oder .docx)", dir_okay=False)]
Lang = Annotated[str, typer.Option("--lang", help="de oder en")]
Day = Annotated[
    datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Tag, der gedruckt wird; sonst heute")
]


@app.command()
def profile(
    ags: Annotated[str, typer.Argument(help="Gemeindeschlüssel, wie in places")],
    out_file: Out,
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Das Kommunalprofil eines Ortes: vier Seiten."""
    from zwk_data.documents.profile import profile as made

    written(lambda context: made(context, ags, today(day)), out_file, language)


@app.command()
def handout(
    addresses: Annotated[list[str], typer.Argument(help="Adressen, wie hinter »Weitergeben«")],
    out_file: Out,
    title: Annotated[str, typer.Option("--title", help="Titel")] = "",
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Ein Handzettel aus beliebigen Darstellungen."""
    from zwk_data.documents.handout import handout as made

    written(lambda context: made(context, addresses, title, today(day)), out_file, language)


def today(day: datetime | None) -> date:
    """Return the day that is printed."""
    return day.date() if day else date.today()


def written(make: "Callable[[Context], Document]", file: Path, language: str) -> None:
    """Make a document and write it in the format of the ending; further kinds of documents use it as well."""
    from zwk_data.exhibits import AddressError, Context
    from zwk_data.render.docx import docx
    from zwk_data.render.pdf import pdf

    render = {".pdf": pdf, ".docx": docx}.get(file.suffix.lower())
    if render is None or language not in LANGUAGES:
        stop("Möglich sind Dateien mit der Endung .pdf oder .docx und die Sprachen de und en.", USAGE)
    with opened() as statistics:
        try:
            raw = render(make(Context(statistics.named_in(language), Language(language))))
        except AddressError as error:
            stop(str(error), USAGE)
    try:
        file.write_bytes(raw)
    except OSError as error:
        stop(f"Nicht geschrieben: {error.strerror}", KEPT)
    say(f"Geschrieben: {file} ({len(raw)} Bytes)")
