"""The catalogue in words."""

import pytest

from zwk_data.catalog import breaks, indicators
from zwk_data.catalog.declarations import read_toml
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.methods import age_range
from zwk_data.language import Language
from zwk_data.warehouse import Statistics


def test_every_indicator_stands_in_one_of_two_lists(statistics: Statistics) -> None:
    context = Context(statistics)
    lists = [make(Address.of("method_catalogue", part=part), context).table for part in ("available", "declared")]
    assert sum(len(table) for table in lists) == len(indicators())
    assert (lists[0]["newest"] != "").all()
    assert (lists[1]["needs"] != "").all()


def test_the_newest_year_is_told_by_level(statistics: Statistics) -> None:
    table = make(Address.of("method_catalogue", group="stand"), Context(statistics)).table
    total = table.set_index("label").loc["Bevölkerung insgesamt", "newest"]
    assert total == "2024: Deutschland, Länder, Kreise; 2022: Gemeinden"


@pytest.mark.parametrize(("part", "count"), [("breaks", len(breaks())), ("corrections", len(read_toml("corrections")))])
def test_registers_are_shown_whole(statistics: Statistics, part: str, count: int) -> None:
    assert len(make(Address.of("method_catalogue", part=part), Context(statistics)).table) == count


@pytest.mark.parametrize(
    "part", ["available", "declared", "breaks", "corrections", "ages", "rules", "projection", "objections"]
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_part_is_there_in_both_languages(statistics: Statistics, part: str, language: str) -> None:
    assert len(make(Address.of("method_catalogue", part=part), Context(statistics, Language(language))).table)


def test_a_search_finds_parts_of_names_in_any_case(statistics: Statistics) -> None:
    exhibit = make(Address.of("method_catalogue", contains="QUOTIENT"), Context(statistics))
    assert exhibit.sentence.startswith("3 von ")
    assert not len(make(Address.of("method_catalogue", contains="gibt es nicht"), Context(statistics)).table)


def test_a_profile_names_the_datasets_that_really_give_it(statistics: Statistics) -> None:
    table = make(Address.of("method_profile", indicator="share_u18"), Context(statistics)).table.set_index("name")[
        "said"
    ]
    assert (
        table["Kreise und kreisfreie Städte"] == "2018 Eurostat proj_19rp3; 2023–2024 Statistische Ämter 12411-02-03-4"
    )
    assert table["Gemeinden"] == "keine Zahlen"
    assert table["Altersgrenzen"] == "0–17"


@pytest.mark.parametrize("name", [one.id for one in indicators().values() if one.available])
def test_every_available_indicator_has_a_profile(statistics: Statistics, name: str) -> None:
    assert make(Address.of("method_profile", indicator=name), Context(statistics)).sources


def test_an_unknown_part_is_refused_in_words(statistics: Statistics) -> None:
    with pytest.raises(AddressError, match="nicht möglich"):
        make(Address.of("method_catalogue", part="alles"), Context(statistics))


def test_age_groups_are_written_with_both_limits() -> None:
    assert [age_range(0, 2), age_range(75, None), age_range(0, 0)] == ["0–2", "75+", "0"]
