"""Where projections start, in the real figures: Kreise, towns without ages, the approximation, Länder."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from zwk_data.outlook import NoStart, start
from zwk_data.outlook.starts import _with_age
from zwk_data.projection.backtest import SIZE_CLASSES

UCKERMARK, HERFORD, KREIS = "12073", "05758012", "05758"


def of(statistics, ags, form=""):
    return start(statistics, statistics.places.resolve(ags), form)


def test_every_kreis_has_a_start_whose_population_is_the_official_one(statistics):
    keys = statistics.projection_places()
    assert keys == sorted(place.ags for place in statistics.places.members("DG", "kreis"))
    for ags in (UCKERMARK, KREIS, "15001", "16077", "11000"):
        found = of(statistics, ags)
        rows = statistics.values(["population_total"], [ags])
        same = rows[(rows["reference_date"].dt.date == found.baseline.day) & (rows["basis"] == found.basis)]
        assert found.baseline.population.sum() == pytest.approx(float(same["value"].iloc[0]))
        assert (found.form, found.place, found.asked) == ("own", found.asked, found.place)
        assert found.size_class in SIZE_CLASSES and set(found.datasets) <= set(statistics.sources)


def test_for_a_town_without_ages_its_kreis_runs_and_that_is_said(statistics):
    found = of(statistics, HERFORD)
    assert (found.asked.ags, found.place.ags, found.form) == (HERFORD, KREIS, "kreis")
    assert np.array_equal(found.baseline.population, of(statistics, KREIS).baseline.population)


def test_the_approximation_comes_only_when_asked_for_and_says_what_it_rests_on(statistics):
    found, kreis = of(statistics, HERFORD, "scaled"), of(statistics, KREIS)
    share = found.share
    assert (found.form, found.place.ags, found.year) == ("scaled", HERFORD, kreis.year)
    assert (share.town, share.kreis, share.day, share.basis) == (67_459, 253_551, date(2022, 12, 31), "census2011")
    assert found.baseline.population == pytest.approx(kreis.baseline.population * share.value)
    assert found.baseline.in_migration == pytest.approx(kreis.baseline.in_migration * share.value)
    assert found.baseline.net_migration == pytest.approx(kreis.baseline.net_migration * share.value)
    assert np.array_equal(found.baseline.out_rate, kreis.baseline.out_rate)
    assert {"other_day", "other_basis"} <= set(found.notes) and "gvisys_2022" in found.datasets
    assert found.size_class == "under_100k" != kreis.size_class


@pytest.mark.parametrize(("ags", "form", "reason"), [
    ("DE", "", "level"), ("12", "", "level"), ("12", "scaled", "level"), (KREIS, "scaled", "form"),
    (KREIS, "kreis", "form"), (HERFORD, "own", "form"), (HERFORD, "register", "no_own_ages"), (KREIS, "odd", "form"),
])  # fmt: skip
def test_what_cannot_run_is_refused_with_a_reason(statistics, ags, form, reason):
    with pytest.raises(NoStart) as told:
        of(statistics, ags, form)
    assert told.value.reason == reason and told.value.place == statistics.places.resolve(ags)


def test_a_kreis_that_is_gone_has_no_figures(statistics):
    gone = replace(statistics.places["12073"], ags="15151")
    with pytest.raises(NoStart, match="no_figures: 15151"):
        start(statistics, gone)


@pytest.mark.parametrize(("day", "old"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_a_start_is_old_after_three_years(statistics, day, old):
    found = of(statistics, UCKERMARK)
    assert found.baseline.day == date(2024, 12, 31) and "old_start" not in found.notes
    assert ("old_start" in _with_age(statistics.dated(day), found).notes) is old


def test_nobody_can_change_what_others_are_given_too(statistics):
    found = of(statistics, UCKERMARK).baseline
    for values in (found.population, found.survival, found.fertility, found.in_migration, found.out_rate):
        with pytest.raises(ValueError, match="read-only"):
            values[..., 0] = 1.0
