"""Exhibits made by hand for the media: every trap of a table in one of them."""

from datetime import date

import pandas as pd

from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note, SourceLine

SOURCE = SourceLine(
    "demo", "Amt für Statistik", "Bevölkerung der Kreise", "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "dl-de/by-2-0",
    "https://www.govdata.de/dl-de/by-2-0", "Quelle: © Amt für Statistik; dl-de/by-2-0", date(2026, 11, 22), True, "1",
)  # fmt: skip
HOSTILE = ("=1+1", "+49", "-x", "@SUM(A1)", "\tTab", 'Ort; mit "Zeichen", und\nUmbruch')


def table_exhibit(chart: str = "table") -> Exhibit:
    """Return an exhibit with hostile texts, a missing number, a negative one and a date."""
    rows = pd.DataFrame({
        "place": HOSTILE, "value": [1234.5, -0.25, None, 0.0, 1e6, -3.0], "year": [2019, 2020, 2021, 2022, 2023, 2024],
        "day": pd.to_datetime(["2024-12-31"] * 5 + [None]), "hidden": 1,
    })  # fmt: skip
    columns = (
        Column("place", "Ort"), Column("value", "Wert", "je 100", 1), Column("year", "Jahr"), Column("day", "Stichtag"),
    )  # fmt: skip
    return Exhibit(
        Address.of("demo", ags="05758"), "=Titel", "je 100", "Ein Befund mit Übergröße.", "Beschreibung der Tabelle",
        rows, columns, Marks(chart, x="place", y="value"), (SOURCE,),
        (BreakMark(date(2022, 5, 15), "Zensus 2022", "neue Basis"),),
        (Note("kreis_value", "Kreiswert: Kreis Herford."),),
    )  # fmt: skip
