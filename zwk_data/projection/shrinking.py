"""Empirical Bayes: what a small place shows by chance is drawn towards its Land, what a large one shows stays.

For counts, events of a place are Poisson around ``rate ratio x expected``; the ratios of the places scatter around that
of their Land as a gamma distribution, whose variance is estimated from all places by moments (Marshall 1991). Each
place gets the mean of its posterior distribution.
"""

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import Array

Groups = npt.NDArray[np.int64]  # number of the Land of each place

SMALLEST_VARIANCE = 1e-6  # of ratios; below it places do not differ
FURTHEST = 1.0  # standard errors by which a rate of moves is drawn at most


def group_sums(values: Array, groups: Groups) -> Array:
    """Return for each place the sum over its group, in the shape of ``values`` (places first)."""
    sums = np.zeros((int(groups.max()) + 1, *values.shape[1:]))
    np.add.at(sums, groups, values)
    return np.asarray(sums[groups])


def shrunk_ratio(events: Array, expected: Array, groups: Groups) -> Array:
    """Return the ratio of events to expected events of each place, drawn towards that of its Land.

    Args:
        events: counted, ``(places, ...)``, not negative.
        expected: by the rates of the nation, same shape, positive.
        groups: number of the Land of each place, ``(places,)``.
    """
    mean = group_sums(events, groups) / np.maximum(group_sums(expected, groups), 1e-9)
    raw = events / np.maximum(expected, 1e-9)
    total = expected.sum(axis=0)
    scatter = (expected * (raw - mean) ** 2).sum(axis=0) / total
    chance = (mean * expected).sum(axis=0) / total * len(expected) / total
    strength = mean / np.maximum(scatter - chance, SMALLEST_VARIANCE)
    return np.asarray((events + strength * mean) / (expected + strength))


def shrunk_rate(net: Array, exposed: Array, groups: Groups) -> Array:
    """Return the mean rate of several years of each place, drawn towards that of its Land.

    Rates of moves are no Poisson counts: their chance is measured by how much the years of all places differ, per
    person exposed. University towns and garrisons are no chance, so no place is moved by more than one standard error
    (limited translation, Efron and Morris 1972).

    Args:
        net: moves in less moves out, ``(years, places, ...)``.
        exposed: persons they are related to, same shape.
        groups: number of the Land of each place.
    """
    people = np.maximum(exposed.sum(axis=0), 1.0)
    mean = net.sum(axis=0) / people
    if len(net) < 2:  # one year alone says nothing about chance
        return np.asarray(mean)
    land = group_sums(net.sum(axis=0), groups) / group_sums(people, groups)
    yearly = net / np.maximum(exposed, 1.0)
    per_person = ((yearly - mean) ** 2 * exposed).sum(axis=0).mean(axis=0) / (len(net) - 1)
    noise = per_person / people
    between = np.maximum((((mean - land) ** 2 - noise) * people).sum(axis=0) / people.sum(axis=0), 0.0)
    drawn = noise / np.maximum(between + noise, 1e-300) * (land - mean)
    furthest = FURTHEST * np.sqrt(noise)
    return np.asarray(mean + np.clip(drawn, -furthest, furthest))
