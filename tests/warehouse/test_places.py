import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.warehouse import UnknownPlace
from zwk_data.warehouse.places import Place, Places, fold


@pytest.fixture(scope="module")
def places(statistics):
    return statistics.places


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("DE", "DG"), ("de", "DG"), ("DG", "DG"), ("15", "15"), ("15001", "15001"), ("15001000", "15001"),
        ("02000000", "02000"), ("02", "02"), ("11000", "11000"), (" 05758012 ", "05758012"), ("16056", "16056"),
    ],
)  # fmt: skip
def test_a_key_is_accepted_in_every_form_and_resolves_to_one_place(places, text, key):
    assert places.resolve(text).ags == key


@pytest.mark.parametrize("text", ["", "5758", "99", "05999", "15001001", "Herford", "15001000000", "' OR 1=1"])
def test_an_unknown_key_is_an_error_that_names_similar_places(places, text):
    with pytest.raises(UnknownPlace) as caught:
        places.resolve(text)
    assert caught.value.text == text
    assert all(isinstance(place, Place) for place in caught.value.nearest)


def test_a_mistyped_key_has_its_neighbours_as_nearest_matches(places):
    assert "05758" in {place.ags for place in places.nearest("05785")} | {place.ags for place in places.nearest("0578")}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dessau", "15001"), ("Roßlau", "15001"), ("rosslau", "15001"), ("DESSAU-ROßLAU", "15001"),
        ("Neubrandenburg", "13071107"), ("brandenburg", "12"), ("koeln", "05315"), ("köln", "05315"), ("koln", "05315"),
        ("muenchen", "09162"), ("munchen", "09162"), ("schossin", "13076121"), ("uckermark", "12073"),
        ("15001000", "15001"), ("DE", "DG"), ("05758012", "05758012"), ("deutschland", "DG"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_any_spelling_or_key(places, text, first):
    assert places.find(text)[0].ags == first


def test_a_name_finds_the_kreis_and_the_town_of_that_name(places):
    found = [place.ags for place in places.find("herford")]
    assert {"05758", "05758012"} <= set(found[:3])


def test_the_beginning_of_a_key_finds_all_places_below_it(places):
    assert "05758012" in [place.ags for place in places.find("0575801")]
    assert all(place.ags.startswith("0575801") for place in places.find("0575801"))


def test_nothing_is_found_for_an_empty_text(places):
    assert places.find("  ") == []


def test_a_misspelt_name_has_similar_names(places):
    assert "13071107" in {place.ags for place in places.nearest("Neubrandenbrug")}


@given(st.text(max_size=30))
def test_no_text_breaks_the_search(places, text):
    assert len(places.find(text)) <= 20
    try:
        place = places.resolve(text)
    except UnknownPlace as error:
        assert len(error.nearest) <= 5
    else:
        assert place.ags in places


def test_the_current_set_has_400_kreise_and_eisenach_is_history(places):
    assert len(places.members("DG", "kreis")) == 400
    assert not places["16056"].current
    assert len(places.members("DG", "land")) == 16
    assert len(places.members("16", "kreis")) == 22


def test_a_kreisfreie_stadt_counts_as_kreis_and_as_gemeinde(places):
    assert places["15001"].counts_as == {"kreis", "gemeinde"}
    assert [place.ags for place in places.members("15001", "gemeinde")] == ["15001"]
    assert places["05758"].counts_as == {"kreis"}


def test_the_gemeinden_of_a_kreis_are_its_members(places):
    assert len(places.members("05758", "gemeinde")) == 9
    assert {place.kreis for place in places.members("05758", "gemeinde")} == {"05758"}


def test_what_lies_above_a_place(places):
    assert [place.ags for place in places.ancestors(places["05758012"])] == ["05758", "05", "DG"]
    assert [place.ags for place in places.ancestors(places["15001"])] == ["15", "DG"]
    assert places.ancestors(places["DG"]) == []


def test_similar_places_are_of_the_same_kind_and_nearest_in_size(places):
    herford = places["05758"]
    similar = places.similar(herford)
    assert len(similar) == 5
    assert herford not in similar
    assert all(place.level == "kreis" and place.degurba == herford.degurba for place in similar)
    ratios = [max(p.population, herford.population) / min(p.population, herford.population) for p in similar]
    assert ratios == sorted(ratios)
    assert places.similar(places["05"]) == []


def test_the_population_of_a_place_is_its_newest_total(places, statistics):
    values = statistics.values(["population_total"], ["15001"])
    assert places["15001"].population == values["value"].iloc[-1]


def test_spellings_are_folded():
    assert fold("Ñandú Größe ÄÖÜ") == "nandu groesse aeoeue"
    assert len(Places([])) == 0
