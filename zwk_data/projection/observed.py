"""What has been observed of all places at once, as arrays: the one thing that rates, back-test and baselines see.

Years stand for 31 December (stocks) or the calendar year (flows). A figure that is not there is not a number.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import MALE_SHARE, Array
from zwk_data.projection.fertility import births_per_unit
from zwk_data.projection.shrinking import Groups
from zwk_data.projection.splitting import Limits, aged, split_places


@dataclass(frozen=True)
class AgeTable:
    """Persons in age groups of all places on 31 December: ``counts (places, 2, groups)``, one basis, one dataset."""

    limits: Limits
    counts: Array
    basis: str
    dataset: str


@dataclass(frozen=True)
class Observed:
    """Everything that is known of the places, in one order.

    places: their keys; groups: number of the Land of each; tables: population by age, by year; births, deaths:
    ``(places,)`` by year; deaths_by_age: ``(places, 3)`` by year in the broad ages of ``mortality.BROAD``;
    survival: ``(2, 101)`` of the national life table by the last year of its period; patterns: share of each age 15 to
    49 in total fertility ``(35,)`` by year; lands: persons by single age of the Länder ``(Länder, 2, 101)`` by year,
    may be empty; moved_in, moved_out: counted moves ``(places, 2, 6)`` by year, may be empty; national_net: net moves
    of the nation per inhabitant by year, where no residual tells; changed: ``(places,)`` by year, whose territory
    changed.
    """

    places: tuple[str, ...]
    groups: Groups
    tables: Mapping[int, AgeTable]
    births: Mapping[int, Array]
    deaths: Mapping[int, Array]
    deaths_by_age: Mapping[int, Array]
    survival: Mapping[int, Array]
    patterns: Mapping[int, Array]
    lands: Mapping[int, Array] = field(default_factory=dict)
    moved_in: Mapping[int, Array] = field(default_factory=dict)
    moved_out: Mapping[int, Array] = field(default_factory=dict)
    national_net: Mapping[int, float] = field(default_factory=dict)
    changed: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)

    @cached_property
    def years(self) -> list[int]:
        """The years at whose end the population by age is known."""
        return sorted(self.tables)

    def life_table(self, year: int) -> Array:
        """Return survival of the newest national table whose period has ended by a year (the first one before)."""
        return self.survival[newest(self.survival, year)]

    def centred_table(self, year: int, known: int) -> Array:
        """Return survival of the national table around a year, or of the newest one that ends by ``known``."""
        return self.life_table(min(year + 1, known))

    def pattern(self, year: int) -> Array:
        """Return the newest national pattern of fertility by age known in a year (the first one before)."""
        return self.patterns[newest(self.patterns, year)]

    def reference(self, year: int, known: int | None = None) -> Array:
        """Return the Länder by single age at the end of a year, ``(Länder, 2, 101)``, from what is known by ``known``.

        The nearest table of the Länder is aged to the year; without any, the stationary population of the life table.
        """
        known = year if known is None else known
        table = self.life_table(known)
        there = [other for other in self.lands if other <= known] or sorted(self.lands)[:1]
        if not there:
            stationary = np.cumprod(table, axis=-1)
            return np.broadcast_to(stationary, (int(self.groups.max()) + 1, *stationary.shape))
        nearest = min(there, key=lambda other: abs(other - year))
        return aged(self.lands[nearest], table, year - nearest)

    @cached_property
    def populations(self) -> dict[int, Array]:
        """Persons by single age of every year that is known, ``(places, 2, 101)``."""
        return {year: self._single(year) for year in self.years}

    def _single(self, year: int) -> Array:
        table = self.tables[year]
        found = split_places(table.limits, table.counts, self.reference(year), self.groups)
        return self.with_own_old_ages(found, year, year - 1, table.limits[-1][0])

    def with_own_old_ages(self, single: Array, year: int, known: int, opens: int) -> Array:
        """Return single ages whose open group is spread as the place's own newest finer table, aged to the year, says.

        Args:
            single: persons on 31 December of a year, ``(places, 2, 101)``.
            year: that year.
            known: the last year whose table may be used.
            opens: first age of the open group; a table is finer whose open group starts later.
        """
        finer = [other for other in self.years if other <= known and self.tables[other].limits[-1][0] > opens]
        if not finer:
            return single
        newer = finer[-1]
        profile = aged(self._single(newer), self.life_table(newer), year - newer)[..., opens:]
        people = single[..., opens:].sum(axis=-1, keepdims=True)
        return np.concatenate([single[..., :opens], people * profile / profile.sum(axis=-1, keepdims=True)], axis=-1)

    @cached_property
    def digest(self) -> str:
        """A checksum of everything observed: two that are equal give the same rates, tests and bands."""
        found = hashlib.sha256(repr((self.places, sorted(self.national_net.items()))).encode() + self.groups.tobytes())
        for year, table in sorted(self.tables.items()):
            found.update(repr((year, table.limits, table.basis)).encode() + table.counts.tobytes())
        by_year: tuple[Mapping[int, npt.NDArray], ...] = (
            self.births, self.deaths, self.deaths_by_age, self.survival, self.patterns, self.lands, self.moved_in,
            self.moved_out, self.changed,
        )  # fmt: skip
        for values in by_year:
            for year, array in sorted(values.items()):
                found.update(str(year).encode() + np.ascontiguousarray(array).tobytes())
            found.update(b"|")
        return found.hexdigest()

    def pairs(self, until: int) -> list[int]:
        """Return the years up to ``until`` whose population is known at both ends on one basis, oldest first."""
        return [
            year for year in self.years
            if year <= until and year - 1 in self.tables and self.tables[year].basis == self.tables[year - 1].basis
        ]  # fmt: skip

    def newborn(self, year: int, births_per_woman: Array | None = None) -> Array:
        """Return live births of a year by sex, ``(places, 2)``; where not counted, by the given births per woman."""
        counted = self.births.get(year, np.full(len(self.places), np.nan))
        if births_per_woman is not None and np.isnan(counted).any():
            counted = np.where(np.isnan(counted), births_per_woman * self.unit(year), counted)
        return counted[:, None] * np.array([1 - MALE_SHARE, MALE_SHARE])

    def unit(self, year: int) -> Array:
        """Return the births that the women of a year would have at one birth per woman, ``(places,)``."""
        return births_per_unit(self.populations[year - 1], self.populations[year], self.pattern(year))


def newest(known: Mapping[int, object], year: int) -> int:
    """Return the newest of the known years not after a year, else the first one."""
    return max((other for other in known if other <= year), default=min(known))
