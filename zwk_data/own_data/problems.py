"""What is wrong with a table of own figures, said so that its author can mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zwk_data.language import Language


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (or, as a warning, unusual): where it stands, what stands there, what is expected.

    ``row`` is the line of the file, 0 where the whole table is meant; ``kind`` a word of ``expected``; ``values`` fill
    its text.
    """

    row: int
    column: str
    found: str
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


def expected(problem: Problem, language: Language) -> str:
    """Return in the reader's language what is expected in place of what was found."""
    text = language.text
    words = {
        "column_missing": text("Diese Spalte der Vorlage fehlt."),
        "column_unknown": text("Diese Spalte kennt die Vorlage nicht; sie wird nicht gelesen."),
        "no_rows": text("Die Tabelle enthält keine Zeile mit Zahlen."),
        "ags": text("Der Gemeindeschlüssel mit acht Ziffern, zum Beispiel 05758012."),
        "ags_unknown": text("Diesen Gemeindeschlüssel gibt es nicht. {nearest}"),
        "ags_level": text("Der Schlüssel einer Gemeinde oder kreisfreien Stadt, nicht eines Kreises oder Landes."),
        "ags_several": text("Eine Datei enthält die Zahlen einer Gemeinde; weiter oben steht {ags}."),
        "area": text("Ein Name aus Buchstaben und Ziffern mit höchstens 60 Zeichen, oder nichts für die Gemeinde."),
        "area_twice": text("Dieser Name ist dem Gebiet »{other}« zu ähnlich; bitte eine Schreibweise verwenden."),
        "day": text("Ein Datum wie 31.12.2025 oder ein Jahr wie 2025."),
        "day_future": text("Ein Stichtag, der nicht in der Zukunft liegt."),
        "day_old": text("Ein Stichtag ab 1950."),
        "day_flow": text("Geburten, Sterbefälle und Wanderungen gelten für ein ganzes Jahr: bitte das Jahr angeben."),
        "measure": text("Eines der Wörter: {words}."),
        "sex": text("m, w oder insgesamt."),
        "age": text("Ein Alter in vollendeten Jahren von 0 bis 120, oder nichts."),
        "age_order": text("»Alter bis« darf nicht kleiner sein als »Alter von«."),
        "age_from": text("»Alter bis« braucht ein »Alter von«."),
        "age_births": text("Geburten werden ohne Alter angegeben."),
        "count": text("Eine ganze Zahl ab 0, oder • für einen geheim gehaltenen Wert."),
        "formula": text("Der Wert selbst statt einer Formel (in Excel: Inhalte einfügen, Werte)."),
        "duplicate": text("Dieselbe Angabe steht schon in Zeile {row}; jede darf nur einmal vorkommen."),
        "ages_gap": text("Die Altersgruppen haben eine Lücke: Nach {before} muss {next} folgen."),
        "ages_overlap": text("Die Altersgruppen überschneiden sich: Nach {before} muss {next} folgen."),
        "ages_start": text("Die Altersgruppen müssen mit 0 beginnen."),
        "ages_open": text("Die letzte Altersgruppe muss nach oben offen sein (»Alter bis« leer)."),
        "ages_sexes": text("Die Altersgruppen von m, w und insgesamt müssen dieselben sein."),
        "ages_areas": text(
            "Alle Gebiete eines Stichtags brauchen dieselben Altersgruppen; anders sind sie in: {area}."
        ),
        "sex_missing": text("Zu m gehört w, und umgekehrt; es fehlt: {sex}."),
        "sexes_sum": text("m und w ergeben zusammen {sum}, angegeben sind {found}."),
        "ages_sum": text("Die Altersgruppen ergeben zusammen {sum}, angegeben sind {found}."),
        "ages_above": text("Die Altersgruppen ergeben ohne die geheimen schon {sum}, angegeben sind {found}."),
        "areas_above": text("Die Gebiete ergeben zusammen {sum}, die Gemeinde hat {found}."),
        "detail_areas": text(
            "Alle Gebiete eines Stichtags brauchen dieselben Angaben nach Geschlecht und Alter; anders sind sie in: "
            "{area}."
        ),
        "areas_rest": text(
            "Die Gebiete ergeben zusammen {sum}, die Gemeinde hat {found}: Der kleine Rest ließe sich errechnen. Bitte "
            "alle Gebiete angeben oder die Zeilen der Gemeinde weglassen."
        ),
        "column_twice": text("Diese Spalte darf nur einmal vorkommen."),
        "official": text(
            "Die amtliche Zahl ist {official}. Ein Melderegister weicht davon ab, aber selten um mehr als 10 %."
        ),
        "not_year_end": text("Zeitreihen zeigen nur Werte zum 31. Dezember; diese Zahlen stehen nur im Altersaufbau."),
        "own_grid": text(
            "Mit diesen Altersgruppen gibt es keine Alterspyramide. Möglich sind Altersjahre oder Fünfjahresgruppen "
            "(0–4, 5–9 … 85 und älter)."
        ),
    }  # fmt: skip
    said = words[problem.kind]
    return said.format(**problem.values) if problem.values else said


def refusals(language: Language) -> dict[str, str]:
    """Return in the reader's language why a file cannot be read at all, by word."""
    text = language.text
    return {
        "too_large": text("Die Datei ist größer als 5 MB."),
        "too_slow": text("Die Datei lässt sich nicht lesen; sie braucht zu viel Zeit oder Speicher."),
        "damaged": text("Die Datei ist beschädigt oder keine Tabelle (CSV oder XLSX)."),
        "too_long": text("Die Tabelle hat mehr als 20.000 Zeilen."),
        "no_headings": text(
            "Die Überschriften der Vorlage fehlen: Ort (AGS), Gebiet, Stichtag, Merkmal, Geschlecht, Alter von, "
            "Alter bis, Anzahl."
        ),
    }
