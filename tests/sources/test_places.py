import pyarrow.parquet as pq
import pytest

from tests.sources.reading import EXCERPTS, SNAPSHOT
from zwk_data.catalog.tidy import PLACE
from zwk_data.sources import places, snapshot

REGISTER = {row["ags"]: row for row in places.build(snapshot.read_register(EXCERPTS)).to_pylist()}
EMBEDDED = pq.read_table(SNAPSHOT / "places.parquet")


@pytest.mark.parametrize(
    ("official", "shown"),
    [
        ("Herford, Hansestadt", "Herford"),
        ("Essenbach, M", "Essenbach"),
        ("Loreley, Loreleystadt, Stadt", "Loreley"),
        ("Neustadt (Hessen), Stadt", "Neustadt (Hessen)"),
        ("Frankfurt (Oder, Brandenburg)", "Frankfurt (Oder, Brandenburg)"),
    ],
)
def test_tails_behind_a_comma_are_not_displayed(official, shown):
    assert places.display_name(official) == shown


@pytest.mark.parametrize(
    ("gen", "bez", "name"),
    [
        ("Herford", "Kreis", "Kreis Herford"),
        ("Uckermark", "Landkreis", "Landkreis Uckermark"),
        ("Wartburgkreis", "Landkreis", "Wartburgkreis"),
        ("Region Hannover", "Landkreis", "Region Hannover"),
        ("Dessau-Roßlau", "Kreisfreie Stadt", "Dessau-Roßlau"),
    ],
)
def test_a_kreis_is_told_from_the_town_of_the_same_name(gen, bez, name):
    assert places.kreis_name(gen, bez) == name


def test_a_kreisfreie_stadt_is_one_place_with_its_kreis_key():
    assert "15001000" not in REGISTER
    assert REGISTER["15001"]["is_own_gemeinde"] and REGISTER["15001"]["level"] == "kreis"
    assert REGISTER["02"]["level"] == "land" and REGISTER["02000"]["is_own_gemeinde"]


def test_a_gemeinde_knows_its_kreis_its_land_its_region_and_where_it_lies():
    herford = REGISTER["05758012"]
    assert (herford["kreis"], herford["land"], herford["nuts3"]) == ("05758", "05", "DEA43")
    assert (herford["name"], herford["name_official"]) == ("Herford", "Herford, Hansestadt")
    assert (round(herford["lon"], 2), round(herford["lat"], 2)) == (8.67, 52.12)


def test_eisenach_is_a_historical_kreis_and_a_current_gemeinde():
    assert not REGISTER["16056"]["current"] and REGISTER["16063105"]["current"]
    assert REGISTER["16056"]["name"] != REGISTER["16063105"]["name"]


def test_a_gemeinde_of_a_merged_kreis_belongs_to_the_kreis_of_today():
    assert REGISTER["03152012"]["kreis"] == "03159" and not REGISTER["03152012"]["current"]


def test_nuts_codes_lead_to_kreis_keys():
    codes = places.nuts3_to_ags(places.read_kreise((EXCERPTS / snapshot.KREISE).read_bytes()))
    assert (codes["DEA43"], codes["DEG0N"], codes["DEG0P"]) == ("05758", "16056", "16063")


def test_the_embedded_register_holds_germany_16_laender_and_400_current_kreise():
    assert EMBEDDED.schema.equals(PLACE)
    current = [row for row in EMBEDDED.to_pylist() if row["current"]]
    levels = [row["level"] for row in current]
    assert [levels.count(level) for level in ("germany", "land", "kreis", "gemeinde")] == [1, 16, 400, 10_669]


def test_every_current_gemeinde_of_the_embedded_register_is_complete():
    for row in EMBEDDED.to_pylist():
        if row["current"] and row["level"] == "gemeinde":
            assert None not in (row["kreis"], row["land"], row["nuts3"], row["lon"], row["lat"], row["degurba"]), row
            assert "," not in row["name"], row


def test_the_keys_of_the_embedded_register_are_unique_and_sorted():
    keys = EMBEDDED["ags"].to_pylist()
    assert keys == sorted(set(keys))
