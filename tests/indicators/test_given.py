"""Published values beside counts, on tables small enough to be read."""

import pandas as pd
import pytest

from zwk_data.catalog import Indicator
from zwk_data.indicators.components import Observations
from zwk_data.indicators.compute import compute

HERFORD, BUENDE, KREIS = "05758012", "05758004", "05758"


def row(ags: str, year: int, measure: str, value: float | None, **other: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "dataset": "atlas" if measure in ("population_share", "crude_birth_rate", "mean_age") else "counts",
        "measure": measure, "ags": ags, "reference_date": pd.Timestamp(year, 12, 31), "sex": "t", "age_set": "total",
        "age_from": 0, "age_to": None, "basis": "census2011", "value": value, "status": "ok", "priority": 30,
    }  # fmt: skip
    return plain | other


def share(ags: str, year: int, value: float | None, **other: object) -> dict[str, object]:
    return row(ags, year, "population_share", value, **{"age_set": "atlas5", "age_from": 65} | other)


def people(ags: str, year: int, young: float | None, old: float | None, **other: object) -> list[dict[str, object]]:
    young_row = row(ags, year, "population", young, age_set="broad3", age_to=64, **other)
    old_row = row(ags, year, "population", old, age_set="broad3", age_from=65, **other)
    return [
        young_row if young is not None else young_row | {"status": "secret"},
        old_row if old is not None else old_row | {"status": "secret"},
        row(ags, year, "population", 1000.0 if young is None or old is None else young + old, **other),
    ]


def indicator(**other: object) -> Indicator:
    entry = {
        "label_de": "x", "label_en": "x", "group": "alter", "kind": "ratio", "unit": "percent", "formula_de": "x",
        "formula_en": "x", "numerator": ["population[65+]"], "denominator": ["population"], "factor": 100.0,
        "given": "population_share[65+]",
    }  # fmt: skip
    return Indicator.from_entry("indicators", "share", entry | other)


def computed(rows: list[dict[str, object]], one: Indicator | None = None) -> pd.DataFrame:
    one = one or indicator()
    frame = pd.DataFrame(rows)
    observations = Observations(frame.assign(age_to=frame["age_to"].astype("Int16")))
    found = compute({one.id: one}, observations)
    return found.assign(year=found["reference_date"].dt.year).sort_values(["ags", "basis", "year"], ignore_index=True)


def shown(found: pd.DataFrame) -> list[tuple[object, ...]]:
    return [(r.ags, r.year, r.value, r.datasets) for r in found.itertuples() if r.value == r.value]


def test_a_place_without_counts_has_its_published_value_with_neither_numerator_nor_denominator():
    found = computed([*people(KREIS, 2020, 800, 200), share(HERFORD, 2020, 21.4)])
    assert shown(found) == [(KREIS, 2020, 20.0, "counts"), (HERFORD, 2020, 21.4, "atlas")]
    town = found[found["ags"] == HERFORD].iloc[0]
    assert pd.isna(town["numerator"])
    assert pd.isna(town["denominator"])
    assert (town["status"], town["reason"]) == ("ok", "")


def test_counts_are_never_replaced_and_keep_published_values_out_of_their_whole_line():
    found = computed([*people(KREIS, 2020, 800, 200), share(KREIS, 2020, 20.1), share(KREIS, 2021, 20.3)])
    assert shown(found) == [(KREIS, 2020, 20.0, "counts")]


def test_on_another_census_basis_published_values_stand_alone():
    other = share(KREIS, 2023, 22.5, basis="census2022")
    found = computed([*people(KREIS, 2020, 800, 200), other])
    assert shown(found) == [(KREIS, 2020, 20.0, "counts"), (KREIS, 2023, 22.5, "atlas")]


def test_no_line_mixes_the_two_whatever_years_each_has():
    rows = [share(ags, year, 20.0 + year % 7) for ags in (HERFORD, BUENDE, KREIS) for year in range(2011, 2022)]
    rows += [one for year in (2013, 2016) for one in people(KREIS, year, 800, 200)]
    lines = computed(rows).dropna(subset=["value"]).groupby(["ags", "basis"])["datasets"].nunique()
    assert (lines == 1).all()
    assert len(lines) == 3


def test_a_census_day_between_two_year_ends_keeps_nothing_out():
    day = pd.Timestamp("2022-05-15")
    census = people(HERFORD, 2022, 800, 200, reference_date=day, basis="census2022")
    found = computed([*census, share(HERFORD, 2022, 21.0, basis="census2022")])
    assert shown(found) == [(HERFORD, 2022, 20.0, "counts"), (HERFORD, 2022, 21.0, "atlas")]


def test_a_secret_count_stays_secret():
    found = computed([*people(HERFORD, 2020, None, None), share(HERFORD, 2020, 21.4), share(HERFORD, 2021, 21.5)])
    assert shown(found) == []
    assert set(found["status"]) == {"secret"}


@pytest.mark.parametrize("status", ["missing", "later", "not_available"])
def test_a_count_that_is_missing_gives_way(status: str):
    rows = [one | {"value": None, "status": status} for one in people(HERFORD, 2020, 800, 200)]
    found = computed([*rows, share(HERFORD, 2020, 21.4)])
    assert shown(found) == [(HERFORD, 2020, 21.4, "atlas")]
    assert len(found) == 1


def test_a_published_marker_has_no_value_and_says_why():
    found = computed([*people(KREIS, 2020, 800, 200), share(HERFORD, 2020, None, status="secret")])
    assert found.loc[found["ags"] == HERFORD, ["status", "reason"]].to_numpy().tolist() == [["secret", "secret"]]


def test_of_two_providers_the_preferred_one_is_taken():
    second = share(HERFORD, 2020, 99.0, dataset="other", priority=90)
    assert shown(computed([*people(KREIS, 2020, 800, 200), second, share(HERFORD, 2020, 21.4)]))[1][2:] == (
        21.4,
        "atlas",
    )


def test_a_published_rate_of_a_tiny_or_unknown_place_is_marked_by_its_newest_population():
    rate = indicator(
        numerator=["live_births"], denominator=["population"], factor=1000.0, unit="per_1000",
        given="crude_birth_rate", minimum_base=1000,
    )  # fmt: skip
    rows = [
        *people(KREIS, 2020, 200_000, 50_000), row(KREIS, 2020, "live_births", 2500.0),
        *people(HERFORD, 2019, 50_000, 16_000), *people(BUENDE, 2011, 900, 300), *people(BUENDE, 2019, 700, 200),
        *(row(ags, 2020, "crude_birth_rate", 9.0) for ags in (HERFORD, BUENDE, "05758036")),
    ]  # fmt: skip
    found = computed(rows, rate).set_index("ags")
    assert found.loc[KREIS, "value"] == 10.0
    assert found["reason"].to_dict() == {KREIS: "", HERFORD: "", BUENDE: "small_base", "05758036": "small_base"}
    assert (found.loc[[HERFORD, BUENDE], "status"] == "ok").all()


def test_an_indicator_that_only_exists_as_published_has_no_row_before_it_is_loaded():
    only = indicator(kind="given", numerator=[], denominator=[], given="foreign_share", needs="x")
    total = Indicator.from_entry("indicators", "total", {
        "label_de": "x", "label_en": "x", "group": "stand", "kind": "sum", "unit": "persons", "formula_de": "x",
        "formula_en": "x", "numerator": ["population"],
    })  # fmt: skip
    frame = pd.DataFrame(people(KREIS, 2020, 800, 200))
    found = compute({"total": total, "share": only}, Observations(frame.assign(age_to=frame["age_to"].astype("Int16"))))
    assert set(found["indicator"]) == {"total"}
    with_it = [*people(KREIS, 2020, 800, 200), row(HERFORD, 2020, "foreign_share", 14.0, dataset="atlas")]
    assert shown(computed(with_it, only)) == [(HERFORD, 2020, 14.0, "atlas")]
