"""Values that one provider publishes under its name: shown once they are loaded, never before, never as another's."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zwk_data.catalog import Indicator, indicators, sources
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.registry import is_offered
from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.basis import published_basis
from zwk_data.sources.rows import Row, to_table, year_end
from zwk_data.warehouse import Statistics, live, open_statistics
from zwk_data.warehouse.build import build
from zwk_data.warehouse.paths import archive_folder

OF_ONE = [entry for entry in indicators().values() if entry.given_by]
GEMEINDEN = ("05758012", "05758004", "13071107")  # Herford, Bünde, Neubrandenburg
OTHERS = "SELECT * FROM indicator_value WHERE indicator NOT IN (SELECT unnest($names)) ORDER BY ALL"


def years(entry: Indicator) -> tuple[int, ...]:
    return (2025, 2030, 2040) if entry.group == "prognose" else (2021, 2022, 2023)


def rows(entry: Indicator, places: list[str]) -> Iterator[Row]:
    """Synthetic values: the position of the place and of the year make the figure."""
    term = entry.given_term
    assert term
    ages = ("total" if term.is_total else "inkar_broad" if entry.given_by == "inkar" else "wegweiser",
            term.age_from, term.age_to)  # fmt: skip
    for number, year in enumerate(years(entry)):
        basis = published_basis(term.measure, year)
        for position, ags in enumerate(places):
            yield Row(entry.given_by, term.measure, ags, year_end(year), "t", *ages, basis, 20 + position / 50 + number)


def load(archive: Archive, dataset: str, table: pa.Table) -> None:
    """Put a finished load into an archive, as a refresh leaves it."""
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    kept = archive.keep(Download(dataset, "https://x.example", (), dataset.encode(), "text/plain", moment), 1)
    accepted = archive.accept(dataset, [kept], dataset)
    module = live.PROVIDERS[next(name for name, one in live.PROVIDERS.items() if dataset in one.datasets())]
    path = archive.tidy_path(accepted, module.PARSER_VERSION)
    path.parent.mkdir(parents=True)
    pq.write_table(table.replace_schema_metadata(), path)


@pytest.fixture(scope="module")
def loaded(statistics: Statistics, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Statistics]:
    folder = tmp_path_factory.mktemp("published")
    kreise = [place.ags for place in statistics.places if place.level == "kreis" and place.current]
    places = sorted(["DG", "05", "13", *kreise, *GEMEINDEN])
    archive = Archive(archive_folder(folder))
    for dataset in sorted({entry.given_by for entry in OF_ONE}):
        load(archive, dataset, to_table(row for one in OF_ONE if one.given_by == dataset for row in rows(one, places)))
    build(folder)
    with open_statistics(folder) as opened:
        yield opened


def show(data: Statistics, kind: str, **parameters: str) -> Exhibit:
    return make(Address.of(kind, **parameters), Context(data))


def test_there_are_some_of_each_provider():
    assert len(OF_ONE) >= 6
    providers = {sources()[entry.given_by].provider for entry in OF_ONE}
    assert len(providers) == 2
    for entry in OF_ONE:
        assert not sources()[entry.given_by].for_indicators
        assert "(Wegweiser Kommune)" in entry.label_de or "(INKAR)" in entry.label_de


@pytest.mark.parametrize("entry", OF_ONE, ids=lambda entry: entry.id)
def test_without_a_load_it_stands_among_those_not_yet_there_and_has_no_chart(statistics: Statistics, entry: Indicator):
    assert not is_offered(entry, statistics)
    assert entry.label_de in set(show(statistics, "method_catalogue", part="declared").table["label"])
    with pytest.raises(AddressError):
        show(statistics, "time_series", indicator=entry.id, ags="05758")


@pytest.mark.parametrize("entry", OF_ONE, ids=lambda entry: entry.id)
def test_with_a_load_every_kind_of_chart_shows_it_with_its_source(loaded: Statistics, entry: Indicator):
    day = str(years(entry)[-1])
    assert is_offered(entry, loaded)
    assert entry.label_de in set(show(loaded, "method_catalogue", part="available").table["label"])
    for exhibit in (
        show(loaded, "comparison_table", indicators=entry.id, ags="05758,13071,05758012"),
        show(loaded, "choropleth", indicator=entry.id, scope="kreis-DG", day=day, ags="05758"),
        show(loaded, "ranking", indicator=entry.id, ags="05758,13071"),
        show(loaded, "time_series", indicator=entry.id, ags="05758,05758012"),
        show(loaded, "small_multiples", indicator=entry.id, ags="05758,13071"),
        show(loaded, "method_profile", indicator=entry.id),
    ):
        assert len(exhibit.table), exhibit.address
        assert {line.dataset for line in exhibit.sources} >= {
            entry.given_by
        } or exhibit.address.kind == "method_profile"


@pytest.mark.parametrize("kind", ["choropleth", "ranking", "time_series"])
def test_the_sentence_says_whose_value_it_is(loaded: Statistics, kind: str):
    more = {"scope": "kreis-DG", "day": "2023"} if kind == "choropleth" else {}
    sentence = show(loaded, kind, indicator="median_age_wwk", ags="05758", **more).sentence
    assert "Medianalter (Wegweiser Kommune)" in sentence


def test_a_value_is_the_published_one_and_no_sum(loaded: Statistics):
    for entry in OF_ONE:
        found = loaded.frame(
            "SELECT value, numerator, denominator, datasets FROM indicator_value WHERE indicator = $name AND ags = 'DG'"
            " ORDER BY reference_date", name=entry.id,
        )  # fmt: skip
        last = len(found) - 1
        assert found["value"].tolist()[last] - found["value"].tolist()[0] == pytest.approx(last)
        assert found["numerator"].isna().all()
        assert found["denominator"].isna().all()
        assert set(found["datasets"]) == {entry.given_by}


def test_no_other_indicator_changes(statistics: Statistics, loaded: Statistics):
    names = [entry.id for entry in OF_ONE]
    before, after = (data.frame(OTHERS, names=names) for data in (statistics, loaded))
    assert before.equals(after)


def test_what_is_loaded_and_has_no_value_is_not_offered(
    statistics: Statistics, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("nothing")
    entry = next(one for one in OF_ONE if one.given_by == "wegweiser_development")
    empty = [row._replace(value=None, status="missing") for row in rows(entry, ["05758", "05758012"])]
    load(Archive(archive_folder(folder)), entry.given_by, to_table(empty))
    build(folder)
    with open_statistics(folder) as opened:
        assert not is_offered(entry, opened)
