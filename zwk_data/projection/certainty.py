"""How much of a projected number lives here already: residents, children still to be born, people still to move in.

A projection is linear in its people once it is known which share of each cohort dies or leaves. So every number is,
without any remainder, the sum of three: those who lived here at the start and still do, those born here since, to
whomever, and those who have moved in since. Only the first are certain to exist.
"""

from dataclasses import dataclass

import numpy as np

from zwk_data.projection.ages import Array
from zwk_data.projection.engine import Projection, Rates, project


@dataclass(frozen=True)
class Parts:
    """A projected population by where its people come from, persons, ``(years + 1, ..., 2, 101)`` each.

    residents: lived here at the start and never left; births: born here after the start, of residents or of those
    who moved in; moved_in: moved in after the start, who had left and returned included.
    """

    residents: Array
    births: Array
    moved_in: Array


def split(start: Array, rates: Rates, projection: Projection | None = None) -> Parts:
    """Split a projection by origin; the parts add up to its population (to 1e-9) and none is negative.

    Leavers are spread over the parts as the people of their sex and age are: nobody leaves sooner for being new.

    Args:
        start: persons on 31 December, ``(..., 2, 101)``.
        rates: as for ``engine.project``.
        projection: what ``project(start, rates)`` gave, where it is at hand.
    """
    run = project(start, rates) if projection is None else projection
    parts = np.zeros((3, *run.population.shape))
    residents, births, moved_in = parts
    residents[0] = run.population[0]
    for year in range(rates.years):
        before, after = parts[:, year], parts[:, year + 1]
        after[..., 1:] = before[..., :-1]
        after[..., -1] += before[..., -1]
        births[year + 1, ..., 0] = run.newborn[year]
        after *= rates.survival[year] * _staying(run, year)
        moved_in[year + 1] += rates.in_migration[year]
    return Parts(residents, births, moved_in)


def _staying(run: Projection, year: int) -> Array:
    """Return the share of those alive at the end of the year who do not leave; 1 where there is nobody."""
    gone = run.out_migration[year]
    alive = run.population[year + 1] - run.in_migration[year] + gone
    return np.maximum(1 - np.divide(gone, alive, out=np.zeros_like(alive), where=alive > 0), 0.0)
