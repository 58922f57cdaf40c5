"""Each provider against its simulator, to the end: accepted, built, published, read back, and seen on a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from tests.sources.simulator import Simulator, serve
from tests.sources.simulators import ALL, eurostat, gvisys, inkar, regionalatlas, wegweiser
from tests.sources.simulators.genesis import SERVED, Genesis, cell
from tests.warehouse.publishing import Office, RealKreise, office
from zwk_data import paths
from zwk_data.catalog import sources
from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.map_scope import Scope as MapScope
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.live import Refreshed, datasets_of

SIMULATORS: dict[str, type[Simulator]] = ALL | {"regio": RealKreise}
OF_FIGURES = [name for name in SIMULATORS if name != "bkg"]  # boundaries are no table of figures
every_provider = pytest.mark.parametrize("run", list(SIMULATORS), indirect=True)
providers_of_figures = pytest.mark.parametrize("run", OF_FIGURES, indirect=True)
OPEN = None


@dataclass(frozen=True)
class Figure:
    """One published observation."""

    dataset: str
    measure: str
    ags: str
    day: date
    value: float
    sex: str = "t"
    ages: tuple[int, int | None] = (0, None)


@dataclass(frozen=True)
class Rated:
    """One value of an indicator."""

    indicator: str
    ags: str
    day: date
    value: float


@dataclass(frozen=True)
class Run:
    """Two refreshes one after the other, and what is published after each."""

    name: str
    office: Office
    first: Refreshed
    again: Refreshed
    numbers: tuple[int, int, int]  # of the generation before, after the first, and after the second
    statistics: Statistics


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    with serve(SIMULATORS[request.param]()) as server, office(server) as where:
        numbers = [number_of(where)]
        done = []
        for _ in range(2):
            done.append(where.refreshed())
            numbers.append(number_of(where))
        with where.statistics() as statistics:
            yield Run(request.param, where, done[0], done[1], (numbers[0], numbers[1], numbers[2]), statistics)


def number_of(where: Office) -> int:
    with where.statistics() as statistics:
        return statistics.generation.number


@every_provider
def test_every_dataset_of_the_provider_is_published_as_its_first_load(run: Run):
    assert run.first.complete, [(one.dataset, one.reason_de, one.detail) for one in run.first.outcomes]
    assert run.first.published and run.numbers[1] == run.numbers[0] + 1
    assert {one.dataset for one in run.first.outcomes} == set(datasets_of(run.name))
    assert [one.load for one in run.first.outcomes] == [1] * len(run.first.outcomes)
    if run.name in OF_FIGURES:
        loads = run.statistics.loads()
        assert dict(zip(loads["dataset"], loads["seq"], strict=True)) == dict.fromkeys(datasets_of(run.name), 1)


@providers_of_figures
def test_each_row_that_was_accepted_can_be_read(run: Run):
    coverage = run.statistics.coverage().set_index("dataset")
    published = coverage[~coverage.index.str.startswith("computed_")]["rows"].to_dict()
    assert published == {one.dataset: one.rows for one in run.first.outcomes}
    assert all(rows > 0 for rows in published.values())


@providers_of_figures
def test_the_figures_are_those_the_provider_gave(run: Run):
    wanted = OBSERVED[run.name](run.office.server)
    assert {figure.dataset for figure in wanted} == set(datasets_of(run.name))
    assert [observed(run.statistics, figure) for figure in wanted] == [pytest.approx(one.value) for one in wanted]


@providers_of_figures
def test_the_indicators_follow_from_them(run: Run):
    wanted = INDICATORS[run.name](run.office.server)
    assert [indicated(run.statistics, one) for one in wanted] == [pytest.approx(one.value) for one in wanted]


@every_provider
def test_the_same_figures_again_are_no_second_load(run: Run):
    assert run.again.complete and not run.again.published
    assert all(one.unchanged and one.load == 1 for one in run.again.outcomes)
    assert run.numbers[2] == run.numbers[1]


@every_provider
def test_the_page_of_the_data_names_every_load_and_every_attempt(run: Run):
    titles = {sources()[dataset].title_de for dataset in datasets_of(run.name)}
    attempts = make(Address.of("data_status", part="attempts"), Context(run.statistics)).table
    assert titles <= set(attempts["title"])
    assert set(attempts["result"]) == {"gelungen"}
    if run.name in OF_FIGURES:
        loads = make(Address.of("data_status", part="loads"), Context(run.statistics)).table
        assert set(loads["title"]) == titles and set(loads["load"]) == {"Abruf 1"}


def test_new_boundaries_lie_where_the_maps_look_for_them() -> None:
    with serve(ALL["bkg"]()) as server, office(server) as where:
        assert paths.boundary_edition() == ""
        assert where.refreshed().complete
        edition = paths.boundary_edition()
        with where.statistics() as statistics:
            herford = MapScope("gemeinde", statistics.places[KREIS])
        assert edition.startswith("live/") and herford.file.startswith(edition)
        drawn = json.loads((paths.boundaries_folder() / herford.file).read_text("utf-8"))["features"]
        assert {HERFORD, "05758004"} <= {one["id"] for one in drawn}


def observed(statistics: Statistics, figure: Figure) -> float:
    found = statistics.frame(
        "SELECT value FROM current_observation WHERE dataset = $dataset AND measure = $measure AND ags = $ags "
        "AND reference_date = $day AND sex = $sex AND age_from = $first AND age_to IS NOT DISTINCT FROM $last",
        dataset=figure.dataset, measure=figure.measure, ags=figure.ags, day=figure.day, sex=figure.sex,
        first=figure.ages[0], last=figure.ages[1],
    )  # fmt: skip
    assert len(found) == 1, figure
    return float(found["value"].iloc[0])


def indicated(statistics: Statistics, rated: Rated) -> float:
    found = statistics.values([rated.indicator], [rated.ags])
    found = found[found["reference_date"].dt.date == rated.day]
    assert len(found) == 1, rated
    return float(found["value"].iloc[0])


# --- what the simulators give ----------------------------------------------------------------------------------------

END_2021, END_2023, END_2024, END_2025 = (date(year, 12, 31) for year in (2021, 2023, 2024, 2025))
NUTS, AGS = "DEA51", eurostat.AGS_OF["DEA51"]


def of_eurostat(server: Simulator) -> list[Figure]:
    count, area = eurostat.count, 50.0 + int(NUTS[3:])
    people = {year: count("population", NUTS, "T", "TOTAL", year) for year in eurostat.YEARS}
    births, deaths = (count(kind, NUTS, "T", "TOTAL", "2024") for kind in ("births", "deaths"))
    name = "eurostat_{}".format
    return [
        Figure(name("demo_r_pjangrp3"), "population", AGS, END_2024, count("population", NUTS, "F", "Y20-24", "2025"),
               "f", (20, 24)),
        Figure(name("demo_r_pjangrp3"), "population", "DG", END_2024, count("population", "DE", "T", "TOTAL", "2025")),
        Figure(name("demo_r_pjanaggr3"), "population", "05", END_2023,
               count("population", "DEA", "M", "Y15-64", "2024"), "m", (15, 64)),
        Figure(name("demo_r_magec3"), "deaths", AGS, END_2025, count("deaths", NUTS, "T", "Y_GE85", "2025"), "t",
               (85, OPEN)),
        Figure(name("demo_r_fagec3"), "live_births", AGS, END_2025, count("births", NUTS, "T", "Y25-29", "2025"), "t",
               (25, 29)),
        Figure(name("demo_r_births"), "live_births", AGS, END_2024, births),
        Figure(name("demo_r_deaths"), "deaths", AGS, END_2024, deaths),
        Figure(name("demo_r_gind3"), "net_migration_residual", AGS, END_2024,
               people["2025"] - people["2024"] - births + deaths),
        Figure(name("demo_r_pjanind3"), "median_age", AGS, END_2024, 46.1),
        Figure(name("demo_r_find3"), "total_fertility_rate", AGS, END_2025, 1.46, "f"),
        Figure(name("demo_r_d3dens"), "population_density", AGS, END_2025, round(people["2025"] / area, 1)),
        Figure(name("reg_area3"), "area_km2", AGS, END_2025, area),
        Figure(name("proj_25rp5"), "projected_population", AGS, date(2034, 12, 31),
               count("projection", NUTS, "F", "Y85-89", "2035"), "f", (85, 89)),
    ]  # fmt: skip


def from_eurostat(server: Simulator) -> list[Rated]:
    count = eurostat.count
    total, births = (count(kind, NUTS, "T", "TOTAL", y) for kind, y in (("population", "2025"), ("births", "2024")))
    return [
        Rated("population_total", AGS, END_2024, total),
        Rated("births_per_1000", AGS, END_2024, 1000 * births / total),
        Rated("share_65p", "DG", END_2024, 100 * count("population", "DE", "T", "Y_GE65", "2025")
              / count("population", "DE", "T", "TOTAL", "2025")),
    ]  # fmt: skip


HERFORD, DESSAU = "05758012", "15001"


def of_gvisys(server: Simulator) -> list[Figure]:
    total, men, women = gvisys.people(HERFORD, END_2025)
    return [
        Figure("gvisys", "population", HERFORD, END_2025, total),
        Figure("gvisys", "population", HERFORD, END_2025, men, "m"),
        Figure("gvisys", "population", HERFORD, END_2025, women, "f"),
        Figure("gvisys", "population", DESSAU, END_2023, gvisys.people("15001000", END_2023)[0]),
        Figure("gvisys", "area_km2", HERFORD, END_2025, 79.15),
    ]


def from_gvisys(server: Simulator) -> list[Rated]:
    total, men, women = gvisys.people(HERFORD, END_2025)
    return [
        Rated("population_total", HERFORD, END_2025, total),
        Rated("women_per_100_men", HERFORD, END_2025, 100 * women / men),
        Rated("population_density", HERFORD, END_2025, total / 79.15),
    ]


def of_regionalatlas(server: Simulator) -> list[Figure]:
    every: dict[str, float] = {}
    for code in regionalatlas.TITLES:
        every |= regionalatlas.figures_of(code, HERFORD, 2024)
    balance, whole, tables = "regionalatlas_ai002_1_5", "regionalatlas_ai002_2_5", "regionalatlas_ai002_4_5"
    return [
        Figure(balance, "population_density", HERFORD, END_2024, every["ai0201"]),
        Figure(balance, "crude_birth_rate", HERFORD, END_2024, every["ai0209"]),
        Figure(balance, "natural_balance_rate", HERFORD, END_2024, every["ai0211"] / 10),  # given per 10,000
        Figure(balance, "foreign_share", "DG", END_2024, regionalatlas.figures_of("AI002-1-5", "DG", 2024)["ai0208"]),
        Figure(whole, "population_share", HERFORD, END_2024, every["ai0205"], "t", (25, 44)),
        Figure(tables, "mean_age", HERFORD, END_2024, every["ai0218"]),
    ]


def from_regionalatlas(server: Simulator) -> list[Rated]:
    figures = regionalatlas.figures_of
    return [
        Rated("births_per_1000", HERFORD, END_2024, figures("AI002-1-5", HERFORD, 2024)["ai0209"]),
        Rated("share_65p", "13071107", END_2023, figures("AI002-2-5", "13071107", 2023)["ai0207"]),
        Rated("mean_age", "02000", END_2023, figures("AI002-4-5", "02", 2023)["ai0218"]),
    ]


def given(server: Simulator, code: str, measure: str, ags: str, sex: str = "", age: str = "") -> float:
    """The figure of the simulated GENESIS family for its newest year."""
    assert isinstance(server, Genesis)
    return cell(SERVED[code], measure, server.places[ags], server.period[1], sex, age)


KREIS = "05758"
# Table: measure there and here, place, sex there and here, age there and here.
REGIO = {
    "12411-01-01-4": ("BEVSTD", "population", KREIS, "GESW", "f", "", (0, OPEN)),
    "12411-02-03-4": ("BEVSTD", "population", KREIS, "GESM", "m", "065B75", (65, 74)),
    "12411-09-01-4": ("BEVSTD", "population", KREIS, "", "t", "080B85", (80, 84)),
    "12411-04-02-4": ("BEVSTD", "population", KREIS, "GESW", "f", "017", (17, 17)),
    "12612-01-01-4": ("BEV001", "live_births", KREIS, "GESM", "m", "", (0, OPEN)),
    "12612-93-01-4": ("BEV001", "live_births", KREIS, "", "t", "030B35", (30, 34)),
    "12613-01-01-4": ("BEV002", "deaths", KREIS, "", "t", "", (0, OPEN)),
    "12613-93-01-4": ("BEV002", "deaths", KREIS, "", "t", "085UM", (85, OPEN)),
    "12711-01-03-4": ("BEV981", "in_migration", KREIS, "GESW", "f", "018B25", (18, 24)),
    "12711-04-02-4": ("BEV992", "out_migration_across_kreise", KREIS, "", "t", "065UM", (65, OPEN)),
    "11111-01-01-4": ("FLC006", "area_km2", KREIS, "", "t", "", (0, OPEN)),
    "12411-01-01-5": ("BEVSTD", "population", HERFORD, "GESW", "f", "", (0, OPEN)),
    "12411-02-03-5": ("BEVSTD", "population", HERFORD, "GESW", "f", "075UM", (75, OPEN)),
    "12612-91-01-5": ("BEV901", "live_births", HERFORD, "", "t", "", (0, OPEN)),
    "12613-91-01-5": ("BEV902", "deaths", HERFORD, "", "t", "", (0, OPEN)),
    "12711-91-01-5": ("BEV982", "out_migration", HERFORD, "", "t", "", (0, OPEN)),
    "11111-01-01-5": ("FLC006", "area_km2", HERFORD, "", "t", "", (0, OPEN)),
}


def of_regio(server: Simulator) -> list[Figure]:
    return [
        Figure(f"regio_{code.replace('-', '_')}", measure, ags, END_2023,
               given(server, code, there, ags, sex_there, age_there), sex, ages)
        for code, (there, measure, ags, sex_there, sex, age_there, ages) in REGIO.items()
    ]  # fmt: skip


def from_regio(server: Simulator) -> list[Rated]:
    people = given(server, "12411-02-03-5", "BEVSTD", HERFORD)
    return [
        Rated("population_total", HERFORD, END_2023, people),
        Rated("deaths_per_1000", HERFORD, END_2023,
              1000 * given(server, "12613-91-01-5", "BEV902", HERFORD) / people),
        Rated("share_75p", HERFORD, END_2023,
              100 * given(server, "12411-02-03-5", "BEVSTD", HERFORD, "", "075UM") / people),
        Rated("net_migration_18_24", KREIS, END_2023,
              given(server, "12711-01-03-4", "BEV981", KREIS, "", "018B25")
              - given(server, "12711-01-03-4", "BEV982", KREIS, "", "018B25")),
    ]  # fmt: skip


def single(land: int, sex: str, age: str) -> float:
    return cell(SERVED["12411-0013"], "BEVSTD", 1_000_000 + 1_000 * land, 2023, sex, age)


def of_destatis(server: Simulator) -> list[Figure]:
    name = "destatis_12411_0013"
    return [
        Figure(name, "population", "13", END_2023, single(13, "GESM", "042"), "m", (42, 42)),
        Figure(name, "population", "13", END_2023, single(13, "", "090UM"), "t", (90, OPEN)),
        Figure(name, "population", "DG", END_2023, sum(single(land, "", "") for land in range(1, 17))),
    ]


def from_destatis(server: Simulator) -> list[Rated]:
    minors = sum(single(13, "", f"{age:03d}") for age in range(18))
    return [Rated("share_u18", "13", END_2023, 100 * minors / single(13, "", ""))]


CENSUS_DAY = date(2022, 5, 15)
TOWN = "05052002"  # an invented key


def of_zensus(server: Simulator) -> list[Figure]:
    assert isinstance(server, Genesis)
    counted = cell(SERVED["1000A-0000"], "PRS018", server.places[TOWN], 2022, "", "")
    return [Figure("zensus_1000a_0000", "population", TOWN, CENSUS_DAY, counted)]


def from_zensus(server: Simulator) -> list[Rated]:
    return [Rated("population_total", one.ags, one.day, one.value) for one in of_zensus(server)]


def of_wegweiser(server: Simulator) -> list[Figure]:
    people = wegweiser.inhabitants("herford-hf", 2030)
    return [
        Figure("wegweiser_development", "population", HERFORD, END_2023, wegweiser.inhabitants("herford-hf", 2023)),
        Figure("wegweiser_age_shares", "population_share", "05711", END_2023, 7.5, "t", (80, OPEN)),
        Figure("wegweiser_forecast", "projected_population", HERFORD, date(2030, 12, 31), people),
        Figure("wegweiser_forecast", "projected_population", HERFORD, date(2030, 12, 31),
               round(15.0 * people / 100, 3), "t", (65, 79)),
        Figure("wegweiser_forecast_shares", "projected_share", "DG", date(2040, 12, 31), 25.5, "t", (25, 44)),
    ]  # fmt: skip


def from_wegweiser(server: Simulator) -> list[Rated]:
    return [
        Rated("median_age_wwk", HERFORD, END_2023, 46.2), Rated("share_80p_wwk", "05711", END_2021, 7.5),
        Rated("projected_share_80p_wwk", "DG", date(2040, 12, 31), 7.5),
    ]  # fmt: skip


def of_inkar(server: Simulator) -> list[Figure]:
    men = inkar.men(KREIS, 2023)
    return [
        Figure("inkar", "population", KREIS, END_2023, 2 * men + 7),
        Figure("inkar", "population", KREIS, END_2023, men, "m"),
        Figure("inkar", "population_share", HERFORD, END_2021, 25.0, "t", (30, 49)),
        Figure("inkar", "crude_death_rate", HERFORD, END_2023, 12.25),
        Figure("inkar", "projected_change", KREIS, date(2045, 12, 31), int(KREIS) % 7 - 4),
    ]


def from_inkar(server: Simulator) -> list[Rated]:
    return [
        Rated("mean_age_inkar", HERFORD, END_2023, 44.5), Rated("share_65p_inkar", "DG", END_2023, 22.0),
        Rated("tfr_inkar", KREIS, END_2023, 1.43),
    ]  # fmt: skip


OBSERVED = {
    "gvisys": of_gvisys, "eurostat": of_eurostat, "regionalatlas": of_regionalatlas, "regio": of_regio,
    "destatis": of_destatis, "zensus": of_zensus, "wegweiser": of_wegweiser, "inkar": of_inkar,
}  # fmt: skip
INDICATORS = {
    "gvisys": from_gvisys, "eurostat": from_eurostat, "regionalatlas": from_regionalatlas, "regio": from_regio,
    "destatis": from_destatis, "zensus": from_zensus, "wegweiser": from_wegweiser, "inkar": from_inkar,
}  # fmt: skip


def test_no_provider_is_left_out() -> None:
    assert set(OBSERVED) == set(INDICATORS) == set(OF_FIGURES)
    assert {**OBSERVED, "bkg": None}.keys() == set(ALL)
