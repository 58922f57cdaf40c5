"""GV-ISys as a provider: the workbooks of all Gemeinden, quarterly for today's register, yearly for earlier dates.

Of the four quarterly addresses the one with the newest territory inside counts. Each date of figures is taken whole
from the edition with the newest territory. The address stands behind a firewall that now and then refuses programs
(403): then a file saved with a browser is taken instead, ``ZWK_GVISYS_FILE`` names it (several with the system's
separator of paths), and nothing is asked.

Basis: figures up to 31.12.2022 rest on the census of 2011, from 31.12.2024 on that of 2022. 31.12.2023 was published on
both; Germany's sum tells them apart (84.7 against 83.5 million), and what an edition says itself counts before.
"""

from __future__ import annotations

import email.utils
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog import breaks
from zwk_data.sources import gvisys, gvisys_workbook, places
from zwk_data.sources.archive import Download
from zwk_data.sources.errors import Implausible, Incomplete, Moved, NotData, ServiceError, Unavailable
from zwk_data.sources.gvisys_workbook import Edition
from zwk_data.sources.http import Answer, Client
from zwk_data.sources.provider import Part, Question, Scope
from zwk_data.sources.rows import TOTAL, Row, dropped_of, sort, to_table

NAME_DE = "Gemeindeverzeichnis (GV-ISys)"
PARSER_VERSION = 1
DATASET = "gvisys"
BASE_URL = "https://www.destatis.de/DE/Themen/Laender-Regionen/Regionales/Gemeindeverzeichnis/Administrativ/Archiv"
ENVIRONMENT, OWN_FILE = "ZWK_GVISYS_URL", "ZWK_GVISYS_FILE"
FORM = (("__blob", "publicationFile"),)
FIRST_YEAR = 2013  # 31.12.2011 is embedded on the old basis; an edition of 2012 states both
LAST_ON_OLD_BASIS = date(2022, 12, 31)
ON_BOTH_BASES, BETWEEN_THEM = date(2023, 12, 31), 84_000_000  # persons: above it is the census of 2011
REFUSED_WAITS = (60, 240)  # seconds
MAINTENANCE_WAITS = (30, 60)
LEAST_SHARE = 0.98  # of the Gemeinden of the register
NEAR = 0.1  # a Kreis differs by less from the newest known figure, census to census
REFUSED_DE = (
    "Der Server des Statistischen Bundesamtes hat die Anfrage abgewiesen. Bitte später erneut versuchen, oder die "
    "Arbeitsmappe im Browser speichern und mit ZWK_GVISYS_FILE angeben."
)


# --- asking ----------------------------------------------------------------------------------------------------------


def base_url() -> str:
    """Address of the folder of editions, replaceable by the environment for tests and mirrors."""
    return os.environ.get(ENVIRONMENT, BASE_URL).rstrip("/")


def datasets() -> tuple[str, ...]:
    """Return the one dataset."""
    return (DATASET,)


def unavailable_de() -> str:
    """Return why nothing can be asked: a file is named that is not there."""
    missing = [path.name for path in own_files() if not path.is_file()]
    return f"Die mit {OWN_FILE} angegebene Datei fehlt: {', '.join(missing)}." if missing else ""


def own_files() -> list[Path]:
    """Return the files that are to be taken instead of asking."""
    return [Path(name) for name in os.environ.get(OWN_FILE, "").split(os.pathsep) if name]


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return one question per edition: four quarters, and the years since 2013; or the own files."""
    if own := own_files():
        return [_question_of(dataset, file) for file in own]
    years = range(scope.first_year(FIRST_YEAR), scope.today.year)
    paths = {f"{quarter}. Quartal": f"GVAuszugQ/AuszugGV{quarter}QAktuell.xlsx" for quarter in (1, 2, 3, 4)}
    paths |= {f"31.12.{year}": f"GVAuszugJ/3112{year}_Auszug_GV.xlsx" for year in years}
    return [
        Question(dataset, f"{base_url()}/{path}", FORM, label_de=label, cells=4 * len(scope.current), may_be_empty=True)
        for label, path in paths.items()
    ]


def _question_of(dataset: str, file: Path) -> Question:
    """Return the question an own file answers; its checksum tells it from another file of that name."""
    told = (("file", file.name), ("sha256", hashlib.sha256(file.read_bytes()).hexdigest()))
    return Question(dataset, f"{base_url()}/", told, label_de=file.name)


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Return a verified workbook; nothing where there is no such edition. Raises a SourceError."""
    if file := dict(question.params).get("file"):
        return [_own(question, [path for path in own_files() if path.name == file])]
    answer = _settled(client, question)
    if answer is None:
        return []
    return [
        Download(
            question.dataset, question.url, tuple(question.params), answer.body, answer.content_type,
            answer.retrieved_at, _moment(answer.last_modified),
        )
    ]  # fmt: skip


def _own(question: Question, paths: Sequence[Path]) -> Download:
    """Return the own file with the bytes that were asked for."""
    wanted = dict(question.params)["sha256"]
    read = ((path, path.read_bytes()) for path in paths)
    found = next(((path, body) for path, body in read if hashlib.sha256(body).hexdigest() == wanted), None)
    if found is None:
        raise NotData(
            "an own file changed", f"Die mit {OWN_FILE} angegebene Datei hat sich während des Abrufs geändert."
        )
    path, body = found
    gvisys_workbook.dates(body)
    now, changed = datetime.now(UTC), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Download(question.dataset, question.url, tuple(question.params), body, "", now, changed)


def _settled(client: Client, question: Question) -> Answer | None:
    """Repeat patiently while the firewall refuses or a page stands in for the file; None where there is no file."""
    refused, maintained = list(REFUSED_WAITS), list(MAINTENANCE_WAITS)
    while True:
        answer = client.get(question.url, question.params)
        if answer.status in (404, 410):
            return None
        waits = refused if answer.status == 403 else maintained
        try:
            _read_answer(answer)
            return answer
        except (NotData, Unavailable):
            if not waits:
                raise
            client.sleep(waits.pop(0))


def _read_answer(answer: Answer) -> None:
    if answer.status == 403:
        raise Unavailable("HTTP 403", REFUSED_DE)
    if answer.status != 200:
        raise ServiceError(f"HTTP {answer.status}")
    gvisys_workbook.dates(answer.body)


def _moment(text: str | None) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


# --- reading ---------------------------------------------------------------------------------------------------------


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield population by sex and area of all dates; areas of Kreise, Länder and Germany as sums, marked computed."""
    dropped: dict[str, int] = {}
    found = []
    for _, part in chosen(parts):
        table = _table(_read(part.path), dataset)
        for reason, number in dropped_of(table).items():
            dropped[reason] = max(number, dropped.get(reason, 0))
        found.append(table.replace_schema_metadata())
    yield sort(pa.concat_tables(found)).replace_schema_metadata(to_table([], dropped).schema.metadata)


# Archived bytes lie under their checksum: a path stands for its content. Register and figures read the same one.
_dates = lru_cache(maxsize=64)(gvisys_workbook.dates)
_read = lru_cache(maxsize=1)(gvisys_workbook.read)


def chosen(parts: Sequence[Part]) -> list[tuple[date, Part]]:
    """Return for each date of figures, in order, the newest territory and its edition; raises Moved where none came."""
    if not parts:
        raise Moved(
            "no edition at the known addresses", "Das Gemeindeverzeichnis liegt nicht an der bekannten Adresse."
        )
    newest: dict[date, tuple[date, Part]] = {}
    for part in parts:
        territory, day = _dates(part.path)
        if day not in newest or territory > newest[day][0]:
            newest[day] = (territory, part)
    return [newest[day] for day in sorted(newest)]


def register(dataset: str, parts: Sequence[Part], scope: Scope) -> pa.Table | None:
    """Return the places of the newest edition (``places.EDITION``); None where the embedded register is newer.

    Raises:
        UnknownPlaces: its Kreise are not the known ones; that takes a new release.
    """
    territory, part = max(chosen(parts), key=lambda found: found[0])
    if territory <= places.TERRITORY:
        return None
    found = _read(part.path)
    return places.edition(found.territory, found.kreise, found.records, scope)


def basis_of(found: Edition) -> str:
    """Return the census on which the population of an edition rests."""
    named = set(re.findall(r"Zensus(?:es)?\s+(20\d\d)", found.text))
    if len(named) == 1 and named <= {"2011", "2022"}:
        return f"census{named.pop()}"
    if found.day == ON_BOTH_BASES:
        total = sum(record.population for record in found.records)
        return "census2011" if total > BETWEEN_THEM else "census2022"
    return "census2011" if found.day <= LAST_ON_OLD_BASIS else "census2022"


def _table(found: Edition, dataset: str) -> pa.Table:
    basis = basis_of(found)
    table = gvisys.parse(found.records, dataset, found.day, basis)
    reformed = _reformed_between(found.day, found.territory)
    kept = table.filter(pc.invert(pc.is_in(table["ags"], pa.array(reformed, pa.string()))))
    if found.territory != found.day:
        return kept
    sums = to_table(_population_sums(found, dataset, basis)).replace_schema_metadata()
    return pa.concat_tables([kept, sums.cast(kept.schema)])


def _reformed_between(day: date, territory: date) -> list[str]:
    """Return the Kreise whose area in this territory is not that of the figures of other sources for the same date."""
    entries = [entry for entry in breaks().values() if entry.scope and not entry.bridged]
    return [ags for entry in entries if day.year < entry.first_date.year <= territory.year for ags in entry.scope]


def _population_sums(found: Edition, dataset: str, basis: str) -> Iterator[Row]:
    """Yield the population of Kreise, Länder and Germany; only from editions whose territory is that of the figures."""
    members: dict[str, list[gvisys.Record]] = {}
    for record in found.records:
        for key in ("DG", record.ags[:2], record.ags[:5]):
            if not record.unpopulated and not (len(key) == 5 and record.ags.endswith("000")):
                members.setdefault(key, []).append(record)
    for key, records in members.items():
        for position, sex in enumerate("tmf"):
            without = {record.statuses[position] for record in records} - {"ok"}
            value = sum((r.population, r.male or 0, r.female or 0)[position] for r in records)
            status = "computed" if not without else "secret" if "secret" in without else min(without)
            yield Row(
                dataset, "population", key, found.day, sex, *TOTAL, basis, None if without else float(value), status
            )


# --- checking --------------------------------------------------------------------------------------------------------


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse what cannot be whole: Gemeinden lost, sexes that miss the total, Kreise far from what is known."""
    population = table.filter(pc.field("measure") == "population")
    if pc.sum(pc.is_valid(population["value"])).as_py() in (0, None):
        raise Incomplete("no population", "Das Gemeindeverzeichnis enthält keine Bevölkerungszahlen.")
    newest = population.filter(pc.equal(population["reference_date"], pc.max(population["reference_date"])))
    rows = zip(*(newest[name].to_pylist() for name in ("ags", "sex", "value")), strict=True)
    persons = {(ags, sex): value for ags, sex, value in rows}
    _check_sexes(persons)
    totals = {ags: value for (ags, sex), value in persons.items() if sex == "t"}
    _check_gemeinden(totals, scope)
    _check_kreise(totals, scope)


def _check_sexes(persons: Mapping[tuple[str, str], float | None]) -> None:
    for (ags, sex), total in persons.items():
        male, female = persons.get((ags, "m")), persons.get((ags, "f"))
        if sex == "t" and total is not None and male is not None and female is not None and male + female != total:
            raise Incomplete(
                f"{ags}: {male} + {female} is not {total}",
                f"Im Gemeindeverzeichnis ergeben Frauen und Männer nicht die Gesamtzahl (zuerst bei {ags}).",
            )


def _check_gemeinden(totals: Mapping[str, float | None], scope: Scope) -> None:
    expected = sum(1 for ags in scope.current if scope.level_of.get(ags) == "gemeinde")
    there = sum(1 for ags in totals if len(ags) == 8)
    if there < LEAST_SHARE * expected:
        raise Incomplete(
            f"{there} Gemeinden instead of {expected}",
            f"Das Gemeindeverzeichnis nennt nur {there} statt {expected} Gemeinden.",
        )


def _check_kreise(totals: Mapping[str, float | None], scope: Scope) -> None:
    """Compare the sum of the Gemeinden of each Kreis with the newest figure that is known of it."""
    members: dict[str, list[float | None]] = {}
    for ags, value in totals.items():
        if len(ags) == 8:
            members.setdefault(ags[:5], []).append(value)
    cities = {ags: [value] for ags, value in totals.items() if len(ags) == 5 and ags not in members}
    for kreis, values in (members | cities).items():
        known, found = scope.population.get(kreis), sum(value or 0.0 for value in values)
        if known and None not in values and abs(found / known - 1) > NEAR:
            raise Implausible(
                f"{kreis}: {found:.0f} against {known:.0f}",
                f"Im Gemeindeverzeichnis hat der Kreis {kreis} {found:.0f} Einwohner, bekannt sind {known:.0f}.",
            )
