"""Eurostat as a provider: asks the Statistics API in batches and checks the whole.

Every request stays below the 500,000 cells beyond which Eurostat answers asynchronously (cost: product of the positions
of all dimensions). In busy hours it may still say ``ASYNCHRONOUS_RESPONSE`` (with status 200 or 413): no number of an
order is given, the same address is asked again until the answer is ready. The dialogue with orders and their states
belongs to the SDMX interface, which is not used here. What Eurostat finds too big after all is asked in halves: by
region, then by year. The Kreise of Thuringia whose codes changed with NUTS 2024 are asked for under both codes, each
vintage in a request of its own, because an answer to a removed code is empty.
"""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.sources.archive import Download
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    Incomplete,
    Moved,
    NotData,
    ServiceError,
    SourceError,
    StillPreparing,
    Unavailable,
)
from zwk_data.sources.eurostat import LAND_OF_NUTS1, NUTS_2024_NEW, notes, parse_parts
from zwk_data.sources.eurostat_tables import TABLES, Table
from zwk_data.sources.http import Answer, Client
from zwk_data.sources.json_stat import opened
from zwk_data.sources.provider import Part, Question, Scope

NAME_DE = "Eurostat"
PARSER_VERSION = 3
BASE_URL = "https://ec.europa.eu/eurostat/api/dissemination"
ENVIRONMENT = "ZWK_EUROSTAT_URL"
SYNCHRONOUS_CELLS = 500_000
LONGEST_GEO_LIST = 100  # codes per request: keeps the address below 2 kB
PREPARING_WAITS = (10, 20, 40, *[60] * 9)  # seconds between repetitions of the same address, about ten minutes in all
MAINTENANCE_WAITS = (30, 60)
NUTS_2016_GONE = ("DEG04", "DEG0B", "DEG0F", "DEG0H", "DEG0I", "DEG0N", "DEG0P")
CHANGED = frozenset((*NUTS_2016_GONE, *NUTS_2024_NEW))
KREISE = (400, 401)  # of counts; 401 until Eisenach joined the Wartburgkreis in 2021
ALL_KREISE_SINCE = date(2013, 12, 31)  # before, Eurostat's own tables have gaps
MOST_KREISE = 380  # of published rates and areas, on the newest date
LAENDER = 16


# --- asking ----------------------------------------------------------------------------------------------------------


def base_url() -> str:
    """Address of the interface, replaceable by the environment for tests and mirrors."""
    return os.environ.get(ENVIRONMENT, BASE_URL).rstrip("/")


def datasets() -> tuple[str, ...]:
    """Return the tables that can be asked for."""
    return tuple(TABLES)


def unavailable_de() -> str:
    """Return why nothing can be asked: never, Eurostat wants no account."""
    return ""


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return the requests for Germany, its Länder and all Kreise, each below Eurostat's limit for direct answers."""
    table = TABLES[dataset]
    first = scope.first_year(table.since or scope.today.year)
    since = () if table.since is None else (("sinceTimePeriod", str(first)),)
    fixed = (("format", "JSON"), ("lang", "EN"), *since, *table.filters)
    url = f"{base_url()}/statistics/1.0/data/{table.code}"
    return [
        Question(
            dataset, url, (*fixed, *(("geo", geo) for geo in geos)), cells=table.cells(len(geos), first, _last(scope)),
            label_de=_label(geos, first if since else None), may_be_empty=_may_be_empty(table, geos),
        )
        for geos in batches(table, scope.ags_of, first, _last(scope))
    ]  # fmt: skip


def _last(scope: Scope) -> int:
    """Return the last Eurostat year there can be: the coming 1 January."""
    return scope.today.year + 1


def _may_be_empty(table: Table, geos: Sequence[str]) -> bool:
    """Codes of one vintage of NUTS, and the Länder of a table that need not have them."""
    return set(geos) <= CHANGED or (table.only_kreise and "DE" in geos)


def _label(geos: Sequence[str], first: int | None) -> str:
    what = "Deutschland und Länder" if "DE" in geos else f"{len(geos)} Kreise ({geos[0]} bis {geos[-1]})"
    return f"{what}, alle Jahre" if first is None else f"{what} ab {first}"


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Settle one request; none where codes of another NUTS vintage are rightly unknown. Raises a SourceError.

    A request that Eurostat finds too big is asked in halves.
    """
    try:
        answer, content = _settled(client, question.url, question.params)
    except EmptyAnswer:
        if question.may_be_empty:
            return []
        raise
    except ExtractionTooBig:
        if halves := _halves(question, _last(scope)):
            return [download for half in halves for download in ask(half, client, scope)]
        raise
    published = _moment(content.get("updated"))
    return [
        Download(
            question.dataset, question.url, tuple(question.params), answer.body, answer.content_type,
            answer.retrieved_at, published,
        )
    ]  # fmt: skip


def _halves(question: Question, last: int) -> list[Question]:
    """Return two requests for the same figures: half the regions each, or half the years; none where neither works.

    A half of the years may be empty for itself; whether all is there shows in the whole.
    """
    geos = [value for name, value in question.params if name == "geo"]
    others = tuple((name, value) for name, value in question.params if name != "geo")
    middle = len(geos) // 2
    if middle:
        parts = (geos[:middle], geos[middle:])
        return [replace(question, params=(*others, *(("geo", geo) for geo in part))) for part in parts]
    first, until = (_year(others, name) for name in ("sinceTimePeriod", "untilTimePeriod"))
    if first is None or first >= (until or last):
        return []
    asked = tuple((name, value) for name, value in others if not name.endswith("TimePeriod"))
    split = (first + (until or last)) // 2
    spans = ((first, split), (split + 1, until or last))
    return [
        replace(
            question, may_be_empty=True,
            params=(*asked, ("sinceTimePeriod", str(a)), ("untilTimePeriod", str(b)), *(("geo", geo) for geo in geos)),
        )
        for a, b in spans
    ]  # fmt: skip


def _year(params: Sequence[tuple[str, str]], name: str) -> int | None:
    return next((int(value) for key, value in params if key == name), None)


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield the observations of all answers of a dataset as one table."""
    yield parse_parts((part.read() for part in parts), dataset, scope.ags_of)


def batches(table: Table, nuts3: Iterable[str], first: int, last: int) -> list[tuple[str, ...]]:
    """Region codes per request: Germany with the Länder, the Kreise in order, the changed codes by vintage."""
    codes = sorted(set(nuts3) - CHANGED)
    groups = [["DE", *LAND_OF_NUTS1], codes, list(NUTS_2016_GONE), list(NUTS_2024_NEW)]
    size = min(LONGEST_GEO_LIST, (SYNCHRONOUS_CELLS - 1) // table.cells(1, first, last))
    return [tuple(g[i : i + size]) for g in groups for i in range(0, len(g), size)]


def _settled(client: Client, url: str, params: Sequence[tuple[str, str]]) -> tuple[Answer, dict[str, Any]]:
    """Repeat the same address while Eurostat prepares the answer or shows a maintenance page."""
    waits: dict[type[SourceError], list[int]] = {
        StillPreparing: list(PREPARING_WAITS),
        NotData: list(MAINTENANCE_WAITS),
        Moved: list(MAINTENANCE_WAITS),
    }
    while True:
        answer = client.get(url, params)
        try:
            return answer, read_answer(answer)
        except (StillPreparing, NotData, Moved) as error:
            left = waits[type(error)]
            if not left:
                raise
            client.sleep(left.pop(0))


def read_answer(answer: Answer) -> dict[str, Any]:
    """The JSON-stat document of an answer; raises the SourceError that its content means, whatever its status.

    Values stay text (see ``json_stat.opened``): they are read once, by the parser.
    """
    content = _json(answer)
    message = json.dumps(content.get("warning") or content.get("error") or "", ensure_ascii=False)[:300]
    if "ASYNCHRONOUS" in message or _status(content.get("warning")) == 413:
        raise StillPreparing(message)
    if "EXTRACTION_TOO_BIG" in message:
        raise ExtractionTooBig(message)
    if "error" in content or "warning" in content or answer.status != 200:
        raise ServiceError(f"HTTP {answer.status} {message}")
    if not content.get("value"):
        raise EmptyAnswer("no value in the answer")
    return content


def _json(answer: Answer) -> dict[str, Any]:
    body = answer.body.removeprefix(codecs.BOM_UTF8)
    if body.lstrip()[:1] in (b"{", b"["):
        try:
            content = opened(body)
        except ValueError as error:
            raise NotData(
                f"broken JSON: {error}", "Die Antwort der Quelle ist unvollständig oder beschädigt."
            ) from None
        return content if isinstance(content, dict) else {"error": content}
    if answer.status >= 500:
        raise Unavailable(f"HTTP {answer.status}")
    if answer.status in (404, 410):
        raise Moved(f"HTTP {answer.status}, content type {answer.content_type!r}")
    raise NotData(f"HTTP {answer.status}, content type {answer.content_type!r}")


def _status(part: Any) -> int | None:
    part = part[0] if isinstance(part, list) and part else part
    return part.get("status") if isinstance(part, dict) else None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z") if text else None
    except ValueError:
        return None


# --- checking --------------------------------------------------------------------------------------------------------


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse what cannot be the whole: raises Incomplete with a German reason. ``table`` is OBSERVATION.

    Sums over sexes, and over ages from birth on, are checked for every provider alike.
    """
    declared = TABLES[dataset]
    if table.num_rows == 0 or pc.sum(pc.is_valid(table["value"])).as_py() in (0, None):
        raise Incomplete("no rows", "Die Lieferung enthält keine Werte.")
    counted = notes(table)
    if counted.get("open_group_contradictions"):
        raise Incomplete("85+ differs from its parts", "Die Altersgruppe ab 85 Jahren widerspricht ihren Teilen.")
    if counted.get("unknown_age_rows"):
        raise Incomplete("persons of unknown age", "Die Lieferung enthält Personen unbekannten Alters.")
    if missing := sorted(set(declared.measures) - set(pc.unique(table["measure"]).to_pylist())):
        raise Incomplete(f"without {missing}", "Der Lieferung fehlen ganze Merkmale.")
    for measure in declared.measures:
        _check_measure(table.filter(pc.equal(table["measure"], measure)), measure, declared)
    _check_groups(table, declared)
    if declared.grid == "mothers":
        _check_mothers(table)


def _check_measure(rows: pa.Table, measure: str, declared: Table) -> None:
    """Check the places of one measure: the totals of the first sex there is, or of the first age group."""
    valued = rows.filter(pc.is_valid(rows["value"]))
    sex = "t" if "t" in pc.unique(valued["sex"]).to_pylist() else "f"
    totals = valued.filter((pc.field("sex") == sex) & (pc.field("age_set") == "total"))
    if totals.num_rows == 0:
        totals = valued.filter((pc.field("sex") == sex) & (pc.field("age_from") == pc.min(valued["age_from"])))
    if declared.whole:
        _check_places(totals, declared)
    else:
        _check_most_places(totals)
    if measure == "population":
        _check_germany(totals)


def _check_places(totals: pa.Table, declared: Table) -> None:
    """Every date has Germany, 16 Länder and, where Kreise are given at all, 400 or 401 of them."""
    dates = pc.unique(totals["reference_date"]).to_pylist()
    kreise = _per_date(totals.filter(pc.utf8_length(pc.field("ags")) == 5), "count")
    laender = _per_date(_laender(totals), "count")
    if not kreise:
        raise Incomplete("no Kreise", "Die Lieferung enthält keine Kreise.")
    for day in sorted(d for d in dates if d >= ALL_KREISE_SINCE):
        if (found := kreise.get(day, 0)) not in (0, *KREISE):
            raise Incomplete(
                f"{found} Kreise on {day}", f"Zum {day:%d.%m.%Y} liegen {found} statt {KREISE[0]} Kreise vor."
            )
        if (found := laender.get(day, 0)) != LAENDER and not (declared.only_kreise and found == 0):
            raise Incomplete(
                f"{found} Laender on {day}", f"Zum {day:%d.%m.%Y} liegen {found} statt {LAENDER} Länder vor."
            )


def _check_most_places(totals: pa.Table) -> None:
    """The newest date has nearly all Kreise; earlier ones may have gaps that Eurostat never closed."""
    kreise = _per_date(totals.filter(pc.utf8_length(pc.field("ags")) == 5), "count")
    newest = max(kreise, default=None)
    if newest is None:
        raise Incomplete("no Kreise", "Die Lieferung enthält keine Kreise.")
    if kreise[newest] < MOST_KREISE:
        raise Incomplete(
            f"{kreise[newest]} Kreise on {newest}",
            f"Zum {newest:%d.%m.%Y} liegen {kreise[newest]} statt {KREISE[0]} Kreise vor.",
        )


def _check_germany(totals: pa.Table) -> None:
    germany = _per_date(totals.filter(pc.field("ags") == "DG"), "sum")
    laender = _per_date(_laender(totals), "sum")
    for day in sorted({*germany, *laender}):
        if germany.get(day) != laender.get(day):
            raise Incomplete(
                f"Germany {germany.get(day)}, Laender {laender.get(day)} on {day}",
                f"Zum {day:%d.%m.%Y} ergibt die Summe der Länder nicht die Zahl für Deutschland.",
            )


def _laender(totals: pa.Table) -> pa.Table:
    return totals.filter((pc.utf8_length(pc.field("ags")) == 2) & (pc.field("ags") != "DG"))


def _per_date(table: pa.Table, function: str) -> dict[date, float]:
    grouped = table.group_by("reference_date").aggregate([("value", function)])
    return dict(zip(grouped["reference_date"].to_pylist(), grouped[f"value_{function}"].to_pylist(), strict=True))


def _check_groups(table: pa.Table, declared: Table) -> None:
    """The age groups touch each other; those of people and deaths begin at birth and end open."""
    if "age" not in declared.dims:
        return
    groups = table.filter(pc.not_equal(table["age_set"], "total")).group_by(["age_from", "age_to"]).aggregate([])
    limits = sorted(zip(groups["age_from"].to_pylist(), groups["age_to"].to_pylist(), strict=True), key=_first)
    gap = any(last is None or last + 1 != first for (_, last), (first, _) in zip(limits, limits[1:], strict=False))
    whole = declared.grid == "mothers" or (bool(limits) and limits[0][0] == 0 and limits[-1][1] is None)
    if not limits or gap or not whole:
        raise Incomplete(f"age groups {limits}", "Der Lieferung fehlen Altersgruppen.")


def _first(group: tuple[int, int | None]) -> int:
    return group[0]


def _check_mothers(table: pa.Table) -> None:
    """Where all age groups of the mothers have a value, they add up to all births of the place and year."""
    keys = ["ags", "reference_date"]
    groups = table.filter(pc.not_equal(table["age_set"], "total"))
    number = len(pc.unique(groups["age_from"]))
    sums = groups.group_by(keys).aggregate([("value", "sum"), ("value", "count")])
    sums = sums.filter(pc.equal(sums["value_count"], number))
    totals = table.filter((pc.field("age_set") == "total") & pc.is_valid(pc.field("value"))).select([*keys, "value"])
    both = sums.join(totals, keys, join_type="inner")
    wrong = both.filter(pc.not_equal(both["value_sum"], both["value"]))
    if wrong.num_rows:
        row = wrong.sort_by([("ags", "ascending"), ("reference_date", "ascending")]).slice(0, 1).to_pylist()[0]
        place, day = row["ags"], row["reference_date"]
        raise Incomplete(
            f"{wrong.num_rows} sums differ, first {place} on {day}",
            f"Die Altersgruppen der Mütter ergeben nicht die Gesamtzahl (zuerst bei {place} zum {day:%d.%m.%Y}, "
            f"insgesamt {wrong.num_rows} Fälle).",
        )
