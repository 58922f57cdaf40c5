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


def test_single_ages_stand_only_on_request_and_their_open_group_is_100(context):
    found = tables(context, context.data.places["DG"])
    assert pick(context, found, 2018).age_set == "five_year"
    single = pick(context, found, 2018, single=True)
    assert labels(single.rows, context.language)[-1] == "100 und älter"
    with pytest.raises(AddressError, match="2018"):
        pick(context, found, 2021, single=True)


def test_a_year_without_age_groups_names_the_years_there_are(context):
    with pytest.raises(AddressError, match="2021, 2023, 2024"):
        pick(context, tables(context, context.data.places["DG"]), 2022)
