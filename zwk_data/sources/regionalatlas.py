"""Regionalatlas Deutschland as a provider: published ratios for every Gemeinde, without an account.

Two hosts: a catalogue of tables (years, columns, units) and a map server that runs a join in SQL. Nothing from outside
enters that SQL: table codes come from a fixed list, years and levels are integers. The map server answers errors with
status 200, and cuts an answer that is too long with a flag only; then each Land is asked for alone. The newest year of
the catalogue may have no figures yet.
"""

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.sources.archive import Download
from zwk_data.sources.errors import EmptyAnswer, ExtractionTooBig, Incomplete, Moved, ServiceError
from zwk_data.sources.http import Answer, Client, Params
from zwk_data.sources.provider import Part, Question, Scope
from zwk_data.sources.regionalatlas_tables import (
    GEMEINDE,
    KREIS,
    LAND,
    TABLES,
    Listed,
    figures,
    read_catalogue,
    read_json,
    refuse_few,
    refuse_missed_sums,
)
from zwk_data.sources.rows import to_table

NAME_DE = "Regionalatlas"
PARSER_VERSION = 1
CATALOGUE_URL = "https://regionalatlas.statistikportal.de/taskrunner/services.json"
DATA_URL = "https://www.gis-idmz.nrw.de"
ENVIRONMENT = "ZWK_REGIONALATLAS_URL"  # one host for both, in tests and mirrors
CATALOGUE_PATH = "/taskrunner/services.json"
DATA_PATH = "/arcgis/rest/services/stba/regionalatlas/MapServer/dynamicLayer/query"
EARLIEST = 2011
CODES = {f"regionalatlas_{code.lower().replace('-', '_')}": code for code in TABLES}
LEVELS = {LAND: "Länder", KREIS: "Kreise", GEMEINDE: "Gemeinden"}
LAENDER = tuple(f"{number:02d}" for number in range(1, 17))
USUAL_PLACES = {LAND: 16, KREIS: 400, GEMEINDE: 11_000}  # for the estimate of cells only
JOIN = (
    "SELECT * FROM verwaltungsgrenzen_gesamt LEFT OUTER JOIN :TABLE ON ags = ags2 and jahr = jahr2 "
    "WHERE typ = :LEVEL AND jahr = :YEAR AND (jahr2 = :YEAR OR jahr2 IS NULL)"
)
JOIN_LAND = " AND ags LIKE ':LAND%'"
YEAR_ASKED = re.compile(r"jahr = (\d{4}) AND")
KREIS_DIGITS = 5
LEAST_KREISE, LEAST_GEMEINDEN = 0.95, 0.8  # of today's: earlier years have other borders
LEAST_ANNOUNCED = 0.98  # of the places the catalogue counts


def _url(path: str, host: str) -> str:
    return os.environ.get(ENVIRONMENT, host).rstrip("/") + path


def datasets() -> tuple[str, ...]:
    """Return the tables that can be asked for."""
    return tuple(CODES)


def unavailable_de() -> str:
    """Return why nothing can be asked: never, the Regionalatlas wants no account."""
    return ""


# --- asking ----------------------------------------------------------------------------------------------------------


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return the catalogue, Germany in all years, and each listed year by level; looks into the catalogue first."""
    code, columns = CODES[dataset], len(TABLES[CODES[dataset]])
    url = _url(CATALOGUE_PATH, urlsplit(CATALOGUE_URL)._replace(path="").geturl())
    listed = read_catalogue(_good(client.get(url)).body, code)
    first = scope.first_year(EARLIEST)
    years = [year for year in listed.years if year >= first]
    if not years:
        raise EmptyAnswer(f"no year from {first} on", f"Die Quelle hat keine Zahlen ab {first}.")
    catalogue = Question(dataset, url, label_de="Verzeichnis der Tabellen")
    found = [catalogue, _question(dataset, _germany(code), columns * len(years), f"Deutschland ab {first}")]
    for year in years:
        for level, name in LEVELS.items():
            places = listed.places.get((year, level))
            if places != 0:  # a level that the catalogue has no figures for would come as empty rows
                cells = columns * (places or USUAL_PLACES[level])
                asked = _question(dataset, _level(code, level, year), cells, f"{name} {year}")
                found.append(replace(asked, may_be_empty=year == years[-1]))
    return found


def _question(dataset: str, params: Params, cells: int, label: str) -> Question:
    return Question(dataset, _url(DATA_PATH, DATA_URL), tuple(params), cells=cells, label_de=label)


def _params(source: Mapping[str, Any], where: str = "1=1") -> Params:
    layer = json.dumps({"source": {"dataSource": dict(source), "type": "dataLayer"}}, separators=(",", ":"))
    return (
        ("layer", layer), ("f", "json"), ("outFields", "*"), ("returnGeometry", "false"),
        ("spatialRel", "esriSpatialRelIntersects"), ("where", where),
    )  # fmt: skip


def _table(code: str) -> str:
    """Return the name of a table in the SQL; a code that is not in the fixed list ends here."""
    if code not in TABLES:
        raise ValueError(f"{code!r} is no table of the list")
    return code.lower().replace("-", "_")


def sql(code: str, level: int, year: int, land: str = "") -> str:
    """Return the join for one level and year, of one Land if asked; only listed words and integers enter it."""
    if level not in LEVELS or not 1990 <= int(year) <= 2100 or land not in ("", *LAENDER):
        raise ValueError(f"level {level!r}, year {year!r}, land {land!r}")
    words = {"TABLE": _table(code), "LEVEL": str(int(level)), "YEAR": str(int(year)), "LAND": land}
    return reduce(lambda text, word: text.replace(f":{word}", words[word]), words, JOIN + (JOIN_LAND if land else ""))


def _level(code: str, level: int, year: int, land: str = "") -> Params:
    return _params({
        "geometryType": "esriGeometryPolygon", "workspaceId": "gdb", "query": sql(code, level, year, land),
        "oidFields": "id", "spatialReference": {"wkid": 25832}, "type": "queryTable",
    })  # fmt: skip


def _germany(code: str) -> Params:
    source = {"type": "table", "workspaceId": "gdb", "dataSourceName": f"regionalatlas.{_table(code)}"}
    return _params(source, "ags2 = 'DG'")


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Settle one request; where the answer was cut, ask for each Land alone. Raises a SourceError."""
    answer = _good(client.get(question.url, question.params))
    if not question.params:
        read_catalogue(answer.body, CODES[question.dataset])
        return [_download(question, question.params, answer)]
    content = read_answer(answer)
    if content.get("exceededTransferLimit"):
        return [_download(question, params, part) for params, part in _by_land(question, client)]
    if not content["features"] and not question.may_be_empty:
        raise EmptyAnswer(f"no features: {question.label_de}")
    return [_download(question, question.params, answer)]


def _by_land(question: Question, client: Client) -> Iterator[tuple[Params, Answer]]:
    """Ask for one level and year Land by Land; none of them may be empty or cut."""
    source = json.loads(dict(question.params)["layer"])["source"]["dataSource"]
    found = re.search(r"typ = (\d) AND jahr = (\d{4}) ", source.get("query", ""))
    if found is None or int(found[1]) == LAND:
        raise ExtractionTooBig(question.label_de)
    for land in LAENDER:
        params = _level(CODES[question.dataset], int(found[1]), int(found[2]), land)
        answer = _good(client.get(question.url, params))
        content = read_answer(answer)
        if content.get("exceededTransferLimit"):
            raise ExtractionTooBig(f"{question.label_de}, Land {land}")
        if not content["features"]:
            raise Incomplete(f"no features: {question.label_de}, Land {land}")
        yield params, answer


def _download(question: Question, params: Params, answer: Answer) -> Download:
    return Download(
        question.dataset, question.url, tuple(params), answer.body, answer.content_type, answer.retrieved_at
    )


def _good(answer: Answer) -> Answer:
    """Return an answer with status 200; any other means that the service went elsewhere or refuses."""
    if answer.status in (404, 410):
        raise Moved(f"HTTP {answer.status}")
    if answer.status != 200:
        raise ServiceError(f"HTTP {answer.status}")
    return answer


def read_answer(answer: Answer) -> dict[str, Any]:
    """Return what the map server sent; raises the SourceError that its content means, whatever its status."""
    content = read_json(answer.body)
    if not isinstance(content, dict):
        raise ServiceError(f"answer is {type(content).__name__}")
    if content.get("error"):
        raise ServiceError(json.dumps(content["error"], ensure_ascii=False)[:300])
    if not isinstance(content.get("features"), list):
        raise Moved(f"answer without features: {sorted(content)[:5]}")
    return content


# --- reading ---------------------------------------------------------------------------------------------------------


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield the observations year by year, the newest first.

    Only the newest year of the catalogue may be without figures. Places that no register knows are left out of all
    years but the newest one with figures: there the gate asks for the reform behind them.

    Raises:
        EmptyAnswer: no year has figures.
        Incomplete: an earlier year has none.
    """
    catalogue = next((part for part in parts if not part.sidecar.params), None)
    if catalogue is None:
        raise Incomplete("load without the catalogue")
    listed = read_catalogue(catalogue.read(), CODES[dataset])
    whole = [part for part in parts if part.sidecar.params and not _asked_year(part)]
    germany = [feature for part in whole for feature in read_json(part.read())["features"]]
    yearly = sorted((part for part in parts if _asked_year(part)), key=_asked_year, reverse=True)
    known: frozenset[str] = frozenset()
    found = False
    for year, answers in groupby(yearly, key=_asked_year):
        table = _year_table(dataset, year, listed, list(answers), germany, known)
        if table.num_rows:
            found, known = True, frozenset(scope.level_of)
            yield table
        elif year != listed.years[-1]:
            raise Incomplete(f"no figures for {year}", f"Für {year} liefert die Quelle keine Zahlen.")
    if not found:
        raise EmptyAnswer("no figures in any year")


def _asked_year(part: Part) -> int:
    """Return the year an answer was asked for, 0 for all years and for the catalogue."""
    found = YEAR_ASKED.search(dict(part.sidecar.params).get("layer", ""))
    return int(found[1]) if found else 0


def _year_table(
    dataset: str, year: int, listed: Listed, answers: Sequence[Part], germany: Sequence[Mapping[str, Any]],
    known: frozenset[str],
) -> pa.Table:  # fmt: skip
    """Return all levels of one year; empty where no Kreis has a figure. ``known``: keys to keep, empty for all."""
    code, left_out = CODES[dataset], Counter[str]()
    whole = {"features": [one for one in germany if _of_year(one, year)]}
    rows = list(figures(dataset, code, listed, whole, left_out))
    counts: Counter[int] = Counter()
    for part in answers:
        content = read_json(part.read())
        counts.update(_levels_of(content, year))
        rows += figures(dataset, code, listed, content, left_out)
    if not any(len(row.ags) == KREIS_DIGITS and row.value is not None for row in rows):
        return to_table([])
    for level, number in counts.items():
        announced = listed.places.get((year, level), 0)
        refuse_few(number, announced, LEVELS[level], str(year), LEAST_ANNOUNCED)
    kept = [row for row in rows if row.ags in known] if known else rows
    left_out["unknown_former_places"] += len({row.ags for row in rows} - {row.ags for row in kept})
    return to_table(kept, left_out)


def _of_year(feature: Any, year: int) -> bool:
    attributes = feature.get("attributes") if isinstance(feature, dict) else None
    return isinstance(attributes, dict) and attributes.get("jahr2") == year


def _levels_of(content: Mapping[str, Any], year: int) -> Iterator[int]:
    """Yield the level of each place; a place of another year or level was not asked for."""
    for feature in content["features"]:
        attributes = feature.get("attributes") if isinstance(feature, dict) else None
        place = attributes if isinstance(attributes, dict) else {}
        if place.get("jahr") != year or place.get("typ") not in LEVELS:
            raise Moved(f"year {place.get('jahr')!r}, level {place.get('typ')!r} in the answer for {year}")
        yield int(place["typ"])


# --- checking --------------------------------------------------------------------------------------------------------


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse a year with too few places, or whose parts do not meet their sum; ``table`` is OBSERVATION."""
    valued = table.filter(pc.is_valid(table["value"]))
    if valued.num_rows == 0:
        raise Incomplete("no values", "Die Lieferung enthält keine Werte.")
    for day in pc.unique(valued["reference_date"]).to_pylist():
        rows = valued.filter(pc.equal(valued["reference_date"], pa.scalar(day, pa.date32())))
        _check_places(set(rows["ags"].to_pylist()), day, scope)
        refuse_missed_sums(_by_place(rows), f"{day:%d.%m.%Y}")


def _by_place(rows: pa.Table) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for measure, ags, value in zip(*(rows[name].to_pylist() for name in ("measure", "ags", "value")), strict=True):
        found[measure, ags].append(value)
    return found


def _check_places(keys: set[str], day: date, scope: Scope) -> None:
    """Hold the levels that are there against today's number of places; Länder must be complete."""
    now = Counter(scope.level_of.get(key, "") for key in scope.current)
    found = Counter(scope.level_of.get(key, "") for key in keys)
    told = f"{day:%d.%m.%Y}"
    refuse_few(found["land"], now["land"], "Länder", told, 1.0)
    for level, name, least in (("kreis", "Kreise", LEAST_KREISE), ("gemeinde", "Gemeinden", LEAST_GEMEINDEN)):
        if found[level] or level == "kreis":
            refuse_few(found[level], now[level], name, told, least)
