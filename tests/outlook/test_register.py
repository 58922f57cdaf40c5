"""A town's own ages as a start: its own people, split and run with the Kreis's rates. Synthetic figures of a real town."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest

from zwk_data import outlook
from zwk_data.outlook import approximations
from zwk_data.own_data import records
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import completed
from zwk_data.own_data.records import Release
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario
from zwk_data.store import open_store
from zwk_data.warehouse import Statistics, ensure_built, open_statistics

TOWN, KREIS = "05758012", "05758"
QUARTER = f"{TOWN}-musterviertel"
RELEASE = Release(
    "Altersgruppen; Muster", "Melderegister (Muster)", "Hauptwohnsitz", "Amt für Muster", date(2026, 11, 1)
)
CONTINUE = Scenario.parse("continue")


def cells(day: str) -> list[Cell]:
    """Recognisably synthetic: 400 of each age and sex in the town, 44 in the quarter, in groups of five years to 90."""
    found = []
    for area, each in (("", 400), ("Musterviertel", 44), ("Rest", 356)):
        for sex in "mf":
            found += [Cell(area, day, "population", sex, age, age + 4, 5 * each) for age in range(0, 90, 5)]
            found.append(Cell(area, day, "population", sex, 90, -1, each))
    return completed(found)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Statistics]:
    made: Path = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_DATA_DIR", str(made))
        patch.delenv("ZWK_DATABASE_URL", raising=False)
        with open_store() as store:
            records.save(store, str(uuid4()), TOWN, RELEASE, cells("2025-12-31"), seen_version=0, actor="muster",
                         request_id=str(uuid4()))  # fmt: skip
        ensure_built(wait_seconds=300)
        with open_statistics(made) as opened:
            yield opened


def of(data: Statistics, ags: str, form: str = "") -> outlook.Start:
    return outlook.start(data, data.places.resolve(ags), form)


def test_own_ages_start_a_run_of_the_town_itself(data: Statistics) -> None:
    found = of(data, TOWN)
    assert (found.form, found.place.ags, found.asked.ags, found.basis) == ("register", TOWN, TOWN, "register")
    assert (found.year, found.register_day) == (2025, date(2025, 12, 31))
    assert "kreis_rates" in found.notes and found.datasets[0] in data.own_sources
    for first in range(0, 90, 5):
        assert count(found.baseline.population, AgeRange(first, first + 4), "f") == pytest.approx(2000)
    assert count(found.baseline.population, AgeRange(90)) == pytest.approx(800)
    assert (found.baseline.population >= 0).all()


def test_the_rates_are_those_of_the_kreis_and_moves_go_by_heads_of_the_same_age(data: Statistics) -> None:
    town, kreis = of(data, TOWN).baseline, of(data, KREIS).baseline
    assert np.array_equal(town.survival, kreis.survival) and np.array_equal(town.fertility, kreis.fertility)
    assert np.array_equal(town.out_rate, kreis.out_rate) and town.gross == kreis.gross
    heads, all_heads = ((one.population[:, 19:59] * one.survival[:, 20:60]) for one in (town, kreis))
    assert town.in_migration[:, 20:60] / heads == pytest.approx(kreis.in_migration[:, 20:60] / all_heads)
    run = outlook.run(data, of(data, TOWN), CONTINUE, 2040)
    assert run.population[-1].sum() == pytest.approx(town.population.sum(), rel=0.25)


def test_a_quarter_with_own_ages_runs_itself_and_the_kreis_stays_its_own(data: Statistics) -> None:
    quarter = of(data, QUARTER)
    assert (quarter.form, quarter.place.ags) == ("register", QUARTER)
    assert quarter.baseline.population.sum() == pytest.approx(of(data, TOWN).baseline.population.sum() * 0.11)
    low, high = outlook.band(data, quarter, CONTINUE, 2035, [(AgeRange(0), "t")], 100)
    assert (low[1:] < high[1:]).all() and quarter.size_class == "under_100k"
    assert of(data, KREIS).form == "own"


def test_the_kreis_and_the_approximation_can_still_be_asked_for(data: Statistics) -> None:
    assert of(data, TOWN, "kreis").place.ags == KREIS
    assert of(data, TOWN, "scaled").form == "scaled"
    assert of(data, QUARTER, "kreis").place.ags == KREIS
    with pytest.raises(outlook.NoStart, match="form"):
        of(data, QUARTER, "scaled")


def rows(limits: list[tuple[int, int | None]], value: float | None = 10.0, **more: object) -> pd.DataFrame:
    told = {"dataset": "own_x", "reference_date": pd.Timestamp("2025-06-30"), "basis": "register", "age_set": "own"}
    return pd.DataFrame([
        {**told, "sex": sex, "age_from": first, "age_to": last, "value": value, **more}
        for sex in "fm" for first, last in limits
    ])  # fmt: skip


WHOLE = [(0, 5), (6, 17), (18, 24), (25, 64), (65, None)]


class Given:
    """Own ages as the warehouse hands them out."""

    def __init__(self, *frames: pd.DataFrame) -> None:
        self.frame = pd.concat(frames, ignore_index=True)

    def own_ages(self, ags: str) -> pd.DataFrame:
        return self.frame


def own(data: Statistics, *frames: pd.DataFrame) -> approximations.OwnAges | None:
    return approximations.own_ages(Given(*frames), data.places[TOWN])  # type: ignore[arg-type]


def test_groups_with_a_gap_a_secret_or_one_sex_only_are_no_start(data: Statistics) -> None:
    assert own(data, rows(WHOLE)).limits == tuple(WHOLE)
    assert own(data, rows([*WHOLE[:1], *WHOLE[2:], (90, None)])) is None
    assert own(data, rows(WHOLE[:-1] + [(65, 99)])) is None
    assert own(data, rows(WHOLE, value=None)) is None
    assert own(data, rows(WHOLE)[lambda f: f["sex"] == "f"]) is None
    assert own(data, rows([(0, 17), (18, 64), (65, None)])) is None


def test_the_newest_whole_date_and_its_finest_grid_count(data: Statistics) -> None:
    fine = [(age, age + 4) for age in range(0, 85, 5)] + [(85, None)]
    older = rows(fine, reference_date=pd.Timestamp("2023-12-31"), age_set="five_year")
    torn = rows(fine, value=None, age_set="five_year")
    assert own(data, older, rows(WHOLE)).day == date(2025, 6, 30)
    assert own(data, older, torn).day == date(2023, 12, 31)
    assert len(own(data, rows(WHOLE), rows(fine, age_set="five_year")).limits) == 18


@pytest.mark.parametrize(("day", "year"), [("2025-06-30", 2024), ("2025-07-01", 2025), ("2026-01-01", 2025)])
def test_own_ages_of_another_day_run_as_those_of_the_nearest_december(data: Statistics, day: str, year: int) -> None:
    assert own(data, rows(WHOLE, reference_date=pd.Timestamp(day))).year == year
