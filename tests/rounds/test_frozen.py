"""What was shown is kept as it was shown: every medium makes the same of the frozen exhibit as of the one before."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.render.kinds import ADDRESSES
from tests.render.made import course_exhibit, table_exhibit
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import GERMAN
from zwk_data.render.csv import csv
from zwk_data.render.image import svg
from zwk_data.render.palette import LIGHT
from zwk_data.render.plotly import draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.rounds.frozen import NotFrozen, freeze, thaw

SENTENCE = course_exhibit().sentence
MORE = (
    "outlook_line?ags=12073&scenarios=continue", "outlook_pyramid?ags=12073&scenario=continue",
    "outlook_services?ags=12073&scenario=continue", "effect_need?ags=12073", "plan_board?ags=13071107",
    "plan_options?ags=12073", "data_status", "method_catalogue", "comparison_table?ags=15001,12073,DG&indicators=mean_age",
)  # fmt: skip


def same(kept: Exhibit, before: Exhibit) -> None:
    assert csv(kept, GERMAN) == csv(before, GERMAN) and svg(kept, GERMAN) == svg(before, GERMAN)
    assert (kept.sources, kept.breaks, kept.notes, kept.columns) == (
        before.sources, before.breaks, before.notes, before.columns)  # fmt: skip
    pd.testing.assert_frame_equal(kept.table, before.table.reset_index(drop=True))
    if draws(before):
        style = Style(LIGHT, GERMAN, height=400, static_url="/static")
        assert figure(kept, style).to_json() == figure(before, style).to_json()


@pytest.mark.parametrize("address", [*ADDRESSES.values(), *MORE])
def test_a_frozen_exhibit_is_drawn_like_the_one_before(statistics, address: str):
    before = make(Address.parse(address), Context(statistics))
    same(thaw(freeze(before)), before)


@pytest.mark.parametrize("before", [table_exhibit(), course_exhibit()], ids=["traps", "course"])
def test_traps_of_a_table_survive(before: Exhibit):
    same(thaw(freeze(before)), before)


def test_an_empty_table_keeps_its_columns():
    before = replace(table_exhibit(), table=table_exhibit().table.head(0))
    assert list(thaw(freeze(before)).table.columns) == list(before.table.columns)


@pytest.mark.parametrize(
    "kept", ["", "[]", "{}", '{"version": 2}', '{"version": 1}', freeze(course_exhibit()).replace(SENTENCE, "")]
)
def test_what_is_no_frozen_exhibit_is_refused(kept: str):
    with pytest.raises(NotFrozen):
        thaw(kept)


def test_a_value_that_cannot_be_kept_is_named():
    strange = table_exhibit().table.assign(hidden=[object()] * 6)
    with pytest.raises(TypeError, match="hidden"):
        freeze(replace(table_exhibit(), table=strange))
