"""Age groups into single ages: sums stay, nothing is negative, the reference says where people lie."""

import numpy as np
import pytest

from zwk_data.projection.ages import AGES
from zwk_data.projection.splitting import aged, grouped, split, split_error, split_places

FIVE = [(age, age + 4) for age in range(0, 85, 5)] + [(85, None)]
IRREGULAR = [
    (0, 2),
    (3, 5),
    (6, 9),
    (10, 14),
    (15, 17),
    (18, 19),
    *((a, a + 4) for a in range(20, 65, 5)),
    (65, 74),
    (75, None),
]
FLAT = np.ones(AGES)


@pytest.mark.parametrize("limits", [FIVE, IRREGULAR])
def test_every_group_keeps_its_sum_and_no_age_is_negative(limits):
    random = np.random.default_rng(3)
    for _ in range(50):
        counts = random.integers(0, 5000, size=(4, 2, len(limits))).astype(float) * random.integers(
            0, 2, size=(4, 2, len(limits))
        )
        found = split(limits, counts, random.random(AGES) + 0.01)
        assert found.min() >= 0
        assert np.allclose(grouped(limits, found), counts, atol=1e-8)


def test_people_lie_where_those_of_the_reference_lie():
    reference = np.full(AGES, 100.0)
    reference[79] = 10.0  # a thin year inside 75-79
    found = split(FIVE, grouped(FIVE, reference) * 2, reference)
    assert np.allclose(found, reference * 2)


def test_a_group_that_is_flat_in_a_flat_country_stays_flat():
    assert np.allclose(split(FIVE, grouped(FIVE, FLAT * 30), FLAT), FLAT * 30)


@pytest.mark.parametrize(
    "limits", [[(0, 4), (6, None)], [(0, 4), (4, None)], [(1, 4), (5, None)], [(0, 4), (5, 9)], [(0, None)]]
)
def test_gaps_overlaps_and_a_closed_end_are_refused(limits):
    with pytest.raises(ValueError, match="age groups"):
        split(limits, np.ones(len(limits)), FLAT)


def test_each_place_takes_the_reference_of_its_land_and_sex():
    references = np.ones((2, 2, AGES))
    references[1, 0, 22] = 50.0
    counts = np.full((3, 2, len(FIVE)), 100.0)
    found = split_places(FIVE, counts, references, np.array([0, 1, 1]))
    assert np.allclose(found[1], found[2])
    assert found[1, 0, 22] > 50 > found[0, 0, 22]
    assert np.allclose(found[0], found[1], atol=1e-9) is False
    assert np.allclose(found[0, 1], found[1, 1])


def test_a_reference_grows_older_and_younger_again():
    survival = np.linspace(0.999, 0.6, AGES)
    start = np.linspace(200, 1, AGES)
    later = aged(start, survival, 3)
    assert np.allclose(later[10:99], start[7:96] * survival[8:97] * survival[9:98] * survival[10:99])
    assert np.allclose(aged(later, survival, -3)[:90], start[:90], rtol=1e-9)


def test_the_error_is_that_of_each_age_in_per_cent():
    truth = np.full((2, 2, AGES), 50.0)
    found = truth.copy()
    found[0, :, 10] += 5
    error = split_error(truth, found)
    assert error[10] == pytest.approx(5.0)
    assert error[11] == 0
