"""A town with published values of its own: no page shows it the Kreis any more where it has them."""

from collections.abc import Iterator

import pytest

from tests.sources.matrix import running
from tests.sources.simulators.regionalatlas import Regionalatlas, figures_of
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.warehouse import Statistics, live, open_statistics
from zwk_data.warehouse.build import build

HERFORD, KREIS = "05758012", "05758"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Statistics]:
    """The embedded figures and one refresh of the simulated Regionalatlas."""
    folder = tmp_path_factory.mktemp("atlas")
    with pytest.MonkeyPatch.context() as patch, running(Regionalatlas) as server:
        patch.setenv("ZWK_DATA_DIR", str(folder))
        wanted = {"regionalatlas": server.datasets}
        done = live.refresh(wanted, server.scope(), lambda: build(folder), lambda *told: None)
        assert done.published, [outcome.reason_de for outcome in done.outcomes]
    with open_statistics(folder) as opened:
        yield opened


def shown(statistics: Statistics, kind: str, **parameters: object) -> Exhibit:
    return make(Address.of(kind, **parameters), Context(statistics))


def kinds(exhibit: Exhibit) -> set[str]:
    return {note.kind for note in exhibit.notes}


def names(exhibit: Exhibit) -> str:
    return (
        " ".join(line.text for line in exhibit.sources) if hasattr(exhibit.sources[0], "text") else str(exhibit.sources)
    )


CASES = [
    ("time_series", {"indicator": "share_65p", "ags": HERFORD}),
    ("time_series", {"indicator": "natural_balance_per_1000", "ags": HERFORD}),
    ("ranking", {"indicator": "births_per_1000", "ags": [HERFORD, "13071107"]}),
    ("comparison_table", {"indicators": ["share_u18", "share_65p", "mean_age"], "ags": [HERFORD]}),
    ("small_multiples", {"indicator": "net_migration_per_1000", "ags": [HERFORD]}),
    ("births_deaths", {"ags": HERFORD, "form": "rates"}),
]


@pytest.mark.parametrize(("kind", "parameters"), CASES, ids=lambda value: str(value)[:40])
def test_without_own_figures_the_kreis_stands_in(statistics: Statistics, kind: str, parameters: dict) -> None:
    assert "kreis_value" in kinds(shown(statistics, kind, **parameters))


@pytest.mark.parametrize(("kind", "parameters"), CASES, ids=lambda value: str(value)[:40])
def test_with_own_figures_no_badge_of_the_kreis_is_left(filled: Statistics, kind: str, parameters: dict) -> None:
    exhibit = shown(filled, kind, **parameters)
    assert "kreis_value" not in kinds(exhibit)
    assert "given" in kinds(exhibit)
    assert "Regionalatlas" in names(exhibit)


def test_the_figures_shown_are_the_published_ones(filled: Statistics) -> None:
    table = shown(filled, "time_series", indicator="share_65p", ags=HERFORD).table.set_index("year")
    assert table["value"].to_dict() == {
        year: figures_of("AI002-2-5", HERFORD, year)["ai0207"] for year in Regionalatlas.years
    }
    rates = shown(filled, "births_deaths", ags=HERFORD, form="rates").table
    births = rates[(rates["measure"] == "live_births") & (rates["year"] == 2024)]
    assert births["value"].tolist() == [figures_of("AI002-1-5", HERFORD, 2024)["ai0209"]]
    assert births["lower"].isna().all()


def test_the_key_figures_of_a_town_are_its_own_where_it_has_them(filled: Statistics) -> None:
    table = shown(filled, "key_figures", ags=HERFORD).table.set_index("label")
    own = table["datasets"].str.contains("regionalatlas")
    assert own["Unter 18 Jahre"]
    assert own["65 Jahre und älter"]
    assert own.sum() == 2


def test_a_kreis_with_counts_keeps_them(filled: Statistics, statistics: Statistics) -> None:
    parameters = {"indicator": "share_65p", "ags": KREIS}
    assert shown(filled, "time_series", **parameters).table["value"].tolist() == (
        shown(statistics, "time_series", **parameters).table["value"].tolist()
    )


def test_no_line_of_any_place_mixes_computed_and_published_values(filled: Statistics) -> None:
    mixed = filled.frame(
        "SELECT indicator, ags, basis FROM indicator_value WHERE value IS NOT NULL AND month(reference_date) = 12"
        " GROUP BY ALL HAVING count(DISTINCT datasets LIKE '%regionalatlas%') > 1"
    )
    assert mixed.empty
    published = filled.frame("SELECT count(*) AS n FROM indicator_value WHERE datasets LIKE '%regionalatlas%'")
    assert published["n"].iloc[0] > 1000


def test_chance_gives_a_published_rate_neither_interval_nor_rank_among_all(filled: Statistics) -> None:
    exhibit = shown(filled, "ranking", indicator="births_per_1000", ags=[HERFORD, "13071107"])
    assert exhibit.table["lower"].isna().all()
    assert "Rang" not in exhibit.sentence


def test_a_published_rate_of_a_tiny_place_is_grey_and_without_rank(filled: Statistics) -> None:
    small = filled.frame(
        "SELECT ags FROM indicator_value WHERE reason = 'small_base' AND indicator = 'births_per_1000' LIMIT 1"
    )["ags"].iloc[0]
    exhibit = shown(filled, "ranking", indicator="births_per_1000", ags=[HERFORD, small])
    roles = exhibit.table.set_index("ags")["role"].to_dict()
    assert roles == {HERFORD: "place", small: "small"}
    assert "small_numbers" in kinds(exhibit)


def test_what_only_exists_as_published_can_be_asked_for_once_it_is_loaded(
    filled: Statistics, statistics: Statistics
) -> None:
    with pytest.raises(AddressError):
        shown(statistics, "time_series", indicator="foreign_share", ags=HERFORD)
    exhibit = shown(filled, "time_series", indicator="foreign_share", ags=[HERFORD, "DG"])
    assert set(exhibit.table["ags"]) == {HERFORD, "DG"}
    listed = {
        name: shown(filled, "method_catalogue", part=name).table["label"].tolist() for name in ("available", "declared")
    }
    assert "Ausländeranteil" in listed["available"]
    assert "Ausländeranteil" not in listed["declared"]
