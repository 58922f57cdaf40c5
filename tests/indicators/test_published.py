"""Published figures (tests/golden/published.csv, each with its link) against the values of the database."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).resolve().parents[1] / "golden" / "published.csv"
AT_LEAST = 100
# How the published figure is called -> our indicator, and the way from our value to the published form.
SAME: dict[str, tuple[str, Callable[[float], float]]] = {
    name: (name, lambda value: value)
    for name in (
        "share_65p", "share_80p", "population_density", "youth_ratio_20_65", "old_age_ratio_20_65",
        "total_ratio_20_65", "old_dependency_15_65",
    )
}  # fmt: skip
SAME["women_per_100_men/100"] = ("women_per_100_men", lambda value: value / 100)
SAME["women_share"] = ("women_per_100_men", lambda value: 100 * value / (100 + value))
# Published for the Wartburgkreis without Eisenach; here it is the sum with Eisenach for every year.
OTHER_TERRITORY = {("16063", year) for year in range(2013, 2021)}


def published() -> list[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ours(statistics, identifier: str, row: dict[str, str]) -> float | None:
    year = int(row["reference_date"][:4])
    values = statistics.values([identifier], [row["ags"]])
    found = values[(values["year"] == year) & (values["reference_date"].dt.month == 12)]["value"]
    return float(found.iloc[0]) if len(found) else None


def test_every_published_value_is_met_to_its_last_printed_decimal(statistics):
    met, wrong = 0, []
    for row in published():
        if row["agrees"] != "yes" or row["indicator_hint"] not in SAME:
            continue
        identifier, published_form = SAME[row["indicator_hint"]]
        value = ours(statistics, identifier, row)
        tolerance = 0.5 * 10 ** -int(row["decimals"]) + 1e-9
        if value is not None and abs(published_form(value) - float(row["published_value"])) <= tolerance:
            met += 1
        elif (row["ags"], int(row["reference_date"][:4])) not in OTHER_TERRITORY:
            wrong.append((row["indicator_hint"], row["place"], row["reference_date"], row["published_value"], value))
    print(f"{met} published values met")
    assert wrong == []
    assert met >= AT_LEAST


NEAR = [row for row in published() if row["indicator_hint"] == "mean_age (5-year classes)"]


@pytest.mark.parametrize("row", NEAR, ids=lambda row: f"{row['place']}-{row['reference_date']}")
def test_the_mean_age_estimated_from_groups_is_near_the_one_published_from_single_ages(statistics, row):
    """Within 0.1 years up to 85+; 2023 and 2024 end with 75+, whose own mean age is unknown: within 0.5 years."""
    year, decimals = int(row["reference_date"][:4]), int(row["decimals"])
    allowed = (0.1 if year < 2023 else 0.5) + 0.5 * 10**-decimals
    if (row["ags"], year) not in OTHER_TERRITORY:
        assert abs(ours(statistics, "mean_age", row) - float(row["published_value"])) <= allowed


@pytest.mark.parametrize("row", [row for row in published() if row["indicator_hint"] == "median_age (5-year classes)"],
                         ids=lambda row: row["place"])  # fmt: skip
def test_the_median_of_five_year_groups_is_near_the_one_that_eurostat_takes_from_single_ages(statistics, row):
    """Within 0.15 years plus rounding; a town full of students bends more inside its groups of five years."""
    allowed = 0.25 if row["place"] == "Heidelberg" else 0.15
    allowed += 0.5 * 10 ** -int(row["decimals"])
    assert abs(ours(statistics, "median_age", row) - float(row["published_value"])) <= allowed
