"""Eurostat's tables: what is asked of each, and what its codes count. One entry per dataset of ``sources.toml``.

Earliest years: 2012 for what stands on 1 January (31 December 2011: the first stock on the census of 2011, after the
last large reforms of Kreise, Sachsen-Anhalt 2007, Sachsen 2008 and Mecklenburg-Vorpommern in September 2011). Further
back Eurostat has figures too, but of other territories under the same or similar codes.

``CNMIGRAT`` is net migration *plus statistical adjustment*: in a census year it holds the correction of the stock. It
is the measure ``net_migration_residual`` here, never ``net_migration``, and is not used for indicators, because it
crosses census bases and changes of territory that the computed residual leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PROJECTED_PERIODS = 76  # upper bound: every year from 2025 to 2100; how many there are the answer says
NUMBER = frozenset({"NR", "PER"})  # persons; projections use the second code
BASELINE = "BSL"


@dataclass(frozen=True)
class Figure:
    """What a table, or one of its codes, counts.

    A ``stock`` is of 1 January and moved to the 31 December before. ``sex`` (Eurostat's letter) and ``age`` (its code)
    are given where the code itself says them. ``units`` are the codes it may come in.
    """

    measure: str
    stock: bool = False
    sex: str = "T"
    age: str = "TOTAL"
    units: frozenset[str] = NUMBER


@dataclass(frozen=True)
class Table:
    """One Eurostat table.

    Attributes:
        code: Eurostat's name.
        since: first Eurostat year to ask for; None where all periods are wanted.
        filters: what is asked for besides ``geo`` and time.
        positions: how many cells that leaves per region and period at most.
        figures: by code of the dimension ``by``; one without a code where the whole table counts one thing.
        dims: dimensions without which the table is another one.
        grid: which age groups are kept: see ``eurostat_ages``.
        whole: counts of events or people, of which every Kreis must be there; published rates may have gaps.
        only_kreise: Germany and the Länder may be absent.
        basis: of all rows; empty: by date.
    """

    code: str
    since: int | None
    filters: tuple[tuple[str, str], ...]
    positions: int
    figures: Mapping[str, Figure]
    by: str = ""
    dims: tuple[str, ...] = ()
    grid: str = "five_year"
    whole: bool = True
    only_kreise: bool = False
    basis: str = ""

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures, sorted."""
        return tuple(sorted({figure.measure for figure in self.figures.values()}))

    @property
    def stocks(self) -> frozenset[str]:
        """Return the measures that stand on 1 January."""
        return frozenset(figure.measure for figure in self.figures.values() if figure.stock)

    def cells(self, regions: int, first: int, last: int) -> int:
        """Return an upper bound of the cost of a request: all positions from the first to the last Eurostat year."""
        periods = PROJECTED_PERIODS if self.since is None else max(1, last - first + 1)
        return regions * self.positions * periods


def _by(dimension: str, *codes: str) -> tuple[tuple[str, str], ...]:
    return tuple((dimension, code) for code in codes)


def _counts(code: str, since: int, figure: Figure, positions: int, *dims: str, grid: str = "five_year") -> Table:
    """Return a table that counts persons, and nothing else."""
    return Table(code, since, (("unit", "NR"),), positions, {"": figure}, dims=("unit", *dims), grid=grid)


_PEOPLE = Figure("population", stock=True)
_BALANCE = {
    "JAN": _PEOPLE,
    "LBIRTH": Figure("live_births"),
    "DEATH": Figure("deaths"),
    "CNMIGRAT": Figure("net_migration_residual"),
}
_PER_CENT, _YEARS = frozenset({"PC"}), frozenset({"YR"})
_STRUCTURE = {
    "MEDAGEPOP": Figure("median_age", stock=True, units=_YEARS),
    "MMEDAGEPOP": Figure("median_age", stock=True, sex="M", units=_YEARS),
    "FMEDAGEPOP": Figure("median_age", stock=True, sex="F", units=_YEARS),
    "PC_Y0_14": Figure("population_share", stock=True, age="Y_LT15", units=_PER_CENT),
    "PC_Y65_MAX": Figure("population_share", stock=True, age="Y_GE65", units=_PER_CENT),
}
_FERTILITY = {
    "TOTFERRT": Figure("total_fertility_rate", sex="F"),
    "AGEMOTH": Figure("mean_age_mother", sex="F", units=_YEARS),
}

# Positions: 3 sexes x 23 ages (TOTAL, UNK, 18 closed groups of five years, Y85-89, Y_GE85, Y_GE90); 5 broad ages;
# mothers' ages 14 known codes, some room; projection 31 ages; a unit beside the one wanted where codes differ in it.
TABLES: Mapping[str, Table] = {
    "eurostat_demo_r_pjangrp3": _counts("demo_r_pjangrp3", 2014, _PEOPLE, 3 * 23, "sex", "age"),
    "eurostat_demo_r_pjanaggr3": _counts("demo_r_pjanaggr3", 2012, _PEOPLE, 3 * 5, "sex", "age", grid="broad3"),
    "eurostat_demo_r_magec3": _counts("demo_r_magec3", 2013, Figure("deaths"), 3 * 23, "sex", "age"),
    "eurostat_demo_r_fagec3": _counts("demo_r_fagec3", 2013, Figure("live_births"), 20, "age", grid="mothers"),
    "eurostat_demo_r_births": _counts("demo_r_births", 2006, Figure("live_births"), 1),
    "eurostat_demo_r_deaths": _counts("demo_r_deaths", 2006, Figure("deaths"), 1),
    "eurostat_demo_r_gind3": Table("demo_r_gind3", 2012, _by("indic_de", *_BALANCE), 4, _BALANCE, "indic_de"),
    "eurostat_demo_r_pjanind3": Table(
        "demo_r_pjanind3", 2012, _by("indic_de", *_STRUCTURE), 5 * 3, _STRUCTURE, "indic_de", grid="broad3", whole=False
    ),
    "eurostat_demo_r_find3": Table(
        "demo_r_find3", 2013, _by("indic_de", *_FERTILITY), 2 * 2, _FERTILITY, "indic_de", whole=False
    ),
    "eurostat_demo_r_d3dens": Table(
        "demo_r_d3dens", 2012, (("unit", "PER_KM2"),), 1,
        {"": Figure("population_density", units=frozenset({"PER_KM2"}))}, dims=("unit",), whole=False,
    ),
    "eurostat_reg_area3": Table(
        "reg_area3", 2012, (("landuse", "TOTAL"), ("unit", "KM2")), 1,
        {"TOTAL": Figure("area_km2", units=frozenset({"KM2"}))}, "landuse", ("unit",), whole=False,
    ),
    "eurostat_proj_25rp5": Table(
        "proj_25rp5", None, (), 3 * 31, {"": Figure("projected_population", stock=True)}, dims=("sex", "age"),
        grid="fine", only_kreise=True, basis="projection",
    ),
}  # fmt: skip
