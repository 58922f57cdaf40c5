"""The participants of the programme."""

from zwk_data.catalog.declarations import participants

TYPES = {
    "stadt", "gemeinde", "kreisfreie_stadt", "landkreis", "quartier", "verbandsgemeinde", "samtgemeinde", "verbund",
}  # fmt: skip
DIGITS = {"stadt": 8, "gemeinde": 8, "kreisfreie_stadt": 5, "landkreis": 5, "quartier": 5}


def test_39_of_the_40_participants_are_identified_and_four_are_partners() -> None:
    partners = [place.name for place in participants().values() if place.partner]
    assert len(participants()) == 39
    assert partners == ["Hansestadt Herford", "Neubrandenburg", "Dessau-Roßlau", "Landkreis Uckermark"]


def test_every_participant_has_a_key_of_its_type_or_members_of_which_it_is_the_sum() -> None:
    for place in participants().values():
        assert bool(place.ags) != bool(place.members), place.id
        assert len(place.ags) == DIGITS.get(place.type, 0), place.id
        assert all(len(member) == 8 and member.isdigit() for member in place.members), place.id


def test_no_key_occurs_twice() -> None:
    keys = [place.ags for place in participants().values() if place.ags]
    members = [member for place in participants().values() for member in place.members]
    assert len(keys) == len(set(keys))
    assert len(members) == len(set(members)) == 37


def test_the_vocabularies_are_closed() -> None:
    for place in participants().values():
        assert place.type in TYPES, place.id
        assert place.dwk_before in {"no", "yes", "associated"}, place.id
        assert place.cluster in {"west", "nord-ost", "sued"}, place.id
        assert place.member_confidence in {"high", "medium"}, place.id
        assert len(place.land) == 2, place.id


def test_13_laender_take_part() -> None:
    assert len({place.land for place in participants().values()}) == 13


def test_a_quarter_says_that_the_figures_are_those_of_the_whole_city() -> None:
    quarters = [place for place in participants().values() if place.type == "quartier"]
    assert [place.ags for place in quarters] == ["06412"]
    assert all("der ganzen Stadt" in place.note for place in quarters)
