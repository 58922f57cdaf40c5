import pytest

from zwk_data.exhibits import AddressError, Context
from zwk_data.exhibits.ages import labels, pick, tables, with_ages, years


@pytest.fixture
def context(statistics):
    return Context(statistics)


def test_a_range_exists_only_where_the_groups_of_the_source_tile_it(context):
    found = tables(context, context.data.places["15001"])
    grouped, newest = pick(context, found, 2021), pick(context, found, 2024)
    assert newest.between(0, 2) == 1477  # Regionaldatenbank 12411-02-03-4, Dessau-Roßlau, 31.12.2024
    assert grouped.between(0, 2) is None
    assert grouped.between(0, 4) == 2839  # Eurostat demo_r_pjangrp3, Dessau-Roßlau, 1.1.2022
    assert newest.between(80, None) is None
    assert grouped.between(80, None) == 5321 + 3832


def test_all_groups_add_up_to_the_published_total_on_every_date(context):
    for table in tables(context, context.data.places["12073"]):
        total = context.data.values(["population_total"], ["12073"])
        row = total[(total["reference_date"] == table.day) & (total["basis"] == table.basis)]
        assert table.total == pytest.approx(row["value"].iloc[0], abs=0.5)
        assert table.rows["m"].sum() + table.rows["f"].sum() == pytest.approx(table.total, abs=0.5)


def test_a_gemeinde_without_age_groups_shows_its_kreis(context):
    for gemeinde, kreis in (("05758012", "05758"), ("13071107", "13071"), ("13076121", "13076")):
        shown, found = with_ages(context, context.data.places[gemeinde])
        assert shown.ags == kreis
        assert years(found) == [*range(2013, 2022), 2023, 2024]


def test_single_ages_of_a_kreis_stand_only_on_request_and_their_open_group_is_100(context):
    found = tables(context, context.data.places["15001"])
    assert pick(context, found, 2018).age_set == "five_year"
    single = pick(context, found, 2018, single=True)
    assert labels(single.rows, context.language)[-1] == "100 und älter"
    with pytest.raises(AddressError, match="2018"):
        pick(context, found, 2021, single=True)


def test_single_ages_of_a_land_end_with_an_open_group_of_90_and_tile_what_the_groups_tile(context):
    found = tables(context, context.data.places["12"])
    assert years([table for table in found if table.age_set == "single"]) == [*range(2015, 2022)]
    single, grouped = pick(context, found, 2021, single=True), pick(context, found, 2021)
    assert labels(single.rows, context.language)[-2:] == ["89", "90 und älter"]
    assert single.rows["width"].tolist() == [1.0] * 90 + [10.0]
    assert single.between(90, None) == 26_951  # Destatis 12411-0013, Brandenburg, 31.12.2021
    assert single.between(90, 94) is None
    for sex in ("m", "f", "t"):
        assert single.between(85, None, sex) == grouped.between(85, None, sex)
        assert single.between(0, 4, sex) == grouped.between(0, 4, sex)
    assert single.total == grouped.total == 2_537_868


def test_of_two_tables_by_single_age_the_one_with_priority_is_taken(context):
    found = [table for table in tables(context, context.data.places["05"]) if table.day.year == 2018]
    assert [table.dataset for table in found if table.age_set == "single"] == [
        "destatis_12411_0013", "eurostat_proj_19rp3_base",
    ]  # fmt: skip
    first, second = found[-2:]
    assert first.between(0, 89) == second.between(0, 89)
    assert pick(context, found, 2018, single=True).dataset == "eurostat_proj_19rp3_base"


def test_a_year_without_age_groups_names_the_years_there_are(context):
    with pytest.raises(AddressError, match="2021, 2023, 2024"):
        pick(context, tables(context, context.data.places["DG"]), 2022)
