"""Indicators that a run gives: read from its people, births, deaths and balances of moves, by the declared formula.

A run knows persons by sex and single age on 31 December and what led there. So it gives every sum and every ratio of
sums (``catalog/indicators.toml``) whose terms are

    population[ages, sex]                        persons on 31 December
    live_births, deaths                          of the year
    in_migration[ages] - out_migration[ages]     of the year, both for the same ages: a balance

Moves in or out alone it gives only where they were published by age (``Baseline.gross``): elsewhere it knows balances.
Mean and median age are left out: the observed ones are estimated from age classes and would differ by the method.
"""

from functools import cache

import numpy as np

from zwk_data.catalog import Indicator, Term, indicators
from zwk_data.outlook.runs import Run
from zwk_data.projection.ages import AgeRange, Array, count
from zwk_data.projection.engine import Projection

STOCK = frozenset({"population"})
EVENTS = frozenset({"live_births", "deaths"})
MOVES = frozenset({"in_migration", "out_migration"})


@cache
def projectable() -> dict[str, Indicator]:
    """Return the indicators that every run gives, by id, in the order of the catalogue."""
    return {name: one for name, one in indicators().items() if one.kind in ("sum", "ratio") and _computable(one)}


def gives(run: Run, indicator: Indicator) -> bool:
    """Tell whether a run gives an indicator; moves in or out alone only from published flows."""
    if indicator.id in projectable():
        return True
    terms = (*indicator.numerator_terms, *indicator.denominator_terms)
    known = {term.measure for term in terms} <= STOCK | EVENTS | MOVES
    return indicator.kind in ("sum", "ratio") and known and bool(terms) and run.start.baseline.gross


def _computable(indicator: Indicator) -> bool:
    terms = (*indicator.numerator_terms, *indicator.denominator_terms)
    if not {term.measure for term in terms} <= STOCK | EVENTS | MOVES:
        return False
    if any(term.measure in EVENTS and not (term.is_total and term.sex == "t") for term in terms):
        return False
    moved = [(term.measure, term.sex, term.age_from, term.age_to, term.sign) for term in terms if term.measure in MOVES]
    came = {(*rest, sign) for measure, *rest, sign in moved if measure == "in_migration"}
    left = {(*rest, -sign) for measure, *rest, sign in moved if measure == "out_migration"}
    return came == left


def values(indicator: Indicator, made: Projection) -> Array:
    """Return the indicator at the end of every year of a run, the start first, ``(years + 1,)``; NaN where unknown.

    Flows and rates of flows have no value at the start: the run knows nothing of the year before it.
    """
    above, below = parts(indicator, made)
    if below is None:
        return above * indicator.factor
    return np.asarray(above * indicator.factor / np.where(below != 0, below, np.nan))


def parts(indicator: Indicator, made: Projection) -> tuple[Array, Array | None]:
    """Return numerator and denominator in persons, ``(years + 1,)`` each; no denominator for a sum."""
    above = _summed(indicator.numerator_terms, made)
    return above, _summed(indicator.denominator_terms, made) if indicator.denominator else None


def missing(indicator: Indicator, made: Projection, value: float) -> float:
    """Return how many persons the numerator has beyond what the value needs, at the end of a run; zero: reached."""
    above, below = parts(indicator, made)
    return float(above[-1] - value / indicator.factor * (1.0 if below is None else below[-1]))


def _summed(terms: tuple[Term, ...], made: Projection) -> Array:
    return np.asarray(sum(term.sign * _term(term, made) for term in terms))


def _term(term: Term, made: Projection) -> Array:
    ages = AgeRange(term.age_from, term.age_to)
    if term.measure == "population":
        return count(made.population, ages, term.sex)
    if term.measure == "live_births":
        yearly = made.births.sum(axis=-1)
    else:
        yearly = count(getattr(made, term.measure), ages, term.sex)
    return np.concatenate([np.full((1, *yearly.shape[1:]), np.nan), yearly])
