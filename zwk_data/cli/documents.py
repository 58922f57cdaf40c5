"""``document``: exhibits as a tagged PDF or a Word file."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from zwk_data.cli.messages import KEPT, USAGE, opened, say, stop, unknown
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


@app.command()
def options(
    ags: Annotated[str, typer.Argument(help="Gemeindeschlüssel, wie in places")],
    out_file: Out,
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Das Möglichkeitenkonzept eines Plans, nach Adressaten geordnet."""
    from zwk_data.documents.options import options_paper

    written(lambda context: options_paper(context, ags, today(day)), out_file, language)


@app.command()
def recommendations(
    ags: Annotated[str, typer.Argument(help="Gemeindeschlüssel, wie in places")],
    out_file: Out,
    field: Annotated[str, typer.Option("--field", help="nur dieses Handlungsfeld (Kennung)")] = "",
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Die Empfehlungen eines Plans, jede mit Begründung und Quelle."""
    from zwk_data.documents.options import recommendations_paper

    written(lambda context: recommendations_paper(context, ags, today(day), field=field), out_file, language)


@app.command()
def check(
    ags: Annotated[str, typer.Argument(help="Gemeindeschlüssel, wie in places")],
    out_file: Out,
    title: Annotated[str, typer.Option("--title", help="Vorhaben")],
    groups: Annotated[list[str] | None, typer.Option("--group", help="betroffene Altersgruppe, mehrfach")] = None,
    office: Annotated[str, typer.Option("--office", help="zuständig")] = "",
    binds: Annotated[int | None, typer.Option("--binds", min=0, help="Jahre, die es bindet")] = None,
    cost: Annotated[int | None, typer.Option("--cost", min=0, help="Kosten in EUR")] = None,
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Der Demografie-Check für eine Ratsvorlage: eine Seite."""
    from zwk_data.documents.demography_check import Project, demography_check, groups_of

    if not title.strip():
        stop("Bitte nennen Sie das Vorhaben (--title).", USAGE)
    project = Project(title, office or None, binds, None if cost is None else Decimal(cost))

    def made(context: "Context") -> "Document":
        if wrong := [one for one in groups or () if one not in (known := groups_of(context, ags))]:
            unknown("Altersgruppe", wrong[0], known)
        return demography_check(context, ags, project, groups or (), today(day))

    written(made, out_file, language)


@app.command()
def sheets(
    questions: Annotated[list[str], typer.Argument(help="je Gruppe: Frage oder Frage=Adresse")],
    out_file: Out,
    title: Annotated[str, typer.Option("--title", help="der Anlass")] = "Werkstatt",
    paper: Annotated[str, typer.Option("--paper", help="a4 oder a3")] = "a4",
    landscape: Annotated[bool, typer.Option("--landscape", help="Querformat")] = False,
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Tischvorlagen: je Gruppe ein Blatt mit Frage, Darstellung und Platz zum Schreiben."""
    from zwk_data.documents.table_sheets import Sheet, table_sheets

    if paper not in ("a4", "a3"):
        stop("Möglich sind a4 und a3.", USAGE)
    size: Literal["a4", "a3"] = "a3" if paper == "a3" else "a4"
    pairs = [one.partition("=") for one in questions]
    wanted = [Sheet(f"{number}", question.strip(), address) for number, (question, _, address) in enumerate(pairs, 1)]
    written(lambda context: table_sheets(context, wanted, title, today(day), paper=size, landscape=landscape),
            out_file, language)  # fmt: skip


@app.command()
def interim(
    ags: Annotated[str, typer.Argument(help="Gemeindeschlüssel, wie in places")],
    out_file: Out,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Ausgangspunkt; sonst der Beginn im Plan")
    ] = None,
    language: Lang = "de",
    day: Day = None,
) -> None:
    """Die Zwischenbilanz: Einträge, Beschlüsse, Kennzahlen, Geld und Beteiligung seit dem Ausgangspunkt."""
    from zwk_data.cli.storing import named
    from zwk_data.rounds.interim import kept_report
    from zwk_data.store import open_store

    first, printed = since.date() if since else None, today(day)
    if first and first > printed:
        stop("Der Ausgangspunkt (--since) liegt nach dem Tag der Zwischenbilanz.", USAGE)
    with named(), open_store() as store:
        written(lambda context: kept_report(store, ags, context, printed, first), out_file, language)


def today(day: datetime | None) -> date:
    """Return the day that is printed."""
    return day.date() if day else date.today()


def written(make: "Callable[[Context], Document]", file: Path, language: str) -> None:
    """Make a document and write it in the format of the ending; further kinds of documents use it as well."""
    from zwk_data.documents.options import NoPlan
    from zwk_data.exhibits import AddressError, Context
    from zwk_data.render.docx import docx
    from zwk_data.render.pdf import pdf

    render = {".pdf": pdf, ".docx": docx}.get(file.suffix.lower())
    if render is None or language not in LANGUAGES:
        stop("Möglich sind Dateien mit der Endung .pdf oder .docx und die Sprachen de und en.", USAGE)
    with opened() as statistics:
        try:
            raw = render(make(Context(statistics.named_in(language), Language(language))))
        except (AddressError, NoPlan) as error:
            stop(str(error), USAGE)
    try:
        file.write_bytes(raw)
    except OSError as error:
        stop(f"Nicht geschrieben: {error.strerror}", KEPT)
    say(f"Geschrieben: {file} ({len(raw)} Bytes)")
