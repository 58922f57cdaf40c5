from datetime import date

import pytest

from zwk_data.sources import corrections
from zwk_data.sources.rows import TOTAL, Row, to_table

DATASET = "eurostat_demo_r_deaths"


def deaths(value, year=2014):
    return Row(DATASET, "deaths", "13071", date(year, 12, 31), "t", *TOTAL, "census2011", value)


def test_a_known_wrong_figure_is_left_out_and_others_stay():
    table = corrections.apply(to_table([deaths(3358.0), deaths(3498.0, 2015)]), DATASET)
    assert table["value"].to_pylist() == [3498.0]


def test_a_changed_figure_stops_the_snapshot():
    with pytest.raises(corrections.CorrectionError, match="deaths_13071_2014"):
        corrections.apply(to_table([deaths(3154.0)]), DATASET)


def test_other_datasets_are_untouched():
    table = to_table([deaths(3358.0)])
    assert corrections.apply(table, "eurostat_demo_r_magec3").equals(table)
