import pytest

from zwk_data.exhibits import Address, AddressError, Context, make


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("cohorts", **parameters), context)


def test_a_cohort_is_the_same_group_five_years_later(context):
    table = shown(context, ags="12073", start=2013).table.set_index("age_from")
    ages = context.data.ages("12073")
    rows = ages[(ages["sex"] == "t") & (ages["age_set"] == "five_year")]
    first = rows[(rows["reference_date"] == "2013-12-31") & (rows["age_from"] == 15)]["value"].iloc[0]
    later = rows[(rows["reference_date"] == "2018-12-31") & (rows["age_from"] == 20)]["value"].iloc[0]
    assert (table.loc[15, "before"], table.loc[15, "after"]) == (first, later) == (4248, 3501)
    assert table.loc[15, "change"] == later - first


def test_it_says_plainly_what_the_difference_is(context):
    notes = " ".join(note.text for note in shown(context, ags="12073").notes)
    assert "Zuzüge minus Fortzüge minus Sterbefälle" in notes
    assert "nicht durchweg dieselben Menschen" in notes


def test_no_pair_of_dates_crosses_a_change_of_territory(context):
    assert "2018" in shown(context, ags="16066").subtitle  # a reform on 1 January 2019: only the years before it
    with pytest.raises(AddressError, match="2013"):
        shown(context, ags="16066", start=2016)


def test_men_and_women_add_up(context):
    both = shown(context, ags="15001", start=2016).table["after"]
    men = shown(context, ags="15001", start=2016, sex="m").table["after"]
    women = shown(context, ags="15001", start=2016, sex="f").table["after"]
    assert (men + women).tolist() == both.tolist()
