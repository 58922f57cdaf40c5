"""Empirical Bayes: chance is drawn in, difference stays."""

import numpy as np

from zwk_data.projection.shrinking import group_sums, shrunk_rate, shrunk_ratio

LANDS = np.repeat(np.arange(4), 25)


def test_small_places_are_drawn_further_than_large_ones():
    expected = np.full(100, 400.0)
    expected[0] = 4.0
    events = (
        np.random.default_rng(1)
        .poisson(expected * np.repeat([0.8, 0.9, 1.1, 1.3], 25) * np.exp(np.random.default_rng(2).normal(0, 0.1, 100)))
        .astype(float)
    )
    events[0], events[1] = expected[0] * 2, expected[1] * 2
    found = shrunk_ratio(events, expected, LANDS)
    land = (group_sums(events, LANDS) / group_sums(expected, LANDS))[0]
    assert found[1] - land > 5 * (found[0] - land) > 0


def test_shrunk_ratios_are_nearer_the_truth_than_raw_ones():
    random = np.random.default_rng(5)
    truth = np.repeat([0.9, 1.0, 1.1, 1.2], 25) * np.exp(random.normal(0, 0.05, 100))
    expected = np.exp(random.normal(4, 1, 100))
    events = random.poisson(truth * expected).astype(float)
    found = shrunk_ratio(events, expected, LANDS)
    assert np.mean((found - truth) ** 2) < 0.5 * np.mean((events / expected - truth) ** 2)


def test_places_that_differ_by_chance_alone_get_the_ratio_of_their_land():
    expected = np.full(100, 50.0)
    events = expected.copy()  # not even chance differs
    assert np.allclose(shrunk_ratio(events, expected, LANDS), 1.0, atol=1e-3)


def test_no_rate_is_moved_by_more_than_one_standard_error():
    random = np.random.default_rng(7)
    exposed = np.full((5, 100, 2), 1000.0)
    rates = random.normal(0, 0.002, (100, 2)) + random.normal(0, 0.01, (5, 100, 2))
    rates[:, 3] += 0.2  # a university town
    found = shrunk_rate(rates * exposed, exposed, LANDS)
    raw = rates.mean(axis=0)
    error = np.sqrt(((rates - raw) ** 2).sum(axis=0).mean(axis=0) / 4 / 5)
    assert (np.abs(found - raw) <= error + 1e-12).all()
    assert np.abs(found - raw).max() > 0


def test_one_year_alone_is_taken_as_it_is():
    net = np.array([[[3.0], [-2.0]]])
    exposed = np.array([[[100.0], [50.0]]])
    assert np.allclose(shrunk_rate(net, exposed, np.array([0, 0])), [[0.03], [-0.04]])
