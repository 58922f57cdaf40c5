"""Which addresses show something else after a load: made twice, from two states of the figures."""

from copy import copy
from datetime import date

import pandas as pd
import pytest

from zwk_data.exhibits import Address, Column, Exhibit, Marks, SourceLine
from zwk_data.exhibits.affected import affected, affected_by, difference, printed
from zwk_data.warehouse import Statistics

LINE = SourceLine("x", "p", "t", "l", "l", "u", "a", date(2026, 1, 1), False, "x@1")
BIRTHS = Address.of("time_series", indicator="births", ags="05758")
DEATHS = Address.of("time_series", indicator="deaths", ags="05758")
NOWHERE = Address.of("time_series", indicator="births", ags="99999999")


class Revised(Statistics):
    """The real figures with the births of one Kreis raised by an invented amount."""

    add = 0.0

    def values(self, indicators, places):
        frame = super().values(indicators, places)
        hit = (frame["indicator"] == "births") & (frame["ags"] == "05758") & (frame["year"] == 2021)
        return frame.assign(value=frame["value"].where(~hit, frame["value"] + self.add))


def revised(statistics: Statistics, add: float) -> Statistics:
    other = copy(statistics)
    other.__class__ = Revised
    other.add = add
    return other


def test_an_address_that_shows_a_revised_figure_is_named_with_what_changed(statistics: Statistics) -> None:
    found = affected([BIRTHS, DEATHS, NOWHERE], statistics, revised(statistics, 100.0))
    assert [one.address for one in found] == [BIRTHS]
    assert found[0].figures == 1
    assert "geänderte Angaben: 1" in found[0].sentence
    assert " statt " in found[0].sentence


def test_a_difference_that_nobody_can_see_affects_nothing(statistics: Statistics) -> None:
    assert affected([BIRTHS, DEATHS], statistics, revised(statistics, 0.2)) == []
    assert affected([BIRTHS, DEATHS], statistics, statistics) == []


def test_an_address_with_a_state_of_its_own_is_never_affected(statistics: Statistics) -> None:
    fixed = Address.of("time_series", indicator="births", ags="05758", as_of="2026-11-01")
    assert affected([fixed], statistics, revised(statistics, 100.0)) == []


def test_the_hook_asks_for_the_states_around_a_load(statistics: Statistics) -> None:
    asked = []

    def states(load_id: str) -> tuple[Statistics, Statistics]:
        asked.append(load_id)
        return statistics, revised(statistics, 50.0)

    assert [one.address for one in affected_by("eurostat_demo_r_births@2", [DEATHS, BIRTHS], states)] == [BIRTHS]
    assert asked == ["eurostat_demo_r_births@2"]


def shown(values: dict[str, float | None], sentence: str = "Ein Satz.") -> Exhibit:
    table = pd.DataFrame({"place": list(values), "value": [*values.values()]}).astype({"value": float})
    return Exhibit(
        Address.of("invented"), "Titel", "", sentence, "alt", table,
        (Column("place", "Ort"), Column("value", "Wert", decimals=1)), Marks("table"), (LINE,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence", "figures"),
    [
        ({"A": 1.04}, {"A": 1.0}, None, 0),
        ({"A": 1.04}, {"A": 1.06}, "Geändert: geänderte Angaben: 1 (zuerst A, Wert: 1,1 statt 1,0).", 1),
        ({"A": 1.0}, {"A": None}, "Geändert: geänderte Angaben: 1 (zuerst A, Wert: – statt 1,0).", 1),
        ({"A": 1.0}, {"A": 1.0, "B": 2.0}, "Geändert: neue Angaben: 1.", 1),
        ({"A": 1.0, "B": 2.0}, {"B": 2.0}, "Geändert: nicht mehr gezeigte Angaben: 1.", 1),
    ],
)
def test_figures_are_compared_as_they_are_printed(old, new, sentence, figures) -> None:
    assert difference(shown(old), shown(new)) == ((sentence, figures) if sentence else None)


def test_a_new_sentence_and_an_exhibit_that_is_gone_are_named() -> None:
    assert difference(shown({"A": 1.0}), shown({"A": 1.0}, "Ein anderer.")) == (
        "Der Satz lautet jetzt: Ein anderer.",
        0,
    )
    assert difference(shown({"A": 1.0}), "Den Ort gibt es nicht.") == (
        "Diese Darstellung gibt es nicht mehr: Den Ort gibt es nicht.", 0,
    )  # fmt: skip
    assert difference("nichts", shown({"A": 1.0})) == ("Diese Darstellung gibt es erst jetzt.", 0)
    assert difference("nichts", "gar nichts") is None


def test_rows_with_the_same_words_keep_their_own_figures() -> None:
    double = pd.DataFrame({"place": ["A", "A"], "value": [1.0, 2.0]})
    made = shown({"A": 1.0})
    object.__setattr__(made, "table", double)
    assert printed(made) == {("A", "Wert"): "1,0", ("A (2)", "Wert"): "2,0"}
