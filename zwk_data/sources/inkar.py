"""INKAR of the BBSR: one zip archive with all figures of all years, read as a stream.

The table has one row per section (``Bereich``), indicator, place and period; some indicators repeat across sections,
so only the section of spatial monitoring is taken. All years refer to one territorial status. Decimal comma; keys may
have lost their leading zeros. The order of rows is unknown, so the few rows that are wanted are kept in 15 bytes each
and handed out by reference date at the end.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.archive import TEMPORARY, Download
from zwk_data.sources.archives import Caps
from zwk_data.sources.basis import published_basis
from zwk_data.sources.errors import Implausible, Incomplete, Moved, ParseError, ServiceError
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Part, Question, Scope
from zwk_data.sources.rows import DROPPED, TOTAL, AgeGroup, sort, year_end
from zwk_data.sources.zip_stream import Stream, only_member, pieces

NAME_DE = "INKAR (BBSR)"
PARSER_VERSION = 2
DATASET = "inkar"
BASE_URL = "https://www.bbr-server.de/imagemap/inkar/download"
ENVIRONMENT = "ZWK_INKAR_URL"
EDITIONS = ("2021", "2024", "2025")  # names of the file, oldest first
EDITION = "ZWK_INKAR_EDITION"  # another edition than the newest of these
CA_FILE = "ZWK_INKAR_CA"  # certificates of the host's authority: its chain is incomplete in some networks
CAPS = Caps(packed=700 << 20, unpacked=10 << 30, members=20, ratio=200.0)
TIMES_LONGER = 4  # than an ordinary download: 430 MB
BLOCK_BYTES = 16 << 20
SECTION = "LRB"
FIRST_YEAR = 1995
FIRST_YEAR_GEMEINDE = 2011  # the census basis of today's comparisons; earlier years would be half of all rows
NEEDED = ("Bereich", "Kuerzel", "Raumbezug", "Kennziffer", "Name", "Zeitbezug", "Wert")
MARKERS = ("", "-", ".", "...", "…", "x", "X", "/", "NA", "NULL")
GARBLED = ("Ã", "\ufffd")  # UTF-8 read as Latin-1 somewhere on the way
LEAST_SHARE = 0.95  # of the places of the register
ROUNDING = 1.5  # percentage points that nine rounded shares may miss 100 by

GERMANY, LAND, KREIS, GEMEINDE = range(4)
LEVELS = {
    "Bund": GERMANY, "Bundesgebiet": GERMANY, "Deutschland": GERMANY, "Länder": LAND, "Bundesländer": LAND,
    "Kreise": KREIS, "Gemeinden": GEMEINDE,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What an abbreviation of INKAR stands for; ``year`` is that of a projection, 0 where the period says it."""

    measure: str
    sex: str = "t"
    ages: AgeGroup = TOTAL
    year: int = 0


def _share(age_from: int, age_to: int | None, grid: str = "inkar") -> Wanted:
    return Wanted("population_share", "t", (grid, age_from, age_to))


# Units of INKAR are those of the vocabulary: persons, percent, years, per 1,000, persons per km2.
WANTED: Mapping[str, Wanted] = {
    "xbev": Wanted("population"), "xbevm": Wanted("population", "m"), "xbevf": Wanted("population", "f"),
    "a_bev0003": _share(0, 2), "a_bev0306": _share(3, 5), "a_bev0618": _share(6, 17), "a_bev1825": _share(18, 24),
    "a_bev2530": _share(25, 29), "a_bev3050": _share(30, 49), "a_bev5065": _share(50, 64),
    "a_bev6575": _share(65, 74), "a_bev75um": _share(75, None),
    "a_bev_0006": _share(0, 5, "inkar_broad"), "a_bev65um": _share(65, None, "inkar_broad"),
    "m_bev_alter": Wanted("mean_age"), "a_geb_bev": Wanted("crude_birth_rate"),
    "a_gest_bev": Wanted("crude_death_rate"), "i_saldo_nat": Wanted("natural_balance_rate"),
    "i_wans": Wanted("net_migration_rate"), "q_bev_fl": Wanted("population_density"),
    "a_ausl_bev": Wanted("foreign_share"), "i_tfr": Wanted("total_fertility_rate"),
}  # fmt: skip
PROJECTION = re.compile(r"e_bev\d\d(\d\d)_rop\d\d")  # e_bev2245_rop45: change from 2022 to 2045 in percent
# Without one of these the file is not what it was; others come and go with the editions.
REQUIRED = frozenset({"xbev", "a_bev0003", "a_bev75um", "m_bev_alter", "a_geb_bev", "a_gest_bev", "i_wans"})


# --- asking ----------------------------------------------------------------------------------------------------------


def datasets() -> tuple[str, ...]:
    """Return the one dataset."""
    return (DATASET,)


def unavailable_de() -> str:
    """Return why nothing can be asked: never without an account, but a named file of certificates must exist."""
    named = os.environ.get(CA_FILE, "")
    if named and not Path(named).is_file():
        return f"Die in {CA_FILE} genannte Zertifikatsdatei gibt es nicht."
    return ""


def edition() -> str:
    """Return the edition to ask for: the one the environment names, or the newest that is known."""
    return os.environ.get(EDITION, "").strip() or EDITIONS[-1]


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return the one request: the whole archive of an edition."""
    base = os.environ.get(ENVIRONMENT, BASE_URL).rstrip("/")
    return [Question(dataset, f"{base}/inkar_{edition()}.zip", label_de=f"Ausgabe {edition()}, ganz", large=True)]


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Load the archive into a file and verify it to its last byte. Raises a SourceError; no file is left then."""
    folder = scope.folder or Path(gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    into = folder / f"{TEMPORARY}inkar-{uuid4().hex}.zip"
    try:
        answer = _patient(client).ask(question.request(into))
        if answer.status in (404, 410):
            raise Moved(
                f"HTTP {answer.status} for edition {edition()}",
                f"Die Ausgabe {edition()} von INKAR liegt nicht mehr unter der bekannten Adresse; eine andere nennt "
                f"{EDITION}.",
            )
        if answer.status != 200:
            raise ServiceError(f"HTTP {answer.status}")
        for _ in pieces(into, only_member(into, ".csv", CAPS)):
            pass
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return [Download(question.dataset, question.url, (), into, answer.content_type, answer.retrieved_at)]


def _patient(client: Client) -> Client:
    """Return the client with room for a large file, and with the operator's certificates where some are named."""
    limits = client.limits
    larger = replace(limits, total=limits.total * TIMES_LONGER, packed_bytes=CAPS.packed, unpacked_bytes=CAPS.packed)
    named = os.environ.get(CA_FILE, "")
    return (client.with_certificates(Path(named)) if named else client).with_limits(larger)


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass
class Kept:
    """The wanted rows so far: ``series`` are the meanings found, ``rows`` batches of series, level, place, year, value.

    ``place`` is the key as a number; what the level leaves of it is the canonical key. ``found`` are abbreviations.
    """

    since: int
    series: list[Wanted] = field(default_factory=list)
    rows: list[pa.RecordBatch] = field(default_factory=list)
    found: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, abbreviation: str) -> int:
        """Return the position of an abbreviation's meaning in ``series``; -1 where it is not wanted."""
        if abbreviation not in self.numbers:
            meaning = meaning_of(abbreviation)
            self.numbers[abbreviation] = -1 if meaning is None else len(self.series)
            self.series += [] if meaning is None else [meaning]
        return self.numbers[abbreviation]


def meaning_of(abbreviation: str) -> Wanted | None:
    """Return what an abbreviation stands for; None for the hundreds that are not wanted."""
    name = abbreviation.strip().lower()
    if match := PROJECTION.fullmatch(name):
        return Wanted("projected_change", year=2000 + int(match[1]))
    return WANTED.get(name)


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield one table per reference date. Raises a SourceError where the archive is not what it was agreed to be."""
    kept = Kept(scope.first_year(FIRST_YEAR))
    for part in parts:
        _read(part.path, kept)
    if missing := sorted(REQUIRED - kept.found):
        raise Incomplete(f"without {missing}", f"In der Lieferung fehlen Merkmale: {', '.join(missing)}.")
    rows = pa.Table.from_batches(kept.rows)
    kept.rows.clear()
    rows, empty = _without_empty_places(rows, kept.series, scope)
    for year in sorted(pc.unique(rows["year"]).to_pylist()):
        table = _tidy(rows.filter(pc.equal(rows["year"], year)), kept.series, dataset, year)
        counts = {"uninhabited_places": empty} if empty else {}
        yield table.replace_schema_metadata({DROPPED: json.dumps(counts).encode()})
        empty = 0  # counted once


def _read(path: Path, kept: Kept) -> None:
    """Read the table once from its beginning to its verified end, a block at a time."""
    stream = pa.PythonFile(Stream(pieces(path, only_member(path, ".csv", CAPS))), mode="r")
    words = pa.dictionary(pa.int32(), pa.string())
    types: dict[str, Any] = dict.fromkeys(("Bereich", "Kuerzel", "Raumbezug", "Zeitbezug", "Name"), words)
    try:
        reader = csv.open_csv(
            stream,
            read_options=csv.ReadOptions(block_size=BLOCK_BYTES, encoding="utf8"),
            parse_options=csv.ParseOptions(delimiter=";"),
            convert_options=csv.ConvertOptions(
                include_columns=list(NEEDED), column_types={"Kennziffer": pa.string(), "Wert": pa.string(), **types},
                strings_can_be_null=False,
            ),
        )  # fmt: skip
        for batch in reader:
            _keep(batch, kept)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise ParseError(f"INKAR table: {str(error)[:300]}") from error


def _keep(batch: pa.RecordBatch, kept: Kept) -> None:
    """Add the wanted rows of a block."""
    series = _codes(batch["Kuerzel"], kept.number)
    levels = _codes(batch["Raumbezug"], lambda word: LEVELS.get(word.strip(), -1))
    sections = _codes(batch["Bereich"], lambda word: int(word.strip() == SECTION))
    rows = np.flatnonzero((series >= 0) & (levels >= 0) & (sections == 1))
    if not len(rows):
        return
    chosen = batch.take(pa.array(rows))
    series, levels = series[rows], levels[rows]
    _refuse_garbled(chosen["Name"])
    kept.found |= {name.strip().lower() for name in _words(chosen["Kuerzel"])}
    ahead = np.array([one.year for one in kept.series], dtype=np.int16)[series]
    years = np.where(ahead > 0, ahead, _codes(chosen["Zeitbezug"], _year)).astype(np.int16)
    if ((years < 0) & (ahead == 0)).any():
        raise ParseError("a period that is no year")
    places = _places(chosen["Kennziffer"], levels)
    late = (years >= kept.since) & ((levels != GEMEINDE) | (years >= FIRST_YEAR_GEMEINDE))
    own = (levels != GEMEINDE) | (places % 1000 != 0)  # a kreisfreie Stadt comes as a Kreis already
    compact = pa.record_batch({
        "series": pa.array(series.astype(np.int16)), "level": pa.array(levels.astype(np.int8)),
        "place": pa.array(places), "year": pa.array(years), "value": _numbers(chosen["Wert"]),
    })  # fmt: skip
    kept.rows.append(compact.filter(pa.array(late & own)))


def _codes(column: pa.DictionaryArray, code: Any) -> np.ndarray:
    """Return a number per row, from what each word of the block's dictionary stands for."""
    of_word = np.array([code(word) for word in column.dictionary.to_pylist()] or [-1], dtype=np.int64)
    codes: np.ndarray = of_word[column.indices.to_numpy()]
    return codes


def _words(column: pa.DictionaryArray) -> list[str]:
    used = pc.unique(column.indices)
    words: list[str] = column.dictionary.take(used).to_pylist()
    return words


def _year(word: str) -> int:
    return int(word) if re.fullmatch(r"\s*(19|20)\d\d\s*", word) else -1


def _refuse_garbled(names: pa.DictionaryArray) -> None:
    wrong = [name for name in _words(names) if any(sign in name for sign in GARBLED)]
    if wrong:
        raise ParseError(f"garbled name {wrong[0]!r}", "Umlaute in den Namen der Orte sind verdorben.")


def _places(keys: pa.Array, levels: np.ndarray) -> np.ndarray:
    """Return the canonical keys as numbers: 0 for Germany, else 1 to 2, 4 to 5 or 7 to 8 digits."""
    told = pc.if_else(pa.array(levels == GERMANY), "0", pc.utf8_trim_whitespace(keys))
    number = pc.cast(told, pa.int32()).to_numpy(zero_copy_only=False)
    land = np.where(number < 100, number, number // 1_000_000)
    kreis = np.where(number < 100_000, number, number // 1000)
    places: np.ndarray = np.choose(levels, [np.zeros_like(number), land, kreis, number])
    return places


def _numbers(values: pa.Array) -> pa.Array:
    """Read values with a decimal comma; markers become null, a point is another layout and refused."""
    told = pc.utf8_trim_whitespace(values)
    marker = pc.is_in(told, pa.array(MARKERS))
    told = pc.if_else(marker, pa.scalar(None, pa.string()), told)
    if pc.any(pc.match_substring(told, ".")).as_py():
        raise ParseError("a point in a number", "Zahlen stehen mit Punkt statt mit Komma in der Lieferung.")
    return pc.cast(pc.replace_substring(told, ",", "."), pa.float64())


def _without_empty_places(rows: pa.Table, series: Sequence[Wanted], scope: Scope) -> tuple[pa.Table, int]:
    """Leave out Gemeinden no register knows and nobody lives in, and count them: INKAR lists uninhabited territories.

    An unknown key with inhabitants stays: the gate refuses it.
    """
    if not scope.level_of:
        return rows, 0
    known = np.array([int(ags) for ags in scope.level_of if len(ags) == 8], dtype=np.int32)
    strange = pc.and_(pc.equal(rows["level"], GEMEINDE), pc.invert(pc.is_in(rows["place"], pa.array(known))))
    totals = [number for number, one in enumerate(series) if one == WANTED["xbev"]]
    counted = pc.and_(pc.is_in(rows["series"], pa.array(totals, pa.int16())), pc.greater(rows["value"], 0))
    lived_in = rows.filter(pc.and_(strange, counted))["place"]
    empty = pc.and_(strange, pc.invert(pc.is_in(rows["place"], pc.unique(lived_in))))
    return rows.filter(pc.invert(empty)), len(pc.unique(rows.filter(empty)["place"]))


def _tidy(rows: pa.Table, series: Sequence[Wanted], dataset: str, year: int) -> pa.Table:
    """Return the observations of one reference date, sorted."""
    rows = rows.combine_chunks()
    which = rows["series"].combine_chunks()
    ages = [one.ages for one in series]
    basis = [published_basis(one.measure, year) for one in series]
    told: dict[str, Any] = {
        "measure": [one.measure for one in series], "sex": [one.sex for one in series], "basis": basis,
        "age_set": [a[0] for a in ages], "age_from": [a[1] for a in ages], "age_to": [a[2] for a in ages],
    }  # fmt: skip
    status = pc.if_else(pc.is_valid(rows["value"]), "ok", "missing")
    constant = {"dataset": pa.repeat(dataset, rows.num_rows), "reference_date": _repeated(year, rows.num_rows)}
    columns = {
        name: pa.array(values, OBSERVATION.field(name).type).take(which) for name, values in told.items()
    } | {"ags": _canonical(rows), "value": rows["value"], "status": status, **constant}  # fmt: skip
    return sort(pa.table([columns[name] for name in OBSERVATION.names], schema=OBSERVATION))


def _repeated(year: int, number: int) -> pa.Array:
    return pa.repeat(pa.scalar(year_end(year), pa.date32()), number)


def _canonical(rows: pa.Table) -> pa.Array:
    """Return the keys as text, each distinct one written once."""
    digits = {GERMANY: 0, LAND: 2, KREIS: 5, GEMEINDE: 8}
    coded = rows["place"].to_numpy().astype(np.int64) * 4 + rows["level"].to_numpy()
    distinct, position = np.unique(coded, return_inverse=True)
    texts = [f"{code // 4:0{digits[code % 4]}d}" if code % 4 else "DG" for code in distinct.tolist()]
    return pa.array(texts).take(pa.array(position))


# --- checking --------------------------------------------------------------------------------------------------------


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse a date whose population lacks Kreise or Gemeinden of the register; raises Incomplete.

    Editions keep the territories of one date, so a few places more or less than today's are no fault.
    """
    _check_shares(table)
    totals = table.filter((pc.field("measure") == "population") & pc.is_valid(pc.field("value")))
    if totals.num_rows == 0:
        return  # a date of projections only
    given = set(pc.unique(totals["ags"]).to_pylist())
    day = table["reference_date"][0].as_py()
    for length, name in ((5, "Kreise"), (8, "Gemeinden")):
        expected = [ags for ags in scope.current if len(ags) == length and ags.isdigit()]
        found = sum(len(ags) == length for ags in given)
        if length == 8 and day.year < FIRST_YEAR_GEMEINDE:
            continue
        if found < LEAST_SHARE * len(expected):
            raise Incomplete(
                f"{found} of {len(expected)} {name} on {day}",
                f"Zum {day:%d.%m.%Y} liegen {found} statt {len(expected)} {name} vor.",
            )


def _check_shares(table: pa.Table) -> None:
    """The nine shares of an inhabited place add up to 100 percent, but for rounding; raises Implausible."""
    rows = table.filter((pc.field("age_set") == "inkar") & pc.is_valid(pc.field("value")))
    sums = rows.group_by(["ags"]).aggregate([("value", "sum"), ("value", "count")])
    groups = sum(one.ages[0] == "inkar" for one in WANTED.values())
    far = pc.greater(pc.abs(pc.subtract(sums["value_sum"], 100.0)), ROUNDING)
    wrong = sums.filter(pc.and_(pc.and_(pc.equal(sums["value_count"], groups), pc.greater(sums["value_sum"], 0)), far))
    if wrong.num_rows:
        first = wrong.sort_by("ags").to_pylist()[0]
        raise Implausible(
            f"{wrong.num_rows} sums, first {first}",
            f"Die Anteile der Altersgruppen ergeben nicht 100 Prozent (zuerst bei {first['ags']}).",
        )
