"""Rates observed at an origin, from nothing that was not known then.

Mortality: the national period life table times a factor of the place by broad age from deaths by age, and one more
from the totals of the last three years, each drawn towards the Land. Fertility: the national pattern times the births
per woman of the last three years. Migration: counted moves by age where they are there, else the mean residual of the
last five usable years; see the modules of these names.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import AGES, MALE_SHARE, Array
from zwk_data.projection.fertility import births_per_woman
from zwk_data.projection.migration import (
    EXCEPTIONAL,
    by_age,
    counted_by_age,
    in_groups,
    is_exceptional,
    mean_rate,
    moves,
    odd_years,
    survivors,
)
from zwk_data.projection.mortality import (
    by_age_at_death,
    deaths_expected,
    drift_factors,
    improvement,
    in_broad,
    place_factors,
    with_factor,
)
from zwk_data.projection.observed import Observed, newest

YEARS_OF_RATES = 3  # for births and deaths
YEARS_OF_MOVES = 5
YEARS_OF_DEATHS_BY_AGE = 5
LEAST_SPAN = 5  # years between two life tables from which an improvement is read


@dataclass(frozen=True)
class Estimated:
    """Rates of all places at one origin: the fields of ``Baseline``, and which years they come from."""

    survival: Array
    improvement: Array
    fertility: Array
    in_migration: Array
    out_rate: Array
    counted: npt.NDArray[np.bool_]  # (places,) whether moves are counted ones
    birth_years: tuple[int, ...]
    move_years: tuple["MoveYears", ...]  # of each place


@dataclass(frozen=True)
class MoveYears:
    """The years from which the moves of a place come, and the odd ones that count for the ages from 65 on only."""

    used: tuple[int, ...]
    odd: tuple[int, ...]


def estimate(observed: Observed, origin: int) -> Estimated:
    """Return the rates of all places as they could be observed on 31 December of a year."""
    survival = place_survival(observed, origin)
    level, birth_years = fertility_level(observed, origin)
    net, used, odd = net_rates(observed, origin, survival, level)
    newborn = (level * observed.unit(_last_pair(observed, origin)))[:, None] * np.array([1 - MALE_SHARE, MALE_SHARE])
    alive = survivors(observed.populations[origin], survival, newborn)
    came, share = moves(by_age(net), alive)
    counted = _counted(observed, origin, alive, came, share)
    residual = tuple(
        MoveYears(tuple(used), tuple(year for year, strange in zip(used, column, strict=True) if strange))
        for column in odd.T
    )
    return Estimated(
        survival, yearly_improvement(observed, origin), level[:, None] * observed.pattern(origin), came, share,
        np.array([years is not None for years in counted]), tuple(birth_years),
        tuple(own or other for own, other in zip(counted, residual, strict=True)),
    )  # fmt: skip


def _last_pair(observed: Observed, origin: int) -> int:
    return observed.pairs(origin)[-1]


def yearly_improvement(observed: Observed, origin: int) -> Array:
    """Return the yearly decline of death rates, ``(2, 101)``; none where the tables lie less than five years apart."""
    tables = sorted(year for year in observed.survival if year <= origin)
    if not tables or tables[-1] - tables[0] < LEAST_SPAN:
        return np.zeros((2, AGES))
    first, last = tables[0], tables[-1]
    return improvement(observed.survival[first], observed.survival[last], last - first)


def place_survival(observed: Observed, origin: int) -> Array:
    """Return survival by age reached of each place, ``(places, 2, 101)``.

    Deaths of a year are held against the national table of that year, so that a factor says how a place differs and
    not how mortality has changed since; it is applied to the newest table.
    """
    pairs = [year for year in observed.pairs(origin) if year in observed.births and _known(observed.births[year])]
    by_age_years = [year for year in pairs if year in observed.deaths_by_age][-YEARS_OF_DEATHS_BY_AGE:]
    expected = sum(in_broad(by_age_at_death(_expected(observed, year, origin))) for year in by_age_years)
    counted = sum(observed.deaths_by_age[year] for year in by_age_years)
    factor = place_factors(np.asarray(counted), np.asarray(expected), observed.groups)
    recent = [year for year in pairs if year in observed.deaths and _known(observed.deaths[year])][-YEARS_OF_RATES:]
    all_expected = sum(_expected(observed, year, origin, factor).sum(axis=(-2, -1)) for year in recent)
    drift = drift_factors(
        np.asarray(sum(observed.deaths[year] for year in recent)), np.asarray(all_expected), observed.groups
    )
    return with_factor(observed.life_table(origin), factor * drift[:, None, None])


def _expected(observed: Observed, year: int, origin: int, factor: Array | float = 1.0) -> Array:
    """Return the deaths of a year by age at its end at the national rates of that year, times a factor."""
    table = with_factor(observed.centred_table(year, origin), np.asarray(factor))
    return deaths_expected(observed.populations[year - 1], table, observed.newborn(year))


def _known(values: Array) -> bool:
    return not bool(np.isnan(values).any())


def fertility_level(observed: Observed, origin: int) -> tuple[Array, list[int]]:
    """Return births per woman of each place, ``(places,)``, and the years they come from.

    Where the births of the last years are not counted everywhere, those under three years of age at the origin tell:
    as many births as they were children per birth of the same place when both were last known (moves of families
    included). Counted births stay counted.
    """
    pairs = observed.pairs(origin)
    counted = [year for year in pairs if year in observed.births and _known(observed.births[year])][-YEARS_OF_RATES:]
    unit = sum(observed.unit(year) for year in counted)
    births = sum(observed.births[year] for year in counted)
    level = births_per_woman(np.asarray(births), np.asarray(unit), observed.groups)
    if counted[-1] > origin - YEARS_OF_RATES:
        return level, counted
    years = list(range(origin - YEARS_OF_RATES + 1, origin + 1))
    per_birth = _under_three(observed, counted[-1]) / np.asarray(births)
    guessed = _under_three(observed, origin) / per_birth
    known = np.stack([observed.births.get(year, np.full(len(guessed), np.nan)) for year in years]).sum(axis=0)
    births = np.where(np.isnan(known), guessed, known)
    return births_per_woman(births, observed.unit(origin) * YEARS_OF_RATES, observed.groups), years


def _under_three(observed: Observed, year: int) -> Array:
    return np.asarray(observed.populations[year][..., :YEARS_OF_RATES].sum(axis=(-2, -1)))


def net_rates(
    observed: Observed, origin: int, survival: Array, level: Array
) -> tuple[Array, list[int], npt.NDArray[np.bool_]]:
    """Return net rates of moves ``(places, 2, 18)``, the years they come from, and which are odd ``(years, places)``.

    Odd are years in which the nation gained exceptionally, and years of a place that lie far from its others (a
    reception centre, a clean-up of the register): they count only for the ages from 65 on.
    """
    years = observed.pairs(origin)[-YEARS_OF_MOVES:]
    net, exposed = (np.stack(values) for values in zip(*(
        _residual(observed, year, survival, level) for year in years), strict=True))  # fmt: skip
    national = np.array([is_exceptional(one, other) for one, other in zip(net, exposed, strict=True)])
    odd = odd_years(net, exposed) | (national & ~national.all())[:, None]
    return mean_rate(net, exposed, odd, observed.groups), years, odd


def usual_net(observed: Observed, origin: int, survival: Array, level: Array) -> tuple[list[int], Array]:
    """Return the years up to an origin that are not exceptional, and net moves per inhabitant in each.

    Counted moves where they are there, else the residual.

    Returns:
        The years, and ``(years, places)``; not a number where neither is known or the territory changed in the year.
    """
    found: dict[int, Array] = {}
    for year in observed.pairs(origin):
        net, exposed = _residual(observed, year, survival, level)
        if not is_exceptional(net, exposed):
            people = exposed.sum(axis=(-2, -1))
            found[year] = net.sum(axis=(-2, -1)) / np.where(people > 0, people, np.nan)
    for year in _usual_counted(observed, origin):
        balance = (observed.moved_in[year] - observed.moved_out[year]).sum(axis=(-2, -1))
        counted = balance / observed.populations[newest(observed.populations, year)].sum(axis=(-2, -1))
        found[year] = np.where(np.isnan(counted), found.get(year, np.full(len(counted), np.nan)), counted)
    return sorted(found), np.stack([found[year] for year in sorted(found)])


def _residual(observed: Observed, year: int, survival: Array, level: Array) -> tuple[Array, Array]:
    """Return net moves of a year and those they are related to, in groups of age at its end, ``(places, 2, 18)``.

    Those who died are those who were counted, where they were: excess deaths of a year are no moves. A place whose
    territory changed in the year has neither: its change of population was none of people.
    """
    before, newborn = observed.populations[year - 1], observed.newborn(year, level)
    expected = survivors(before, _with_counted_deaths(observed, year, survival, before, newborn), newborn)
    same = ~observed.changed.get(year, np.zeros(len(expected), dtype=bool))[:, None, None]
    return (in_groups(observed.populations[year]) - in_groups(expected)) * same, in_groups(expected) * same


def _with_counted_deaths(observed: Observed, year: int, survival: Array, before: Array, newborn: Array) -> Array:
    """Return survival at which as many die in a year as were counted; unchanged where they were not."""
    expected = deaths_expected(before, survival, newborn).sum(axis=(-2, -1))
    counted = observed.deaths.get(year, np.full(len(expected), np.nan))
    factor = np.where(np.isnan(counted), 1.0, counted / expected)
    return np.clip(1 - (1 - survival) * factor[:, None, None], 0.0, 1.0)


def _counted(
    observed: Observed, origin: int, alive: Array, came: Array, share: Array
) -> list[MoveYears | None]:  # fmt: skip
    """Put counted moves in place of residuals, for places whose moves by age were counted; return their years.

    Years in which a cell of a place is secret are not used for it; exceptional ones are left out altogether.
    """
    usual = _usual_counted(observed, origin)[-YEARS_OF_MOVES:]
    found: list[MoveYears | None] = [None] * len(observed.places)
    for place in range(len(observed.places)) if usual else ():
        both = {year: observed.moved_in[year][place] + observed.moved_out[year][place] for year in usual}
        known = [year for year, moved in both.items() if not np.isnan(moved).any()]
        if not known:
            continue
        inward, outward = (
            np.mean([flows[year][place] for year in known], axis=0) for flows in (observed.moved_in, observed.moved_out)
        )
        for sex in range(2):
            came[place, sex] = counted_by_age(inward[sex], alive[place, sex])
            leaving = counted_by_age(outward[sex], alive[place, sex])
            share[place, sex] = np.clip(leaving / np.maximum(alive[place, sex], 1e-9), 0.0, 1.0)
        odd = [year for year in sorted(observed.moved_in) if known[0] < year <= origin and year not in usual]
        found[place] = MoveYears(tuple(known), tuple(odd))
    return found


def _usual_counted(observed: Observed, origin: int) -> list[int]:
    """Return the years up to an origin whose moves were counted somewhere and that were not exceptional."""
    known = [year for year in sorted(observed.moved_in) if year <= origin and year in observed.moved_out]
    return [year for year in known if observed.national_net.get(year, 0.0) <= EXCEPTIONAL]
