import pytest

from zwk_data.exhibits import Address, Context, make


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("births_deaths", **parameters), context)


def test_counts_are_the_published_ones(context):
    table = shown(context, ags="15001").table.set_index(["measure", "year"])["value"]
    assert table["live_births", 2024] == 452  # Regionaldatenbank 12612-01-01-4
    assert table["deaths", 2024] == 1558  # Regionaldatenbank 12613-01-01-4


def test_a_year_without_figures_is_missing_and_not_zero(context):
    table = shown(context, ags="13071107").table
    assert table["year"].min() == 2013
    assert (table["value"] > 0).all()


def test_a_difference_within_chance_is_named_so(context):
    notes = [note.text for note in shown(context, ags="15001").notes if note.kind == "chance"]
    assert len(notes) == 2
    assert all("nicht zu unterscheiden" in note for note in notes)


def test_rates_exist_only_where_there_is_a_population_of_the_same_date_and_basis(context):
    table = shown(context, ags="15001", form="rates").table
    assert table["year"].min() == 2013
    rate = context.data.values(["births_per_1000"], ["15001"]).dropna(subset=["value"]).set_index("year")["value"]
    mine = table[table["measure"] == "live_births"].set_index("year")["value"]
    assert mine[2024] == pytest.approx(rate[2024])
    assert mine[2021] == pytest.approx(rate[2021])


def test_by_sex_only_what_the_source_has(context):
    table = shown(context, ags="15001", sex="f").table
    assert table[table["measure"] == "live_births"]["year"].tolist() == [2022, 2023, 2024]


def test_breaks_of_the_census_stand_in_it(context):
    assert [mark.label for mark in shown(context, ags="15001").breaks] == []  # births and deaths are counted
    assert [mark.label for mark in shown(context, ags="15001", form="rates").breaks] == ["Zensus 2022"]


@pytest.mark.parametrize("kind", ["births_deaths", "in_out_migration"])
def test_only_rates_break_at_the_census_of_2022(context, kind):
    counts, rates = (make(Address.of(kind, ags="15001", form=form), context) for form in ("counts", "rates"))
    assert "Zensus 2022" not in {mark.label for mark in counts.breaks}
    assert "Zensus 2022" in {mark.label for mark in rates.breaks}
