"""Paths of misses: each is the textbook with its own factors, whatever the layout in memory and the number of threads."""

import dataclasses

import numpy as np
import pytest

from tests.projection import invented, referee
from zwk_data.projection import compiled
from zwk_data.projection.ages import AGES, EVERYONE, AgeRange, count
from zwk_data.projection.engine import project
from zwk_data.projection.trajectories import Shocks, cell_quantiles, quantiles, trajectories

YEARS, PATHS = 4, 5
GROUPS = [
    (EVERYONE, "t"), (AgeRange(0, 2), "t"), (AgeRange(20, 64), "f"), (AgeRange(15, 49), "m"), (AgeRange(80), "t"), (AgeRange(7, 7), "f"),
]  # fmt: skip


@pytest.fixture(params=("numpy", "compiled"))
def kernel(request):
    return request.param


def drawn(rng, paths=PATHS, years=YEARS, *, moves=True, factor=True, deaths=0.3, spread=0.2):
    """Factors around one, and net moves around none."""
    return Shocks(
        births=np.exp(rng.normal(0, 0.3, (paths, years))),
        deaths=np.exp(rng.normal(0, deaths, (paths, years))),
        moves=rng.normal(0, spread, (paths, years, 6)) if moves else None,
        moves_factor=np.exp(rng.normal(0, 0.3, (paths, years))) if factor else None,
    )


def sums(population, groups):
    return np.stack([count(population, ages, sex) for ages, sex in groups], axis=-1)


def by_the_textbook(start, rates, shocks):
    """Every path on its own: (paths, years + 1, 2, 101)."""
    courses = []
    for path in range(shocks.count):
        days = [invented.cells(start)]
        for year, given in enumerate(invented.years(rates)):
            factor = 1.0 if shocks.moves_factor is None else shocks.moves_factor[path, year]
            growth = None if shocks.moves is None else shocks.moves[path, year]
            births, deaths = shocks.births[path, year], shocks.deaths[path, year]
            days.append(referee.one_year(days[-1], given, rates.male_share, births, deaths, factor, growth)[0])
        courses.append([invented.array(day) for day in days])
    return np.array(courses)


@pytest.mark.parametrize(("share", "number"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize(("moves", "factor"), [(True, True), (True, False), (False, True), (False, False)])
def test_every_path_is_what_the_textbook_gives_for_its_factors(share, number, moves, factor, kernel):
    rng = np.random.default_rng(21)
    start, rates = invented.population(rng), invented.rates(rng, YEARS, share=share, number=number, male_share=0.45)
    shocks = drawn(rng, moves=moves, factor=factor)
    result = trajectories(start, rates, shocks, GROUPS, kernel=kernel)
    assert result.shape == (PATHS, YEARS + 1, len(GROUPS))
    invented.close(result, sums(by_the_textbook(start, rates, shocks), GROUPS))


@pytest.mark.parametrize("number", [True, False])
def test_where_nobody_moves_both_ways_in_one_cell_the_short_cut_is_exact(number, kernel):
    """Balances of moves: a cell has either arrivals or leavers, as in most places."""
    rng = np.random.default_rng(22)
    start, rates = invented.population(rng), invented.rates(rng, YEARS, share=not number)
    wins = rng.random(rates.survival.shape) < 0.5
    gain = np.where(wins, rates.in_migration, 0.0)
    loss = np.where(wins, 0.0, rng.exponential(150.0, wins.shape))  # often more than there are
    rates = dataclasses.replace(rates, in_migration=gain, out_migration=loss if number else None)
    for moves, factor in ((True, False), (False, True), (False, False)):
        shocks = drawn(rng, moves=moves, factor=factor)
        result = trajectories(start, rates, shocks, GROUPS, kernel=kernel)
        assert result.min() >= 0
        invented.close(result, sums(by_the_textbook(start, rates, shocks), GROUPS))


def test_factors_of_one_are_the_projection_itself(kernel):
    rng = np.random.default_rng(23)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    ones = np.ones((3, YEARS))
    for shocks in (Shocks(ones, ones), Shocks(ones, ones, np.zeros((3, YEARS, 6)), ones)):
        result = trajectories(start, rates, shocks, GROUPS, kernel=kernel)
        for path in result:
            invented.close(path, sums(project(start, rates, kernel="numpy").population, GROUPS))


def test_a_probability_stays_one_and_no_group_falls_below_zero(kernel):
    rng = np.random.default_rng(24)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    shocks = drawn(rng, deaths=3.0, spread=2.0)
    assert (shocks.deaths * (1 - rates.survival.min()) > 1).any()
    assert (shocks.moves < -1).any()
    result = trajectories(start, rates, shocks, GROUPS, kernel=kernel)
    assert result.min() >= 0
    invented.close(result, sums(by_the_textbook(start, rates, shocks), GROUPS))
    everyone_dies = Shocks(np.ones((1, YEARS)), np.full((1, YEARS), 1e12))
    nobody = dataclasses.replace(rates, in_migration=0 * rates.in_migration)
    assert not trajectories(start, nobody, everyone_dies, GROUPS, kernel=kernel)[:, 1:].any()


def test_same_seed_same_bytes_however_many_threads(monkeypatch, kernel):
    start, rates = invented.population(np.random.default_rng(25)), invented.lifelike(8)
    results = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(compiled, "threads", lambda threads=threads: threads)
        shocks = drawn(np.random.default_rng(7), paths=700, years=8, factor=False)
        results.append(trajectories(start, rates, shocks, GROUPS, kernel=kernel).tobytes())
    assert len(set(results)) == 1


def test_compiled_and_numpy_paths_agree_to_1e_9():
    rng = np.random.default_rng(26)
    start, rates = invented.population(rng, size=2000), invented.lifelike(30)
    shocks = drawn(rng, paths=333, years=30, spread=0.01)
    one, other = (trajectories(start, rates, shocks, GROUPS, kernel=kernel) for kernel in ("numpy", "compiled"))
    np.testing.assert_allclose(one, other, rtol=1e-9)


def test_quantiles_are_numpys():
    rng = np.random.default_rng(27)
    probabilities = (0.0, 0.1, 0.25, 0.5, 0.9, 1.0)
    for paths in (1, 2, 11, 1000):
        values = rng.normal(size=(paths, 6, 3))
        np.testing.assert_allclose(
            quantiles(values, probabilities), np.quantile(values, probabilities, axis=0), rtol=1e-12
        )
    laid_out = np.ascontiguousarray(values.transpose(2, 1, 0)).transpose(2, 1, 0)
    np.testing.assert_array_equal(quantiles(laid_out, probabilities), quantiles(values, probabilities))


def test_quantiles_of_cells_are_those_of_the_paths():
    rng = np.random.default_rng(28)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    shocks = drawn(rng, paths=300, factor=False)
    found = cell_quantiles(start, rates, shocks, (0.1, 0.9))
    assert found.cells.shape == (2, YEARS + 1, 2, AGES)
    cells = [(AgeRange(age, age), sex) for sex in ("f", "m", "t") for age in range(AGES - 1)]
    alone = quantiles(trajectories(start, rates, shocks, cells, kernel="numpy"), (0.1, 0.9))
    alone = alone.reshape(2, YEARS + 1, 3, AGES - 1)
    invented.close(found.cells[..., :100], alone[:, :, :2])
    invented.close(found.ages[..., :100], alone[:, :, 2])
    wholes = [(EVERYONE, sex) for sex in ("f", "m", "t")]
    invented.close(found.totals, quantiles(trajectories(start, rates, shocks, wholes, kernel="numpy"), (0.1, 0.9)))
    again = cell_quantiles(start, rates, shocks, (0.1, 0.9))
    assert again.cells.tobytes() == found.cells.tobytes()


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(29)
    start, rates, shocks = invented.population(rng), invented.rates(rng, YEARS), drawn(rng)
    wrong = [
        (start[:1], rates, shocks, GROUPS),
        (start, invented.rates(rng, YEARS + 1), shocks, GROUPS),
        (start, invented.rates(rng, YEARS, 2), shocks, GROUPS),
        (start, rates, dataclasses.replace(shocks, moves=shocks.moves[..., :5]), GROUPS),
        (start, rates, dataclasses.replace(shocks, births=-shocks.births), GROUPS),
        (start, rates, dataclasses.replace(shocks, moves_factor=-shocks.moves_factor), GROUPS),
        (start, rates, shocks, []),
        (start, rates, shocks, [(AgeRange(90, 105), "t")]),
    ]
    for case in wrong:
        with pytest.raises(ValueError):
            trajectories(*case, kernel="numpy")
