import hashlib
import tomllib
from dataclasses import replace
from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources.reading import EXCERPTS, SNAPSHOT
from zwk_data.catalog.declarations import licences, sources
from zwk_data.catalog.tidy import AGE_SETS, BASES, KEY, MEASURES, OBSERVATION, SEXES, STATUSES
from zwk_data.sources import snapshot

MANIFEST = tomllib.loads((SNAPSHOT / "manifest.toml").read_text(encoding="utf-8"))
DATASETS = [name for name in MANIFEST if name != "places"]
POPULATION, BY_17_GROUPS = "eurostat_demo_r_pjangrp3", "regio_12411_02_03_4"
LAENDER_BY_AGE = "destatis_12411_0013"
GERMANY_2017 = {(80, "f"), (85, "f"), (80, "t"), (85, "t")}  # the offices' own rounding: one person between the groups


@cache
def table(dataset):
    return pq.read_table(SNAPSHOT / f"{dataset}.parquet")


def value(dataset, ags, day, measure="population", sex="t", **more):
    fields = {"ags": ags, "reference_date": day, "measure": measure, "sex": sex, "age_set": "total"} | more
    found = table(dataset)
    for name, wanted in fields.items():
        found = found.filter(pc.equal(found[name], pa.scalar(wanted, found.schema.field(name).type)))
    (figure,) = found["value"].to_pylist()
    return figure


def test_two_runs_give_identical_bytes(tmp_path):
    for run in ("one", "two"):
        snapshot.write_snapshot(EXCERPTS, tmp_path / run)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == len(snapshot.JOBS) + 2
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_one_switch_leaves_a_dataset_out(tmp_path, monkeypatch):
    declared = dict(sources())
    declared["bbsr_population_1990_2019"] = replace(declared["bbsr_population_1990_2019"], included=False)
    (tmp_path / "bbsr_population_1990_2019.parquet").write_bytes(b"from an earlier run")
    monkeypatch.setattr(snapshot, "sources", lambda: declared)
    snapshot.write_snapshot(EXCERPTS, tmp_path)
    assert not (tmp_path / "bbsr_population_1990_2019.parquet").exists()
    assert "bbsr" not in (tmp_path / "manifest.toml").read_text(encoding="utf-8")


def test_a_repeated_key_stops_the_snapshot():
    twice = pa.concat_tables([table("un_wpp2024_total_fertility")] * 2)
    with pytest.raises(snapshot.SnapshotError, match="key occurs twice"):
        snapshot.check(twice, "un_wpp2024_total_fertility")


def test_a_value_with_a_status_that_forbids_it_stops_the_snapshot():
    good = table("un_wpp2024_total_fertility")
    bad = good.set_column(good.schema.get_field_index("status"), "status", pa.array(["secret"] * good.num_rows))
    with pytest.raises(snapshot.SnapshotError, match="contradicts its value"):
        snapshot.check(bad, "un_wpp2024_total_fertility")


def test_the_manifest_names_every_included_dataset_with_rows_checksum_and_licence():
    assert set(DATASETS) == {job.dataset for job in snapshot.JOBS if sources()[job.dataset].included}
    for name, entry in MANIFEST.items():
        content = (SNAPSHOT / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], name
        assert pq.read_metadata(SNAPSHOT / entry["file"]).num_rows == entry["rows"], name
        assert name == "places" or (entry["licence"] in licences() and entry["attribution"])


def test_the_snapshot_is_at_most_12_mb():
    assert sum(path.stat().st_size for path in SNAPSHOT.iterdir()) < 12e6


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_keeps_the_tidy_form(dataset):
    found = table(dataset)
    assert found.schema.equals(OBSERVATION)
    snapshot.check(found, dataset)
    words = {"measure": MEASURES, "sex": SEXES, "age_set": AGE_SETS, "basis": BASES, "status": STATUSES}
    for column, allowed in words.items():
        assert set(found[column].unique().to_pylist()) <= set(allowed), column
    assert found.equals(found.sort_by([(name, "ascending") for name in KEY]))


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_key_is_a_place(dataset):
    known = set(pq.read_table(SNAPSHOT / "places.parquet")["ags"].to_pylist())
    assert set(table(dataset)["ags"].unique().to_pylist()) <= known


@pytest.mark.parametrize(
    ("dataset", "ags", "day", "figure"),
    [
        (POPULATION, "DG", date(2021, 12, 31), 83_237_124),
        (POPULATION, "05758", date(2021, 12, 31), 250_635),
        (POPULATION, "12073", date(2021, 12, 31), 117_336),
        (POPULATION, "13071", date(2021, 12, 31), 257_525),
        (POPULATION, "15001", date(2021, 12, 31), 78_731),
        (BY_17_GROUPS, "05758", date(2024, 12, 31), 254_404),
        (BY_17_GROUPS, "12073", date(2024, 12, 31), 117_432),
        (BY_17_GROUPS, "13071", date(2024, 12, 31), 246_318),
        (BY_17_GROUPS, "15001", date(2024, 12, 31), 75_402),
        (LAENDER_BY_AGE, "12", date(2021, 12, 31), 2_537_868),
        (LAENDER_BY_AGE, "DG", date(2021, 12, 31), 83_237_124),
        ("gvisys_2022", "13071107", date(2022, 12, 31), 63_989),
        ("zensus_1000a_0000", "13071107", date(2022, 5, 15), 59_794),
        ("eurostat_lau_2019", "13076121", date(2018, 12, 31), 237),
    ],
)
def test_published_populations_are_met(dataset, ags, day, figure):
    assert value(dataset, ags, day) == figure


@pytest.mark.parametrize(("ags", "balance"), [("05758", 980), ("12073", 1033), ("13071", 1471), ("15001", 468)])
def test_the_published_migration_balance_of_2024_is_met(ags, balance):
    day, dataset = date(2024, 12, 31), "regio_12711_01_03_4"
    assert value(dataset, ags, day, "in_migration") - value(dataset, ags, day, "out_migration") == balance


@pytest.mark.parametrize(("dataset", "age_set"), [(POPULATION, "five_year"), (BY_17_GROUPS, "rdb17"),
                                                 ("eurostat_demo_r_magec3", "five_year")])  # fmt: skip
def test_ages_sum_to_the_total_and_sexes_to_both(dataset, age_set):
    frame = table(dataset).to_pandas()
    cell = ["ags", "reference_date", "sex"]
    ages = frame[frame.age_set == age_set].groupby(cell).value.sum()
    totals = frame[frame.age_set == "total"].set_index(cell).value
    assert (ages == totals.loc[ages.index]).all()
    sexes = frame.pivot_table(index=["ags", "reference_date", "age_set", "age_from"], columns="sex", values="value")
    assert (sexes.m + sexes.f == sexes.t).all()


@pytest.mark.parametrize("dataset", [POPULATION, BY_17_GROUPS])
def test_kreise_sum_to_laender_and_laender_to_germany(dataset):
    frame = table(dataset).to_pandas()
    cell = ["reference_date", "sex", "age_set", "age_from"]
    kreise = frame[frame.ags.str.len() == 5]
    laender = frame[(frame.ags.str.len() == 2) & (frame.ags != "DG")]
    sums = kreise.groupby([kreise.ags.str[:2].rename("ags"), *cell]).value.sum()
    assert (sums == laender.set_index(["ags", *cell]).value.loc[sums.index]).all()
    germany = frame[frame.ags == "DG"].set_index(cell).value
    off = germany[laender.groupby(cell).value.sum().loc[germany.index] != germany].index
    known = GERMANY_2017 if dataset == POPULATION else set()
    assert {(day.year, age, sex) for day, sex, _, age in off} == {(2017, age, sex) for age, sex in known}


@pytest.mark.parametrize(("dataset", "day", "sexes"), [("eurostat_lau_2019", date(2018, 12, 31), "t"),
                                                      ("gvisys_2019", date(2019, 12, 31), "mft")])  # fmt: skip
def test_gemeinden_sum_to_their_kreis(dataset, day, sexes):
    frame, kreise = table(dataset).to_pandas(), table(POPULATION).to_pandas()
    frame = frame[frame.measure == "population"]
    sums = frame.groupby([frame.ags.str[:5].rename("ags"), "sex"]).value.sum()
    kreise = kreise[(kreise.age_set == "total") & (kreise.reference_date == day) & (kreise.ags.str.len() == 5)]
    kreise = kreise[kreise.sex.isin(list(sexes))].set_index(["ags", "sex"]).value
    assert len(kreise) == 401 * len(sexes)
    assert (sums.loc[kreise.index] == kreise).all()


def test_single_ages_of_2018_sum_to_the_population():
    day = date(2018, 12, 31)
    for ags in ("DG", "05", "05758", "15001", "02000"):
        single = table("eurostat_proj_19rp3_base")
        single = single.filter(pc.and_(pc.equal(single["ags"], ags), pc.equal(single["sex"], "t")))
        assert pc.sum(single["value"]).as_py() == value(POPULATION, ags, day)


def test_single_ages_of_the_laender_sum_to_their_total_and_to_the_five_year_groups_of_eurostat():
    frame, groups = (table(name).to_pandas() for name in (LAENDER_BY_AGE, POPULATION))
    cell = ["ags", "reference_date", "sex"]
    ages, groups = frame[frame.age_set == "single"], groups[groups.age_set == "five_year"]
    totals = frame[frame.age_set == "total"].set_index(cell).value
    assert (ages.groupby(cell).value.sum().loc[totals.index] == totals).all()
    laender = ages[ages.ags != "DG"]
    summed = (
        laender.assign(age_from=(laender.age_from // 5 * 5).clip(upper=85)).groupby([*cell, "age_from"]).value.sum()
    )
    assert len(summed) == 16 * 7 * 3 * 18
    assert (summed == groups.set_index([*cell, "age_from"]).value.loc[summed.index]).all()


def test_the_gemeinden_of_the_census_sum_to_the_published_number_of_inhabitants():
    found = table("zensus_1000a_0000")
    assert pc.sum(found["value"]).as_py() == 82_711_282
    assert pc.sum(found.filter(pc.starts_with(found["ags"], "09"))["value"]).as_py() == 13_038_724


def test_deaths_have_ages_only_where_all_are_given():
    found = table("eurostat_demo_r_magec3")
    by_age = found.filter(pc.equal(found["age_set"], "five_year"))
    assert by_age["value"].null_count == 0
    kreise = by_age.filter(pc.equal(pc.utf8_length(by_age["ags"]), 5))
    assert {day.year for day in kreise["reference_date"].unique().to_pylist()} == set(range(2013, 2018))


def test_swapped_deaths_are_left_out_and_the_consistent_file_has_them():
    day = date(2014, 12, 31)
    assert value("eurostat_demo_r_magec3", "16076", day, "deaths") == 1450
    with pytest.raises(ValueError):
        value("eurostat_demo_r_deaths", "16076", day, "deaths")
