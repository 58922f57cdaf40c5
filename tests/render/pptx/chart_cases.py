"""Exhibits made by hand for every kind of native chart: one, two and ten places, gaps, a Kreis badge, a break.

The figures are made up and recognisably so: hundreds by place, ones by year.
"""

from datetime import date
from typing import Any

import pandas as pd

from tests.render.made import SOURCE, course_exhibit, split_pyramid, stacked_exhibit
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note

PLACES = (
    "Testau", "=1+1", "Landkreis Musterseenplatte an der Beispielelbe", "Probstadt", "Übungen", "Mustergemeinde",
    "Großbeispiel", "+49", "Kleinprobe", "Deutschland (Muster)",
)  # fmt: skip
BREAK = BreakMark(date(2022, 5, 15), "Zensus 2022", "neue Basis")
KREIS = Note("kreis_value", "Kreiswert: Kreis Muster.")
YEARS = range(2013, 2025)


def exhibit_of(rows: list[dict[str, Any]], columns: tuple[Column, ...], marks: Marks) -> Exhibit:
    """Return an exhibit with a break inside and the badge of a Kreis."""
    return Exhibit(
        Address.of("demo", ags="05758"), "Titel", "je 100", "Ein Befund.", "Beschreibung des Diagramms",
        pd.DataFrame(rows), columns, marks, (SOURCE,), (BREAK,), (KREIS,),
    )  # fmt: skip


def line(places: int, chart: str = "line") -> Exhibit:
    """Return lines of so many places on two census bases; 2016 is missing everywhere, 2018 of the first place."""
    rows = [
        {"place": name, "day": pd.Timestamp(year, 12, 31), "basis": "census2022" if year >= 2022 else "census2011",
         "basis_name": "Zensus 2022" if year >= 2022 else "Zensus 2011",
         "value": None if year == 2016 or (year == 2018 and not number) else 100.0 * number + year - 2000 + 0.25}
        for number, name in enumerate(PLACES[:places], 1) for year in YEARS
    ]  # fmt: skip
    columns = (Column("place", "Ort"), Column("day", "Stichtag"), Column("value", "Wert", "je 100", 1))
    second = PLACES[1] if places > 1 else ""
    marks = Marks(chart, x="day", y="value", series="place", focus=PLACES[0], second=second, dash="basis")
    return exhibit_of(rows, columns, marks)


def dots(places: int) -> Exhibit:
    """Return a ranking with a value missing."""
    rows = [{"place": name, "kind": "place", "value": None if number == 4 else 100.0 - number / 2}
            for number, name in enumerate(PLACES[:places], 1)]  # fmt: skip
    marks = Marks("dots", x="value", y="place", series="kind", focus=PLACES[0], second=PLACES[-1])
    return exhibit_of(rows, (Column("place", "Ort"), Column("value", "Wert", "je 100", 1)), marks)


def bars(groups: int) -> Exhibit:
    """Return bars with words of their own, one of them negative, one missing."""
    values = [None if number == 3 else (-1.5 if number == 2 else 10.25 * number) for number in range(1, groups + 1)]
    rows = [{"group": PLACES[number], "value": value, "text": "" if value is None else f"{value} (+1 %)"}
            for number, value in enumerate(values)]  # fmt: skip
    marks = Marks("bars", x="group", y="value", options={"text": "text"})
    return exhibit_of(rows, (Column("group", "Gruppe"), Column("value", "Wert", "%", 1)), marks)


def balance(_: int) -> Exhibit:
    """Return a sum step by step between two stocks."""
    rows = [{"step": name, "value": value, "from": 0.0, "stock": stock, "text": str(value)} for name, value, stock in (
        ("Bestand 2023", 1000.0, True), ("Geburten", 30.0, False), ("Sterbefälle", -70.0, False),
        ("Zuzüge", None, False), ("Bestand 2024", 960.0, True))]  # fmt: skip
    marks = Marks("balance", x="step", y="value", options={"from": "from", "text": "text", "stock": "stock"})
    return exhibit_of(rows, (Column("step", "Schritt"), Column("value", "Personen", "", 0)), marks)


def diverging(groups: int) -> Exhibit:
    """Return what comes and what goes by group; one figure is missing."""
    rows = [{"group": name, "come": None if number == 2 else 20.0 * number, "go": 15.0 * number,
             "net": None if number == 2 else 5.0 * number} for number, name in enumerate(PLACES[:groups], 1)]  # fmt: skip
    columns = (Column("group", "Gruppe"), Column("come", "Zuzüge", "", 0), Column("go", "Fortzüge", "", 0),
               Column("net", "Saldo", "", 0, sign=True))  # fmt: skip
    marks = Marks("diverging", x="group", y="net", options={
        "positive": "come", "negative": "go", "positive_name": "Zuzüge", "negative_name": "Fortzüge"})  # fmt: skip
    return exhibit_of(rows, columns, marks)


def pyramid(places: int) -> Exhibit:
    """Return a pyramid of one place or of two; a figure is missing."""
    rows = [{"series": name, "ages": f"{age}–{age + 4}", "age_from": age, "width": 5.0,
             "m": None if age == 10 else 40.0 + number - age / 5, "f": 42.0 + number - age / 5}
            for number, name in enumerate(PLACES[: min(places, 2)]) for age in range(0, 100, 5)]  # fmt: skip
    columns = (Column("series", "Ort"), Column("ages", "Alter"), Column("m", "Männer", "", 1),
               Column("f", "Frauen", "", 1))  # fmt: skip
    marks = Marks("pyramid", x="ages", y="m", series="series", focus=PLACES[0],
                  second=PLACES[1] if places > 1 else "", options={
                      "maximum": 60.0, "left": "m", "right": "f", "left_name": "Männer", "right_name": "Frauen",
                      "age_from": "age_from", "width": "width", "axis": "Personen je Altersjahr"})  # fmt: skip
    return exhibit_of(rows, columns, marks)


CASES: dict[str, Exhibit] = {
    f"{name}-{count}": make(count)
    for name, make in (("line", line), ("multiples", lambda count: line(count, "multiples")), ("dots", dots),
                       ("bars", bars), ("diverging", diverging))
    for count in (1, 2, 10)
} | {"balance": balance(1), "pyramid-1": pyramid(1), "pyramid-2": pyramid(2), "stacked": stacked_exhibit(),
     "course": course_exhibit(), "pyramid-split": split_pyramid()}  # fmt: skip


def expected(exhibit: Exhibit) -> dict[tuple[str, str], float]:
    """Return what must stand in the chart, read from the exhibit's table alone: (series, category) -> value."""
    marks, rows, options = exhibit.marks, exhibit.table.to_dict("records"), exhibit.marks.options
    if marks.chart in ("line", "multiples"):
        return _lines(exhibit)
    if marks.chart in ("dots", "bars", "balance"):
        name, value = (marks.y, marks.x) if marks.chart == "dots" else (marks.x, marks.y)
        label = next(column.label for column in exhibit.columns if column.key == value)
        found = {(label, str(row[name])): row[value] for row in rows if not row.get("stock")}
    elif marks.chart == "diverging":
        found = {(str(options["positive_name"]), row[marks.x]): row[options["positive"]] for row in rows}
        found |= {(str(options["negative_name"]), row[marks.x]): -row[options["negative"]] for row in rows}
    elif marks.chart == "stacked" or "left_parts" in options:
        found = _parts(exhibit)
    else:
        found = {(f"{options[f'{side}_name']}, {row['series']}", row["ages"]): sign * row[options[side]]
                 for row in rows for side, sign in (("left", -1), ("right", 1))}  # fmt: skip
    return {key: value for key, value in found.items() if value is not None and value == value}


def _lines(exhibit: Exhibit) -> dict[tuple[str, str], float]:
    marks, options = exhibit.marks, exhibit.marks.options
    found = {}
    for row in exhibit.table.to_dict("records"):
        series = row["part"] if "part" in options else f"{row['place']} · {row['basis_name']}"
        found[(series, row["day"].date().isoformat())] = row["value"]
        if marks.lower and row["series"] == marks.focus:
            found |= {("von", row["day"].date().isoformat()): row["low"], ("bis", row["day"].date().isoformat()):
                      row["high"]}  # fmt: skip
    for name, value in options.get("starts", {}).items():
        found[(name, options["start"])] = value  # a projected line begins where the observed one ends
        found |= {(end, options["start"]): value for end in ("von", "bis") if name == marks.focus}
    if "capacity" in options:
        days = {day for _, day in found}
        found |= {(str(options["capacity_word"]), day): options["capacity"] for day in days}
    return {key: value for key, value in found.items() if value is not None and value == value}


def _parts(exhibit: Exhibit) -> dict[tuple[str, str], float]:
    options, table = exhibit.marks.options, exhibit.table
    if exhibit.marks.chart == "stacked":
        return {(name, str(row["year"])): row[key] for row in table.to_dict("records")
                for key, name in zip(options["parts"], options["part_names"], strict=True)}  # fmt: skip
    rows = table[table["series"] == exhibit.marks.focus].to_dict("records")
    return {(f"{options[f'{side}_name']}, {name}", row["ages"]): sign * row[key]
            for row in rows for side, sign in (("left", -1), ("right", 1))
            for key, name in zip(options[f"{side}_parts"], options["part_names"], strict=True)}  # fmt: skip
