import pytest

from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.flows import spans, totals
from zwk_data.render.plotly.balance import balance
from zwk_data.render.plotly.base import Style

PARTNERS = ("05758", "12073", "13071", "15001")


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("balance", **parameters), context)


@pytest.mark.parametrize("ags", [*PARTNERS, "13076", "03159", "16063", "DG"])
def test_every_balance_adds_up_to_the_last_person(context, ags):
    found = spans(context, context.data.places[ags])
    assert found
    for span in found:
        table = shown(context, ags=ags, span=span.key).table
        stocks, steps = table[table["stock"]]["value"], table[~table["stock"]]["value"]
        assert stocks.iloc[0] + steps.sum() == pytest.approx(stocks.iloc[1])


@pytest.mark.parametrize("ags", PARTNERS)
def test_the_newest_balance_of_the_partners_is_measured_and_names_the_correction(context, ags):
    exhibit = shown(context, ags=ags)
    names = exhibit.table["component"].tolist()
    assert names == ["31.12.2023", "Geburten", "Sterbefälle", "Zuzüge", "Fortzüge", "Korrektur", "31.12.2024"]
    assert "Basis Zensus 2022" in exhibit.subtitle


def test_elsewhere_migration_and_correction_are_one_residual(context):
    exhibit = shown(context, ags="13076121")
    assert exhibit.table["component"].tolist()[-2] == "Wanderung und Korrektur"
    assert {"kreis_value", "method"} <= {note.kind for note in exhibit.notes}
    assert "kein gemessener" in " ".join(note.text for note in exhibit.notes)


@pytest.mark.parametrize("ags", [*PARTNERS, "13076", "DG"])
def test_no_balance_stands_astride_the_census_of_2022(context, ags):
    keys = [(span.first, span.last) for span in spans(context, context.data.places[ags])]
    assert not any(first < 2023 <= last or last == 2022 for first, last in keys)
    with pytest.raises(AddressError, match="keine Bilanz"):
        shown(context, ags=ags, span="2021-2023")


def test_the_residual_is_the_indicator_of_that_name(context):
    values = context.data.values(["net_migration_residual"], ["15001"]).set_index("year")["value"]
    for span in spans(context, context.data.places["15001"]):
        if span.last - span.first == 1 and span.last < 2022:
            assert span.residual == pytest.approx(values[span.last], abs=0.5)


@pytest.mark.parametrize("measure", ["live_births", "deaths", "in_migration", "out_migration"])
def test_totals_are_those_the_indicators_are_made_of(context, measure):
    name = {"live_births": "births"}.get(measure, measure)
    values = context.data.values([name], ["15001"]).dropna(subset=["value"])
    rows = totals(context, context.data.places["15001"], [measure]).dropna(subset=["value"])
    assert rows["value"].tolist() == values.sort_values("reference_date")["value"].tolist()


def test_by_sex_it_adds_up_too_and_falls_back_with_a_word_where_there_is_none(context):
    women = shown(context, ags="15001", sex="f")
    assert "Frauen" in women.sentence
    other = shown(context, ags="13076", sex="f")
    assert "Nach Geschlecht" in " ".join(note.text for note in other.notes)


@pytest.mark.parametrize("span", ["2024", "2020-20x1", "²⁰²⁰-2021", "-"])
def test_an_unreadable_span_is_named(context, span):
    with pytest.raises(AddressError, match="Zeitraum"):
        shown(context, ags="15001", span=span)


def test_each_step_begins_where_the_one_before_ended(context):
    bars = balance(shown(context, ags="15001"), Style())["data"][0]
    ends = [begin + step for begin, step in zip(bars["base"], bars["x"], strict=True)]
    assert bars["base"][0] == 0
    assert bars["base"][1:] == pytest.approx(ends[:-1])
