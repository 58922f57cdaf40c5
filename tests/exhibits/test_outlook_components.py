"""Births, deaths and moves: start plus everything that happens is the end, in sums and year by year."""

import pytest

from tests.exhibits.outlooks import KREISE, said, shown
from zwk_data import outlook
from zwk_data.projection.ages import count


@pytest.mark.parametrize("ags", KREISE)
def test_start_and_components_give_the_end(statistics, ags) -> None:
    table = shown(statistics, "outlook_components", ags=ags, scenarios="continue,low,high,none").table.set_index("ags")
    now = float(count(outlook.start(statistics, statistics.places[ags]).baseline.population))
    for column in ("s0", "s1", "s2", "s3"):
        rows = table[column]
        assert now + rows["births"] - rows["deaths"] + rows["in"] - rows["out"] == pytest.approx(rows["end"], abs=1e-6)
        assert rows["change"] == pytest.approx(rows["natural"] + rows["moves"])
    assert table.loc[["in", "out", "moves"], "s3"].tolist() == [0, 0, 0]


def test_the_years_add_up_to_the_sums(statistics) -> None:
    summed = shown(statistics, "outlook_components", ags="12073", scenarios="continue", until=2040).table
    years = shown(statistics, "outlook_components", ags="12073", scenarios="continue", until=2040, by="year").table
    assert years["year"].tolist() == list(range(2025, 2041))
    for name in ("births", "deaths", "in", "out"):
        assert years[name].sum() == pytest.approx(summed.set_index("ags").loc[name, "s0"])


def test_bars_have_one_scale_for_all_scenarios_and_the_population_has_none(statistics) -> None:
    bars = shown(statistics, "outlook_components", ags="12073", scenarios="continue,none").marks.options["bars"]
    widths = [width for column in bars.values() for _, width in column.values()]
    assert max(widths) == 100 and min(widths) == 0 and all("end" not in column for column in bars.values())


def test_the_sentence_says_which_balance_is_positive(statistics) -> None:
    exhibit = shown(statistics, "outlook_components", ags="12073", scenarios="continue")
    rows = exhibit.table.set_index("ags")["s0"]
    assert rows["natural"] < 0 < rows["moves"]
    assert "mehr Sterbefälle als Geburten und rund" in said(exhibit) and "mehr Zuzüge als Fortzüge" in said(exhibit)
    assert said(exhibit).endswith("Menschen weniger." if rows["change"] < 0 else "Menschen mehr.")


def test_where_only_balances_are_known_a_remark_says_so(statistics) -> None:
    notes = " ".join(note.text for note in shown(statistics, "outlook_components", ags="09162", scenarios="low").notes)
    assert "nur als Überschüsse nach Alter bekannt" in notes
    counted = shown(statistics, "outlook_components", ags="12073", scenarios="low").notes
    assert "Überschüsse" not in " ".join(note.text for note in counted)
