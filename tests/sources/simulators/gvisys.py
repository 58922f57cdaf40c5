"""GV-ISys: workbooks in their real layout. Names and areas are real; the inhabitants are made up, and add up."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.sources.simulator import HTML, Asked, Mutation, Reply, Simulator
from zwk_data.sources import gvisys_api
from zwk_data.sources.provider import Scope

TODAY = date(2026, 11, 1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = list[Any]
# Key, name, mark, area, longitude, latitude, degree of urbanisation; the inhabitants follow from key and date.
LAENDER = {"05": "Nordrhein-Westfalen", "07": "Rheinland-Pfalz", "13": "Mecklenburg-Vorpommern", "15": "Sachsen-Anhalt"}
KREISE = {"05758": ("43", "Herford"), "13071": ("44", "Mecklenburgische Seenplatte"),
          "15001": ("41", "Dessau-Roßlau, Stadt")}  # fmt: skip
GEMEINDEN = (
    ("05758004", "Bünde, Stadt", "63", 59.3, "8,58371", "52,197547", "02"),
    ("05758008", "Enger, Widukindstadt", "63", 41.24, "8,559282", "52,139237", "02"),
    ("05758012", "Herford, Hansestadt", "63", 79.15, "8,673516", "52,115598", "02"),
    ("05758016", "Hiddenhausen", "64", 23.87, "8,616108", "52,166041", "02"),
    ("05758028", "Rödinghausen", "64", 36.27, "8,479015", "52,253282", "03"),
    ("07000999", "Gemeinsames deutsch-luxemburgisches Hoheitsgebiet", "66", 6.2, "0", "0", "03"),
    ("13071029", "Demmin, Hansestadt", "63", 82.06, "13,038196", "53,905543", "02"),
    ("13071107", "Neubrandenburg, Vier-Tore-Stadt", "63", 86.12, "13,25996", "53,557345", "02"),
    ("13071156", "Waren (Müritz), Stadt", "63", 159.46, "12,686242", "53,513209", "02"),
    ("15001000", "Dessau-Roßlau, Stadt", "61", 245.05, "12,245715", "51,834703", "02"),
)
# Address -> territory and date of the figures; of the quarterly ones the third is the newest.
EDITIONS = {
    "GVAuszugQ/AuszugGV1QAktuell.xlsx": (date(2026, 3, 31), date(2024, 12, 31)),
    "GVAuszugQ/AuszugGV2QAktuell.xlsx": (date(2026, 6, 30), date(2024, 12, 31)),
    "GVAuszugQ/AuszugGV3QAktuell.xlsx": (date(2026, 9, 30), date(2025, 12, 31)),
    "GVAuszugQ/AuszugGV4QAktuell.xlsx": (date(2025, 12, 31), date(2024, 12, 31)),
    "GVAuszugJ/31122023_Auszug_GV.xlsx": (date(2023, 12, 31), date(2023, 12, 31)),
}
FOOTER = (
    "Quelle: Gemeindeverzeichnis-Informationssytem GV-ISys",
    "1) Abweichungen bei den Flächenangaben sind durch Runden der Zahlen möglich.",
    "© Daten (im Auftrag der Herausgebergemeinschaft Statistische Ämter des Bundes und der Länder)",
    "     Statistisches Bundesamt (Destatis), 2026",
    "     Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe gestattet.",
)


def people(ags: str, day: date) -> tuple[int, int, int]:
    """Invented inhabitants: total, men, women."""
    if ags.endswith("999"):
        return 0, 0, 0
    men = 10_000 + int(ags[5:]) * 10 + (day.year - 2020)
    return 2 * men + 100, men, men + 100


def workbook(territory: date, day: date, gemeinden: Sequence[tuple[Any, ...]] = GEMEINDEN) -> bytes:
    """A whole edition: contents, three rows of header, records, footer."""
    return written(territory, day, _records(day, gemeinden))


def written(territory: date, day: date, records: Iterable[Cells]) -> bytes:
    """A workbook with any records."""
    book = openpyxl.Workbook()
    book.active.title = "Inhalt"
    sheet = book.create_sheet(f"Onlineprodukt_Gemeinden{territory:%d%m%Y}")
    for row in (*_header(territory, day), *records, [], *([line] for line in FOOTER)):
        sheet.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _header(territory: date, day: date) -> list[Cells]:
    none, first, figures = [None], f"{territory:%d.%m.%Y}", f"{day:%d.%m.%Y} (Jahr)"
    return [
        [f"Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am {first} (Quartal)"],
        [],
        ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", *none * 4, "Gemeindename",
         "Fläche km2 1)", "Bevölkerung2)", *none * 3, "Postleit-zahl3)", "Geografische Mittelpunktkoordinaten", None,
         "Reisegebiete", None, "Grad der Verstädterung", None],
        [*none * 2, "Land", "RB", "Kreis", "VB", "Gem", *none * 2, "insgesamt", "männlich", "weiblich", "je km2", None,
         "Längengrad", "Breitengrad", *none * 4],
        [*none * 2, f"Gebietsstand am {first} (Quartal)", *none * 5, figures, f"am {figures}", *none * 4,
         "Zuordnungsstand am 31.12.2023", None, "Schlüssel", "Bezeichnung", "Schlüssel", "Bezeichnung"],
        [],
    ]  # fmt: skip


def _records(day: date, gemeinden: Sequence[tuple[Any, ...]]) -> list[Cells]:
    rows: list[Cells] = []
    for land, name in LAENDER.items():
        rows.append(["10", None, land, *[None] * 4, name])
        for ags, (mark, kreis) in KREISE.items():
            if ags.startswith(land):
                rows.append(["40", mark, land, ags[2], ags[3:5], None, None, kreis])
                rows += [_gemeinde(entry, day) for entry in gemeinden if entry[0].startswith(ags)]
        rows += [_gemeinde(entry, day) for entry in gemeinden if entry[0].startswith(f"{land}000")]
    return rows


def _gemeinde(entry: tuple[Any, ...], day: date) -> Cells:
    return gemeinde(entry, people(entry[0], day))


def gemeinde(entry: tuple[Any, ...], counted: tuple[int, int, int]) -> Cells:
    """The record of a Gemeinde with its inhabitants: total, men, women."""
    ags, name, mark, area, lon, lat, degree = entry
    total, men, women = counted
    return ["60", mark, ags[:2], ags[2], ags[3:5], "0" + ags[5:], ags[5:], name, area, total, men, women,
            round(total / area), "00000", lon, lat, "X00", "Erfundenes Gebiet", degree, "Grad"]  # fmt: skip


@cache
def _edition(path: str) -> bytes:
    return workbook(*EDITIONS[path])


class Gvisys(Simulator):
    """The folder of workbooks at destatis.de."""

    provider = gvisys_api  # type: ignore[assignment]
    environment = "ZWK_GVISYS_URL"
    datasets = ("gvisys",)

    def __init__(self) -> None:
        super().__init__()
        self.editions: dict[str, bytes] = {}  # other workbooks by address

    def scope(self) -> Scope:
        """The three Kreise and their Gemeinden."""
        day = EDITIONS["GVAuszugQ/AuszugGV3QAktuell.xlsx"][1]
        towns = [entry[0] for entry in GEMEINDEN if entry[2] in ("63", "64")]
        level_of = {"DG": "germany", **dict.fromkeys(LAENDER, "land"), **dict.fromkeys(KREISE, "kreis")}
        level_of |= dict.fromkeys(towns, "gemeinde")
        people_of = {ags: float(people(ags, day)[0]) for ags in towns} | {"15001": float(people("15001000", day)[0])}
        for kreis in ("05758", "13071"):
            people_of[kreis] = sum(value for ags, value in people_of.items() if ags[:5] == kreis)
        return Scope({}, level_of, frozenset(level_of), people_of, today=TODAY, since=2022)

    def reply(self, asked: Asked) -> Reply:
        """A workbook, or the page that tells there is none."""
        path = "/".join(PurePosixPath(asked.path).parts[-2:])
        if path not in {*EDITIONS, *self.editions} or asked.one("__blob") != "publicationFile":
            return Reply(HTML, "text/html; charset=UTF-8", 404, data=False)
        return Reply(self.editions.get(path) or _edition(path), XLSX)


# --- what can be wrong inside ----------------------------------------------------------------------------------------


def sheet(change: Callable[[Worksheet], None]) -> Mutation:
    """Change the sheet with the Gemeinden."""

    def mutate(body: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(body))
        change(book.worksheets[1])
        into = io.BytesIO()
        book.save(into)
        return into.getvalue()

    return mutate


def each(change: Callable[[Any], None]) -> Mutation:
    """Change every row of a Gemeinde (a tuple of cells)."""

    def rows(found: Worksheet) -> None:
        for row in found.iter_rows():
            if row[0].value == "60":
                change(row)

    return sheet(rows)


def members(change: Callable[[str, bytes], Mapping[str, bytes]]) -> Mutation:
    """Change the files inside the workbook: name and bytes -> what stands there instead."""

    def mutate(body: bytes) -> bytes:
        into = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                for other, content in change(name, old.read(name)).items():
                    new.writestr(other, content)
        return into.getvalue()

    return mutate


def _cell(address: str, value: Any) -> Mutation:
    return sheet(lambda found: found.__setitem__(address, value))


def _set(column: int, value: Callable[[Any], Any]) -> Mutation:
    def change(row: Any) -> None:
        row[column].value = value(row[column].value)

    return each(change)


def _where(test: Callable[[Cells], bool], then: Callable[[Worksheet, int], None]) -> Mutation:
    """Do something at each row that fits, from below."""

    def rows(found: Worksheet) -> None:
        for number in range(found.max_row, 0, -1):
            if test([cell.value for cell in found[number]]):
                then(found, number)

    return sheet(rows)


def _twice(raised: int) -> Mutation:
    """Repeat the row of Bünde, with more or the same inhabitants."""

    def rows(found: Worksheet, number: int) -> None:
        cells = [cell.value for cell in found[number]]
        found.insert_rows(number)
        for column, value in enumerate(cells, 1):
            found.cell(number, column, value + raised if column in (10, 11) else value)

    return _where(lambda row: row[7] == "Bünde, Stadt", rows)


def _flags(found: Worksheet) -> None:
    """Each sign once, at five Gemeinden."""
    signs = {"Bünde, Stadt": ".", "Hiddenhausen": "...", "Rödinghausen": "x", "Demmin, Hansestadt": "/",
             "Waren (Müritz), Stadt": "-"}  # fmt: skip
    for row in found.iter_rows():
        if row[0].value == "60" and row[7].value in signs:
            row[9].value = signs[row[7].value]


def _swapped(found: Worksheet) -> None:
    for row in found.iter_rows():
        row[10].value, row[11].value = row[11].value, row[10].value


def _without_dates(found: Worksheet) -> None:
    for cell in ("I5", "J5"):
        found[cell] = None


def _new_kreis(found: Worksheet) -> None:
    number = next(row[0].row for row in found.iter_rows() if row[0].value == "40")
    found.insert_rows(number, 2)
    for column, value in enumerate(["40", "43", "05", "7", "99", None, None, "Erfunden"], 1):
        found.cell(number, column, value)
    entry = ("05799004", "Erfundenstadt, Stadt", "63", 10.0, "8,5", "52,1", "02")
    for column, value in enumerate(_gemeinde(entry, date(2025, 12, 31)), 1):
        found.cell(number + 1, column, value)


def _texts(change: Callable[[bytes], bytes]) -> Mutation:
    """Change the bytes of all texts; umlauts stand there as UTF-8, as in the real file."""

    def changed(body: bytes) -> bytes:
        return change(re.sub(rb"&#(\d+);", lambda match: chr(int(match[1])).encode(), body))

    return members(lambda name, body: {name: changed(body) if name == "xl/worksheets/sheet2.xml" else body})


def _beside(extra: str, content: bytes) -> Mutation:
    return members(lambda name, body: {name: body} | ({extra: content} if name.endswith("workbook.xml") else {}))


INNER = io.BytesIO()
with zipfile.ZipFile(INNER, "w") as inner:
    inner.writestr("a.csv", "1;2")

Gvisys.mutations = {
    "error_in_200": lambda body: b'{"error": "Service temporarily unavailable"}',
    "moved": lambda body: HTML,
    "empty": _where(lambda row: row[0] == "60", lambda found, number: found.delete_rows(number)),
    "flags": sheet(_flags),
    "renamed_column": _cell("J4", "zusammen"),
    "added_column": sheet(lambda found: (found.insert_cols(9), found.__setitem__("I3", "Verwaltungssitz"))[0]),
    "dropped_column": sheet(lambda found: found.delete_cols(11)),
    "reordered_columns": sheet(_swapped),
    "duplicate_identical": _twice(0),
    "duplicate_contradicting": _twice(1),
    "negative": _set(9, lambda value: -value),
    "thousandfold": each(lambda row: [setattr(row[i], "value", row[i].value * 1000) for i in (9, 10, 11)][0]),
    "unit_changed": _cell("I3", "Fläche ha 1)"),
    "unknown_place": sheet(_new_kreis),
    "lost_date": sheet(_without_dates),
    "lost_places": _where(
        lambda row: row[0] == "60" and row[6] in ("008", "016", "029"),
        lambda found, number: found.delete_rows(number),
    ),
    "encoding_latin1": _texts(lambda body: body.decode().encode("latin-1")),
    "encoding_utf8_bom": _texts(lambda body: b"\xef\xbb\xbf" + body),
    "mojibake": _texts(lambda body: body.decode().encode().decode("latin-1").encode()),
    "decimal_point_for_comma": each(
        lambda row: [setattr(row[i], "value", row[i].value.replace(",", ".")) for i in (14, 15)][0]
    ),
    "leading_zero_lost": each(
        lambda row: [setattr(row[i], "value", row[i].value.lstrip("0")) for i in (2, 3, 4, 6)][0]
    ),
    "zip_bomb": _beside("xl/media/a.bin", b"\0" * (8 << 20)),
    "zip_slip": _beside("../../a.txt", b"1"),
    "nested_zip": _beside("xl/embeddings/a.bin", INNER.getvalue()),
}
Gvisys.impossible = {
    "asynchronous": "fertige Dateien zum Herunterladen",
    "async_never_ready": "fertige Dateien zum Herunterladen",
    "too_big": "fertige Dateien zum Herunterladen",
    "dissolved_place": "führt nur die Gemeinden, die es gibt",
}
