"""Eurostat as a provider: asks the Statistics API in batches and checks the whole.

Every request stays below the 500,000 cells beyond which Eurostat answers asynchronously (cost: product of the positions
of all dimensions); an asynchronous answer may still come in busy hours, then the same address is asked again. The
Kreise of Thuringia whose codes changed with NUTS 2024 are asked for under both codes, each vintage in a request of its
own, because an answer to a removed code is empty.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.sources.archive import Download
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    Incomplete,
    NotData,
    ServiceError,
    SourceError,
    StillPreparing,
    Unavailable,
)
from zwk_data.sources.eurostat import LAND_OF_NUTS1, NUTS_2024_NEW, notes, parse_parts
from zwk_data.sources.http import Answer, Client
from zwk_data.sources.provider import Part, Question, Scope

NAME_DE = "Eurostat"
PARSER_VERSION = 1
BASE_URL = "https://ec.europa.eu/eurostat/api/dissemination"
ENVIRONMENT = "ZWK_EUROSTAT_URL"
SYNCHRONOUS_CELLS = 500_000
LONGEST_GEO_LIST = 100  # codes per request: keeps the address below 2 kB
PREPARING_WAITS = (10, 20, 40, *[60] * 9)  # seconds between repetitions of the same address, about ten minutes in all
MAINTENANCE_WAITS = (30, 60)
NUTS_2016_GONE = ("DEG04", "DEG0B", "DEG0F", "DEG0H", "DEG0I", "DEG0N", "DEG0P")
CHANGED = frozenset((*NUTS_2016_GONE, *NUTS_2024_NEW))
KREISE = (400, 401)  # 401 until Eisenach joined the Wartburgkreis in 2021
ALL_KREISE_SINCE = date(2013, 12, 31)  # before, Eurostat's own tables have gaps
LAENDER = 16
FIVE_YEAR_GROUPS = 18


@dataclass(frozen=True)
class Table:
    """What is asked of one Eurostat table: filters besides ``geo`` and ``time``, and the positions they leave."""

    code: str
    since: int  # first Eurostat year
    filters: tuple[tuple[str, str], ...]
    positions: int  # product over all dimensions but geo and time

    def cells(self, regions: int, today: date) -> int:
        """Upper bound of the cost of a request."""
        return regions * self.positions * (today.year - self.since + 2)


# 3 sexes x 23 ages (TOTAL, UNK, 18 closed groups of five years, Y85-89, Y_GE85, Y_GE90); births and deaths: totals.
TABLES = {
    "eurostat_demo_r_pjangrp3": Table("demo_r_pjangrp3", 2014, (("unit", "NR"),), 3 * 23),
    "eurostat_demo_r_magec3": Table("demo_r_magec3", 2013, (("unit", "NR"),), 3 * 23),
    "eurostat_demo_r_births": Table("demo_r_births", 2006, (("unit", "NR"),), 1),
    "eurostat_demo_r_deaths": Table("demo_r_deaths", 2006, (("unit", "NR"),), 1),
}


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
    first = scope.first_year(table.since)
    fixed = (("format", "JSON"), ("lang", "EN"), ("sinceTimePeriod", str(first)), *table.filters)
    url = f"{base_url()}/statistics/1.0/data/{table.code}"
    return [
        Question(
            dataset, url, (*fixed, *(("geo", geo) for geo in geos)), cells=table.cells(len(geos), scope.today),
            label_de=_label(geos, first), may_be_empty=set(geos) <= CHANGED,
        )
        for geos in batches(table, scope.ags_of, scope.today)
    ]  # fmt: skip


def _label(geos: Sequence[str], first: int) -> str:
    what = "Deutschland und Länder" if "DE" in geos else f"{len(geos)} Kreise ({geos[0][:3]})"
    return f"{what} ab {first}"


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Settle one request; none where codes of another NUTS vintage are rightly unknown. Raises a SourceError."""
    try:
        answer, content = _settled(client, question.url, question.params)
    except EmptyAnswer:
        if question.may_be_empty:
            return []
        raise
    published = _moment(content.get("updated"))
    return [
        Download(
            question.dataset, question.url, tuple(question.params), answer.body, answer.content_type,
            answer.retrieved_at, published,
        )
    ]  # fmt: skip


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield the observations of all answers of a dataset as one table."""
    yield parse_parts((part.read() for part in parts), dataset, scope.ags_of)


def batches(table: Table, nuts3: Iterable[str], today: date) -> list[tuple[str, ...]]:
    """Region codes per request: Germany with the Länder, the Kreise by Land, the changed codes by vintage."""
    codes = sorted(set(nuts3) - CHANGED)
    groups = [["DE", *LAND_OF_NUTS1]]
    groups += [[c for c in codes if c.startswith(land)] for land in LAND_OF_NUTS1]
    groups += [list(NUTS_2016_GONE), list(NUTS_2024_NEW)]
    size = min(LONGEST_GEO_LIST, (SYNCHRONOUS_CELLS - 1) // table.cells(1, today))
    return [tuple(g[i : i + size]) for g in groups for i in range(0, len(g), size)]


def _settled(client: Client, url: str, params: Sequence[tuple[str, str]]) -> tuple[Answer, dict[str, Any]]:
    """Repeat the same address while Eurostat prepares the answer or shows a maintenance page."""
    waits: dict[type[SourceError], list[int]] = {
        StillPreparing: list(PREPARING_WAITS),
        NotData: list(MAINTENANCE_WAITS),
    }
    while True:
        answer = client.get(url, params)
        try:
            return answer, read_answer(answer)
        except (StillPreparing, NotData) as error:
            left = waits[type(error)]
            if not left:
                raise
            client.sleep(left.pop(0))


def read_answer(answer: Answer) -> dict[str, Any]:
    """The JSON-stat document of an answer; raises the SourceError that its content means, whatever its status."""
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
    first = answer.body.lstrip()[:1]
    if first in (b"{", b"["):
        try:
            content = json.loads(answer.body)
        except ValueError as error:
            raise NotData(
                f"broken JSON: {error}", "Die Antwort der Quelle ist unvollständig oder beschädigt."
            ) from None
        return content if isinstance(content, dict) else {"error": content}
    if answer.status >= 500:
        raise Unavailable(f"HTTP {answer.status}")
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
    """Refuse what cannot be the whole: raises Incomplete with a German reason. ``table`` is OBSERVATION."""
    if table.num_rows == 0 or pc.sum(pc.is_valid(table["value"])).as_py() in (0, None):
        raise Incomplete("no rows", "Die Lieferung enthält keine Werte.")
    counted = notes(table)
    if counted.get("open_group_contradictions"):
        raise Incomplete("85+ differs from its parts", "Die Altersgruppe ab 85 Jahren widerspricht ihren Teilen.")
    if counted.get("unknown_age_rows"):
        raise Incomplete("persons of unknown age", "Die Lieferung enthält Personen unbekannten Alters.")
    totals = table.filter((pc.field("age_set") == "total") & (pc.field("sex") == "t") & pc.is_valid(pc.field("value")))
    _check_places(totals)
    if dataset == "eurostat_demo_r_pjangrp3":
        _check_germany(totals)
    _check_ages(table)
    _check_sexes(table)


def _check_places(totals: pa.Table) -> None:
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
        if (found := laender.get(day, 0)) != LAENDER:
            raise Incomplete(
                f"{found} Laender on {day}", f"Zum {day:%d.%m.%Y} liegen {found} statt {LAENDER} Länder vor."
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


def _check_ages(table: pa.Table) -> None:
    """Where all 18 groups have a value, they add up to the total of the same place, date and sex."""
    keys = ["ags", "reference_date", "sex"]
    groups = table.filter((pc.field("age_set") == "five_year") & pc.is_valid(pc.field("value")))
    sums = groups.group_by(keys).aggregate([("value", "sum"), ("value", "count")])
    sums = sums.filter(pc.field("value_count") == FIVE_YEAR_GROUPS)
    totals = table.filter((pc.field("age_set") == "total") & pc.is_valid(pc.field("value"))).select([*keys, "value"])
    both = sums.join(totals, keys, join_type="inner")
    _refuse(both.filter(pc.field("value_sum") != pc.field("value")), "Die Altersgruppen ergeben nicht die Gesamtzahl")


def _check_sexes(table: pa.Table) -> None:
    """Where women and men have a value, they add up to both."""
    keys = ["ags", "reference_date", "age_set", "age_from"]
    valued = table.filter(pc.is_valid(pc.field("value")))
    parts = valued.filter(pc.field("sex") != "t").group_by(keys).aggregate([("value", "sum"), ("value", "count")])
    parts = parts.filter(pc.field("value_count") == 2)
    both = parts.join(valued.filter(pc.field("sex") == "t").select([*keys, "value"]), keys, join_type="inner")
    _refuse(both.filter(pc.field("value_sum") != pc.field("value")), "Frauen und Männer ergeben nicht die Gesamtzahl")


def _refuse(wrong: pa.Table, reason_de: str) -> None:
    if wrong.num_rows:
        row = wrong.sort_by([("ags", "ascending"), ("reference_date", "ascending")]).slice(0, 1).to_pylist()[0]
        place, day = row["ags"], row["reference_date"]
        raise Incomplete(
            f"{wrong.num_rows} sums differ, first {place} on {day}",
            f"{reason_de} (zuerst bei {place} zum {day:%d.%m.%Y}, insgesamt {wrong.num_rows} Fälle).",
        )
