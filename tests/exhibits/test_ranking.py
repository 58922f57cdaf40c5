"""Rankings, comparison tables and small multiples on the real figures: like with like, or it is said."""

import pandas as pd
import pytest

from zwk_data.catalog import indicators
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.comparison import Position, common_moment, kept_out, position_text, unlike, without_giants
from zwk_data.language import GERMAN
from zwk_data.render.plotly import draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.warehouse import Statistics

HERFORD, NEUBRANDENBURG, DESSAU, UCKERMARK, SCHOSSIN = "05758012", "13071107", "15001", "12073", "13076121"


@pytest.fixture(scope="module")
def figures(statistics: Statistics) -> Context:
    return Context(statistics)


def show(figures: Context, kind: str, **parameters: object) -> Exhibit:
    return make(Address.of(kind, **parameters), figures)


def notes(exhibit: Exhibit) -> str:
    return " ".join(note.text for note in exhibit.notes)


def test_a_ranking_stands_on_the_newest_date_that_all_places_have(figures: Context) -> None:
    all_four = show(figures, "ranking", indicator="population_total", ags=[DESSAU, UCKERMARK, HERFORD])
    kreise = show(figures, "ranking", indicator="population_total", ags=[DESSAU, UCKERMARK])
    assert set(all_four.table["reference_date"].dt.strftime("%Y-%m-%d")) == {"2022-12-31"}
    assert set(kreise.table["reference_date"].dt.strftime("%Y-%m-%d")) == {"2024-12-31"}


def test_a_common_moment_never_mixes_two_census_bases() -> None:
    days = pd.to_datetime(["2022-12-31", "2022-12-31", "2021-12-31", "2021-12-31"])
    values = pd.DataFrame({"ags": list("abab"), "reference_date": days, "basis": ["old", "new", "old", "old"]})
    moment = common_moment(values, "a")
    assert moment is not None
    assert (moment.day.year, moment.basis) == (2021, "old")


def test_the_place_is_ranked_among_all_places_of_its_level(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="old_age_ratio_20_65", ags=[DESSAU, "15", "DG"])
    level = figures.data.level_values(
        "old_age_ratio_20_65", "kreis", "DG", pd.Timestamp("2024-12-31").date(), "census2022"
    )
    own = level.loc[level["ags"] == DESSAU, "value"].iloc[0]
    rank = 1 + int((level["value"].round(1) > round(own, 1)).sum())
    assert f"Rang {rank} von 400 Kreisen" in shown.sentence


def test_yardsticks_have_no_rank(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="share_65p", ags=[UCKERMARK, "12", "DG", DESSAU])
    roles = dict(zip(shown.table["ags"], shown.table["role"], strict=True))
    assert roles == {UCKERMARK: "place", DESSAU: "place", "12": "reference", "DG": "reference"}
    assert shown.table.loc[shown.table["role"] == "reference", "rank"].isna().all()


def test_chance_turns_a_rank_into_a_range(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="births_per_1000", ags=[UCKERMARK, "12"])
    assert "(im Rahmen des Zufalls)" in shown.sentence
    assert (shown.table["lower"] < shown.table["value"]).all() and (shown.table["value"] < shown.table["upper"]).all()
    assert position_text(Position(3, 3, 3, 400, "kreis"), GERMAN) == "Rang 3 von 400 Kreisen"


def test_a_balance_has_the_interval_of_both_its_counts(figures: Context) -> None:
    table = show(figures, "ranking", indicator="natural_balance", ags=[UCKERMARK]).table.iloc[0]
    counts = figures.data.values(["births", "deaths"], [UCKERMARK])
    gross = counts[(counts["reference_date"] == table["reference_date"])]["value"].sum()
    assert table["upper"] - table["value"] == pytest.approx(1.959964 * gross**0.5)


def test_no_rank_where_chance_matters_and_cannot_be_told(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="net_migration_18_24", ags=[UCKERMARK, DESSAU, "05758", "13071"])
    assert "Rang" not in shown.sentence
    assert "zufällig" in notes(shown)


def test_a_value_below_its_minimum_base_is_grey_unranked_and_says_why(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="women_per_100_men", ags=[SCHOSSIN, HERFORD, NEUBRANDENBURG])
    assert shown.table.set_index("ags").loc[SCHOSSIN, "role"] == "small"
    assert "Rang" not in shown.sentence
    assert "weniger als 500" in notes(shown) and "Schossin (123)" in notes(shown)


def test_a_place_without_a_value_is_listed(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="net_migration", ags=[UCKERMARK, "05515"])
    assert "Ohne Wert im Jahr 2024: Münster" in notes(shown)


def test_absolute_numbers_leave_out_land_and_germany_and_say_so(figures: Context) -> None:
    places = figures.data.places
    pairs = [(places[key], places[key]) for key in (UCKERMARK, "12", "DG")]
    stay, left_out = without_giants(pairs, indicators()["population_total"])
    assert [shown.ags for _, shown in stay] == [UCKERMARK]
    assert [place.ags for place in left_out] == ["12", "DG"]
    assert without_giants(pairs, indicators()["share_65p"])[1] == []


@pytest.mark.parametrize(
    ("keys", "other"),
    [
        ([HERFORD, "05758", "05", "DG"], []),  # the Kreis around it, the Land, Germany
        ([HERFORD, NEUBRANDENBURG, DESSAU, UCKERMARK], [UCKERMARK]),
        ([DESSAU, HERFORD, UCKERMARK], [UCKERMARK]),  # a kreisfreie Stadt is both: the next one decides
        ([DESSAU, UCKERMARK], []),
        ([UCKERMARK, HERFORD], [HERFORD]),
        ([UCKERMARK, "12073532"], []),  # Schwedt lies in it
        (["DG", "05"], []),
    ],
)
def test_only_like_is_compared_with_like(figures: Context, keys: list[str], other: list[str]) -> None:
    places = figures.data.places
    found = [place.ags for place in unlike([places[key] for key in keys])]
    assert found == other


def test_a_town_counts_as_its_kreis_where_it_has_no_figures_of_its_own(figures: Context) -> None:
    places = [figures.data.places[key] for key in (HERFORD, NEUBRANDENBURG, DESSAU, UCKERMARK)]
    assert kept_out(figures, [indicators()["share_65p"]], places) == []
    assert [place.ags for place in kept_out(figures, [indicators()["population_total"]], places)] == [UCKERMARK]


CASES = [
    ("ranking", [SCHOSSIN, "13", "DG"]),
    ("ranking", [UCKERMARK, DESSAU]),
    ("small_multiples", [HERFORD, "05", "DG"]),
]


@pytest.mark.parametrize(("kind", "ags"), CASES)
def test_every_available_indicator_can_be_compared_and_drawn(figures: Context, kind: str, ags: list[str]) -> None:
    for indicator in indicators().values():
        if indicator.available:
            shown = show(figures, kind, indicator=indicator.id, ags=ags)
            assert shown.sentence and shown.alt and shown.sources
            assert not draws(shown) or figure(shown, Style()).data


def test_a_land_is_ranked_among_the_sixteen(figures: Context) -> None:
    shown = show(figures, "ranking", indicator="share_65p", ags=["15", "DG", "12", "13"])
    assert "Rang 1 von 16 Ländern" in shown.sentence
