"""Who of a future number lives here already: the parts add up, a closed population is certain."""

import pytest

from tests.exhibits.outlooks import KREISE, said, shown
from zwk_data import outlook
from zwk_data.exhibits import AddressError
from zwk_data.exhibits.outlook.common import net_parts
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario

PARTS = ["here", "born", "moved"]


@pytest.mark.parametrize("ags", KREISE)
@pytest.mark.parametrize("scenario", ["continue", "high~event_2027_300_18_4", "low~out25_40"])
def test_the_parts_add_up_to_the_number_of_the_run(statistics, ags, scenario) -> None:
    table = shown(statistics, "outlook_certainty", ags=ags, scenario=scenario, group="20-64").table
    run = outlook.run(statistics, outlook.start(statistics, statistics.places[ags]), Scenario.parse(scenario), 2050)
    wanted = count(run.population, AgeRange(20, 64))
    assert table[PARTS].sum(axis=1).tolist() == pytest.approx(wanted.tolist(), abs=1e-6)
    assert (table[PARTS] >= -1e-9).all().all()


def test_at_the_start_everybody_lives_here_and_the_share_of_the_old_is_high(statistics) -> None:
    table = shown(statistics, "outlook_certainty", ags="12073", scenario="continue", group="80plus").table
    assert table["share"].iloc[0] == pytest.approx(100) and table["born"].max() == 0
    assert table.set_index("year")["share"][2040] > 90


def test_without_migration_those_born_before_the_start_are_certain(statistics) -> None:
    exhibit = shown(statistics, "outlook_certainty", ags="12073", scenario="none", group="80plus", year=2040)
    assert said(exhibit).endswith("sie alle leben heute schon hier.")
    assert exhibit.table["moved"].max() == 0 and exhibit.table["share"].min() == pytest.approx(100)


def test_children_not_yet_born_are_not_here(statistics) -> None:
    exhibit = shown(statistics, "outlook_certainty", ags="15001", scenario="continue", group="primary", year=2035)
    assert said(exhibit).endswith("von ihnen lebt heute noch niemand hier.")


def test_moves_of_one_age_are_set_off_so_that_places_can_be_compared(statistics) -> None:
    """Counted moves in and out, as the Uckermark has, must not make residents vanish who only change places."""
    run = outlook.run(statistics, outlook.start(statistics, statistics.places["12073"]), Scenario("continue"), 2050)
    assert run.start.baseline.gross
    parts = net_parts(run)
    assert float(abs(parts.residents + parts.births + parts.moved_in - run.population).max()) < 1e-6
    closed = net_parts(outlook.run(statistics, run.start, Scenario("none"), 2050))
    assert float(count(parts.residents[-1])) > 0.9 * float(count(closed.residents[-1]))


def test_a_year_outside_is_refused_with_the_years_there_are(statistics) -> None:
    with pytest.raises(AddressError, match="2050"):
        shown(statistics, "outlook_certainty", ags="12073", scenario="continue", year=2090)
