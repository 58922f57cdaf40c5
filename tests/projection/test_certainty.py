"""Residents, children and those who move in: exact parts of every projected number."""

import dataclasses

import numpy as np
import pytest

from tests.projection import invented, referee
from zwk_data.projection.ages import AGES
from zwk_data.projection.certainty import split
from zwk_data.projection.engine import project

YEARS = 6


def shares(parts):
    whole = parts.residents + parts.births + parts.moved_in
    return parts.residents / np.where(whole > 0, whole, 1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("share", "number"), [(True, True), (False, True), (True, False), (False, False)])
def test_the_parts_are_those_of_the_textbook_and_add_up(seed, share, number):
    rng = np.random.default_rng(seed)
    start, rates = invented.population(rng), invented.rates(rng, YEARS, share=share, number=number)
    parts = split(start, rates)
    days = referee.origins(invented.cells(start), invented.years(rates), rates.male_share)
    for name in ("residents", "births", "moved_in"):
        invented.close(getattr(parts, name), [invented.array(day[name]) for day in days])
        assert getattr(parts, name).min() >= 0
    invented.close(parts.residents + parts.births + parts.moved_in, project(start, rates).population)


def test_many_places_are_split_at_once_and_a_projection_at_hand_is_used():
    rng = np.random.default_rng(9)
    start, rates = invented.population(rng, 3), invented.rates(rng, YEARS, 2, 3)
    run = project(start, rates)
    parts = split(start, rates, run)
    assert parts.births.shape == run.population.shape
    invented.close(parts.residents + parts.births + parts.moved_in, run.population)
    np.testing.assert_array_equal(parts.moved_in, split(start, rates).moved_in)


def test_where_everybody_leaves_only_new_ones_are_left():
    rng = np.random.default_rng(10)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    parts = split(start, dataclasses.replace(rates, out_migration=np.full((YEARS, 2, AGES), 1e7)))
    assert not parts.residents[1:].any()
    assert not parts.births[1:].any()
    invented.close(parts.moved_in[1:], rates.in_migration)


def test_without_moves_everyone_older_than_the_horizon_is_a_resident():
    rates = dataclasses.replace(invented.lifelike(30), in_migration=np.zeros((30, 2, AGES)), out_rate=None)
    parts = split(invented.population(np.random.default_rng(1)), rates)
    for horizon in range(1, 31):
        assert not parts.births[horizon, :, horizon:].any()
        assert not parts.residents[horizon, :, :horizon].any()
        assert (shares(parts)[horizon, :, horizon:] == 1).all()
    assert not parts.moved_in.any()


def test_the_share_of_residents_falls_with_the_horizon():
    start, rates = 1000 * np.exp(-np.arange(AGES) / 60) * np.ones((2, 1)), invented.lifelike(40)
    share = shares(split(start, rates))
    assert (np.diff(share[:, :, 20:80].mean(axis=(1, 2))) < 0).all()
    assert share[10, :, :10].max() == 0  # whoever is younger than the horizon cannot have lived here at the start
    assert share[10, 0, 70] > share[10, 0, 35] > 0  # the old move less
