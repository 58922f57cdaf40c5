"""GV-ISys, the official register of Gemeinden: population, area, names, coordinates and keys of every Gemeinde.

Each parser first reads a file into ``Record`` values. Unpopulated areas outside any Gemeinde have no population row
and are no place, but they count in the area of their Kreis, their Land and Germany.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import openpyxl
import pyarrow as pa

from zwk_data.sources.rows import TOTAL, FormatError, Row, canonical, to_table

TYPES = {
    "60": "Markt", "61": "Kreisfreie Stadt", "62": "Stadtkreis", "63": "Stadt", "64": "Gemeinde",
    "65": "Gemeindefreies Gebiet (bewohnt)", "66": "Gemeindefreies Gebiet (unbewohnt)", "67": "Große Kreisstadt",
}  # fmt: skip
TYPES_2011 = {
    "Kreisangehörige Gemeinde": "Gemeinde",
    "Stadtstaat": "Kreisfreie Stadt",
    "Bewohntes gemfr. Gebiet": TYPES["65"],
}
UNINCORPORATED = (TYPES["65"], TYPES["66"])
RECORD_LENGTH = 220  # characters of a GV100AD line


@dataclass(frozen=True)
class Record:
    """A Gemeinde or an unpopulated area as the register gives it; ``ags`` has 8 digits, area in km²."""

    ags: str
    name: str
    type: str
    population: int
    male: int | None
    female: int | None
    area: float
    lon: float | None = None
    lat: float | None = None
    degurba: int | None = None
    statuses: tuple[str, str, str] = ("ok", "ok", "ok")  # of population, male, female

    @property
    def unpopulated(self) -> bool:
        """Whether this is an area outside any Gemeinde where nobody lives: no place."""
        return not self.population and self.type in UNINCORPORATED


def read_2011(raw: bytes) -> list[Record]:
    """Read the copy of the register of 31.12.2011 (CSV, population before the census of 2011)."""
    return [
        Record(
            line["Amtl.Gemeindeschlüssel"],
            line["Anschrift der Gemeinde"],
            TYPES_2011.get(line["Gemeindetyp"], line["Gemeindetyp"]),
            int(line["Einwohner gesamt"]),
            int(line["Einwohner männlich"]),
            int(line["Einwohner weiblich"]),
            float(line["Fläche km2"]),
        )
        for line in _lines(raw, "Amtl.Gemeindeschlüssel", "Einwohner gesamt")
    ]


def read_auszug_csv(raw: bytes) -> list[Record]:
    """Read the yearly extract as CSV: numbers with blanks for thousands, coordinates with a decimal comma."""
    return [
        Record(
            line["land"] + line["rb"] + line["kreis"] + line["gemeinde"],
            line["gemeindename"],
            TYPES[line["textkennzeichen"]],
            _integer(line["bevoelkerung"]),
            _integer(line["maennlich"]),
            _integer(line["weiblich"]),
            float(line["flaeche"]),
            _degrees(line["laengengrad"]),
            _degrees(line["breitengrad"]),
            int(line["verstaedterungschluessel"]),
        )
        for line in _lines(raw, "satzart", "bevoelkerung")
        if line["satzart"] == "60"
    ]


def read_auszug_xlsx(raw: bytes) -> list[Record]:
    """Read the quarterly workbook (second sheet). Its population is older than its territory."""
    sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[1]
    found = []
    for cells in sheet.iter_rows(values_only=True):
        if cells[0] == "60":
            land, region, kreis, gemeinde, name = cells[2], cells[3], cells[4], cells[6], cells[7]
            degurba = int(cells[18]) if cells[18] else None
            area, total, male, female = cells[8], int(cells[9] or 0), int(cells[10] or 0), int(cells[11] or 0)
            ags, lon, lat = f"{land}{region}{kreis}{gemeinde}", _degrees(cells[14]), _degrees(cells[15])
            found.append(Record(ags, name, TYPES[cells[1]], total, male, female, float(area), lon, lat, degurba))
    return found


def read_gv100ad(raw: bytes) -> list[Record]:
    """Read the fixed-width file GV100AD (UTF-8, 220 characters), records of type 60.

    Fields, counted from 1: key 11-18, name 23-72, type 123-124, area in hectares 129-139, population 140-150,
    males 151-161.
    """
    found = []
    for line in raw.decode("utf-8").splitlines():
        if line[:2] != "60":
            continue
        if len(line) != RECORD_LENGTH:
            raise FormatError(f"GV100AD: a line of {len(line)} characters")
        total, male = int(line[139:150]), int(line[150:161])
        kind, area = TYPES[line[122:124]], int(line[128:139]) / 100
        found.append(Record(line[10:18], line[22:72].strip(), kind, total, male, total - male, area))
    return found


def read_gv100ad_names(raw: bytes, level: str) -> dict[str, str]:
    """Return key -> name of the Länder (``level`` 10) or Kreise (40) of a GV100AD file."""
    lines = raw.decode("utf-8").splitlines()
    return {line[10:18].strip(): line[22:72].strip() for line in lines if line[:2] == level}


def parse(records: Iterable[Record], dataset: str, day: date, basis: str, *, complete: bool = True) -> pa.Table:
    """Return population by sex and area of each Gemeinde on ``day``.

    Where the file is ``complete`` (unpopulated areas included), the area of Kreise, Länder and Germany is added as
    their sum, marked computed.
    """
    records = list(records)
    populated = [record for record in records if record.population or record.statuses[0] != "ok"]
    rows = [row for record in populated for row in _gemeinde_rows(record, dataset, day, basis)]
    if complete:
        own = {row.ags for row in rows}
        rows += _area_sums(records, dataset, day, basis, own)
    return to_table(rows, Counter(unpopulated_areas=len(records) - len(populated)))


def _gemeinde_rows(record: Record, dataset: str, day: date, basis: str) -> Iterator[Row]:
    ags = canonical(record.ags)
    total = record.population if record.statuses[0] == "ok" else None
    for sex, value, status in zip("tmf", (total, record.male, record.female), record.statuses, strict=True):
        if value is not None or status != "ok":
            yield Row(
                dataset, "population", ags, day, sex, *TOTAL, basis, None if value is None else float(value), status
            )
    yield Row(dataset, "area_km2", ags, day, "t", *TOTAL, basis, record.area)


def _area_sums(records: list[Record], dataset: str, day: date, basis: str, own: set[str]) -> Iterator[Row]:
    # Coastal waters and condominiums carry a number (13000, 07000) that belongs to no Kreis; they count in the Land.
    kreise = {record.ags[:5] for record in records if record.population} - own
    hectares: dict[str, int] = defaultdict(int)
    for record in records:
        for key in ("DG", record.ags[:2], record.ags[:5]):
            hectares[key] += round(record.area * 100)
    for key, area in hectares.items():
        if len(key) == 2 or key in kreise:
            yield Row(dataset, "area_km2", key, day, "t", *TOTAL, basis, area / 100, "computed")


def _lines(raw: bytes, *required: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    if missing := set(required) - set(reader.fieldnames or ()):
        raise FormatError(f"GV-ISys: columns missing: {', '.join(sorted(missing))}")
    return list(reader)


def _integer(text: str) -> int:
    return int(text.replace(" ", "") or 0)


def _degrees(text: str | None) -> float | None:
    return float(text.replace(",", ".")) if text else None
