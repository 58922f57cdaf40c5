"""The GENESIS family: Regionaldatenbank, GENESIS-Online and census database, in their recorded layout.

Figures are invented and add up: every place has a number of inhabitants that grows by one a year, and all else is a
share of it. Keys are invented but for Hamburg, Berlin, its first district and a Kreis dissolved in 2008.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from tests.sources.simulator import HTML, Asked, Reply, Simulator
from zwk_data.sources import destatis_api, regio_api, zensus_api
from zwk_data.sources.destatis import LAENDER
from zwk_data.sources.provider import Scope

FIRST, LAST = 2019, 2023
USER, PASSWORD, TOKEN = "synthetic-user", "synthetic-pässword", "synthetic-token-of-32-characters"
ENVELOPE = {"Ident": {"Service": "data", "Method": "tablefile"}, "Parameter": {"username": "*" * 20, "password": "*" * 20}, "Copyright": "© Statistische Ämter"}  # fmt: skip
TOO_LARGE = "Die Tabelle ist zu gross, um im Dialog abgerufen zu werden. Bitte nutzen sie den Webservice mit dem Parameter job=true (REST) um eine Verarbeitung im Hintergrund zu starten."
STARTED = "Der Bearbeitungsauftrag wurde erstellt. Die Tabelle kann in Kürze als Ergebnis mit folgendem Namen abgerufen werden: "
NOTHING = "Es gibt keine Objekte zum angegebenen Selektionskriterium"
DISSOLVED, DISTRICT = "14177", "11001001"

# Two Länder with three Kreise, each of four Gemeinden; a city that is a Kreis in every Land, among them two Länder.
KREISE = {f"{land}0{51 + k}": 40_000 + 1_000 * k for land in ("01", "05") for k in range(3)}
CITIES = {f"{land}099": 60_000 + 1_000 * int(land) for land in sorted(LAENDER.values()) if land not in ("02", "11")}
CITIES |= {"02000": 120_000, "11000": 150_000}
GEMEINDEN = {f"{kreis}{g:03d}": 4_000 + 1_100 * g for kreis in KREISE for g in range(1, 5)}
PLACES = {**KREISE, **CITIES, **GEMEINDEN}

RDB17 = ["000B03", "003B06", "006B10", "010B15", "015B18", "018B20", *(f"{a:03d}B{a + 5:02d}" for a in range(20, 65, 5)), "065B75", "075UM"]  # fmt: skip
RDB20 = [*RDB17[:-2], "065B70", "070B75", "075B80", "080B85", "085UM"]
RDB79 = [*(f"{a:03d}" for a in range(75)), "075B80", "080B85", "085B90", "090UM"]
SINGLE = [*(f"{a:03d}" for a in range(90)), "090UM"]
MIGRATION6 = ["000B18", "018B25", "025B30", "030B50", "050B65", "065UM"]
MOTHERS = ["000B20", "020B25", "025B30", "030B35", "035B40", "040UM"]
DECEASED = ["000B01", "001B05", *(f"{a:03d}B{a + 5:02d}" for a in range(5, 85, 5)), "085UM"]


@dataclass(frozen=True)
class Served:
    """One table: counted variables with their share of the inhabitants, and the codes of its ages."""

    statistic: str
    label: str
    measures: Mapping[str, tuple[str, float]]
    variable: str  # of the places
    ages: tuple[str, ...] = ()
    sexes: bool = True
    flow: bool = False
    unit: str = "Anzahl"


POPULATION = {"BEVSTD": ("Bevölkerungsstand", 1.0)}
BORN, DIED = {"BEV001": ("Lebendgeborene", 0.009)}, {"BEV002": ("Gestorbene", 0.012)}
MOVED = {"BEV981": ("Zuzüge", 0.05), "BEV982": ("Fortzüge", 0.04)}
ACROSS = {"BEV991": ("Zuzüge", 0.03), "BEV992": ("Fortzüge", 0.02)}  # invented codes: no document gives the real ones
AREA = {"FLC006": ("Gebietsfläche", 0.0025)}
STOCK, BIRTHS, DEATHS = "Fortschreibung des Bevölkerungsstandes", "Statistik der Geburten", "Statistik der Sterbefälle"
MOVES, SURFACE = "Wanderungsstatistik (über Gemeindegrenzen)", "Feststellung des Gebietsstandes (Fläche)"
SERVED = {
    "12411-01-01-4": Served("12411", STOCK, POPULATION, "KREISE"),
    "12411-02-03-4": Served("12411", STOCK, POPULATION, "KREISE", tuple(RDB17)),
    "12411-09-01-4": Served("12411", STOCK, POPULATION, "KREISE", tuple(RDB20)),
    "12411-04-02-4": Served("12411", STOCK, POPULATION, "KREISE", tuple(RDB79)),
    "12612-01-01-4": Served("12612", BIRTHS, BORN, "KREISE", flow=True),
    "12612-93-01-4": Served("12612", BIRTHS, BORN, "KREISE", tuple(MOTHERS), sexes=False, flow=True),
    "12613-01-01-4": Served("12613", DEATHS, DIED, "KREISE", flow=True),
    "12613-93-01-4": Served("12613", DEATHS, DIED, "KREISE", tuple(DECEASED), sexes=False, flow=True),
    "12711-01-03-4": Served("12711", MOVES, MOVED, "KREISE", tuple(MIGRATION6), flow=True),
    "12711-04-02-4": Served("12711", MOVES, ACROSS, "KREISE", tuple(MIGRATION6), flow=True),
    "11111-01-01-4": Served("11111", SURFACE, AREA, "KREISE", sexes=False, unit="qkm"),
    "12411-01-01-5": Served("12411", STOCK, POPULATION, "GEMEIN"),
    "12411-02-03-5": Served("12411", STOCK, POPULATION, "GEMEIN", tuple(RDB17)),
    "12612-91-01-5": Served("12612", BIRTHS, {"BEV901": ("Lebendgeborene", 0.009)}, "GEMEIN", sexes=False, flow=True),
    "12613-91-01-5": Served("12613", DEATHS, {"BEV902": ("Gestorbene", 0.012)}, "GEMEIN", sexes=False, flow=True),
    "12711-91-01-5": Served("12711", MOVES, MOVED, "GEMEIN", sexes=False, flow=True),
    "11111-01-01-5": Served("11111", SURFACE, AREA, "GEMEIN", sexes=False, unit="qkm"),
    "12411-0013": Served("12411", STOCK, POPULATION, "DLAND", tuple(SINGLE)),
    "1000A-0000": Served("1000A", "Bevölkerung kompakt", {"PRS018": ("Personen", 1.0)}, "GEOGM4", sexes=False),
}


def people(inhabitants: int, year: int) -> int:
    return inhabitants + year - LAST


def cell(table: Served, measure: str, inhabitants: int, year: int, sex: str, age: str) -> float:
    """A figure of an invented place: leaves are shares of the inhabitants, everything else is their sum."""
    if table.unit == "qkm":
        return round(inhabitants * table.measures[measure][1] + 0.25, 2)
    if table.sexes and not sex:
        return sum(cell(table, measure, inhabitants, year, s, age) for s in ("GESM", "GESW"))
    if table.ages and not age:
        return sum(cell(table, measure, inhabitants, year, sex, a) for a in table.ages)
    total = int(people(inhabitants, year) * table.measures[measure][1])
    if table.sexes:
        total = total // 2 + (sex == "GESW" and total % 2)
    if not table.ages:
        return total
    share, rest = divmod(total, len(table.ages))
    return share + (rest if age == table.ages[-1] else 0)


HEADER = ("statistics_code", "statistics_label", "time_code", "time_label", "time")
SLOT = ("variable_code", "variable_label", "variable_attribute_code", "variable_attribute_label")
TAIL = ("value", "value_unit", "value_variable_code", "value_variable_label", "value_q")
REGION_LABELS = {"KREISE": "Kreise und kreisfreie Städte", "GEMEIN": "Gemeinden", "KREISF": "Kreisfreie Städte", "DLAND": "Bundesländer", "GEOGM4": "Gemeinden (Gebietsstand 15.05.2022)"}  # fmt: skip


def keys_of(table: Served, places: Mapping[str, int]) -> Iterator[tuple[str, str, int | None]]:
    """Variable, key as the provider writes it, and inhabitants (None: dissolved) of each place of a table."""
    if table.variable == "DLAND":
        yield from (("DLAND", land, 1_000_000 + 1_000 * int(land)) for land in sorted(LAENDER.values()))
    elif table.variable == "KREISE":
        yield from (("KREISE", key, n) for key, n in places.items() if len(key) == 5)
        yield "KREISE", DISSOLVED, None
        yield "KREISE", DISTRICT, 50_000
    elif table.variable == "GEMEIN":
        yield from (("GEMEIN", key, n) for key, n in places.items() if len(key) == 8)
        cities = {
            key: n
            for key, n in places.items()
            if len(key) == 5 and not any(k.startswith(key) and k != key for k in places)
        }
        yield from (("KREISF", key, n) for key, n in cities.items())
        yield "GEMEIN", "01051999", None
    else:
        yield "GEODL1", "DG", 1_000_000
        yield from (
            (table.variable, f"{key[:5]}0000{key[5:] or '000'}", n) for key, n in places.items() if len(key) == 8
        )


def written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.2f}".replace(".", ",")


def flat_csv(code: str, years: range, prefix: str, places: Mapping[str, int]) -> str:
    """The long table: rows in no order, totals with an empty code."""
    table = SERVED[code]
    slots = 1 + table.sexes + bool(table.ages)
    header = (*HEADER, *(f"{n}_{name}" for n in range(1, slots + 1) for name in SLOT), *TAIL)
    sexes = ("", "GESM", "GESW") if table.sexes else ("",)
    ages = ("", *table.ages) if table.ages else ("",)
    rows = [
        row(table, variable, key, inhabitants, year, sex, age, measure)
        for variable, key, inhabitants in keys_of(table, places)
        if key.startswith(prefix) or variable == "GEODL1"
        for year in years for sex in sexes for age in ages for measure in table.measures
    ]  # fmt: skip
    random.Random(7).shuffle(rows)
    return "\n".join([";".join(header), *rows]) + "\n"


def row(table: Served, variable: str, key: str, inhabitants: int | None, year: int, sex: str, age: str, measure: str) -> str:  # fmt: skip
    time = ("JAHR", "Jahr", str(year)) if table.flow else ("STAG", "Stichtag", "2022-05-15" if table.statistic == "1000A" else f"{year}-12-31")  # fmt: skip
    cells = [
        table.statistic,
        table.label,
        *time,
        variable,
        REGION_LABELS.get(variable, "Deutschland"),
        key,
        f"Musterort {key}",
    ]
    if table.sexes:
        cells += ["GES", "Geschlecht", sex, {"GESM": "männlich", "GESW": "weiblich"}.get(sex, "Insgesamt")]
    if table.ages:
        cells += ["ALTX20", "Altersgruppen", f"ALT{age}" if age else "", f"Alter {age}" if age else "Insgesamt"]
    value = "-" if inhabitants is None else written(cell(table, measure, inhabitants, year, sex, age))
    counted = "PRS001" if variable == "GEODL1" else measure
    return ";".join([*cells, value, table.unit, counted, table.measures[measure][0], ""])


def packed(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 3, 10, 0, 0, 0)), text.encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def envelope(code: int, content: str, kind: str = "Information", **more: object) -> bytes:
    return json.dumps(
        {**ENVELOPE, "Status": {"Code": code, "Content": content, "Type": kind}, "Object": None, **more},
        ensure_ascii=False,
    ).encode()


# --- the server ------------------------------------------------------------------------------------------------------


class Genesis(Simulator):
    """``limit``: values of the largest direct answer; ``polls``: how often a job is not ready yet.

    ``codes`` are answered to the next questions for figures instead of them.
    """

    codes_of: ClassVar[tuple[str, ...]]
    period = (FIRST, LAST)

    def __init__(self, places: Mapping[str, int] | None = None) -> None:
        super().__init__()
        self.places = dict(places or PLACES)
        self.limit, self.polls, self.waited = 10_000_000, 2, 0
        self.codes: list[int] = []
        self.jobs: dict[str, dict[str, str]] = {}
        self.account = (USER, PASSWORD)

    def settings(self) -> dict[str, str]:
        name = self.environment.removesuffix("_URL")
        return {f"{name}_USER": USER, f"{name}_PASSWORD": PASSWORD}

    def scope(self) -> Scope:
        level = {"DG": "germany", **dict.fromkeys(LAENDER.values(), "land")}
        level |= {key: "kreis" if len(key) == 5 else "gemeinde" for key in self.places}
        return Scope({}, level, frozenset(level), {k: float(n) for k, n in self.places.items()}, date(2026, 11, 1))

    def reply(self, asked: Asked) -> Reply:
        if asked.method != "POST":
            return Reply(HTML, "text/html", 405, data=False)
        method = asked.path.strip("/")
        if refused := self.refused(asked):
            return refused
        answers: dict[str, Callable[[Asked], Reply]] = {
            "helloworld/logincheck": self.signed_in, "metadata/table": self.metadata, "data/tablefile": self.tablefile,
            "catalogue/results": self.results, "data/resultfile": self.resultfile,
            "profile/removeResult": self.removed,
        }  # fmt: skip
        return answers[method](asked) if method in answers else Reply(HTML, "text/html", 404, data=False)

    def refused(self, asked: Asked) -> Reply | None:
        given = tuple(asked.headers.get(name, "").encode("latin-1").decode() for name in ("username", "password"))
        if not given[0]:
            return Reply(b'{"Code":15,"Content":"Kein Benutzer","Type":"ERROR"}', status=401, data=False)
        if given != self.account:  # the real service repeats nothing; a careless one might
            body = {"Code": 2, "Content": f"Anmeldung von {given[0]} mit {given[1]} fehlgeschlagen", "Type": "ERROR"}
            return Reply(json.dumps(body).encode(), status=404, data=False)
        return None

    def signed_in(self, asked: Asked) -> Reply:
        said = {"Status": "Sie wurden erfolgreich an- und abgemeldet!", "Username": self.account[0]}
        return Reply(json.dumps(said).encode(), data=False)

    def metadata(self, asked: Asked) -> Reply:
        code = asked.one("name")
        if code not in self.codes_of:
            return Reply(envelope(104, NOTHING), data=False)
        first, last = (f"31.12.{year}" for year in self.period)
        found = {"Code": code, "Time": {"From": first, "To": last}, "Updated": "21.11.2023 13:47:55h"}
        return Reply(envelope(0, "erfolgreich", Object=found), data=False)

    def tablefile(self, asked: Asked) -> Reply:
        if self.codes:
            return Reply(envelope(self.codes.pop(0), "", "Fehler"))
        code = asked.one("name")
        if code not in self.codes_of:
            return Reply(envelope(104, NOTHING))
        params = {name: values[0] for name, values in asked.form.items()}
        text = self.text(params)
        if text.count("\n") == 1:
            return Reply(envelope(104, NOTHING))
        if params["job"] == "true" or text.count("\n") - 1 > self.limit:
            return self.started(params)
        return Reply(packed(f"{code}_1773175772751_de_flat.csv", text), "application/zip")

    def started(self, params: dict[str, str]) -> Reply:
        if params["job"] != "true":
            return Reply(envelope(98, TOO_LARGE, "Fehler"))
        name = f"{params['name']}_17587955{len(self.jobs)}"
        self.jobs[name] = params
        return Reply(envelope(99, f"{STARTED}{name}"))

    def text(self, params: Mapping[str, str]) -> str:
        newest = str(self.period[1])  # without years the service gives the newest period
        first, last = int(params["startyear"] or newest), int(params["endyear"] or newest)
        years = range(max(first, self.period[0]), min(last, self.period[1]) + 1)
        return flat_csv(params["name"], years, params["regionalkey"].rstrip("*"), self.places)

    def results(self, asked: Asked) -> Reply:
        name = asked.one("selection")
        self.waited += 1
        if name not in self.jobs or self.waited <= self.polls:
            return Reply(envelope(104, NOTHING, List=None), data=False)
        return Reply(envelope(0, "erfolgreich", List=[{"Code": name, "Content": "", "Values": "1"}]), data=False)

    def resultfile(self, asked: Asked) -> Reply:
        name = asked.one("name")
        return Reply(packed(f"{name}_flat.csv", self.text(self.jobs[name])), "application/zip")

    def removed(self, asked: Asked) -> Reply:
        self.jobs.pop(asked.one("name"), None)
        return Reply(envelope(0, "erfolgreich"), data=False)


# --- how its content can go wrong ------------------------------------------------------------------------------------


def unpacked(body: bytes) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        [name] = archive.namelist()
        return name, archive.read(name).decode("utf-8-sig")


Table = tuple[list[str], list[list[str]]]


def edited(edit: Callable[[list[str], list[list[str]]], Table]) -> Callable[[bytes], bytes]:
    """Change header and rows of the table inside a zip; envelopes pass."""

    def mutation(body: bytes) -> bytes:
        if not body.startswith(b"PK"):
            return body
        name, text = unpacked(body)
        header, *rows = (line.split(";") for line in text.splitlines())
        header, rows = edit(header, rows)
        return packed(name, "\n".join(";".join(line) for line in (header, *rows)) + "\n")

    return mutation


def column(name: str, change: Callable[[int, str], str]) -> Callable[[bytes], bytes]:
    """Change the cells of a column by number of the row (as sorted) and text."""

    def edit(header: list[str], rows: list[list[str]]) -> Table:
        at = header.index(name)
        for number, line in enumerate(sorted(rows)):
            line[at] = change(number, line[at])
        return header, rows

    return edited(edit)


def zipped(pack: Callable[[str, str], bytes]) -> Callable[[bytes], bytes]:
    return lambda body: pack(*unpacked(body)) if body.startswith(b"PK") else body


def zip_of(content: bytes, name: str = "x_flat.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def renamed(header: list[str], rows: list[list[str]]) -> Table:
    return ["wert_merkmal_code" if name == "value_variable_code" else name for name in header], rows


def with_column(header: list[str], rows: list[list[str]]) -> Table:
    return [*header, "neu"], [[*line, "x"] for line in rows]


def without_column(header: list[str], rows: list[list[str]]) -> Table:
    at = header.index("1_variable_attribute_code")
    return header[:at] + header[at + 1 :], [line[:at] + line[at + 1 :] for line in rows]


def reordered(header: list[str], rows: list[list[str]]) -> Table:
    return header[::-1], [line[::-1] for line in rows]


def contradicting(header: list[str], rows: list[list[str]]) -> Table:
    at, other = header.index("value"), list(next(line for line in rows if line[header.index("value")] != "-"))
    other[at] = "77"
    return header, [*rows, other]


def copied(to: str, value: str | None) -> Callable[[list[str], list[list[str]]], Table]:
    """Every row of one place once more under another key."""

    def edit(header: list[str], rows: list[list[str]]) -> Table:
        key, at = header.index("1_variable_attribute_code"), header.index("value")
        one = min(line[key] for line in rows if line[at] != "-" and line[key] != "DG")
        added = [list(line) for line in rows if line[key] == one]
        for line in added:
            line[key] = to + line[key][len(to) :]
            line[at] = value or line[at]
        return header, [*rows, *added]

    return edit


def without_newest(header: list[str], rows: list[list[str]]) -> Table:
    at = header.index("time")
    newest = max(line[at] for line in rows)
    return header, [line for line in rows if line[at] != newest]


def without_places(header: list[str], rows: list[list[str]]) -> Table:
    at = header.index("1_variable_attribute_code")
    gone = sorted({line[at] for line in rows if line[at].isdigit()})[:3]
    return header, [line for line in rows if line[at] not in gone]


MARKS = [".", "...", "/", "x", ""]
SIGNS = ["e", "p", "()", "s"]


def flagged(header: list[str], rows: list[list[str]]) -> Table:
    at, sign = header.index("value"), header.index("value_q")
    valued = sorted(line for line in rows if line[at] != "-")
    for mark, line in zip(MARKS, valued, strict=False):
        line[at] = mark
    for mark, line in zip(SIGNS, valued[len(MARKS) :], strict=False):
        line[sign] = mark
    return header, rows


def only_by_job(body: bytes) -> bytes:
    """Direct answers are too large; results of jobs are named otherwise and come."""
    return envelope(98, TOO_LARGE, "Fehler") if body.startswith(b"PK") and "_de_flat" in unpacked(body)[0] else body


def still_at_work(body: bytes) -> bytes:
    """The same, and the job that is started is never listed."""
    return only_by_job(body) if body.startswith(b"PK") else envelope(99, f"{STARTED}never_1")


def in_small_parts(body: bytes) -> bytes:
    """Only the tenth of it is small enough, and no job may be started."""
    if body.startswith(b"PK") and unpacked(body)[1].count("\n") <= 4_000:
        return body
    return envelope(98, TOO_LARGE, "Fehler")


MUTATIONS: dict[str, Callable[[bytes], bytes]] = {
    "error_in_200": lambda body: envelope(-1, "wurde kein Datenquader gefunden!", "Fehler"),
    "moved": lambda body: HTML,
    "empty": lambda body: envelope(104, NOTHING),
    "flags": edited(flagged),
    "renamed_column": edited(renamed),
    "added_column": edited(with_column),
    "dropped_column": edited(without_column),
    "reordered_columns": edited(reordered),
    "duplicate_identical": edited(lambda header, rows: (header, [*rows, *rows[:50]])),
    "duplicate_contradicting": edited(contradicting),
    "negative": column("value", lambda number, text: f"-{text}" if text.isdigit() and number < 100 else text),
    "thousandfold": column("value", lambda number, text: f"{text}000" if text.isdigit() else text),
    "unit_changed": column("value_unit", lambda number, text: "1000"),
    "unknown_place": edited(copied("01999", None)),
    "dissolved_place": edited(copied("03152", "-")),
    "lost_date": edited(without_newest),
    "lost_places": edited(without_places),
    "encoding_latin1": zipped(lambda name, text: zip_of(text.encode("latin-1"), name)),
    "encoding_utf8_bom": zipped(lambda name, text: zip_of(text.encode("utf-8"), name)),  # the real one has a mark
    "mojibake": zipped(lambda name, text: packed(name, text.encode("utf-8").decode("latin-1"))),
    "decimal_point_for_comma": column("value", lambda number, text: f"{text}.0" if text.isdigit() else text.replace(",", ".")),
    "leading_zero_lost": column("1_variable_attribute_code", lambda number, text: text.lstrip("0")),
    "zip_bomb": zipped(lambda name, text: zip_of(b"0" * (60 << 20))),
    "zip_slip": zipped(lambda name, text: zip_of(text.encode("utf-8-sig"), "../../../tmp/flat.csv")),
    "nested_zip": zipped(lambda name, text: zip_of(packed(name, text))),
    "asynchronous": only_by_job,
    "async_never_ready": still_at_work,
    "too_big": in_small_parts,
}  # fmt: skip


class Regio(Genesis):
    provider = regio_api
    environment = "ZWK_REGIO_URL"
    codes_of = tuple(table.code for table in regio_api.TABLES.values())
    datasets = ("regio_12411_02_03_4", *(name for name in regio_api.TABLES if name != "regio_12411_02_03_4"))
    mutations = MUTATIONS


class Destatis(Genesis):
    provider = destatis_api
    environment = "ZWK_DESTATIS_URL"
    codes_of = tuple(table.code for table in destatis_api.TABLES.values())
    datasets = tuple(destatis_api.TABLES)
    mutations = MUTATIONS
    impossible: ClassVar[Mapping[str, str]] = {"dissolved_place": "Länder werden nicht aufgelöst"}

    def scope(self) -> Scope:
        level = {"DG": "germany", **dict.fromkeys(LAENDER.values(), "land")}
        known = {land: 1_000_000.0 + 1_000 * int(land) for land in LAENDER.values()}
        return Scope({}, level, frozenset(level), known, date(2026, 11, 1))


class Zensus(Genesis):
    provider = zensus_api
    environment = "ZWK_ZENSUS_URL"
    codes_of = ("1000A-0000",)
    datasets = ("zensus_1000a_0000",)
    mutations = MUTATIONS
    period = (2011, 2022)

    def text(self, params: Mapping[str, str]) -> str:
        return flat_csv(params["name"], range(2022, 2023), "", self.places)
