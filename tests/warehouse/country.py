"""Providers that serve all of Germany under real keys, for a refresh beside the real snapshot.

Figures are those of the snapshot, moved to a year nobody has published yet and changed by one person, or made of the key
as in the small simulators.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pyarrow.parquet as pq

from tests.sources.simulator import HTML, Asked, Reply
from tests.sources.simulators import gvisys
from tests.sources.simulators.genesis import Regio
from tests.sources.simulators.gvisys import EDITIONS, XLSX, Gvisys
from tests.sources.simulators.regionalatlas import Regionalatlas
from tests.warehouse.refreshing import Births
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.paths import SNAPSHOT

NEWEST = "GVAuszugQ/AuszugGV3QAktuell.xlsx"
KREIS_MARKS = {"Kreisfreie Stadt": "41", "Stadtkreis": "42", "Kreis": "43", "Landkreis": "44"}
TOWN_MARKS = {"Markt": "60", "Stadt": "63", "Gemeinde": "64", "Große Kreisstadt": "67"}


class Register(Gvisys):
    """All Gemeinden with the inhabitants of 31.12.2022 and one man more, said to be those of 31.12.2025."""

    def reply(self, asked: Asked) -> Reply:
        if not asked.path.endswith(NEWEST):
            return Reply(HTML, "text/html; charset=UTF-8", 404, data=False)
        return Reply(whole_register(), XLSX)


@cache
def whole_register() -> bytes:
    return gvisys.written(*EDITIONS[NEWEST], records())


def records() -> Iterator[list[Any]]:
    """The records of the workbook: Länder, Kreise, Gemeinden."""
    figures = {(r["ags"], r["measure"], r["sex"]): r["value"] for r in rows_of("gvisys_2022")}
    for row in sorted(rows_of("places"), key=lambda row: row["ags"]):
        ags = row["ags"]
        if not row["current"] or row["level"] == "germany":
            continue
        if row["level"] == "land":
            yield ["10", None, ags, *[None] * 4, row["name"]]
            continue
        if row["level"] == "kreis":
            yield ["40", KREIS_MARKS[row["type"]], ags[:2], ags[2], ags[3:5], None, None, row["name"]]
        if row["level"] == "gemeinde" or row["is_own_gemeinde"]:
            yield town(row, figures)


def town(row: dict[str, Any], figures: dict[tuple[str, str, str], float]) -> list[Any]:
    ags, key = row["ags"], row["ags"].ljust(8, "0")
    mark = "61" if row["is_own_gemeinde"] else TOWN_MARKS.get(row["type"], "64")
    lon, lat = (f"{row[name] or 0:g}".replace(".", ",") for name in ("lon", "lat"))
    entry = (key, row["name_official"], mark, figures.get((ags, "area_km2", "t"), 1.0), lon, lat, f"0{row['degurba']}")
    men, women = (int(figures.get((ags, "population", sex), 0)) for sex in ("m", "f"))
    return gvisys.gemeinde(entry, (men + 1 + women, men + 1, women))


@cache
def rows_of(name: str) -> list[dict[str, Any]]:
    return pq.read_table(SNAPSHOT / f"{name}.parquet").to_pylist()


class Atlas(Regionalatlas):
    """The Regionalatlas with every Gemeinde, of one year."""

    around = None
    years = (2024,)


def births(statistics: Statistics) -> Births:
    """Eurostat's births by Kreis, with Herford's changed to 2001."""
    server = Births()
    server.codes = {**statistics.nuts3(), **LAND_OF_NUTS1, "DE": "DG"}
    server.round = 1
    return server


class Kreise(Regio):
    """The Regionaldatenbank with all Kreise and their real inhabitants of 31.12.2022, said to be those of 2023."""

    period = (2023, 2023)

    def __init__(self) -> None:
        kreise = {row["ags"]: 0 for row in rows_of("places") if row["current"] and row["level"] == "kreis"}
        for row in rows_of("gvisys_2022"):
            if row["measure"] == "population" and row["sex"] == "t" and row["ags"][:5] in kreise:
                kreise[row["ags"][:5]] += int(row["value"] or 0)
        super().__init__(kreise)
