"""A server that hands out the one archive of INKAR: real layout, synthetic figures that add up.

Every figure is made from the key of its place; none is real. The archive carries what the real one does besides:
other sections, other indicators, other levels, and a territory nobody lives in.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

from tests.sources.deflate64_zip import archive
from tests.sources.simulator import HTML, Asked, Reply, Simulator
from zwk_data.sources import inkar
from zwk_data.sources.provider import Scope

HEADER = ["Bereich", "ID", "Kuerzel", "Indikator", "Raumbezug", "Kennziffer", "Name", "Zeitbezug", "Wert"]
KREISE = {"01001": "Flensburg", "01051": "Dithmarschen", "05711": "Bielefeld", "05758": "Herford", "09162": "München"}
GEMEINDEN = {"01051044": "Heide", "05758004": "Bünde", "05758012": "Herford", "05758024": "Löhne"}
LAENDER = {"01": "Schleswig-Holstein", "05": "Nordrhein-Westfalen", "09": "Bayern"}
UNINHABITED = "09184444"
SHARES = dict(zip(
    ("a_bev0003", "a_bev0306", "a_bev0618", "a_bev1825", "a_bev2530", "a_bev3050", "a_bev5065", "a_bev6575",
     "a_bev75um", "a_bev_0006", "a_bev65um"),
    (2.5, 3.5, 11.0, 8.0, 6.0, 25.0, 22.0, 12.0, 10.0, 6.0, 22.0), strict=True,
))  # fmt: skip
RATES = {"m_bev_alter": 44.5, "a_geb_bev": 8.5, "a_gest_bev": 12.25, "i_saldo_nat": -3.75, "i_wans": 5.5,
         "q_bev_fl": 123.5}  # fmt: skip
OF_KREISE = {"a_ausl_bev": 15.5, "i_TFR": 1.43}
YEARS = (2021, 2022, 2023)
Rows = list[list[str]]


def men(place: str, year: int) -> int:
    """Men of an invented place: five thousand and a bit that depends on its key and the year."""
    return 5000 + int(place) % 97 + year - 2000


def number(value: float) -> str:
    """A number as INKAR writes it."""
    return f"{value:g}".replace(".", ",")


def _place(level: str, key: str, name: str, year: int, further: dict[str, float]) -> Rows:
    of_men = men(key or "0", year)
    values = {"xbev": 2 * of_men + 7, "xbevm": of_men, "xbevf": of_men + 7, **SHARES, **RATES, **further}
    return [
        ["LRB", str(i), short, f"Merkmal {short}", level, f"{key}{'0' * (8 - len(key))}", name, str(year), number(v)]
        for i, (short, v) in enumerate(values.items())
    ]


def rows() -> Rows:
    """All rows of the table without its header."""
    made: Rows = []
    for year in YEARS:
        made += _place("Bund", "", "Bundesrepublik Deutschland", year, OF_KREISE)
        for level, places in (("Länder", LAENDER), ("Kreise", KREISE)):
            for key, name in places.items():
                made += _place(level, key, name, year, OF_KREISE)
        for key, name in {**GEMEINDEN, "05711000": "Bielefeld, Stadt"}.items():
            made += _place("Gemeinden", key, name, year, {})
        made.append(["LRB", "1", "xbev", "Einwohner", "Gemeinden", UNINHABITED, "Forst", str(year), "0"])
        made.append(["ZOM", "1", "xbev", "Einwohner", "Kreise", "05758000", "Herford", str(year), "999999"])
        made.append(["LRB", "900", "m_mietpr", "anderes", "Kreise", "05758000", "Herford", str(year), "9,9"])
        made.append(["LRB", "1", "xbev", "Einwohner", "Gemeindeverbände", "05758012", "anderes", str(year), "1"])
    for key, name in KREISE.items():
        made.append(
            ["LRB", "950", "e_bev2245_rop45", "Prognose", "Kreise", f"{key}000", name, "2045", number(int(key) % 7 - 4)]
        )
    return made


def text(of: Rows, header: Sequence[str] = HEADER) -> str:
    """The table as INKAR writes it."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([list(header), *of])
    return out.getvalue()


def packed(table: bytes, name: str = "inkar_2025.csv") -> bytes:
    """The archive with its second member."""
    return archive([(name, table), ("BBSR_Raumgliederungen_Referenz_2023.xlsx", b"no figures")])


def _table(change: Callable[[Rows], Rows]) -> Callable[[bytes], bytes]:
    return lambda good: packed(text(change(rows())).encode())


def _columns(change: Callable[[list[str]], list[str]]) -> Callable[[bytes], bytes]:
    return lambda good: packed(text([change(row) for row in rows()], change(list(HEADER))).encode())


def _text(change: Callable[[str], bytes]) -> Callable[[bytes], bytes]:
    return lambda good: packed(change(text(rows())))


def _value(change: Callable[[list[str]], str]) -> Callable[[bytes], bytes]:
    return _table(lambda all_rows: [[*row[:8], change(row)] for row in all_rows])


def _flags(all_rows: Rows) -> Rows:
    """Every marker once, at the rates of one Gemeinde."""
    places = [i for i, row in enumerate(all_rows) if row[5] == "05758024" and row[2] in ("a_geb_bev", "i_wans", "q_bev_fl",
              "a_gest_bev")]  # fmt: skip
    for place, marker in zip(places, inkar.MARKERS, strict=False):
        all_rows[place][8] = marker
    return all_rows


class Inkar(Simulator):
    """Serves the archive of one edition; other addresses are unknown."""

    provider = inkar  # type: ignore[assignment]
    environment = inkar.ENVIRONMENT
    datasets = (inkar.DATASET,)
    mutations = {
        "error_in_200": lambda good: b'{"Message": "An error has occurred."}',
        "moved": lambda good: HTML,
        "empty": _table(lambda all_rows: []),
        "flags": _table(_flags),
        "renamed_column": _columns(lambda row: ["Value" if word == "Wert" else word for word in row]),
        "added_column": _columns(lambda row: [row[0], "neu", *row[1:]]),
        "dropped_column": _columns(lambda row: [*row[:2], *row[3:]]),
        "reordered_columns": _columns(lambda row: row[::-1]),
        "duplicate_identical": _table(lambda all_rows: all_rows + all_rows[10:60]),
        "duplicate_contradicting": _table(lambda all_rows: [*all_rows, [*all_rows[20][:8], "7,5"]]),
        "negative": _value(lambda row: "-5000" if row[2].startswith("xbev") else row[8]),
        "thousandfold": _value(lambda row: f"{row[8]}000" if row[2].startswith("xbev") else row[8]),
        "unit_changed": _value(lambda row: number(SHARES[row[2]] * 10) if row[2] in SHARES else row[8]),
        "unknown_place": _table(lambda all_rows: all_rows + _place("Gemeinden", "05758099", "Neustadt", 2023, {})),
        "dissolved_place": _table(
            lambda all_rows: all_rows + [[*row[:8], ""] for row in _place("Gemeinden", "05758098", "Alt", 2023, {})]
        ),
        "lost_date": _table(lambda all_rows: [row for row in all_rows if row[7] != "2022"]),
        "lost_places": _table(lambda all_rows: [row for row in all_rows if not row[5].startswith("05758")]),
        "encoding_latin1": _text(lambda table: table.encode("latin-1")),
        "encoding_utf8_bom": _text(lambda table: table.encode("utf-8-sig")),
        "mojibake": _text(lambda table: table.encode().decode("latin-1").encode()),
        "decimal_point_for_comma": _value(lambda row: row[8].replace(",", ".")),
        "leading_zero_lost": _table(lambda all_rows: [[*r[:5], r[5].lstrip("0"), *r[6:]] for r in all_rows]),
        "zip_bomb": lambda good: packed(b";" * (64 << 20)),
        "zip_slip": lambda good: packed(text(rows()).encode(), "../../inkar_2025.csv"),
        "nested_zip": lambda good: packed(packed(text(rows()).encode())),
    }
    impossible = {
        "asynchronous": "eine fertige Datei, nichts wird aufbereitet",
        "async_never_ready": "eine fertige Datei, nichts wird aufbereitet",
        "too_big": "eine Datei; die Quelle begrenzt keine Anfragen",
    }

    def reply(self, asked: Asked) -> Reply:
        """The archive of the newest edition."""
        if asked.path != f"/inkar_{inkar.EDITIONS[-1]}.zip":
            return Reply(b"", "text/plain", 404, data=False)
        return Reply(packed(text(rows()).encode()), "application/zip")

    def scope(self) -> Scope:
        """The places above, with the population of the newest year."""
        levels = {"DG": "germany", **dict.fromkeys(LAENDER, "land"), **dict.fromkeys(KREISE, "kreis")}
        levels |= dict.fromkeys(GEMEINDEN, "gemeinde")
        known = {ags: float(2 * men(ags, 2023) + 7) for ags in levels if ags != "DG"}
        return Scope({}, levels, frozenset(levels), known, date(2026, 11, 1))


def bomb_in_disguise() -> bytes:
    """An archive whose directory announces less than the member unpacks to."""
    body = bytearray(packed(b";" * (8 << 20)))
    true = (8 << 20).to_bytes(4, "little")
    return bytes(body).replace(true, (1000).to_bytes(4, "little"))


def plain_deflate(table: bytes) -> bytes:
    """The archive as another program would pack it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("inkar_2025.csv", table)
    return out.getvalue()
