"""What is wrong with an exchanged file, said so that its author can mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zwk_data.language import Language
from zwk_data.plan.checking import problem_text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or, with ``stops`` False, only worth a look.

    ``sheet``, ``row`` (line of the sheet, of JSON the number of the part; 0: all of it) and ``column`` say where,
    ``found`` what stands there. ``kind`` is a word of ``expected`` whose text ``values`` fill, or ``unusable``: then
    they are what ``plan.checking`` says of a field. A row with a problem that ``stops`` is not taken over; the others
    are.
    """

    sheet: str
    row: int
    column: str
    found: str
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    stops: bool = True


def expected(problem: Problem, language: Language) -> str:
    """Return in the reader's language what is expected in place of what was found."""
    if problem.kind == "unusable":
        return problem_text(str(problem.values["field"]), language, str(problem.values["problem"]),
                            str(problem.values["part"]))  # fmt: skip
    said = {**_cells(language), **_rows(language), **_files(language)}[problem.kind]
    return said.format(**problem.values) if problem.values else said


def _cells(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "control": text("Text ohne Steuerzeichen; bitte neu eintippen."),
        "too_long": text("Höchstens {most} Zeichen; es sind {length}."),
        "cut": text("Dieser Text war für Excel zu lang und ist gekürzt; bitte CSV oder JSON verwenden."),
        "ref_unknown": text("Titel oder [Kennung] von etwas, das es gibt. Ähnlich: {nearest}."),
        "ref_several": text("Mehrere tragen diesen Titel; bitte die Kennung angeben: {ids}."),
        "word": text("Eines von: {words}."),
        "day": text("Ein Tag wie 31.12.2026."),
        "number": text("Eine Zahl wie 1.234,5, ohne Text."),
        "large": text("Eine Zahl unter einer Billion."),
        "negative": text("Eine Zahl ab 0."),
        "whole": text("Eine ganze Zahl von 0 bis 10.000."),
        "year": text("Ein Jahr wie 2026."),
        "percent": text("Eine Zahl von 0 bis 100."),
        "address": text("Eine Adresse, die mit https:// oder http:// beginnt."),
        "source": text("Name | Adresse [Kennung], oder der Name einer Quelle des Blatts »Quellen«."),
        "formula": text("Der Wert selbst statt einer Formel (in Excel: Inhalte einfügen, Werte)."),
    }  # fmt: skip


def _rows(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "missing": text("Diese Angabe muss ausgefüllt sein."),
        "id": text("Eine Kennung aus Buchstaben, Ziffern und Unterstrich, mit einem Buchstaben am Anfang; oder leer."),
        "twice": text("Diese Kennung steht schon in Zeile {row}; jede darf nur einmal vorkommen."),
        "pair_twice": text("Dieses Paar steht schon in Zeile {row}; jedes darf nur einmal vorkommen."),
        "head_twice": text("Das Blatt »Plan« hat nur eine Zeile."),
        "status_unknown": text("Diese Maßnahme gibt es nicht mehr, oder sie stand nicht in diesem Bogen."),
        "status_taken": text("Diese Zeile wurde schon übernommen."),
        "status_old": text("Zu dieser Maßnahme wurde schon ein neuerer Bogen übernommen."),
        "future": text("Ein Tag, der nicht in der Zukunft liegt."),
        "origin": text("Zur Herkunft gehört ihre Art (Liste dieser Spalte)."),
        "same_title": text("Diesen Titel gibt es schon ({ids}). Ohne Kennung wird daraus ein neuer Eintrag."),
    }  # fmt: skip


def _files(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "sheet_unknown": text("Dieses Blatt kennt die Vorlage nicht; es wird nicht gelesen. Ähnlich: {nearest}."),
        "sheet_twice": text("Dieses Blatt kommt zweimal vor; gelesen wird das erste."),
        "sheet_hidden": text("Das Blatt ist ausgeblendet und wird nicht gelesen; bitte einblenden."),
        "no_headings": text("In den ersten 15 Zeilen fehlen die Überschriften der Vorlage."),
        "column_missing": text("Diese Spalte der Vorlage fehlt; ohne sie wird das Blatt nicht gelesen."),
        "column_left": text("Diese Spalte fehlt; was dort gespeichert ist, bleibt, wie es ist."),
        "column_unknown": text("Diese Spalte kennt die Vorlage nicht; sie wird nicht gelesen. Ähnlich: {nearest}."),
        "column_twice": text("Diese Spalte darf nur einmal vorkommen; das Blatt wird nicht gelesen."),
        "too_wide": text("Diese Zeile hat mehr Zellen als Überschriften; stehen Semikolons oder Anführungszeichen im "
                         "Text?"),
        "other_place": text("Die Datei gehört zu einem anderen Ort."),
        "field_unknown": text("Dieses Feld kennt das Format nicht; es wird nicht gelesen."),
        "part_unknown": text("Diesen Teil kennt das Format nicht; er wird nicht gelesen."),
        "not_list": text("Eine Liste von Teilen des Plans."),
        "not_part": text("Ein Teil des Plans mit Namen und Werten."),
    }  # fmt: skip


def refusals(language: Language) -> dict[str, str]:
    """Return in the reader's language why a file cannot be read at all, by word."""
    text = language.text
    return {
        "empty": text("Die Datei ist leer."),
        "too_large": text("Die Datei ist größer als 5 MB."),
        "too_slow": text("Die Datei lässt sich nicht lesen; sie braucht zu viel Zeit oder Speicher."),
        "damaged": text("Die Datei ist beschädigt oder keine Tabelle (XLSX, CSV, ZIP mit CSV, JSON)."),
        "cut_off": text("Die Datei ist unvollständig oder beschädigt; bitte erneut speichern und hochladen."),
        "bomb": text("Die Datei enthält ausgepackt mehr, als ein Plan braucht; sie wurde nicht geöffnet."),
        "unsafe": text("Die Datei enthält, was in keine Tabelle gehört (Archiv in der Datei, fremde Pfade, "
                       "Verweise); sie wurde nicht geöffnet."),
        "password": text("Die Datei ist mit einem Kennwort geschützt; bitte ohne Kennwort speichern."),
        "old_excel": text("Das ist eine alte Excel-Datei (.xls); bitte als .xlsx speichern."),
        "macros": text("Die Datei enthält Makros; bitte als .xlsx ohne Makros speichern."),
        "external": text("Die Datei enthält Verweise auf andere Dateien; bitte die Werte einfügen und die "
                         "Verknüpfungen löschen."),
        "html": text("Die Datei ist eine Internetseite und keine Tabelle; bitte als .xlsx speichern."),
        "too_long": text("Ein Blatt hat mehr als 5.000 Zeilen."),
        "quotes": text("In der CSV-Datei ist ein Anführungszeichen nicht geschlossen, oder eine Zelle ist zu lang."),
        "no_book": text("Die Datei ist keine Excel-Arbeitsmappe und kein ZIP mit CSV-Dateien."),
        "no_sheet": text("Die Datei enthält kein Blatt der Vorlage."),
        "json_damaged": text("Die JSON-Datei ist fehlerhaft und lässt sich nicht lesen."),
        "json_deep": text("Die JSON-Datei ist zu tief geschachtelt."),
        "json_twice": text("In der JSON-Datei kommt ein Name in derselben Klammer zweimal vor."),
        "json_number": text("Die JSON-Datei enthält NaN oder Infinity; das sind keine Zahlen."),
        "json_other": text("Die JSON-Datei ist kein Werkstattplan dieses Formats."),
        "other_form": text("Das ist kein Sachstandsbogen dieser Anwendung."),
        "plan_not_status": text("Das ist ein Sachstandsbogen; bitte unter »Sachstandsbögen« einlesen."),
    }  # fmt: skip
