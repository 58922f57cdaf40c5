import pytest

from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.render.plotly.bars import diverging
from zwk_data.render.plotly.base import Style


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("migration_by_age", **parameters), context)


def test_the_six_groups_carry_the_limits_of_the_provider(context):
    names = shown(context, ags="15001").table["group"].tolist()
    assert [name.rsplit(" ", 1)[-1] for name in names] == ["18", "18–24", "25–29", "30–49", "50–64", "älter"]


def test_secret_cells_are_named_and_never_zero(context):
    exhibit = shown(context, ags="15001", year=2021, sex="f")
    secret = exhibit.table[exhibit.table["remark"] == "geheim"]
    assert secret["age_from"].tolist() == [50, 65]
    assert secret[["arrivals", "departures", "net"]].isna().all().all()
    assert "secret" in {note.kind for note in exhibit.notes}
    assert "soweit veröffentlicht" in exhibit.sentence
    drawn = diverging(exhibit, Style())
    assert drawn["data"][0]["x"][4:] == [None, None]
    assert [text.strip() for text in drawn["data"][3]["text"][4:]] == ["geheim", "geheim"]


def test_rates_need_a_stock_with_the_same_limits(context):
    assert "je 1.000" in shown(context, ags="15001", year=2023, form="rates").subtitle
    older = shown(context, ags="15001", year=2022, form="rates")
    assert "je 1.000" not in older.subtitle
    assert "erst ab 2023" in " ".join(note.text for note in older.notes)


def test_a_rate_is_the_indicator_of_that_age(context):
    rates = shown(context, ags="12073", year=2024, form="rates").table.set_index("age_from")["net"]
    values = context.data.values(["net_migration_18_24_per_1000"], ["12073"]).set_index("year")["value"]
    assert rates[18] == pytest.approx(values[2024])


def test_only_balances_beyond_chance_are_called_gain_or_loss(context):
    exhibit = shown(context, ags="05758012", year=2024, form="rates")
    assert "Verlust" not in exhibit.sentence
    assert "Bildung 18–24" in next(note.text for note in exhibit.notes if note.kind == "chance")


def test_the_scale_is_the_same_for_every_year(context):
    scales = {shown(context, ags="15001", year=year).marks.options["maximum"] for year in range(2020, 2025)}
    assert len(scales) == 1


def test_a_place_without_tables_names_the_table_that_would_give_them(context):
    exhibit = shown(context, ags="13076121")
    assert exhibit.marks.chart == "table"
    assert "12711-01-03-4" in exhibit.sentence


def test_a_year_without_tables_names_those_there_are(context):
    with pytest.raises(AddressError, match="2020, 2021"):
        shown(context, ags="15001", year=2015)
