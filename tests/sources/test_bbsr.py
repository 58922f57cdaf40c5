import pytest

from tests.sources.reading import excerpt, rows
from zwk_data.sources import bbsr
from zwk_data.sources.rows import FormatError, dropped_of

TABLE = bbsr.parse(excerpt("bbsr/kreise_population_1990_2019_boundaries_2020.csv"))


def test_thousands_become_persons():
    values = {r["reference_date"].year: r["value"] for r in rows(TABLE, ags="05758")}
    assert (values[2011], values[2012]) == (247_800, 249_100)


def test_the_unreliable_first_years_are_left_out_and_counted():
    assert min(r["reference_date"].year for r in TABLE.to_pylist()) == 1992
    assert dropped_of(TABLE) == {"cells_before_1992": 6}


def test_the_census_step_lies_between_2011_and_2012():
    bases = {r["reference_date"].year: r["basis"] for r in rows(TABLE, ags="11000")}
    assert (bases[2011], bases[2012]) == ("pre2011", "census2011")


def test_another_layout_is_refused():
    with pytest.raises(FormatError):
        bbsr.parse(b"a,b\n1,2\n")
