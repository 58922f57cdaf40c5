"""How places stand in sentences."""

from dataclasses import replace

import pytest

from zwk_data.exhibits.wording import at_place, people
from zwk_data.language import GERMAN, Language
from zwk_data.warehouse import Statistics

FORMS = {
    "DG": "in Deutschland",
    "10": "im Saarland",
    "05": "in Nordrhein-Westfalen",
    "05758": "im Kreis Herford",
    "05962": "im Märkischen Kreis",
    "05378": "im Rheinisch-Bergischen Kreis",
    "05162": "im Rhein-Kreis Neuss",
    "05334": "in der Städteregion Aachen",
    "03241": "in der Region Hannover",
    "10041": "im Regionalverband Saarbrücken",
    "07232": "im Eifelkreis Bitburg-Prüm",
    "12073": "im Landkreis Uckermark",
    "05758012": "in der Hansestadt Herford",
    "15001": "in Dessau-Roßlau",
    "13076121": "in Schossin",
}


@pytest.mark.parametrize(("ags", "form"), FORMS.items())
def test_a_place_takes_the_article_of_the_word_that_says_what_it_is(
    statistics: Statistics, ags: str, form: str
) -> None:
    assert at_place(statistics.places[ags], GERMAN) == form


def test_every_district_that_is_no_city_has_an_article(statistics: Statistics) -> None:
    districts = [place for place in statistics.places.members("DG", "kreis") if not place.is_own_gemeinde]
    bare = [
        place.name
        for place in districts
        if at_place(place, GERMAN).startswith("in ") and " der " not in at_place(place, GERMAN)
    ]
    assert not bare


def test_english_has_no_article(statistics: Statistics) -> None:
    place = replace(statistics.places["05962"])
    assert at_place(place, Language("en")) == "in Märkischer Kreis"


def test_people_are_counted_exactly_below_a_million() -> None:
    assert [people(count, GERMAN) for count in (1, 237, 117432, 1012141, 83577140)] == [
        "1 Mensch", "237 Menschen", "117.432 Menschen", "1,01 Millionen Menschen", "83,6 Millionen Menschen",
    ]  # fmt: skip
