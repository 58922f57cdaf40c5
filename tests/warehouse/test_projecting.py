"""What the build stores for projections, against the official figures it was made from and its own promises."""

import numpy as np
import pandas as pd
import pytest

from zwk_data.projection.backtest import GROUPS, SIZE_CLASSES

FOUR = ("05758", "12073", "13071", "15001")


def starts(statistics):
    return statistics.frame("SELECT * FROM projection_place ORDER BY ags")


def test_every_kreis_has_a_start_that_adds_up_to_its_official_population(statistics):
    rows = starts(statistics)
    assert len(rows) == 400
    official = statistics.frame(
        "SELECT ags, sum(value) AS value FROM current_observation WHERE dataset = 'regio_12411_02_03_4' AND sex <> 't'"
        " AND age_set = 'rdb17' AND reference_date = DATE '2024-12-31' GROUP BY ags"
    ).set_index("ags")["value"]
    sums = rows["population"].map(np.sum)
    assert np.allclose(sums, rows["ags"].map(official), atol=1e-6)
    assert sums.sum() == pytest.approx(83_577_140, abs=1e-3)
    assert rows["basis"].unique().tolist() == ["census2022"]


def test_single_ages_add_up_to_the_published_groups(statistics):
    rows = starts(statistics).set_index("ags")
    for ags in FOUR:
        women = np.array(rows.loc[ags, "population"])[:101]
        groups = statistics.frame(
            "SELECT age_from, age_to, value FROM current_observation WHERE dataset = 'regio_12411_02_03_4' AND ags = $ags"
            " AND sex = 'f' AND age_set = 'rdb17' AND reference_date = DATE '2024-12-31'", ags=ags,
        )  # fmt: skip
        for first, last, value in groups.itertuples(index=False):
            upper = 101 if pd.isna(last) else int(last) + 1
            assert women[int(first) : upper].sum() == pytest.approx(value, abs=1e-6)


def test_rates_are_possible_and_the_four_have_counted_moves(statistics):
    rows = starts(statistics)
    survival, share = np.stack(rows["survival"].to_numpy()), np.stack(rows["out_rate"].to_numpy())
    assert 0 < survival.min() < survival.max() < 1
    assert share.min() >= 0
    assert share.max() <= 1
    births = np.stack(rows["fertility"].to_numpy()).sum(axis=1)
    assert 0.8 < births.min() < births.max() < 2.1
    assert tuple(rows.loc[rows["gross"], "ags"]) == FOUR
    assert (rows["tfr_low"] <= births + 1e-9).all()
    assert (births <= rows["tfr_high"] + 1e-9).all()
    population = np.stack(rows["population"].to_numpy()).reshape(-1, 2, 101)
    alive = np.concatenate([population[..., :1], population[..., :-1]], axis=-1) * survival.reshape(-1, 2, 101)
    moved = np.stack(rows["in_migration"].to_numpy()).reshape(-1, 2, 101) - share.reshape(-1, 2, 101) * alive
    assumed = moved.sum(axis=(1, 2)) / population.sum(axis=(1, 2))
    assert (rows["net_low"] <= assumed + 1e-9).all()
    assert (assumed <= rows["net_high"] + 1e-9).all()


def test_the_births_of_the_partners_are_those_that_were_counted(statistics):
    rows = starts(statistics).set_index("ags")
    for ags, mean in {"05758": 2069.0, "12073": 654.3, "13071": 1483.7, "15001": 479.3}.items():  # 2022 to 2024
        women = np.array(rows.loc[ags, "population"])[15:50]
        assert (women * rows.loc[ags, "fertility"]).sum() == pytest.approx(mean, rel=0.04)


def test_the_test_covers_all_kreise_from_2015_and_beats_both_naive_methods(statistics):
    rows = statistics.frame(
        "SELECT method, age_group, horizon, avg(abs(projected / observed - 1)) * 100 AS mape, count(DISTINCT ags) AS places,"
        " min(origin) AS first FROM projection_error WHERE method <> 'hindcast' GROUP BY ALL"
    )
    assert rows["places"].min() >= 394  # six Kreise of Thüringen changed their territory in 2019
    assert rows["first"].min() == 2015
    table = rows.pivot(index=["age_group", "horizon"], columns="method", values="mape")
    assert set(table.index.get_level_values(0)) == set(GROUPS)
    assert set(table.index.get_level_values(1)) == {1, 2, 3, 4, 5, 6}
    total = table.loc["total"]
    assert (total["cohort"] < total[["linear", "shares"]].min(axis=1)).all()
    assert total["cohort"].iloc[-1] < 2.0


def test_the_band_of_the_total_holds_what_it_promises_in_every_size_class_and_horizon(statistics):
    rows = statistics.frame(
        "SELECT size_class, horizon, sum(cases) AS cases, sum(inside) AS inside FROM projection_coverage"
        " WHERE age_group = 'total' AND fold <> 'ahead' GROUP BY ALL"
    )
    assert set(rows["size_class"]) == set(SIZE_CLASSES)
    assert rows["cases"].min() >= 30
    share = rows["inside"] / rows["cases"]
    assert share.between(0.75, 0.85).all(), share.to_list()


def test_the_bands_of_age_groups_hold_it_over_all_size_classes(statistics):
    rows = statistics.frame(
        "SELECT age_group, sum(inside) / sum(cases) AS share FROM projection_coverage WHERE fold <> 'ahead' GROUP BY ALL"
    )  # fmt: skip
    assert rows["share"].between(0.75, 0.85).all(), rows.to_dict("records")


def test_the_band_is_checked_on_later_years_too_and_that_is_harder(statistics):
    rows = statistics.frame(
        "SELECT fold = 'ahead' AS later, horizon, sum(inside) / sum(cases) AS share FROM projection_coverage"
        " WHERE age_group = 'total' GROUP BY ALL"
    )
    later = rows[rows["later"]]
    assert set(later["horizon"]) == {1, 2, 3}
    assert later["share"].between(0.65, 0.9).all()
    assert later["share"].mean() < rows.loc[~rows["later"], "share"].mean()


def test_the_error_of_splitting_is_known_for_every_age(statistics):
    rows = statistics.frame("SELECT age, error FROM projection_split ORDER BY age")
    assert rows["age"].tolist() == list(range(101))
    assert rows["error"].head(18).max() < 2.5
    assert rows["error"].iloc[20] > rows["error"].iloc[40]  # students
