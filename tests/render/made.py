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


YEARS = range(2025, 2051)


def course_exhibit() -> Exhibit:
    """Return observed years on two bases, two scenarios from their end on, a band for the first, and a capacity."""
    seen = [("census2011", year, 1000.0 - 4 * (year - 2013)) for year in range(2013, 2022)]
    seen += [("census2022", year, 955.0 - 5 * (year - 2022)) for year in range(2022, 2025)]
    rows = [("Wie bisher", f"beobachtet, {basis}", basis, year, value, None, None) for basis, year, value in seen]
    for name, slope, band in (("Wie bisher", 3.0, 2.0), ("Mehr Zuzug", -1.0, None)):
        rows += [(name, name, "projection", year, 945 - slope * (year - 2024),
                  945 - (slope + band) * (year - 2024) if band else None,
                  945 - (slope - band) * (year - 2024) if band else None) for year in YEARS]  # fmt: skip
    table = pd.DataFrame(rows, columns=["series", "part", "basis", "year", "value", "low", "high"])
    table = table.assign(day=pd.to_datetime(table["year"].astype(str) + "-12-31")).astype({"low": float, "high": float})
    columns = (Column("part", "Reihe"), Column("day", "Stichtag"), Column("value", "Personen", "", 0),
               Column("low", "von", "", 0), Column("high", "bis", "", 0))  # fmt: skip
    marks = Marks("line", x="day", y="value", series="series", focus="Wie bisher", second="Mehr Zuzug", lower="low",
                  upper="high", dash="basis", options={
                      "start": "2024-12-31", "start_word": "Beginn der Rechnung", "part": "part",
                      "starts": {"Wie bisher": 945.0, "Mehr Zuzug": 945.0}, "capacity": 1020.0,
                      "capacity_word": "Plätze: 1.020", "band_word": "80-%-Bereich"})  # fmt: skip
    return Exhibit(
        Address.of("demo", ags="05758"), "Kinder", "Personen am 31. Dezember", "Wenn es bleibt, wie es ist, sinkt es.",
        "Linien", table, columns, marks, (SOURCE,), (BreakMark(date(2022, 5, 15), "Zensus 2022", "neue Basis"),),
    )  # fmt: skip


PARTS = ("leben heute schon hier", "später geboren", "später zugezogen")


def stacked_exhibit() -> Exhibit:
    """Return a number by year and what it is made of; in the first year everyone lives there already."""
    table = pd.DataFrame({"year": [2024, *YEARS]})
    since = table["year"] - 2024
    table = table.assign(here=900.0 - 20 * since, born=4.0 * since, moved=9.0 * since)
    columns = (Column("year", "Jahr"), *(Column(key, name, "Personen", 0)
               for key, name in zip(("here", "born", "moved"), PARTS, strict=True)))  # fmt: skip
    marks = Marks("stacked", x="year", y="here", options={"parts": ("here", "born", "moved"), "part_names": PARTS})
    return Exhibit(Address.of("demo", ags="05758"), "Gewissheit", "Personen", "Die meisten leben schon hier.", "Säulen",
                   table, columns, marks, (SOURCE,))  # fmt: skip


def split_pyramid() -> Exhibit:
    """Return a pyramid of single ages whose bars are split in three parts, with an outline of today."""
    ages = range(101)
    rows = []
    for name, year in (("2050", 26), ("2024", 0)):
        for age in ages:
            persons = max(0.0, 60 - abs(age - 45 - year / 2)) + 10
            share = {2050: (1.0, 0.0) if age >= 26 else (0.0, 0.8)}.get(int(name), (1.0, 0.0))
            rows.append({"series": name, "ages": str(age), "age_from": age, "width": 1.0, "m": persons, "f": persons,
                         **{f"{sex}_{part}": persons * at for sex in "mf"
                            for part, at in (("here", share[0] * 0.9), ("born", share[1]),
                                             ("moved", 1 - share[0] * 0.9 - share[1]))}})  # fmt: skip
    columns = (Column("series", "Jahr"), Column("ages", "Alter"), Column("m", "Männer", "", 0),
               Column("f", "Frauen", "", 0))  # fmt: skip
    marks = Marks("pyramid", x="ages", y="m", series="series", focus="2050", second="2024", options={
        "maximum": 75.0, "left": "m", "right": "f", "left_name": "Männer", "right_name": "Frauen",
        "age_from": "age_from", "width": "width", "share": False, "left_count": "m", "right_count": "f",
        "axis": "Personen je Altersjahr", "left_parts": ("m_here", "m_born", "m_moved"),
        "right_parts": ("f_here", "f_born", "f_moved"), "part_names": PARTS})  # fmt: skip
    return Exhibit(Address.of("demo", ags="05758"), "Pyramide", "Personen", "Wer 2050 älter als 26 ist, lebt schon.",
                   "Pyramide", pd.DataFrame(rows), columns, marks, (SOURCE,))  # fmt: skip
