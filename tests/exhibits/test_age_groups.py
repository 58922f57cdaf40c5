import pytest

from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.age_groups import PHASES
from zwk_data.render.plotly.bars import bars
from zwk_data.render.plotly.base import Style


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("age_groups", **parameters), context)


def test_the_limits_of_the_source_stand_in_every_label(context):
    assert "Krippe 0–2" in shown(context, ags="15001", year=2024).table["group"].tolist()
    older = shown(context, ags="15001", year=2021).table["group"].tolist()
    assert "Krippe, Kita 0–4" in older
    assert not any(name.endswith(" 0–2") for name in older)
    assert "davon 80 und älter" in older
    assert "davon 80 und älter" not in shown(context, ags="15001", year=2024).table["group"].tolist()


@pytest.mark.parametrize("grid", PHASES)
def test_the_phases_cover_every_age_once(grid):
    whole = [group for group in PHASES[grid] if not group.part]
    ends = [group.age_to for group in whole[:-1]]
    assert whole[0].age_from == 0
    assert whole[-1].age_to is None
    assert [group.age_from for group in whole[1:]] == [end + 1 for end in ends]


def test_all_phases_add_up_to_the_population(context):
    for parameters in ({"year": 2024}, {"year": 2016}, {"year": 2018, "ages": "single"}):
        table = shown(context, ags="12073", **parameters).table
        assert table.loc[~table["part"], "share"].sum() == pytest.approx(100)


def test_change_stays_inside_one_census_basis(context):
    assert "seit 31.12.2023, Basis Zensus 2022" in shown(context, ags="15001", year=2024).subtitle
    assert "seit 31.12.2013, Basis Zensus 2011" in shown(context, ags="15001", year=2021).subtitle
    first = shown(context, ags="15001", year=2013)
    assert "percent" not in {column.key for column in first.columns}


def test_change_stays_inside_one_territory(context):
    assert "seit 31.12.2019" in shown(context, ags="16066", year=2021).subtitle


def test_the_scale_stays_while_the_year_moves(context):
    drawn = [bars(shown(context, ags="15001", year=year), Style()) for year in (2015, 2021)]
    scales = {tuple(figure["layout"]["xaxis"]["range"]) for figure in drawn}
    assert len(scales) == 1
    assert next(iter(scales))[0] == 0
