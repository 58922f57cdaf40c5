"""``deck``: exhibits as a presentation; ``deck-check``: whether a presentation still says what the data say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zwk_data.cli.messages import KEPT, USAGE, opened, out, say, stop, table
from zwk_data.language import GERMAN, LANGUAGES, Language

if TYPE_CHECKING:
    from zwk_data.decks.check import Report
    from zwk_data.decks.making import Made
    from zwk_data.decks.model import Deck
    from zwk_data.exhibits import Context

Out = Annotated[Path, typer.Option("--out", help="Datei, die geschrieben wird (.pptx)", dir_okay=False)]


def deck(
    out_file: Out,
    addresses: Annotated[list[str] | None, typer.Argument(help="Adressen, wie hinter »Weitergeben«")] = None,
    title: Annotated[str, typer.Option("--title", help="Titel der Präsentation; ohne ihn keine Titelfolie")] = "",
    template: Annotated[
        Path | None, typer.Option("--template", help="eigene Vorlage (.pptx)", exists=True, dir_okay=False)
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="de oder en")] = "de",
    propose: Annotated[str, typer.Option("--propose", help="Frage, zu der zehn Folien vorgeschlagen werden")] = "",
    ags: Annotated[str, typer.Option("--ags", help="Gemeindeschlüssel zu --propose, wie in places")] = "",
) -> None:
    """Darstellungen als Präsentation schreiben: nach ihren Adressen, oder ein Vorschlag zu einer Frage."""
    from zwk_data.decks.making import made
    from zwk_data.exhibits import Context
    from zwk_data.render.pptx import NotATemplate

    if language not in LANGUAGES:
        stop(f"Unbekannte Sprache: {language}. Möglich: {', '.join(LANGUAGES)}", USAGE)
    _check_usage(addresses or [], propose, ags)
    raw = template.read_bytes() if template else None
    with opened() as statistics:
        context = Context(statistics.named_in(language), Language(language))
        wanted = _proposed(propose, ags, context) if propose else _listed(addresses or [], title)
        try:
            result = made(wanted, context, raw)
        except NotATemplate as error:
            stop(f"Die Vorlage passt nicht: {error}", USAGE)
    _tell_problems(result)
    if not result.exhibits:
        stop("Nicht geschrieben: Keine der Darstellungen gibt es.", USAGE)
    _write(out_file, result.raw)
    say(f"Geschrieben: {out_file} ({len(result.slides)} Folien, {len(result.raw)} Bytes)")
    if result.problems:
        raise typer.Exit(KEPT)


def deck_check(
    file: Annotated[Path, typer.Argument(help="Präsentation (.pptx)", exists=True, dir_okay=False)],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Datei, in die eine erneuerte Präsentation geschrieben wird")
    ] = None,
) -> None:
    """Sagen, welche Folien überholt, revidiert, zurückgezogen oder von Hand geändert sind; endet dann mit 1."""
    from zwk_data.decks.apart import found_slides
    from zwk_data.decks.check import check, refreshed
    from zwk_data.exhibits import Context
    from zwk_data.render.pptx.reading import NotAPresentation

    raw = file.read_bytes()
    with opened() as statistics:
        context = Context(statistics)
        try:
            report = check(raw, context, found_slides)
        except NotAPresentation as error:
            stop(f"{file.name}: {error.reason(GERMAN)}", USAGE)
        _tell(report)
        if out_file is not None:
            _write(out_file, refreshed(raw, report, context))
            renewed = sum(bool(slide.renewed) for slide in report.slides)
            say(f"Geschrieben: {out_file} ({renewed} Folien erneuert)")
    if any(set(slide.verdicts) - {"current", "words"} for slide in report.slides):
        raise typer.Exit(KEPT)


def _check_usage(addresses: list[str], propose: str, ags: str) -> None:
    if bool(addresses) == bool(propose):
        stop("Bitte geben Sie entweder Adressen an oder mit --propose eine Frage.", USAGE)
    if bool(propose) != bool(ags):
        stop("--propose und --ags gehören zusammen.", USAGE)


def _proposed(question: str, ags: str, context: "Context") -> "Deck":
    from zwk_data.decks.proposal import propose
    from zwk_data.exhibits import AddressError

    try:
        return propose(question, ags, context)
    except AddressError as error:
        stop(str(error), USAGE)


def _listed(addresses: list[str], title: str) -> "Deck":
    from zwk_data.decks.model import MOST_SLIDES, Deck, Slide

    if len(addresses) > MOST_SLIDES:
        stop(f"Möglich sind {MOST_SLIDES} Folien, das sind {len(addresses)}.", USAGE)
    slides = [Slide("exhibit", address) for address in addresses]
    return Deck(title, "", (*([Slide("title", "", title)] if title else []), *slides))


def _tell_problems(result: "Made") -> None:
    for problem in result.problems:
        say(f"Folie {problem.number} fehlt: {problem.address}: {problem.reason}")


def _tell(report: "Report") -> None:
    from zwk_data.decks.check import names

    words = names(GERMAN)
    rows = [(slide.index + 1, ", ".join(words[one] for one in slide.verdicts), finding)
            for slide in report.slides
            for finding in [one.sentence for one in slide.findings] or [slide.title]]  # fmt: skip
    out(table(("Folie", "Befund", "Näheres"), rows))
    say(report.sentence(GERMAN))


def _write(file: Path, raw: bytes) -> None:
    try:
        file.write_bytes(raw)
    except OSError as error:
        stop(f"Nicht geschrieben: {error.strerror}", KEPT)
