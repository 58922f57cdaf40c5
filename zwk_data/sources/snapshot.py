"""The embedded snapshot: every official file through its parser into tidy Parquet, with a manifest.

Two runs with the same library versions give identical bytes: one thread, sorted by ``KEY``, no time of writing.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zwk_data.catalog.declarations import Source, sources
from zwk_data.catalog.tidy import KEY, OBSERVATION, STATUSES_WITH_VALUE
from zwk_data.sources import bbsr, corrections, destatis, eurostat, eurostat_files, gvisys, places, wpp, zensus
from zwk_data.sources import regionaldatenbank as regio
from zwk_data.sources.rows import dropped_of, sort

FIRST_YEAR_OF_TOTALS = 2006  # earlier births and deaths are often rounded to hundreds
LAST_PROJECTED = 2100
MUNICIPAL = "municipalities"
GV_2011 = f"{MUNICIPAL}/gemeinden_2011-12-31.csv"
GV_2019 = f"{MUNICIPAL}/gv_auszug_2019-12-31.csv"
GV_2022 = f"{MUNICIPAL}/GV100AD_301123.txt"
GV_2024 = f"{MUNICIPAL}/gv_auszug_2024-06-30.xlsx"
LAU_2019 = f"{MUNICIPAL}/lau_nuts_2019_DE.csv"
KREISE = "boundaries/ags_nuts3_vg2500.csv"
LIFE_TABLES = tuple(f"life_tables/tafel-{y}-{y + 2}.xlsx" for y in range(11, 19))
Raws = tuple[bytes, ...]
Nuts = Mapping[str, str]


class SnapshotError(ValueError):
    """A dataset breaks a rule that every dataset of the snapshot keeps."""


@dataclass(frozen=True)
class Job:
    """One dataset: its files below the folder of raw figures, and the way from their bytes to a tidy table."""

    dataset: str
    files: tuple[str, ...]
    parse: Callable[[Raws, Nuts], pa.Table]


def _each(parse: Callable[[bytes], pa.Table]) -> Callable[[Raws, Nuts], pa.Table]:
    return lambda raws, _: sort(pa.concat_tables([parse(raw).replace_schema_metadata() for raw in raws]))


def _one(parse: Callable[[bytes], pa.Table]) -> Callable[[Raws, Nuts], pa.Table]:
    return lambda raws, _: parse(raws[0])


def _gemeinden(
    read: Callable[[bytes], list[gvisys.Record]], dataset: str, day: date, basis: str, complete: bool = True
) -> Job:
    file = {"gvisys_2011": GV_2011, "gvisys_2019": GV_2019, "gvisys_2022": GV_2022}[dataset]
    return Job(dataset, (file,), _one(lambda raw: gvisys.parse(read(raw), dataset, day, basis, complete=complete)))


def deaths_by_age(raw: bytes, nuts: Nuts, dataset: str = "eurostat_demo_r_magec3") -> pa.Table:
    """Read deaths by sex and age; ages only of places and years in which every sex and age is given."""
    table = eurostat.parse_tsv(raw, dataset, nuts)
    by_age = pc.equal(table["age_set"], "five_year")
    ages, totals = table.filter(by_age), table.filter(pc.invert(by_age))
    missing = ages.group_by(["ags", "reference_date"]).aggregate([("value", "count"), ("sex", "count")])
    whole = missing.filter(pc.equal(missing["value_count"], missing["sex_count"])).select(["ags", "reference_date"])
    kept = ages.join(whole, ["ags", "reference_date"], join_type="left semi", use_threads=False)
    return sort(pa.concat_tables([totals.replace_schema_metadata(), kept.replace_schema_metadata()]))


def yearly_totals(raw: bytes, nuts: Nuts, dataset: str) -> pa.Table:
    """Read yearly births or deaths from 2006 on."""
    table = eurostat.parse_tsv(raw, dataset, nuts)
    return table.filter(pc.greater_equal(table["reference_date"], date(FIRST_YEAR_OF_TOTALS, 1, 1)))


DAY_2011, DAY_2019, DAY_2022 = date(2011, 12, 31), date(2019, 12, 31), date(2022, 12, 31)
BIRTHS, DEATHS = "eurostat_demo_r_births", "eurostat_demo_r_deaths"
PROJECTED = "un_wpp2024_net_migration_age_projection"
WPP_AGES = "wpp2024/DEU_migprojAge1dt.csv"
REGIO = "regionaldatenbank"

JOBS = (
    Job("eurostat_demo_r_pjangrp3", ("eurostat/demo_r_pjangrp3.tsv.gz",),
        lambda raws, nuts: eurostat.parse_tsv(raws[0], "eurostat_demo_r_pjangrp3", nuts)),
    Job("eurostat_demo_r_magec3", ("eurostat/demo_r_magec3.tsv.gz",), lambda raws, nuts: deaths_by_age(raws[0], nuts)),
    Job(BIRTHS, ("eurostat/births.tsv",), lambda raws, nuts: yearly_totals(raws[0], nuts, BIRTHS)),
    Job(DEATHS, ("eurostat/deaths_total.tsv",), lambda raws, nuts: yearly_totals(raws[0], nuts, DEATHS)),
    Job("eurostat_proj_19rp3_base", ("eurostat/proj_19rp3_base_2019_by_nuts3.csv.gz",),
        lambda raws, nuts: eurostat_files.parse_base_population(raws[0], nuts)),
    Job("eurostat_lau_2019", (LAU_2019,), _one(lambda raw: eurostat_files.parse_lau(eurostat_files.read_lau(raw)))),
    Job("regio_12411_02_03_4", (f"{REGIO}/12411-02-03-4_2023_2024_tidy.csv",),
        _one(regio.parse_population)),
    Job("regio_12612_01_01_4", (f"{REGIO}/12612-01-01-4_four_kreise_2022-2024.csv",),
        _one(regio.parse_births)),
    Job("regio_12613_01_01_4", (f"{REGIO}/12613-01-01-4_four_kreise_2022-2024.csv",),
        _one(regio.parse_deaths)),
    Job("regio_12711_01_03_4", (f"{REGIO}/12711-01-03-4_four_kreise_2020-2024.csv",),
        _one(regio.parse_migration)),
    _gemeinden(gvisys.read_2011, "gvisys_2011", DAY_2011, "pre2011", complete=False),
    _gemeinden(gvisys.read_auszug_csv, "gvisys_2019", DAY_2019, "census2011"),
    _gemeinden(gvisys.read_gv100ad, "gvisys_2022", DAY_2022, "census2011"),
    Job("zensus_1000a_0000", (f"{MUNICIPAL}/zensus2022_1000A-0000_ffcsv.csv",), _one(zensus.parse)),
    Job("bbsr_population_1990_2019", ("bbsr/kreise_population_1990_2019_boundaries_2020.csv",), _one(bbsr.parse)),
    Job("destatis_life_tables", LIFE_TABLES, _each(destatis.parse_life_table)),
    Job("destatis_12411_0013", ("destatis/12411-0013.csv",), _one(destatis.parse_single_ages)),
    Job("un_wpp2024_fertility_pattern", ("wpp2024/DEU_percentASFR5dt.csv",), _one(wpp.parse_fertility_pattern)),
    Job("un_wpp2024_total_fertility", ("wpp2024/DEU_tfr1dt.csv",), _one(wpp.parse_total_fertility)),
    Job("un_wpp2024_life_expectancy", ("wpp2024/DEU_e01dt.csv",), _one(wpp.parse_life_expectancy)),
    Job("un_wpp2024_net_migration", ("wpp2024/DEU_mig1dt.csv",), _one(wpp.parse_net_migration)),
    Job("un_wpp2024_net_migration_age", (WPP_AGES,),
        _one(lambda raw: wpp.parse_net_migration_by_age(raw, wpp.LAST_ESTIMATE, wpp.LAST_ESTIMATE))),
    Job(PROJECTED, (WPP_AGES,),
        _one(lambda raw: wpp.parse_net_migration_by_age(raw, wpp.LAST_ESTIMATE + 1, LAST_PROJECTED, PROJECTED))),
)  # fmt: skip


def write_snapshot(raw: Path, out: Path) -> None:
    """Write one Parquet file per included dataset, the places and ``manifest.toml`` into ``out``.

    Raises:
        FileNotFoundError: a raw file is missing.
        SnapshotError: a dataset has a wrong schema, a repeated key or an unknown word.
    """
    out.mkdir(parents=True, exist_ok=True)
    nuts = places.nuts3_to_ags(places.read_kreise((raw / KREISE).read_bytes()))
    entries = []
    for job in JOBS:
        source = sources()[job.dataset]
        if not source.included:
            (out / f"{job.dataset}.parquet").unlink(missing_ok=True)
            continue
        parsed = job.parse(tuple((raw / file).read_bytes() for file in job.files), nuts)
        table = corrections.apply(parsed, job.dataset)
        check(table, job.dataset)
        entries.append(_entry(source, table, _write(table, out / f"{job.dataset}.parquet"), _left_out(parsed)))
    register = places.build(read_register(raw))
    entries.append(_places_entry(register, _write(register, out / "places.parquet")))
    (out / "manifest.toml").write_text(MANIFEST_HEAD + "\n".join(entries), encoding="utf-8", newline="\n")


def read_register(raw: Path) -> places.Register:
    """Read the files from which the register of places is built."""
    gv100ad = (raw / GV_2022).read_bytes()
    auszug_2019 = gvisys.read_auszug_csv((raw / GV_2019).read_bytes())
    lau = eurostat_files.read_lau((raw / LAU_2019).read_bytes())
    land_names = {ags: name for ags, name in gvisys.read_gv100ad_names(gv100ad, "10").items() if len(ags) == 2}
    return places.Register(
        kreise=places.read_kreise((raw / KREISE).read_bytes()),
        land_names=land_names,
        kreis_names=gvisys.read_gv100ad_names(gv100ad, "40"),
        current=gvisys.read_gv100ad(gv100ad),
        older=(auszug_2019, lau, gvisys.read_2011((raw / GV_2011).read_bytes())),
        located=(gvisys.read_auszug_xlsx((raw / GV_2024).read_bytes()), auszug_2019, lau),
    )


def _left_out(parsed: pa.Table) -> dict[str, int]:
    nuts2 = eurostat.notes(parsed).get("nuts2_rows_dropped", 0)
    return dropped_of(parsed) | ({"nuts2_rows": nuts2} if nuts2 else {})


def check(table: pa.Table, dataset: str) -> None:
    """Raise SnapshotError unless schema, dataset id, keys, and the pairing of value and status are right."""
    if not table.schema.equals(OBSERVATION):
        raise SnapshotError(f"{dataset}: schema differs from OBSERVATION")
    if pc.unique(table["dataset"]).to_pylist() != [dataset]:
        raise SnapshotError(f"{dataset}: rows of another dataset")
    if table.group_by(list(KEY), use_threads=False).aggregate([]).num_rows != table.num_rows:
        raise SnapshotError(f"{dataset}: a key occurs twice")
    carries = pc.is_in(table["status"], pa.array(STATUSES_WITH_VALUE))
    if not pc.all(pc.equal(carries, pc.is_valid(table["value"]))).as_py():
        raise SnapshotError(f"{dataset}: a status contradicts its value")


def _write(table: pa.Table, path: Path) -> str:
    """Write one row group of Parquet and return the SHA-256 of the file."""
    plain = table.replace_schema_metadata().combine_chunks()
    pq.write_table(plain, path, compression="zstd", compression_level=19, row_group_size=max(plain.num_rows, 1))
    return hashlib.sha256(path.read_bytes()).hexdigest()


MANIFEST_HEAD = """\
# What the embedded snapshot holds. Written by `python -m zwk_data snapshot`; do not edit.

"""


def _entry(source: Source, table: pa.Table, digest: str, dropped: Mapping[str, int]) -> str:
    dates = pc.min_max(table["reference_date"])
    return _toml(
        source.id,
        [
            ("file", f"{source.id}.parquet"), ("provider", source.provider), ("code", source.code),
            ("title_de", source.title_de), ("url", source.url), ("licence", source.licence),
            ("licence_confirmed", source.licence_confirmed), ("attribution", source.attribution),
            ("changed", source.changed), ("retrieved", source.retrieved),
            ("first_date", dates["min"].as_py()), ("last_date", dates["max"].as_py()),
            ("rows", table.num_rows), ("rows_without_value", table["value"].null_count),
            ("parser_version", source.parser_version), ("sha256", digest),
            *((f"dropped_{reason}", number) for reason, number in dropped.items()),
        ],
    )  # fmt: skip


def _places_entry(table: pa.Table, digest: str) -> str:
    levels = {row["values"]: row["counts"] for row in pc.value_counts(table["level"]).to_pylist()}
    fields = [("file", "places.parquet"), ("derived_from", "gvisys_2022, gvisys_2019, gvisys_2011, eurostat_lau_2019"),
              ("rows", table.num_rows), *sorted(levels.items()), ("sha256", digest)]  # fmt: skip
    return _toml("places", fields)


def _toml(name: str, fields: Iterable[tuple[str, object]]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_literal(value)}" for key, value in fields), ""])


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
