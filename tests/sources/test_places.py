from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources.reading import EXCERPTS, SNAPSHOT
from zwk_data.catalog.tidy import PLACE
from zwk_data.sources import places, snapshot
from zwk_data.sources.errors import UnknownPlaces
from zwk_data.sources.gvisys import Record
from zwk_data.sources.provider import Scope

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


# --- a newer edition of the register ---------------------------------------------------------------------------------

DAY = date(2026, 9, 30)
SCOPE = Scope(
    {},
    {row["ags"]: row["level"] for row in EMBEDDED.to_pylist()},
    frozenset(row["ags"] for row in EMBEDDED.to_pylist() if row["current"]),
)


def newer(*changes: Record, without: frozenset[str] = frozenset(), **kreise: str) -> pa.Table:
    """The embedded register as an edition of 30.09.2026: some Gemeinden gone, others new or renamed."""
    current = [row for row in EMBEDDED.to_pylist() if row["current"]]
    names = {
        row["ags"]: (row["name_official"].removeprefix(f"{row['type']} "), row["type"])
        for row in current
        if row["level"] == "kreis"
    } | {key[1:]: (name, "Landkreis") for key, name in kreise.items()}
    own = [Record(f"{row['ags']}000", row["name_official"], row["type"], 1, 1, 0, 1.0) for row in current
           if row["is_own_gemeinde"]]  # fmt: skip
    records = [Record(row["ags"], row["name_official"], row["type"], 1, 1, 0, 1.0) for row in current
               if row["level"] == "gemeinde" and row["ags"] not in without]  # fmt: skip
    return places.edition(DAY, names, [*own, *records, *changes], SCOPE)


def learned(*changes: Record, without: frozenset[str] = frozenset()) -> dict[str, dict]:
    table = places.learned(EMBEDDED, newer(*changes, without=without))
    assert table.schema.equals(PLACE)
    assert table["ags"].to_pylist() == sorted(set(table["ags"].to_pylist()))
    return {row["ags"]: row for row in table.to_pylist()}


def test_the_same_register_again_changes_nothing():
    assert list(learned().values()) == EMBEDDED.to_pylist()


def test_a_new_gemeinde_gets_its_kreis_its_land_and_its_place():
    row = learned(Record("05758099", "Erfundenstadt, Stadt", "Stadt", 9, 5, 4, 1.0, 8.5, 52.1, 2))["05758099"]
    assert row == {
        "ags": "05758099", "level": "gemeinde", "name": "Erfundenstadt", "name_official": "Erfundenstadt, Stadt",
        "type": "Stadt", "kreis": "05758", "land": "05", "nuts3": "DEA43", "lon": 8.5, "lat": 52.1, "degurba": 2,
        "is_own_gemeinde": False, "current": True,
    }  # fmt: skip


def test_a_dissolved_gemeinde_stays_and_is_no_longer_current():
    rows = learned(without=frozenset({"05758012"}))
    assert not rows["05758012"]["current"] and rows["05758012"]["name"] == "Herford"
    assert sum(row["current"] for row in rows.values()) == sum(row["current"] for row in EMBEDDED.to_pylist()) - 1


def test_a_renamed_gemeinde_keeps_its_key_and_where_it_lies():
    renamed = Record("05758012", "Herford am Wall, Stadt", "Stadt", 1, 1, 0, 1.0)
    row = learned(renamed, without=frozenset({"05758012"}))["05758012"]
    assert (row["name"], row["name_official"], row["current"]) == ("Herford am Wall", "Herford am Wall, Stadt", True)
    assert round(row["lon"], 2) == 8.67 and row["degurba"] == REGISTER["05758012"]["degurba"]


def test_areas_without_people_are_no_places():
    area = Record("05758999", "Erfundener Forst", "Gemeindefreies Gebiet (unbewohnt)", 0, 0, 0, 1.0)
    assert "05758999" not in learned(area)


def test_an_unknown_kreis_is_refused_with_the_way_out():
    with pytest.raises(UnknownPlaces) as caught:
        newer(_05799="Erfunden")
    assert "05799 Erfunden" in caught.value.reason_de and "neue Programmversion" in caught.value.reason_de


def test_the_scope_knows_new_places_and_drops_dissolved_ones():
    edition = newer(Record("05758099", "Erfundenstadt", "Stadt", 9, 5, 4, 1.0), without=frozenset({"05758012"}))
    scope = places.widened(SCOPE, edition)
    assert scope.level_of["05758099"] == "gemeinde" and "05758099" in scope.current
    assert scope.level_of["05758012"] == "gemeinde" and "05758012" not in scope.current
    assert {"16056", "05758", "05", "DG"} <= scope.level_of.keys() and {"05758", "15001", "DG"} <= scope.current


def test_another_name_is_another_edition():
    renamed = newer(Record("05758099", "Anders", "Stadt", 9, 5, 4, 1.0))
    same = [places.mark(newer(Record("05758099", "Erfunden", "Stadt", 9, 5, 4, 1.0))) for _ in range(2)]
    assert same[0] == same[1] != places.mark(renamed)
